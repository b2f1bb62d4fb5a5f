//! Cookies as browsers handle them (RFC 6265bis), with the reason for each decision.

mod date;
mod decide;
mod duplicate;
mod explain;
#[cfg(any(fuzzing, test))]
pub(crate) mod fuzzed;
mod jar;
mod occasion;
mod octets;
mod parse;
mod shape;
mod site;
mod stored;
#[cfg(test)]
mod tests;
mod told;

pub use explain::Explanation;
pub(crate) use jar::Jar;
pub(crate) use occasion::Occasion;
pub(crate) use parse::value;
pub(crate) use told::told;
