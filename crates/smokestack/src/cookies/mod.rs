//! Cookies as browsers handle them (RFC 6265), with the reason for each decision.

mod decide;
mod jar;

pub(crate) use jar::Jar;
