//! Credentials that go with every request: HTTP basic, and tokens that somebody else has issued.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::refusal::Refusal;
use super::{LoginWay, Visitor};
use crate::platform::login::TokenHeader;
use crate::session::Pending;

/// HTTP basic (RFC 7617).
pub(super) struct Basic;

impl LoginWay for Basic {
    fn log_in<'a>(&'a self, visitor: &'a Visitor) -> Pending<'a, ()> {
        Box::pin(async move {
            let username = visitor.username()?;
            if username.contains(':') {
                visitor.step("HTTP basic");
                return Err(visitor.refused(Refusal::new("a user name with `:` in it cannot be sent")));
            }
            let pair = STANDARD.encode(format!("{username}:{}", visitor.password()?));
            visitor.set_header("authorization", &format!("Basic {pair}"));
            Ok(())
        })
    }
}

impl LoginWay for TokenHeader {
    fn log_in<'a>(&'a self, visitor: &'a Visitor) -> Pending<'a, ()> {
        Box::pin(async move {
            self.put(visitor, visitor.token()?);
            Ok(())
        })
    }
}
