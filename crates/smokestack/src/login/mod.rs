//! How an account becomes a session: the ways that are built in, and the door for own ones.

mod attempt;
mod client_credentials;
mod complaint;
mod cookies;
mod form;
mod json;
mod oidc;
mod one_time_code;
mod refusal;
mod server_clock;
mod template;
#[cfg(test)]
mod tests;
mod visitor;
mod with_every_request;

use std::sync::Arc;

use crate::platform::login::WaySettings;
use crate::session::Pending;
pub(crate) use attempt::{Browser, log_in};
pub(crate) use oidc::provider;
pub(crate) use template::Template;
pub use visitor::Visitor;

/// A way of logging in: turns a visitor with credentials into one with a session.
///
/// What the visitor holds when it ends, cookies and headers, is the account's session: it is kept, forked for every
/// case and sent with every request. If the visitor has not come to a page of somebody signed in, an address that
/// needs it is asked, so that a way cannot pass by mistake.
///
/// [`Suites::login_way`](crate::Suites::login_way) adds one.
pub trait LoginWay: Send + Sync + 'static {
    /// Signs the visitor in.
    ///
    /// # Errors
    ///
    /// [`Visitor::refuse`] says why the platform does not let the visitor in; the visitor's requests say by
    /// themselves why no answer came.
    fn log_in<'a>(&'a self, visitor: &'a Visitor) -> Pending<'a, ()>;
}

/// The names of the ways that are built in.
pub(crate) const BUILT_IN: [&str; 6] = ["form", "json", "basic", "bearer", "client-credentials", "oidc"];

/// A suite binary's own ways.
#[derive(Clone, Default)]
pub(crate) struct Ways {
    own: Vec<(String, Arc<dyn LoginWay>)>,
}

impl Ways {
    /// A second one of a name replaces the first.
    pub(crate) fn add(&mut self, name: &str, way: Arc<dyn LoginWay>) {
        self.own.retain(|(known, _)| known != name);
        self.own.push((name.to_owned(), way));
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.own.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The own way of this name, or else the one that is built in.
    fn named(&self, name: &str, settings: &WaySettings) -> Option<Arc<dyn LoginWay>> {
        let own = self.own.iter().find(|(known, _)| known == name).map(|(_, way)| way.clone());
        own.or_else(|| built_in(settings))
    }
}

fn built_in(settings: &WaySettings) -> Option<Arc<dyn LoginWay>> {
    Some(match settings {
        WaySettings::Form(steps) => Arc::new(form::Forms(steps.clone())),
        WaySettings::Json(json) => Arc::new(json.clone()),
        WaySettings::Basic => Arc::new(with_every_request::Basic),
        WaySettings::Bearer(header) => Arc::new(header.clone()),
        WaySettings::ClientCredentials(client) => Arc::new(client.clone()),
        WaySettings::Oidc(oidc) => Arc::new(oidc.as_ref().clone()),
        WaySettings::Own(_) => return None,
    })
}
