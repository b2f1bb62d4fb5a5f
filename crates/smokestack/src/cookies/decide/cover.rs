//! Which hosts and paths a cookie's scope covers.

use url::Url;

use super::super::site;
use super::super::stored::Scope;

/// RFC 6265bis, section 5.1.3.
pub(super) fn domain_matches(host: &str, domain: &str) -> bool {
    let below = host.strip_suffix(domain).and_then(|rest| rest.strip_suffix('.'));
    host == domain || (below.is_some_and(|below| !below.is_empty()) && !site::is_address(host))
}

/// RFC 6265bis, section 5.1.4.
pub(super) fn path_matches(path: &str, cookie_path: &str) -> bool {
    path.strip_prefix(cookie_path)
        .is_some_and(|rest| rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/'))
}

/// The path of a cookie that names none: the folder of the request (RFC 6265bis, section 5.1.4).
pub(super) fn default_path(url: &Url) -> String {
    match url.path().rfind('/') {
        Some(last) if last > 0 => url.path()[..last].to_owned(),
        _ => "/".to_owned(),
    }
}

/// Whether some address gets cookies of both scopes.
pub(in super::super) fn overlap(one: &Scope, other: &Scope) -> bool {
    let hosts = match (one.host_only, other.host_only) {
        (true, true) => one.domain == other.domain,
        (true, false) => domain_matches(&one.domain, &other.domain),
        (false, true) => domain_matches(&other.domain, &one.domain),
        (false, false) => {
            domain_matches(&one.domain, &other.domain) || domain_matches(&other.domain, &one.domain)
        }
    };
    hosts && (path_matches(&one.path, &other.path) || path_matches(&other.path, &one.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_covers_itself_and_what_is_below_it() {
        assert!(domain_matches("platform.test", "platform.test"));
        assert!(domain_matches("work-orders.platform.test", "platform.test"));
        assert!(!domain_matches("other-platform.test", "platform.test"));
        assert!(!domain_matches("test", "platform.test"));
        assert!(!domain_matches(".platform.test", "platform.test"));
        assert!(!domain_matches("1.2.3.4", "3.4"));
    }

    #[test]
    fn a_path_covers_whole_segments() {
        assert!(path_matches("/work-orders/1", "/work-orders"));
        assert!(path_matches("/work-orders/1", "/work-orders/"));
        assert!(path_matches("/", "/"));
        assert!(!path_matches("/work-orders-old", "/work-orders"));
        assert!(!path_matches("/work-orders", "/work-orders/"));
        assert!(!path_matches("/", "/work-orders"));
    }

    #[test]
    fn a_cookie_without_a_path_gets_the_folder_of_the_request() {
        let path = |url: &str| default_path(&Url::parse(url).unwrap());
        assert_eq!(path("http://a.test/login"), "/");
        assert_eq!(path("http://a.test/account/login"), "/account");
        assert_eq!(path("http://a.test/account/"), "/account");
        assert_eq!(path("http://a.test"), "/");
    }

    #[test]
    fn scopes_overlap_where_one_address_gets_both() {
        let scope = |domain: &str, host_only, path: &str| Scope {
            domain: domain.to_owned(),
            host_only,
            path: path.to_owned(),
        };
        let host = scope("platform.test", true, "/");
        assert!(overlap(&host, &scope("platform.test", false, "/work-orders")));
        assert!(overlap(&scope("a.platform.test", true, "/"), &scope("platform.test", false, "/")));
        assert!(!overlap(&host, &scope("a.platform.test", false, "/")));
        assert!(!overlap(&scope("platform.test", true, "/a"), &scope("platform.test", false, "/b")));
    }
}
