//! Every decision about a cookie, as pure functions that say why.

use url::Url;

use super::jar::Stored;

/// Whether a stored cookie goes out with a request, and why (RFC 6265, section 5.4).
pub(super) fn send(cookie: &Stored, url: &Url, now: i64) -> Result<String, String> {
    let host = url.host_str().unwrap_or_default();
    if cookie.expires.is_some_and(|expires| expires <= now) {
        return Err("it has expired".to_owned());
    }
    let domain = &cookie.domain;
    if cookie.host_only {
        if host != domain {
            return Err(format!("it belongs to host `{domain}` alone, the request goes to `{host}`"));
        }
    } else if !domain_matches(host, domain) {
        return Err(format!("Domain `{domain}` does not cover `{host}`"));
    }
    if !path_matches(url.path(), &cookie.path) {
        return Err(format!("Path `{}` does not cover `{}`", cookie.path, url.path()));
    }
    if cookie.secure && url.scheme() != "https" {
        return Err("it is Secure and the request is plain http".to_owned());
    }
    let mut matched = vec![if cookie.host_only { "host" } else { "Domain" }, "Path"];
    if cookie.secure {
        matched.push("Secure");
    }
    Ok(format!("{} match", matched.join(", ")))
}

/// Whether a browser takes a cookie from an answer of this address; the error says why not (RFC 6265bis, section 5.7).
pub(super) fn accept(cookie: &cookie::Cookie<'_>, url: &Url) -> Result<(), String> {
    const LONGEST: usize = 4096;
    let host = url.host_str().unwrap_or_default();
    let size = cookie.name().len() + cookie.value().len();
    if size > LONGEST {
        return Err(format!("name and value have {size} bytes, browsers take {LONGEST}"));
    }
    if let Some(domain) = domain_attribute(cookie)
        && !domain_matches(host, &domain)
    {
        return Err(format!("Domain `{domain}` does not cover `{host}`, which sent it"));
    }
    let secure = cookie.secure() == Some(true);
    if secure && url.scheme() != "https" {
        return Err("it is Secure and the answer came over plain http".to_owned());
    }
    let prefix = |prefix: &str| {
        cookie.name().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    if prefix("__Secure-") && !secure {
        return Err("`__Secure-` asks for Secure".to_owned());
    }
    if prefix("__Host-") && (!secure || domain_attribute(cookie).is_some() || cookie.path() != Some("/")) {
        return Err("`__Host-` asks for Secure, no Domain and Path=/".to_owned());
    }
    Ok(())
}

/// The `Domain` attribute, lower case and without a leading dot; none if it is empty.
pub(super) fn domain_attribute(cookie: &cookie::Cookie<'_>) -> Option<String> {
    let domain = cookie.domain()?.trim_start_matches('.').to_ascii_lowercase();
    (!domain.is_empty()).then_some(domain)
}

/// RFC 6265, section 5.1.3.
fn domain_matches(host: &str, domain: &str) -> bool {
    host == domain
        || (host.len() > domain.len()
            && host.ends_with(domain)
            && host.as_bytes()[host.len() - domain.len() - 1] == b'.'
            && host.parse::<std::net::IpAddr>().is_err())
}

/// RFC 6265, section 5.1.4.
fn path_matches(path: &str, cookie_path: &str) -> bool {
    path == cookie_path
        || (path.starts_with(cookie_path)
            && (cookie_path.ends_with('/') || path.as_bytes().get(cookie_path.len()) == Some(&b'/')))
}

/// The path of a cookie that names none (RFC 6265, section 5.1.4).
pub(super) fn default_path(url: &Url) -> String {
    match url.path().rfind('/') {
        Some(last) if last > 0 => url.path()[..last].to_owned(),
        _ => "/".to_owned(),
    }
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
    }

    #[test]
    fn a_path_covers_whole_segments() {
        assert!(path_matches("/work-orders/1", "/work-orders"));
        assert!(path_matches("/work-orders/1", "/work-orders/"));
        assert!(path_matches("/", "/"));
        assert!(!path_matches("/work-orders-old", "/work-orders"));
        assert!(!path_matches("/", "/work-orders"));
    }

    #[test]
    fn a_cookie_without_a_path_gets_the_folder_of_the_request() {
        let path = |url: &str| default_path(&Url::parse(url).unwrap());
        assert_eq!(path("http://a.test/login"), "/");
        assert_eq!(path("http://a.test/account/login"), "/account");
        assert_eq!(path("http://a.test"), "/");
    }
}
