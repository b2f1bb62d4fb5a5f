//! An answer and every question that can be asked about it. Questions are pure; checks are soft.

#[cfg(test)]
mod bench;
mod body;
mod candidates;
mod chain;
mod charset;
mod complaint;
mod cookies;
mod count;
mod csv;
pub(crate) mod document;
mod excerpt;
pub(crate) mod form;
mod found;
mod fragment;
mod grid;
mod header;
mod header_set;
mod heading;
mod identity;
pub(crate) mod impostor;
mod inside;
mod json;
mod json_path;
mod judged;
mod links;
pub(crate) mod listed;
mod markers;
mod meta_refresh;
mod named;
mod near;
mod not_json;
#[cfg(test)]
mod odd_bodies;
mod open;
pub(crate) mod outline;
mod overloaded;
mod parsed;
mod redacted;
#[cfg(feature = "jsonschema")]
mod schema;
mod security;
pub(crate) mod selectors;
mod self_submitting;
pub(crate) mod shape;
mod signed_in;
mod status;
mod table;
mod text;
mod texts;
mod took;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use serde_json::Value;
use smokestack_core::{Exchange, FailedCheck, Place};
use url::Url;

use crate::http::Answer;
use crate::session::Session;
use document::Document;
use grid::Grid;
use not_json::NotJson;

pub use chain::{Chain, Hops};
pub use count::Count;
pub(crate) use document::read_as_html;
pub use found::Found;
pub use header::Header;
pub use json::Json;
pub(crate) use json::said;
pub use json_path::{EachJson, JsonValues};
pub use judged::Judged;
pub(crate) use judged::Subject;
pub use links::{Images, Link, Links};
pub use security::{Hsts, Security};
pub use shape::Shape;
pub use status::Status;
pub use table::{Row, Table};
pub use text::Text;
pub use texts::{Each, Texts};
pub use took::{ConnectTime, Percentile, Repeats, Took};

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
    /// How many bytes it had, and what is to be said of its encoding.
    size: usize,
    charset: Option<String>,
    charset_note: Option<String>,
    document: Document,
    json: OnceLock<Result<Value, NotJson>>,
    grids: Mutex<BTreeMap<String, Laid>>,
    exchange: Exchange,
    /// What the redirects that led here had in their bodies.
    redirects: Vec<Page>,
    index: usize,
    /// When the first request was sent.
    asked: Instant,
    failed: Mutex<Failed>,
}

/// A table, or why there is none.
type Laid = Result<Arc<Grid>, String>;

/// Which of its subjects failed a check.
#[derive(Default)]
struct Failed {
    /// Whether any check of the page failed, whatever it was about.
    any: bool,
    subjects: BTreeSet<Arc<str>>,
}

impl Page {
    pub(crate) fn new(session: Session, answer: Answer, url: Url, exchange: Exchange, index: usize) -> Page {
        let (status, headers) = (answer.status, answer.headers);
        let content_type = headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let size = answer.body.len();
        let decoded = charset::decode(answer.body, &content_type.unwrap_or_default());
        let document = Document::with(session.scope.run.selectors.clone());
        let asked = Instant::now().checked_sub(exchange.took).unwrap_or_else(Instant::now);
        Page {
            inner: Arc::new(Inner {
                session,
                url,
                status,
                headers,
                body: decoded.text,
                size,
                charset: decoded.named,
                charset_note: decoded.note,
                document,
                json: OnceLock::new(),
                grids: Mutex::default(),
                exchange,
                redirects: Vec::new(),
                index,
                asked,
                failed: Mutex::default(),
            }),
        }
    }

    /// The same, with what the redirects that led here had in their bodies.
    pub(crate) fn after(mut self, redirects: Vec<Page>) -> Page {
        // Nobody else has it yet.
        if let Some(inner) = Arc::get_mut(&mut self.inner) {
            inner.redirects = redirects;
        }
        self
    }

    fn redirects(&self) -> &[Page] {
        &self.inner.redirects
    }

    /// The address of the last hop.
    pub fn url(&self) -> &str {
        self.inner.url.as_str()
    }

    /// The body as text.
    pub fn body(&self) -> &str {
        &self.inner.body
    }

    /// Writes down a failed check about this page.
    pub(crate) fn fail(&self, check: FailedCheck, place: Place) -> Judged {
        self.failed().any = true;
        self.inner.session.scope.log.failed(check.at(place).about(self.inner.index));
        Judged::of(false)
    }

    /// Writes down a failed check about something that the page needs, with the exchange that fetched it.
    pub(crate) fn fail_about(&self, check: FailedCheck, exchange: Exchange, place: Place) -> Judged {
        self.failed().any = true;
        let log = &self.inner.session.scope.log;
        let index = log.exchanged(exchange);
        log.failed(check.at(place).about(index));
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

    pub(crate) fn has_failed_at_all(&self) -> bool {
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

    pub(crate) fn content_type_header(&self) -> &str {
        self.inner.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The type of the body, to be shown.
    pub(crate) fn media_type(&self) -> &str {
        let mime = self.content_type_header().split(';').next().unwrap_or_default().trim();
        if mime.is_empty() { "of no type" } else { mime }
    }

    pub(crate) fn header_map(&self) -> &HeaderMap {
        &self.inner.headers
    }

    pub(crate) fn is_html(&self) -> bool {
        matches!(self.media_type(), "text/html" | "application/xhtml+xml")
    }

    pub(crate) fn is_json(&self) -> bool {
        let mime = self.media_type();
        mime == "application/json" || mime.ends_with("+json")
    }

    /// The address of the first hop.
    pub(crate) fn asked(&self) -> &str {
        self.inner.exchange.hops.first().map(|hop| hop.url.as_str()).unwrap_or_default()
    }

    fn header_value(&self, name: &str) -> Option<String> {
        self.header_values(name).into_iter().next()
    }

    fn header_values(&self, name: &str) -> Vec<String> {
        let values = self.inner.headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect()
    }

    fn header_names(&self) -> Vec<&str> {
        self.inner.headers.keys().map(|name| name.as_str()).collect()
    }

    fn body_size(&self) -> usize {
        self.inner.size
    }

    fn named_charset(&self) -> Option<&str> {
        self.inner.charset.as_deref()
    }

    /// What is odd about the text, or about how much of it was read.
    fn oddities(&self) -> Vec<String> {
        let (unread, thinned) = (self.inner.document.unread(), self.inner.document.thinned());
        self.inner.charset_note.iter().cloned().chain(unread).chain(thinned).collect()
    }

    /// Whether the page was read to its end.
    fn is_whole(&self) -> bool {
        self.inner.document.unread().is_none()
    }

    fn json_once(&self, read: impl FnOnce() -> Result<Value, NotJson>) -> &Result<Value, NotJson> {
        self.inner.json.get_or_init(read)
    }

    /// A table, laid out once however often it is asked for.
    fn grid_once(&self, name: &str, lay_out: impl FnOnce() -> Laid) -> Laid {
        let grids = || self.inner.grids.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = grids().get(name) {
            return known.clone();
        }
        let laid = lay_out();
        grids().insert(name.to_owned(), laid.clone());
        laid
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
        let (document, body) = (&self.inner.document, &self.inner.body);
        if body.len() < parsed::LARGE || document.is_read() {
            return document.view(body);
        }
        // Where that uses up the time, it is the page's own weight that did.
        let scope = &self.inner.session.scope;
        let what = format!("reading {} KB of HTML of {}", body.len() >> 10, self.inner.url);
        let phase = scope.log.entered(what, scope.elapsed());
        let view = document.view(body);
        scope.log.left(phase, scope.elapsed());
        view
    }
}
