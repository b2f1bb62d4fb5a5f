//! Whether a cookie is taken from an answer.

use super::super::occasion::Occasion;
use super::super::parse::{Lifetime, SameSite, SetCookie};
use super::super::site;
use super::super::stored::{Scope, Stored};
use super::cover::{default_path, domain_matches, path_matches};
use super::{prefix, same_site};

/// No cookie lives longer, whatever it says.
const LONGEST_LIFE: i64 = 400 * 24 * 60 * 60;

/// The scope in which a browser stores the cookie; the error says why it does not (RFC 6265bis, section 5.7).
pub(in super::super) fn accept(
    cookie: &SetCookie,
    known: &[Stored],
    occasion: &Occasion<'_>,
) -> Result<Scope, String> {
    let scope = scope(cookie, occasion)?;
    if cookie.secure && !occasion.is_secure() {
        return Err("it is Secure and the answer came over plain http".to_owned());
    }
    if !occasion.is_secure()
        && let Some(shadowed) = known.iter().find(|known| shadows(cookie, &scope, known, occasion.now))
    {
        let (scope, set_by) = (&shadowed.scope, &shadowed.set_by);
        return Err(format!(
            "it came over plain http and would shadow the Secure one for {scope}, set by {set_by}"
        ));
    }
    same_site::may_be_set(cookie.same_site, occasion)?;
    if cookie.same_site == Some(SameSite::None) && !cookie.secure {
        return Err("SameSite=None asks for Secure".to_owned());
    }
    prefix::kept(cookie, &scope)?;
    Ok(scope)
}

/// When the cookie ends, in seconds since 1970; none if it ends with the browser.
pub(in super::super) fn expiry(lifetime: Option<Lifetime>, now: i64) -> Option<i64> {
    let longest = now.saturating_add(LONGEST_LIFE);
    Some(match lifetime? {
        Lifetime::MaxAge(seconds) if seconds <= 0 => i64::MIN,
        Lifetime::MaxAge(seconds) => now.saturating_add(seconds).min(longest),
        Lifetime::Expires(at) => at.min(longest),
    })
}

fn scope(cookie: &SetCookie, occasion: &Occasion<'_>) -> Result<Scope, String> {
    let host = occasion.host();
    let path = cookie.path.clone().unwrap_or_else(|| default_path(occasion.url));
    let host_only = |path| Ok(Scope { domain: host.to_owned(), host_only: true, path });
    let domain = match &cookie.domain {
        Some(domain) if !domain.is_empty() => domain.text(),
        _ => return host_only(path),
    };
    if !domain.is_ascii() {
        return Err("its Domain is not written in ASCII".to_owned());
    }
    // An address has nothing below it, and a suffix nothing that belongs to its host.
    if domain == host && (site::is_address(host) || site::is_public_suffix(host)) {
        return host_only(path);
    }
    if site::is_public_suffix(&domain) {
        return Err(format!("Domain `{domain}` is a public suffix, shared by strangers"));
    }
    if !domain_matches(host, &domain) {
        return Err(format!("Domain `{domain}` does not cover `{host}`, which sent it"));
    }
    Ok(Scope { domain: domain.into_owned(), host_only: false, path })
}

/// Whether a cookie that came over plain http would be read in place of a known one that is Secure. Not symmetric in
/// the path: the longer one is read first.
fn shadows(cookie: &SetCookie, scope: &Scope, known: &Stored, now: i64) -> bool {
    known.secure
        && !known.has_expired(now)
        && known.name == cookie.name
        && (domain_matches(&known.scope.domain, &scope.domain)
            || domain_matches(&scope.domain, &known.scope.domain))
        && path_matches(&scope.path, &known.scope.path)
}
