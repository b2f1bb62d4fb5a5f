//! What belongs together in a browser's eyes: public suffixes, and sites.

use std::fmt;
use std::net::Ipv4Addr;

use url::Url;

/// A scheme and the domain that somebody can register. The port does not matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site<'a> {
    scheme: &'a str,
    domain: &'a str,
}

impl<'a> Site<'a> {
    pub(super) fn of(url: &'a Url) -> Site<'a> {
        let host = url.host_str().unwrap_or_default();
        Site { scheme: url.scheme(), domain: registrable(host).unwrap_or(host) }
    }
}

impl fmt::Display for Site<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.domain)
    }
}

/// Whether strangers share what is below this domain: `com`, `co.uk`, `github.io`, and every name of one part, such
/// as `localhost` and `intranet`.
pub(super) fn is_public_suffix(domain: &str) -> bool {
    !is_address(domain) && registrable(domain).is_none()
}

/// A number instead of a name, as [`Url`] writes it.
pub(super) fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok()
}

fn registrable(host: &str) -> Option<&str> {
    if is_address(host) { None } else { psl::domain_str(host) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_suffix_is_what_strangers_share() {
        for domain in ["com", "co.uk", "github.io", "localhost", "intranet", "foo.ck"] {
            assert!(is_public_suffix(domain), "{domain}");
        }
        for domain in
            ["example.com", "a.co.uk", "me.github.io", "platform.localhost", "www.ck", "127.0.0.1", "[::1]"]
        {
            assert!(!is_public_suffix(domain), "{domain}");
        }
    }

    #[test]
    fn a_site_is_a_scheme_and_a_domain_that_somebody_registered() {
        let site = |url: &str| Site::of(&Url::parse(url).unwrap()).to_string();
        assert_eq!(site("https://work-orders.platform.example.co.uk:8443/a"), "https://example.co.uk");
        assert_eq!(site("http://work-orders.platform.localhost:9000/"), "http://platform.localhost");
        assert_eq!(site("http://127.0.0.1:9000/"), "http://127.0.0.1");
        assert_eq!(site("http://[::1]/"), "http://[::1]");
        assert_eq!(site("https://localhost/"), "https://localhost");
        assert_eq!(site("https://me.github.io/"), "https://me.github.io");
    }
}
