//! What a way of logging in is given: an account's credentials, requests, and words for what goes wrong.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use reqwest::Method;
use serde_json::Value;
use smokestack_core::{Blame, Class, Exchange, FailedCheck, Hop, Place};

use url::Url;

use super::one_time_code;
use super::refusal::{self, Refusal};
use super::server_clock::ServerClock;
use super::template::{Piece, Template, kind};
use crate::cookies::Jar;
use crate::credentials::{Credentials, Kind};
use crate::cx::Scope;
use crate::page::Page;
use crate::page::form::Form;
use crate::platform::login::WaySettings;
use crate::session::{Pending, Session, SessionRequest, State, Straight};
use crate::{Checked, Stop};

/// Somebody about to sign in: an account with its credentials, and a browser that has not been anywhere yet, unless a
/// session from before a deploy is signed in anew.
///
/// Requests follow redirects and keep cookies as those of a [`Session`] do. They belong to a login: a protected target
/// gets them too. Whatever fails is written down at the line of the suite that asked for the session.
pub struct Visitor {
    pub(super) scope: Arc<Scope>,
    pub(super) session: Session,
    account: String,
    pub(super) credentials: Arc<Credentials>,
    pub(super) place: Place,
    pub(super) has_old_cookies: bool,
    seen: Mutex<Seen>,
}

/// Somebody who is sent from page to page so often gets nowhere.
const PAGES_IN_A_ROW: usize = 5;

/// What was seen on the way.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) step: String,
    /// The exchanges with the steps they belong to, and their indexes in the log.
    pub(super) exchanges: Vec<(String, Exchange, usize)>,
    /// How many exchanges there were before the first that may have carried a credential, and the cookies then.
    pub(super) before: Option<(usize, Jar)>,
    /// The forms that pages sent by themselves: where to, and with what.
    pub(super) sent_by_pages: Vec<(Url, Vec<(String, String)>)>,
    pub(super) clock: ServerClock,
    waited: Duration,
    signed_in: bool,
}

impl Visitor {
    pub(super) fn new(
        scope: Arc<Scope>,
        account: &str,
        credentials: Arc<Credentials>,
        place: Place,
        browser: State,
    ) -> Visitor {
        let has_old_cookies = browser.jar.len() > 0;
        let session = Session::new(scope.clone(), browser);
        scope.run.platform.login.beyond().into_iter().for_each(|site| session.allow(site));
        let (account, seen) = (account.to_owned(), Mutex::default());
        Visitor { scope, session, account, credentials, place, has_old_cookies, seen }
    }

    /// The same, past the edge to an origin.
    pub(super) fn straight(self, way: Straight) -> Visitor {
        Visitor { session: self.session.straight(way), ..self }
    }

    /// The account's name in the platform file.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The name of the target that the run is about.
    pub fn target(&self) -> &str {
        &self.scope.run.target.name
    }

    /// A text of `options` in `[login]` of the platform file, for own ways.
    pub fn option(&self, key: &str) -> Option<&str> {
        match &self.scope.run.platform.login.settings {
            WaySettings::Own(options) => options.get(key).map(String::as_str),
            _ => None,
        }
    }

    /// The account's user name.
    ///
    /// # Errors
    ///
    /// The platform file names none for it.
    pub fn username(&self) -> Checked<&str> {
        self.credential(Kind::Username)
    }

    /// The account's password.
    ///
    /// # Errors
    ///
    /// The platform file names none for it.
    pub fn password(&self) -> Checked<&str> {
        self.credential(Kind::Password)
    }

    /// The account's token.
    ///
    /// # Errors
    ///
    /// The platform file names none for it.
    pub fn token(&self) -> Checked<&str> {
        self.credential(Kind::Token)
    }

    /// A one-time code of the account that was not used before. Where the current one was, waits for the next.
    ///
    /// # Errors
    ///
    /// The platform file names no secret of codes for the account, or it is none.
    pub fn one_time_code(&self) -> Pending<'_, String> {
        Box::pin(async move {
            let totp = one_time_code::authenticator(self.credential(Kind::Totp)?).map_err(|why| {
                let what = format!("the secret of one-time codes of account `{}` {why}", self.account);
                let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(self.place.clone());
                self.scope.log.failed(check);
                Stop::failed()
            })?;
            let clock = self.seen().clock;
            Ok(one_time_code::next(self, &totp, clock).await)
        })
    }

    /// Names the step that begins, for messages: `step 2 of 2, the code`.
    pub fn step(&self, name: impl Into<String>) {
        self.seen().step = name.into();
    }

    /// Fetches a page, as [`Session::get`] does.
    ///
    /// # Errors
    ///
    /// No answer came.
    pub fn get(&self, address: impl AsRef<str>) -> Pending<'_, Page> {
        self.send(SessionRequest::new(Method::GET, address.as_ref()))
    }

    /// Posts form fields.
    ///
    /// # Errors
    ///
    /// No answer came.
    pub fn post(&self, address: impl AsRef<str>, fields: &[(&str, &str)]) -> Pending<'_, Page> {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.send(SessionRequest::new(Method::POST, address.as_ref()).fields(fields))
    }

    /// Posts JSON.
    ///
    /// # Errors
    ///
    /// No answer came.
    pub fn post_json(&self, address: impl AsRef<str>, body: &Value) -> Pending<'_, Page> {
        self.send(SessionRequest::new(Method::POST, address.as_ref()).json(body))
    }

    /// Sends a form as Enter would, whatever a browser says to its fields.
    ///
    /// # Errors
    ///
    /// No answer came, or a field could not be filled.
    pub fn submit(&self, form: Form) -> Pending<'_, Page> {
        match form.request() {
            Ok(request) => self.send(request),
            Err(why) => {
                let refusal = Refusal::new(format!("the form cannot be sent: {why}"));
                Box::pin(async move { Err(self.refused(refusal)) })
            }
        }
    }

    /// Puts a header into the session: it goes with every request to the platform. Its value is a secret.
    pub fn set_header(&self, name: &str, value: &str) {
        // The token first: whoever shows it mostly shows it without its prefix.
        let token = value.split_once(' ').map_or(value, |(_, token)| token);
        for secret in [token, value] {
            self.learn(secret, &format!("header `{name}`"));
        }
        let mut state = self.session.state();
        state.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        state.headers.push((name.to_ascii_lowercase(), value.to_owned()));
    }

    /// The login fails: the platform does not let the visitor in, and this page shows why.
    #[must_use]
    pub fn refuse(&self, page: &Page, found: &str) -> Stop {
        self.refused(Refusal::new(found).notes(page.alerts()))
    }

    /// A template with the account's credentials in it.
    pub(super) async fn filled(&self, template: &Template) -> Checked<String> {
        let mut text = String::new();
        for piece in template.pieces() {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Placeholder(word) => match kind(word) {
                    Some(Kind::Totp) => text.push_str(&self.one_time_code().await?),
                    Some(kind) => text.push_str(self.credential(kind)?),
                    None => text.push_str(word),
                },
            }
        }
        Ok(text)
    }

    /// Lets the visitor go to the site of this address too.
    pub(super) fn allow(&self, address: &str) {
        if let Ok(site) = Url::parse(address) {
            self.session.allow(site);
        }
    }

    /// All requests so far.
    pub(super) fn hops(&self) -> Vec<Hop> {
        self.seen().exchanges.iter().flat_map(|(_, exchange, _)| exchange.hops.clone()).collect()
    }

    /// The time of whoever answered last, in seconds since 1970.
    pub(super) fn server_now(&self) -> u64 {
        self.seen().clock.now()
    }

    /// A check failed; the login may go on.
    pub(super) fn failed(&self, check: FailedCheck) {
        let exchange = self.seen().exchanges.first().map(|(_, _, index)| *index);
        self.scope.log.failed(FailedCheck { exchange, ..check.at(self.place.clone()) });
    }

    /// Keeps a secret out of everything that is shown.
    pub(super) fn learn(&self, secret: &str, what: &str) {
        self.scope.run.learn_token(secret, &format!("{what} of `{}`", self.account));
    }

    fn credential(&self, kind: Kind) -> Checked<&str> {
        let value = match kind {
            Kind::Username => &self.credentials.username,
            Kind::Password => &self.credentials.password,
            Kind::Token => &self.credentials.token,
            Kind::Totp => &self.credentials.totp,
        };
        {
            let jar = self.session.state().jar.clone();
            let mut seen = self.seen();
            let count = seen.exchanges.len();
            seen.before.get_or_insert((count, jar));
        }
        value.as_deref().ok_or_else(|| {
            let key = kind.key();
            let what = format!("account `{}` has no `{key}`", self.account);
            let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(self.place.clone());
            let help = format!("add `{key} = {{ env = \"VARIABLE\" }}` to `[accounts.{}]`", self.account);
            self.scope.log.failed(check.help(help));
            Stop::failed()
        })
    }

    /// Sends a request, and goes on where the answer leads by itself, as a browser would.
    pub(super) fn send(&self, request: SessionRequest) -> Pending<'_, Page> {
        Box::pin(async move {
            let mut page = self.exchange(request).await?;
            for _ in 0..PAGES_IN_A_ROW {
                if self.session.has_arrived(&page) {
                    return Ok(page);
                }
                let by_itself = page.self_submitting().and_then(|form| {
                    let request = form.request_by_script().ok()?;
                    Some((form, request))
                });
                let request = match (by_itself, self.led_on(&page)) {
                    (Some((form, request)), _) => {
                        self.seen().sent_by_pages.extend(form.into_parts());
                        request
                    }
                    (None, Some(next)) => SessionRequest::new(Method::GET, next.as_str()),
                    (None, None) => return Ok(page),
                };
                page = self.exchange(request).await?;
            }
            let (from, to) = (page.address().path(), self.led_on(&page));
            let to = to.map_or_else(String::new, |to| format!(" to {}", to.path()));
            let found = format!(
                "{PAGES_IN_A_ROW} pages in a row lead on by themselves, the last one from {from}{to}"
            );
            Err(self
                .refused(Refusal::new(found).notes([format!("they took {} ms", self.took().as_millis())])))
        })
    }

    /// Where a page leads on by itself that has nothing to be filled.
    fn led_on(&self, page: &Page) -> Option<Url> {
        let next = page.leads_on_to().filter(|next| self.session.may_visit(next))?;
        (page.forms("form").is_empty() && !page.has_marker()).then_some(next)
    }

    async fn exchange(&self, request: SessionRequest) -> Checked<Page> {
        let within = match self.seen().step.as_str() {
            "" => format!("while logging in as `{}`", self.account),
            step => format!("while logging in as `{}`: {step}", self.account),
        };
        let request = request.belongs_to_login().within(within);
        let page = self.session.send(request, self.place.clone()).await?;
        let mut seen = self.seen();
        let date = page.header("date");
        let clock = date.value().and_then(|date| ServerClock::read(date, SystemTime::now()));
        seen.clock = clock.unwrap_or(seen.clock);
        let step = seen.step.clone();
        seen.exchanges.push((step, page.exchange().clone(), page.index()));
        Ok(page)
    }

    /// Asks an address that needs somebody signed in.
    pub(super) async fn prove(&self) -> Checked {
        let run = &self.scope.run;
        let login = &run.platform.login;
        let issuer = run.component(&login.component);
        let own = issuer.map(|issuer| issuer.api().unwrap_or_else(|| issuer.landing()));
        let address = login.check.clone().or(own).unwrap_or_else(|| "/".to_owned());
        self.step(format!("the first request with it, {address}"));
        let page = self.get(&address).await?;
        if page.is_signed_in() {
            return Ok(());
        }
        let refusal = refusal::plain(&page, "it").unwrap_or_else(|| {
            let found = format!("what the login gave is not accepted (status {})", page.code());
            Refusal::new(found).notes(page.alerts()).help(self.credentials_help())
        });
        Err(self.refused(refusal))
    }

    /// The visitor has come to a page of somebody signed in.
    pub(super) fn has_signed_in(&self) {
        self.seen().signed_in = true;
    }

    pub(super) fn is_signed_in(&self) -> bool {
        self.seen().signed_in
    }

    pub(super) fn has_waited(&self, time: Duration) {
        self.seen().waited += time;
    }

    pub(super) fn waited(&self) -> Duration {
        self.seen().waited
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
