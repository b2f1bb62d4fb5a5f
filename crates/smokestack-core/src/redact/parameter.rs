//! Which parameters of an address hold a secret, by their names and by what they hold.

use super::address::{LONGEST_NUMBER, SHORTEST, SHORTEST_LIKELY, looks_random};

/// What a parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A secret, whatever it looks like.
    Secret,
    /// What looks like a token; if it is an address, that is looked at.
    Token,
    /// Something that people need.
    Plain,
}

/// Parameters that hold nothing but a secret.
const SECRETS: [&str; 32] = [
    "jsessionid",
    "phpsessid",
    "sessionid",
    "sessid",
    "sid",
    "aspsessionid",
    "cfid",
    "cftoken",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "clientsecret",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "idtokenhint",
    "authenticitytoken",
    "csrftoken",
    "csrfmiddlewaretoken",
    "requestverificationtoken",
    "pin",
    "otp",
    "sig",
    "signature",
    "apikey",
    "jwt",
    "assertion",
    "samlrequest",
    "samlresponse",
    "nonce",
];

/// Parameters that hold a secret, or else one of the words in [`SAID`].
const SPOKEN: [&str; 6] = ["session", "sess", "auth", "token", "ticket", "relaystate"];

/// What platforms say of a session or a token.
const SAID: [&str; 20] = [
    "expired",
    "invalid",
    "missing",
    "required",
    "revoked",
    "denied",
    "failed",
    "ended",
    "closed",
    "timeout",
    "lost",
    "unknown",
    "new",
    "none",
    "null",
    "true",
    "false",
    "yes",
    "no",
    "undefined",
];

/// Parameters whose value may be any word: `state=open`.
const WORDS: [&str; 3] = ["code", "key", "state"];

/// Parameters that mostly hold a secret, or else a word, which people need.
const LIKELY: [&str; 16] = [
    "t",
    "u",
    "k",
    "s",
    "authorization",
    "hmac",
    "csrf",
    "xsrf",
    "magic",
    "reset",
    "invite",
    "challenge",
    "request",
    "requesturi",
    "verifier",
    "hash",
];

/// Parameters that say which version of a file is meant.
const VERSIONS: [&str; 10] =
    ["v", "ver", "version", "rev", "revision", "release", "build", "commit", "digest", "integrity"];

/// The longest number that a `code` may be and no secret: a status.
const LONGEST_STATUS: usize = 3;

/// What a parameter of this name in lower case holds.
pub(super) fn meaning(raw_name: &[u8], value: &[u8]) -> Meaning {
    let name: String =
        raw_name.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(|byte| char::from(*byte)).collect();
    let is_of = |names: &[&str]| names.contains(&name.as_str());
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    let own_sid = [b".sid", b"_sid", b"-sid"].iter().any(|end| raw_name.ends_with(*end));
    if is_of(&SECRETS) || own_sid || ends(&["sessionid", "sessid", "password", "secret", "apikey"]) {
        return Meaning::Secret;
    }
    if is_of(&VERSIONS) {
        return Meaning::Plain;
    }
    let is_token = if is_of(&SPOKEN) {
        !SAID.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
    } else if is_of(&WORDS) {
        !is_word(value)
    } else if is_of(&LIKELY) || ends(&["token", "signature", "nonce", "ticket", "verifier", "challenge"]) {
        let digits = value.iter().any(u8::is_ascii_digit);
        value.len() >= SHORTEST_LIKELY && (digits || value.len() >= SHORTEST)
    } else {
        looks_random(value, if name.ends_with("id") { LONGEST_NUMBER } else { SHORTEST - 4 })
    };
    if is_token { Meaning::Token } else { Meaning::Plain }
}

/// Words in one case or with a capital first, and numbers as short as a status.
fn is_word(value: &[u8]) -> bool {
    if value.iter().all(u8::is_ascii_digit) {
        return value.len() <= LONGEST_STATUS;
    }
    let rest = value.get(1..).unwrap_or_default();
    let is_mixed = rest.iter().any(u8::is_ascii_uppercase) && value.iter().any(u8::is_ascii_lowercase);
    value.len() < SHORTEST && !is_mixed && !value.iter().any(u8::is_ascii_digit)
}
