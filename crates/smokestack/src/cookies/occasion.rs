//! What a decision about a cookie rests on beside the cookie and the jar.

use url::Url;

/// A request, as far as cookies are decided by it. Whether an address is of another site is asked of the initiator
/// alone: redirects in between change nothing, since no browser counts them
/// (<https://github.com/httpwg/http-extensions/pull/2750>).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occasion<'a> {
    /// Where this hop goes to.
    pub(crate) url: &'a Url,
    /// The method of this hop, in capitals.
    pub(crate) method: &'a str,
    /// The page that the visitor came from; none if the address was typed.
    pub(crate) initiator: Option<&'a Url>,
    /// Whether the answer becomes the page; not so for what a page's script fetches.
    pub(crate) top_level: bool,
    /// Seconds since 1970.
    pub(crate) now: i64,
}

impl<'a> Occasion<'a> {
    /// An address typed by the visitor.
    pub(crate) fn typed(url: &'a Url, now: i64) -> Occasion<'a> {
        Occasion { url, method: "GET", initiator: None, top_level: true, now }
    }

    pub(super) fn host(&self) -> &'a str {
        self.url.host_str().unwrap_or_default()
    }

    /// Loopback is no exception, though browsers make one: what is tested here has to hold in production.
    pub(super) fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Reading only, as RFC 9110 (section 9.2.1) has it.
    pub(super) fn is_safe(&self) -> bool {
        matches!(self.method, "GET" | "HEAD" | "OPTIONS" | "TRACE")
    }
}
