//! An answer and every question that can be asked about it. Questions are pure; checks are soft.

mod cookies;
pub(crate) mod document;
pub(crate) mod form;
mod identity;
pub(crate) mod impostor;
mod json;
pub(crate) mod listed;
mod meta_refresh;
mod self_submitting;
mod signed_in;
mod subject;

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION};
use smokestack_core::{Blame, Class, Exchange, FailedCheck, Hop, Place};
use url::Url;

use crate::http::Answer;
use crate::session::Session;
use crate::{Checked, Stop};
use document::Document;
use form::Form;
use impostor::Disguise;

pub(crate) use document::read_as_html;
pub use json::Json;
pub(crate) use json::said;
pub use subject::{Count, Found, Status, Text, Took};

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
            }),
        }
    }

    /// The status: `page.status().is(200)`.
    pub fn status(&self) -> Status {
        Status { page: self.clone() }
    }

    /// The title of an HTML page.
    pub fn title(&self) -> Text {
        let title = self.document().texts("title", 1).ok().and_then(|texts| texts.into_iter().next());
        Text::new(self, "title", title, "the page has no title")
    }

    /// What a CSS selector finds: `page.find("h1").text().is("Work orders")`.
    ///
    /// A selector that is not one fails at this line.
    #[track_caller]
    pub fn find(&self, selector: &str) -> Found {
        let checked = document::checked(selector);
        let judged = checked.is_ok();
        if let Err(why) = checked {
            let check = FailedCheck::new(
                Blame::Harness,
                Class::Harness,
                format!("`{selector}` is not a CSS selector"),
            );
            self.fail(FailedCheck { found: Some(why), ..check }, Place::caller());
        }
        Found { page: self.clone(), selector: selector.to_owned(), judged }
    }

    /// The text of the page that a person can read.
    pub fn text(&self) -> Text {
        Text::new(self, "text of the page", Some(self.document().visible_text()), "")
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

    /// How long the exchange took, redirects included.
    pub fn duration(&self) -> Took {
        Took { page: self.clone() }
    }

    /// The address of the last hop.
    pub fn url(&self) -> &str {
        self.inner.url.as_str()
    }

    /// The body as text.
    pub fn body(&self) -> &str {
        &self.inner.body
    }

    /// Checks that the platform knows who is signed in: not a login page, an error page or somebody's public page.
    ///
    /// A page must show the platform file's `signed_in` marker; a JSON answer must come with a good status.
    #[track_caller]
    pub fn signed_in(&self) {
        self.settle(&[Disguise::Login]);
        self.judge(self.accepted(), Place::caller());
    }

    /// Checks that a session from before a deploy is accepted. Where the platform file says `expect_relogin`, a clean
    /// way to the login page will do as well; an error of the server never does.
    #[track_caller]
    pub fn signed_in_or_relogin(&self) {
        self.settle(&[Disguise::Login]);
        self.judge(signed_in::survived(self), Place::caller());
    }

    /// Checks that the platform refuses this visitor: a way to the login page, a login form, 401 or 403.
    #[track_caller]
    pub fn refused(&self) {
        self.settle(&[Disguise::Login]);
        self.judge(signed_in::refused(self), Place::caller());
    }

    /// Checks as [`Page::signed_in`] does, and ends the case if that fails: what it wants to look at cannot be
    /// judged. Where the run has a case of this name for the same component, which tells of it, this one is blocked
    /// by it and does not tell it again.
    ///
    /// # Errors
    ///
    /// The platform does not know who is signed in.
    #[track_caller]
    pub fn signed_in_or_blocked_by(&self, case: &str) -> Checked {
        self.signed_in_or_blocked_at(case, Place::caller())
    }

    pub(crate) fn signed_in_or_blocked_at(&self, case: &str, place: Place) -> Checked {
        self.settle(&[Disguise::Login]);
        let Err(check) = self.accepted() else {
            self.inner.session.scope.log.met();
            return Ok(());
        };
        let scope = &self.inner.session.scope;
        match scope.sibling(case) {
            Some(sibling) => {
                let check = check.at(place).about(self.inner.index);
                scope.log.held(sibling.clone(), check);
                Err(Stop::blocked(format!("`{sibling}`")))
            }
            None => {
                self.fail(*check, place);
                Err(Stop::failed())
            }
        }
    }

    /// Checks as [`Page::signed_in`] does, and that the page is this account's: it shows what the platform file's `who`
    /// finds on the account's pages, which is its user name, or `shows` in `[accounts.NAME]`. The case has asked for a
    /// session of the account before.
    #[track_caller]
    pub fn signed_in_as(&self, account: &str) {
        let place = Place::caller();
        self.settle(&[Disguise::Login]);
        let judged = self.accepted().and_then(|()| identity::belongs_to(self, account));
        self.judge(judged, place);
    }

    /// The instance that refused the visitor, or showed the page: by the platform file's `instance_header`, or by its
    /// `instance_marker` on the page.
    pub fn instance(&self) -> Option<String> {
        let hop = self.deciding()?;
        let marker = || {
            let selector = self.inner.session.scope.run.platform.session.instance_marker.as_deref()?;
            // After a redirect the page is somebody else's.
            let own = self.inner.exchange.last().is_some_and(|last| std::ptr::eq(last, hop));
            let text = own.then(|| self.document().texts(selector, 1).ok()).flatten()?.into_iter().next()?;
            (!text.is_empty()).then_some(text)
        };
        hop.instance.clone().or_else(marker)
    }

    /// The release of that instance, by the platform file's `release_header`.
    pub fn release(&self) -> Option<&str> {
        self.deciding()?.release.as_deref()
    }

    /// The hop that shows what the component says to the visitor.
    pub(crate) fn deciding(&self) -> Option<&Hop> {
        self.inner.exchange.deciding(signed_in::refusal(self).is_some())
    }

    /// Whether [`Page::signed_in`] would pass, without judging.
    pub fn is_signed_in(&self) -> bool {
        signed_in::accepted(self).is_ok()
    }

    /// How the component said that it does not know the session, if it did.
    pub(crate) fn session_lost(&self) -> Option<String> {
        let check = signed_in::accepted(self).err().filter(|check| check.class == Class::SessionLost)?;
        check.found
    }

    /// The form that a CSS selector finds.
    ///
    /// # Errors
    ///
    /// No form matches, or more than one; written down as a failure of this line.
    #[track_caller]
    pub fn form(&self, selector: &str) -> Checked<Form> {
        let place = Place::caller();
        let forms = self.find(selector).page.forms(selector);
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
    pub(crate) fn fail(&self, check: FailedCheck, place: Place) {
        self.inner.session.scope.log.failed(check.at(place).about(self.inner.index));
    }

    pub(crate) fn judge(&self, judged: Result<(), Box<FailedCheck>>, place: Place) {
        match judged {
            Ok(()) => self.inner.session.scope.log.met(),
            Err(check) => self.fail(*check, place),
        }
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

    /// The first heading, to show what page this is.
    pub(crate) fn heading_notes(&self) -> Vec<String> {
        match (self.first("h1"), self.first("title")) {
            (Some(h1), _) => vec![format!("`h1` is {h1:?}")],
            (None, Some(title)) => vec![format!("the title is {title:?}")],
            (None, None) if self.inner.body.trim().is_empty() => vec!["the body is empty".to_owned()],
            (None, None) => Vec::new(),
        }
    }

    /// The text of the first element that matches.
    pub(crate) fn first(&self, selector: &str) -> Option<String> {
        self.document().texts(selector, 1).ok()?.into_iter().next()
    }

    /// What the page says went wrong.
    pub(crate) fn alerts(&self) -> Vec<String> {
        if self.is_json() {
            return json::complaints(self.body());
        }
        let texts =
            self.document().texts("[role=alert], .error, .alert-danger, .alert-error", 2).unwrap_or_default();
        let told =
            texts.into_iter().filter(|text| !text.is_empty()).map(|text| format!("the page says {text:?}"));
        let told: Vec<String> = told.collect();
        if told.is_empty() { self.heading_notes() } else { told }
    }

    /// Whether this is a page to log in on: it has a password field, or is the one that the platform file names.
    pub(crate) fn is_login_page(&self) -> bool {
        let asks = self.document().count("input[type=password]").unwrap_or(0) > 0;
        let named = self.inner.url.path() == self.inner.session.scope.run.platform.login.page;
        (asks || named) && !self.has_marker()
    }

    /// Whether the visitor is known; all forks of the session learn of it.
    pub(crate) fn accepted(&self) -> Result<(), Box<FailedCheck>> {
        let judged = signed_in::accepted(self);
        let class = judged.as_ref().err().map(|check| check.class);
        if class == Some(Class::Impostor) {
            // Told by whoever judges this.
            self.settle(&[Disguise::Maintenance, Disguise::Gateway, Disguise::Error]);
        }
        let lost = class == Some(Class::SessionLost);
        if judged.is_ok() || lost {
            let by = self.inner.exchange.component.as_deref();
            self.inner.session.heard(judged.is_ok(), by, self.inner.asked);
        }
        judged
    }

    /// The component accepted what was sent to its API.
    pub(crate) fn accepted_write(&self) -> Result<(), Box<FailedCheck>> {
        signed_in::accepted_write(self)
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

    pub(crate) fn has_marker(&self) -> bool {
        let marker = self.inner.session.scope.run.platform.session.signed_in.as_deref();
        marker.is_some_and(|marker| self.document().count(marker).unwrap_or(0) > 0)
    }

    pub(crate) fn document(&self) -> document::View<'_> {
        self.inner.document.view(&self.inner.body)
    }
}
