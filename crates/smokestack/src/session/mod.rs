//! The signed-in state, forked for every case, and what can be asked with it.

pub(crate) mod again;
mod api_write;
mod chain;
pub(crate) mod circle;
mod earlier;
mod eventually;
pub(crate) mod foreign;
pub(crate) mod idle;
pub(crate) mod issuer;
mod keeping;
mod kept;
pub(crate) mod lease;
pub(crate) mod lease_login;
mod leased;
pub(crate) mod location;
pub(crate) mod pool;
mod proof;
mod referrer;
mod request;
mod round_trip;
mod sample;
pub(crate) mod spare;
mod state;
mod straight;
pub(crate) mod take_back;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use reqwest::Method;
use smokestack_core::{BoxFuture, Place};
use url::Url;

use crate::Checked;
use crate::cookies::{Explanation, Occasion};
use crate::cx::Scope;
use crate::http::Connection;
use crate::page::{Page, impostor};
use crate::run::now;
pub use api_write::Written;
pub use eventually::{Every, Tries, every};
use lease::Hold;
pub use lease::Lease;
pub(crate) use referrer::{Policy, Referrer};
use request::Request;
pub use round_trip::RoundTrip;
pub use sample::Sample;
pub(crate) use state::State;
pub(crate) use straight::Straight;

/// Something on its way. Boxed, so that a suite compiles none of the code behind it.
pub type Pending<'a, T> = BoxFuture<'a, Checked<T>>;

/// The cookies and headers of one visitor, and the requests made with them.
///
/// A fork: what a component does to its cookies touches no other case.
#[derive(Clone)]
pub struct Session {
    pub(crate) scope: Arc<Scope>,
    state: Arc<Mutex<State>>,
    connection: Connection,
    straight: Option<Arc<Straight>>,
    /// What is worth knowing of it wherever it is judged: `nobody used the session for 5s`.
    about: Option<Arc<str>>,
    /// Who is signed in with it, where all cases share the account.
    account: Option<Arc<str>>,
    /// Nobody has signed in with it.
    visitor: bool,
    bounds: Arc<Mutex<Bounds>>,
    /// Its account is nobody else's for as long as anything can be asked with it.
    hold: Option<Arc<Hold>>,
}

/// How far a session goes beyond its target, while it logs in.
#[derive(Default)]
struct Bounds {
    /// Addresses of other sites that it may visit: the identity provider's.
    beyond: Vec<Url>,
    /// Where it goes no further: whoever is sent there has come to the end.
    end: Option<Url>,
}

impl Session {
    pub(crate) fn new(scope: Arc<Scope>, state: State) -> Session {
        let state = Arc::new(Mutex::new(state));
        Session {
            scope,
            state,
            connection: Connection::Kept,
            straight: None,
            about: None,
            account: None,
            visitor: false,
            bounds: Arc::default(),
            hold: None,
        }
    }

    /// It may visit the site of this address too.
    pub(crate) fn allow(&self, site: Url) {
        self.bounds().beyond.push(site);
    }

    /// It does not go to this address: a redirect there is where it ends.
    pub(crate) fn stop_at(&self, end: &Url) {
        self.bounds().end = Some(end.clone());
    }

    /// Whether an answer sends it to where it ends.
    pub(crate) fn has_arrived(&self, page: &Page) -> bool {
        page.leads_to().is_some_and(|next| self.ends_at(&next))
    }

    /// A second visitor with the same cookies; from here on they change apart.
    pub fn fork(&self) -> Session {
        Session { state: Arc::new(Mutex::new(self.state().clone())), ..self.clone() }
    }

    /// A fork whose requests each open a connection of their own, so that a load balancer chooses anew.
    pub fn on_fresh_connections(&self) -> Session {
        Session { connection: Connection::Fresh, ..self.fork() }
    }

    /// The same session on fresh connections: what happens to its cookies happens to this one too.
    fn freshly(&self) -> Session {
        Session { connection: Connection::Fresh, ..self.clone() }
    }

    /// The same, and this is said with every check of its pages that fails.
    pub(crate) fn known_as(self, about: String) -> Session {
        Session { about: Some(about.into()), ..self }
    }

    /// The same, of an account that all cases share.
    pub(crate) fn of_account(self, account: &str) -> Session {
        Session { account: Some(account.into()), ..self }
    }

    /// Who is signed in with it, where that is known.
    pub(crate) fn account(&self) -> Option<&str> {
        self.hold.as_deref().map(Hold::account).or(self.account.as_deref())
    }

    /// Who is signed in with it, if all cases share the account.
    pub(crate) fn shared_account(&self) -> Option<&str> {
        self.account.as_deref().filter(|_| self.hold.is_none())
    }

    /// The same session for another look of its case: what is seen goes into that one's log.
    pub(crate) fn within_scope(&self, scope: Arc<Scope>) -> Session {
        Session { scope, ..self.clone() }
    }

    /// The same, of a leased account.
    pub(crate) fn held(self, hold: Option<Arc<Hold>>) -> Session {
        Session { hold, ..self }
    }

    /// Of somebody who has not signed in.
    pub(crate) fn of_visitor(self) -> Session {
        Session { visitor: true, ..self }
    }

    pub(crate) fn is_visitor(&self) -> bool {
        self.visitor
    }

    pub(crate) fn about(&self) -> Option<&str> {
        self.about.as_deref()
    }

    /// What a page of it showed: with it, all forks of one login learn whether it is still good.
    pub(crate) fn heard(&self, accepted: bool, by: Option<&str>, asked: Instant) {
        let Some(proof) = self.state().proof.clone() else { return };
        match accepted {
            true if by == Some(&self.scope.run.platform.login.component) => proof.accepted(asked),
            true => {}
            false => proof.refused(&self.scope.case, Instant::now()),
        }
    }

    async fn fetch(&self, address: &str, place: &Place) -> Checked<Page> {
        self.send(Request::new(Method::GET, address), place.clone()).await
    }

    /// A fork whose requests to one component go past the edge to one of its origins.
    pub(crate) fn straight(&self, way: Straight) -> Session {
        Session { straight: Some(Arc::new(way)), ..self.fork() }
    }

    /// Fetches a page: a path on the target or a whole address of it. Redirects are followed and recorded.
    ///
    /// # Errors
    ///
    /// No answer came; that is written down as a failure of this line.
    #[track_caller]
    pub fn get(&self, address: impl AsRef<str>) -> Pending<'_, Page> {
        self.get_at(address.as_ref(), Place::caller())
    }

    pub(crate) fn get_at(&self, address: &str, place: Place) -> Pending<'_, Page> {
        self.send_watched(Request::new(Method::GET, address), place)
    }

    /// Sends what a line of a suite asks for: the page must be what it claims to be.
    pub(crate) fn send_watched(&self, request: Request, place: Place) -> Pending<'_, Page> {
        Box::pin(async move {
            let page = chain::follow(self, request, place.clone()).await?;
            impostor::watch(&page, &place);
            self.scope.run.watched.note(&page);
            Ok(page)
        })
    }

    /// Posts form fields (`application/x-www-form-urlencoded`).
    ///
    /// # Errors
    ///
    /// As [`Session::get`], and on a protected target where writes are not allowed.
    #[track_caller]
    pub fn post(&self, address: impl AsRef<str>, fields: &[(&str, &str)]) -> Pending<'_, Page> {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.send_watched(Request::new(Method::POST, address.as_ref()).fields(fields), Place::caller())
    }

    /// Logs out: by the form on the page whose action is the platform file's `logout` path, here or at the component that
    /// issues the session, or else by a plain POST to it, as a script of the page would send it.
    ///
    /// # Errors
    ///
    /// As [`Session::get`].
    #[track_caller]
    pub fn log_out(&self, page: &Page) -> Pending<'_, Page> {
        self.log_out_at(page, Place::caller())
    }

    fn log_out_at(&self, page: &Page, place: Place) -> Pending<'_, Page> {
        let request = match page.logout_form().and_then(|form| form.request().ok()) {
            Some(request) => request,
            None => {
                let logout = page.logout_addresses().pop().map_or_else(String::new, String::from);
                Request::new(Method::POST, &logout).fields(Vec::new()).made_from(page.address().clone())
            }
        };
        // Logout may end the identity provider's session too.
        let beyond = self.scope.run.platform.login.beyond();
        let session = Session { bounds: Arc::new(Mutex::new(Bounds { beyond, end: None })), ..self.clone() };
        Box::pin(async move { session.send(request.belongs_to_login(), place).await })
    }

    /// Why each cookie of the session would go to this address, or not, if a visitor typed it: a path on the target
    /// or a whole address.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let session = cx.session("dispatcher").await?;
    /// println!("{}", session.explain("/work-orders/"));
    /// # cx.done()
    /// # }
    /// ```
    pub fn explain(&self, address: impl AsRef<str>) -> Explanation {
        let own = self.scope.run.url();
        // What is no address leads nowhere else than the target.
        let url = own.join(address.as_ref()).unwrap_or_else(|_| own.clone());
        self.state().jar.explain(&Occasion::typed(&url, now()))
    }

    pub(crate) fn send(&self, request: Request, place: Place) -> Pending<'_, Page> {
        Box::pin(chain::follow(self, request, place))
    }

    /// Whether it may visit an address: one of the target's own, or of a site that it was allowed.
    pub(crate) fn may_visit(&self, url: &Url) -> bool {
        !self.ends_at(url) && (self.scope.run.is_own(url) || self.visits_provider(url))
    }

    /// Whether an address is not the target's own but of a site that it was allowed.
    fn visits_provider(&self, url: &Url) -> bool {
        !self.scope.run.is_own(url) && self.bounds().beyond.iter().any(|site| is_of_site(url, site))
    }

    fn ends_at(&self, url: &Url) -> bool {
        let same = |end: &Url| is_of_site(url, end) && url.host() == end.host() && url.path() == end.path();
        self.bounds().end.as_ref().is_some_and(same)
    }

    fn bounds(&self) -> MutexGuard<'_, Bounds> {
        self.bounds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an address is at this one's host or one below it, by the same scheme and port.
pub(crate) fn is_of_site(url: &Url, site: &Url) -> bool {
    let door = |url: &Url| (url.scheme().to_owned(), url.port_or_known_default());
    let (Some(host), Some(own)) = (url.host_str(), site.host_str()) else { return false };
    let below = host.strip_suffix(own).is_some_and(|label| label.is_empty() || label.ends_with('.'));
    below && door(url) == door(site)
}

pub(crate) use request::Request as SessionRequest;
