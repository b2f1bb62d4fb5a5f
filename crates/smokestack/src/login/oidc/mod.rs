//! OpenID Connect, authorization code flow, without a browser: as the visitor of a platform that is the provider's
//! client, or as a client itself.

mod as_client;
mod as_visitor;
mod discovery;
mod evidence;
mod id_token;
mod redirect;

use super::{LoginWay, Visitor};
use crate::platform::login::OidcLogin;
use crate::session::Pending;
pub(crate) use evidence::provider;

impl LoginWay for OidcLogin {
    fn log_in<'a>(&'a self, visitor: &'a Visitor) -> Pending<'a, ()> {
        match &self.client {
            Some(client) => Box::pin(as_client::log_in(self, client, visitor)),
            None => Box::pin(as_visitor::log_in(self, visitor)),
        }
    }
}
