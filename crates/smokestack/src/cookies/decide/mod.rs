//! Every decision about a cookie, as pure functions that say why.

mod accept;
mod cover;
mod prefix;
mod same_site;
mod send;

pub(super) use accept::{accept, expiry};
pub(super) use cover::overlap;
pub(super) use send::send;
