//! An answer and every question that can be asked about it. Questions are pure; checks are soft.

mod cookies;
mod count;
pub(crate) mod document;
mod excerpt;
pub(crate) mod form;
mod found;
mod heading;
mod identity;
pub(crate) mod impostor;
mod json;
mod judged;
pub(crate) mod listed;
mod markers;
mod meta_refresh;
mod near;
mod self_submitting;
mod signed_in;
mod status;
mod text;
mod took;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use smokestack_core::{Blame, Class, Exchange, FailedCheck, Place};
use url::Url;

use crate::http::Answer;
use crate::session::Session;
use crate::{Checked, Stop};
use document::Document;
use form::Form;

pub use count::Count;
pub(crate) use document::read_as_html;
pub use found::Found;
pub use json::Json;
pub(crate) use json::said;
pub use judged::Judged;
pub use status::Status;
pub use text::Text;
pub use took::Took;

/// The answer to a request, after all redirects. Cheap to clone.
#[derive(Clone)]
pub struct Page {
    inner: Arc<Inner>,
}

struct Inner {
    session: Session,
    url: Url,
    status: u16,
    headers: HeaderMap,
    body: String,
    document: Document,
    exchange: Exchange,
    index: usize,
    /// When the first request was sent.
    asked: Instant,
    failed: Mutex<Failed>,
}

/// Which of its subjects failed a check.
#[derive(Default)]
struct Failed {
    /// Whether any check of the page failed, whatever it was about.
    any: bool,
    subjects: BTreeSet<Arc<str>>,
}

impl Page {
    pub(crate) fn new(session: Session, answer: Answer, url: Url, exchange: Exchange, index: usize) -> Page {
        let body = String::from_utf8(answer.body)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        let (status, headers) = (answer.status, answer.headers);
        let asked = Instant::now().checked_sub(exchange.took).unwrap_or_else(Instant::now);
        Page {
            inner: Arc::new(Inner {
                session,
                url,
                status,
                headers,
                body,
                document: Document::default(),
                exchange,
                index,
                asked,
                failed: Mutex::default(),
            }),
        }
    }

    /// A header of the last answer.
    pub fn header(&self, name: &str) -> Text {
        let value = self.header_value(name);
        Text::new(self, format!("header `{name}`"), value, "the answer has no such header")
    }

    /// A value in a JSON answer, by JSON pointer (RFC 6901); the empty pointer is the whole.
    pub fn json(&self, pointer: &str) -> Json {
        Json::new(self, pointer)
    }

    /// The address of the last hop.
    pub fn url(&self) -> &str {
        self.inner.url.as_str()
    }

    /// The body as text.
    pub fn body(&self) -> &str {
        &self.inner.body
    }

    /// The form that a CSS selector finds.
    ///
    /// # Errors
    ///
    /// No form matches, or more than one; written down as a failure of this line.
    #[track_caller]
    pub fn form(&self, selector: &str) -> Checked<Form> {
        let place = Place::caller();
        // A selector that is none is told here.
        self.find(selector);
        let forms = self.forms(selector);
        let found = match forms.len() {
            1 => return forms.into_iter().next().ok_or_else(Stop::failed),
            0 => "none".to_owned(),
            more => more.to_string(),
        };
        let check = FailedCheck::new(Blame::Wrong, Class::Value, format!("form `{selector}`"))
            .expected_found("one form", found);
        self.fail(FailedCheck { notes: self.heading_notes(), ..check }, place);
        Err(Stop::failed())
    }

    /// Writes down a failed check about this page.
    pub(crate) fn fail(&self, check: FailedCheck, place: Place) -> Judged {
        self.failed().any = true;
        self.inner.session.scope.log.failed(check.at(place).about(self.inner.index));
        Judged::of(false)
    }

    pub(crate) fn judge(&self, judged: Result<(), Box<FailedCheck>>, place: Place) -> Judged {
        match judged {
            Ok(()) => {
                self.inner.session.scope.log.met();
                Judged::of(true)
            }
            Err(check) => self.fail(*check, place),
        }
    }

    /// A check of this subject failed.
    fn remember(&self, subject: &Arc<str>) {
        self.failed().subjects.insert(subject.clone());
    }

    fn has_failed(&self, subject: &str) -> bool {
        self.failed().subjects.contains(subject)
    }

    fn has_failed_at_all(&self) -> bool {
        self.failed().any
    }

    fn failed(&self) -> MutexGuard<'_, Failed> {
        self.inner.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn session(&self) -> &Session {
        &self.inner.session
    }

    pub(crate) fn address(&self) -> &Url {
        &self.inner.url
    }

    pub(crate) fn code(&self) -> u16 {
        self.inner.status
    }

    pub(crate) fn exchange(&self) -> &Exchange {
        &self.inner.exchange
    }

    pub(crate) fn index(&self) -> usize {
        self.inner.index
    }

    /// When the first request was sent.
    fn first_asked(&self) -> Instant {
        self.inner.asked
    }

    pub(crate) fn took(&self) -> Duration {
        self.inner.exchange.took
    }

    pub(crate) fn content_type(&self) -> &str {
        self.inner.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The type of the body, to be shown.
    pub(crate) fn media_type(&self) -> &str {
        let mime = self.content_type().split(';').next().unwrap_or_default().trim();
        if mime.is_empty() { "of no type" } else { mime }
    }

    pub(crate) fn is_json(&self) -> bool {
        let mime = self.media_type();
        mime == "application/json" || mime.ends_with("+json")
    }

    pub(crate) fn forms(&self, selector: &str) -> Vec<Form> {
        form::all(self, selector)
    }

    /// The form whose action is this path.
    pub(crate) fn form_to(&self, path: &str) -> Option<Form> {
        let wanted = self.inner.url.join(path).ok()?;
        self.forms("form").into_iter().find(|form| form.goes_to(&wanted))
    }

    /// The address of the first hop.
    pub(crate) fn asked(&self) -> &str {
        self.inner.exchange.hops.first().map(|hop| hop.url.as_str()).unwrap_or_default()
    }

    fn header_value(&self, name: &str) -> Option<String> {
        let value = self.inner.headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
    }

    /// Where the answer sends the visitor, if it does: nobody went there.
    pub(crate) fn leads_to(&self) -> Option<Url> {
        if !matches!(self.inner.status, 301 | 302 | 303 | 307 | 308) {
            return None;
        }
        let location = self.inner.headers.get(LOCATION)?;
        self.inner.url.join(&String::from_utf8_lossy(location.as_bytes())).ok()
    }

    pub(crate) fn document(&self) -> document::View<'_> {
        self.inner.document.view(&self.inner.body)
    }
}
