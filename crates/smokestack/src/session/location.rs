//! Where an answer sends the visitor, and what of that may be shown.

use reqwest::header::LOCATION;
use url::Url;

use crate::http::Answer;
use crate::run::Run;

/// Where an answer sends the visitor next. A user and a password in the address are not taken along.
pub(crate) fn redirect(answer: &Answer, url: &Url) -> Option<Url> {
    if !matches!(answer.status, 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = answer.headers.get(LOCATION)?;
    let mut next = url.join(&String::from_utf8_lossy(location.as_bytes())).ok()?;
    next.set_username("").and_then(|()| next.set_password(None)).ok()?;
    Some(next)
}

/// Whether a way from one address to another gives up encryption.
pub(crate) fn is_downgrade(from: &Url, to: &Url) -> bool {
    from.scheme() == "https" && to.scheme() == "http"
}

/// What an address on the way to or from an identity provider must not show (RFC 6749, RFC 7636, OpenID Connect; SAML 2.0
/// Bindings, 3.4 and 3.6; the CAS protocol's service ticket; signed addresses).
pub(crate) fn learn_redirect(run: &Run, answer: &Answer, url: &Url) {
    const SECRET: [&str; 16] = [
        "code",
        "state",
        "nonce",
        "access_token",
        "id_token",
        "id_token_hint",
        "refresh_token",
        "token",
        "ticket",
        "SAMLResponse",
        "SAMLart",
        "session_code",
        "otp",
        "key",
        "sig",
        "signature",
    ];
    let location = answer.headers.get(LOCATION);
    let next = location.and_then(|next| url.join(&String::from_utf8_lossy(next.as_bytes())).ok());
    let Some(next) = next else { return };
    for part in [next.query(), next.fragment()].into_iter().flatten() {
        for (name, value) in url::form_urlencoded::parse(part.as_bytes()) {
            if SECRET.contains(&name.as_ref()) {
                run.learn_token(&value, &format!("`{name}` of a redirect"));
            }
        }
    }
}

/// A `Location` as it may be shown.
pub(crate) fn shown_location(location: &str) -> String {
    match Url::parse(location) {
        Ok(mut url) if url.password().is_some() => {
            let hidden = url.set_password(Some("********")).is_ok();
            if hidden { url.to_string() } else { "********".to_owned() }
        }
        _ => location.to_owned(),
    }
}
