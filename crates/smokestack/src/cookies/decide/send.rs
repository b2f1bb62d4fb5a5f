//! Whether a cookie goes out with a request.

use super::super::occasion::Occasion;
use super::super::stored::Stored;
use super::cover::{domain_matches, path_matches};
use super::same_site;

/// Whether a stored cookie goes out with a request, and why (RFC 6265bis, section 5.8.3).
pub(in super::super) fn send(cookie: &Stored, occasion: &Occasion<'_>) -> Result<String, String> {
    let (host, path, scope) = (occasion.host(), occasion.url.path(), &cookie.scope);
    if cookie.has_expired(occasion.now) {
        return Err("it has expired".to_owned());
    }
    if scope.host_only && host != scope.domain {
        let domain = &scope.domain;
        return Err(format!("it belongs to host `{domain}` alone, the request goes to `{host}`"));
    }
    if !domain_matches(host, &scope.domain) {
        return Err(format!("Domain `{}` does not cover `{host}`", scope.domain));
    }
    if !path_matches(path, &scope.path) {
        return Err(format!("Path `{}` does not cover `{path}`", scope.path));
    }
    if cookie.secure && !occasion.is_secure() {
        return Err("it is Secure and the request is plain http".to_owned());
    }
    same_site::goes_along(cookie, occasion)?;
    let mut matched = vec![if scope.host_only { "host" } else { "Domain" }, "Path"];
    if cookie.secure {
        matched.push("Secure");
    }
    if same_site::foreign(occasion).is_some() {
        matched.push("SameSite");
    }
    Ok(format!("{} match", matched.join(", ")))
}
