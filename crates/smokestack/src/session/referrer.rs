//! What a request says of the page it was made from: `Referer` and `Origin`, as browsers send them.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Origin, Url};

/// Of a longer address browsers tell the origin alone (Referrer Policy, 8.3).
const LONGEST: usize = 4096;

/// The page that a request was made from, and what it lets others know of itself.
#[derive(Clone, Debug)]
pub(crate) struct Referrer {
    page: Url,
    policy: Policy,
}

/// How much of itself a page lets others know (Referrer Policy, section 3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Policy {
    NoReferrer,
    NoReferrerWhenDowngrade,
    SameOrigin,
    Origin,
    StrictOrigin,
    OriginWhenCrossOrigin,
    #[default]
    StrictOriginWhenCrossOrigin,
    UnsafeUrl,
}

impl Policy {
    /// The last that is one, of a header or an attribute.
    pub(crate) fn read(text: &str) -> Option<Policy> {
        text.split(',').filter_map(|word| Policy::of_word(word.trim_ascii())).next_back()
    }

    fn of_word(word: &str) -> Option<Policy> {
        Some(match word.to_ascii_lowercase().as_str() {
            // What `<meta>` may say too is of old (HTML, "standard metadata names").
            "no-referrer" | "never" => Policy::NoReferrer,
            "no-referrer-when-downgrade" => Policy::NoReferrerWhenDowngrade,
            "same-origin" => Policy::SameOrigin,
            "origin" => Policy::Origin,
            "strict-origin" => Policy::StrictOrigin,
            "origin-when-cross-origin" | "origin-when-crossorigin" => Policy::OriginWhenCrossOrigin,
            "strict-origin-when-cross-origin" | "default" => Policy::StrictOriginWhenCrossOrigin,
            "unsafe-url" | "always" => Policy::UnsafeUrl,
            _ => return None,
        })
    }
}

impl Referrer {
    pub(crate) fn new(page: Url, policy: Policy) -> Referrer {
        Referrer { page, policy }
    }

    pub(crate) fn page(&self) -> &Url {
        &self.page
    }

    /// The same by what a redirect says: `Referrer-Policy` counts from there on.
    pub(super) fn redirected(&mut self, header: &str) {
        self.policy = Policy::read(header).unwrap_or(self.policy);
    }

    /// The `Referer` for an address (Referrer Policy, 8.3).
    pub(crate) fn referer(&self, to: &Url) -> Option<String> {
        let same = self.page.origin() == to.origin();
        let downgrade = is_safe(&self.page) && !is_safe(to);
        let whole = match self.policy {
            Policy::NoReferrer => return None,
            Policy::SameOrigin if !same => return None,
            Policy::NoReferrerWhenDowngrade if downgrade => return None,
            Policy::StrictOrigin if downgrade => return None,
            Policy::StrictOriginWhenCrossOrigin if !same && downgrade => return None,
            Policy::SameOrigin | Policy::UnsafeUrl | Policy::NoReferrerWhenDowngrade => true,
            Policy::Origin | Policy::StrictOrigin => false,
            Policy::OriginWhenCrossOrigin | Policy::StrictOriginWhenCrossOrigin => same,
        };
        let mut page = self.page.clone();
        page.set_fragment(None);
        page.set_username("").and_then(|()| page.set_password(None)).ok()?;
        if whole && page.as_str().len() <= LONGEST {
            return Some(page.to_string());
        }
        Some(format!("{}/", page.origin().ascii_serialization()))
    }

    /// The `Origin` for an address, of a request that is no GET or HEAD (Fetch, "append a request Origin header").
    /// `tainted`: it was redirected by another site than the page's.
    pub(super) fn origin(&self, to: &Url, tainted: bool) -> String {
        let own = self.page.origin();
        let downgrade = self.page.scheme() == "https" && to.scheme() != "https";
        let hidden = match self.policy {
            Policy::NoReferrer => true,
            Policy::NoReferrerWhenDowngrade | Policy::StrictOrigin | Policy::StrictOriginWhenCrossOrigin => {
                downgrade
            }
            Policy::SameOrigin => own != to.origin(),
            Policy::Origin | Policy::OriginWhenCrossOrigin | Policy::UnsafeUrl => false,
        };
        if hidden || tainted { "null".to_owned() } else { own.ascii_serialization() }
    }

    /// Whether a redirect from one address to another hides where the request came from (Fetch, "redirect-tainted
    /// origin").
    pub(super) fn is_tainted_by(&self, from: &Url, to: &Url) -> bool {
        let other = |url: &Url, origin: &Origin| url.origin() != *origin;
        other(to, &from.origin()) && other(from, &self.page.origin())
    }
}

/// Whether nobody on the way can read along (Secure Contexts, 3.1).
fn is_safe(url: &Url) -> bool {
    let own = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.octets()[0] == Ipv4Addr::LOCALHOST.octets()[0],
        Some(Host::Ipv6(address)) => address == Ipv6Addr::LOCALHOST,
        None => false,
    };
    url.scheme() == "https" || own
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn from(page: &str, policy: &str) -> Referrer {
        Referrer::new(url(page), Policy::read(policy).unwrap_or_default())
    }

    const PAGE: &str = "https://user:secret@a.test/orders?open=1#top";
    const WHOLE: Option<&str> = Some("https://a.test/orders?open=1");
    const ORIGIN: Option<&str> = Some("https://a.test/");

    #[test]
    fn each_policy_tells_what_it_says() {
        // The policy, the referer at the same origin, another one, and http; the origin there.
        let cases = [
            ("no-referrer", [None, None, None], ["null", "null", "null"]),
            ("no-referrer-when-downgrade", [WHOLE, WHOLE, None], ["own", "own", "null"]),
            ("same-origin", [WHOLE, None, None], ["own", "null", "null"]),
            ("origin", [ORIGIN, ORIGIN, ORIGIN], ["own", "own", "own"]),
            ("strict-origin", [ORIGIN, ORIGIN, None], ["own", "own", "null"]),
            ("origin-when-cross-origin", [WHOLE, ORIGIN, ORIGIN], ["own", "own", "own"]),
            ("", [WHOLE, ORIGIN, None], ["own", "own", "null"]),
            ("unsafe-url", [WHOLE, WHOLE, WHOLE], ["own", "own", "own"]),
        ];
        let to = ["https://a.test/save", "https://b.test/save", "http://a.test/save"].map(url);
        for (policy, referers, origins) in cases {
            let from = from(PAGE, policy);
            for ((to, referer), origin) in to.iter().zip(referers).zip(origins) {
                assert_eq!(from.referer(to).as_deref(), referer, "{policy} {to}");
                let own = if origin == "own" { "https://a.test" } else { origin };
                assert_eq!(from.origin(to, false), own, "{policy} {to}");
            }
        }
    }

    #[test]
    fn the_last_word_that_is_a_policy_counts() {
        assert_eq!(Policy::read("no-referrer, Origin, soon"), Some(Policy::Origin));
        assert_eq!(Policy::read("soon"), None);
        let mut from = from(PAGE, "");
        from.redirected("x");
        assert_eq!(from.referer(&url("https://a.test/")).as_deref(), WHOLE);
        from.redirected("no-referrer");
        assert_eq!(from.referer(&url("https://a.test/")), None);
    }

    #[test]
    fn a_redirect_by_another_site_hides_the_origin() {
        let from = from("https://a.test/", "");
        let [a, b, c] = ["https://a.test/", "https://b.test/", "https://c.test/"].map(url);
        assert!(!from.is_tainted_by(&a, &b));
        assert!(from.is_tainted_by(&b, &c) && from.is_tainted_by(&b, &a));
        assert!(!from.is_tainted_by(&b, &b));
        assert_eq!(from.origin(&a, true), "null");
    }

    #[test]
    fn an_address_without_end_is_cut_to_its_origin_and_this_machine_is_no_downgrade() {
        let long = format!("https://a.test/{}", "x".repeat(LONGEST));
        assert_eq!(from(&long, "").referer(&url("https://a.test/")).as_deref(), ORIGIN);
        let local = url("http://127.0.0.1:8080/");
        assert_eq!(from(PAGE, "").referer(&local).as_deref(), ORIGIN);
        assert_eq!(from("http://localhost:81/", "").referer(&local).as_deref(), Some("http://localhost:81/"));
    }
}
