//! Secrets in settings: what is shown in their place, and the fingerprint by which they can still be compared.

use std::collections::BTreeMap;
use std::ops::Range;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::format::Plain;
use crate::run::percent_decoded;

/// Stands where a secret stood. Diagnosis reads it: stars alone were there before us and cannot be compared.
const STARS: &str = "********";

/// What diagnosis knows a secret's fingerprint by.
const FINGERPRINT: &str = "secret, fingerprint ";

/// Makes fingerprints that are alike for the same secret within a run. The key is made up for the run and never
/// told, so that no fingerprint in a report can be tried against a list of guesses.
pub(super) struct Mask {
    key: [u8; 32],
}

/// Settings as they may be shown, and the secrets that were in them with the keys that held them.
pub(super) struct Masked {
    pub(super) values: BTreeMap<String, String>,
    pub(super) secrets: Vec<(String, String)>,
}

impl Mask {
    pub(super) fn new() -> Mask {
        Mask { key: rand::random() }
    }

    pub(super) fn settings(&self, plain: Plain) -> Masked {
        let mut masked = Masked { values: BTreeMap::new(), secrets: Vec::new() };
        for (key, value) in plain {
            let shown = self.value(&key, &value, &mut masked.secrets);
            masked.values.insert(key, shown);
        }
        masked
    }

    /// A setting's value as it may be shown: none whose key says that it is secret, and no part of one that looks
    /// like a credential.
    fn value(&self, key: &str, value: &str, secrets: &mut Vec<(String, String)>) -> String {
        let mut learn = |secret: &str| secrets.push((key.to_owned(), secret.to_owned()));
        if is_secret(key) || is_key_material(value) {
            return match value.trim() {
                // Nothing is hidden by showing that there is nothing.
                "" | "null" | "true" | "false" => value.trim().to_owned(),
                masked if is_masked(masked) => STARS.to_owned(),
                secret => {
                    learn(secret);
                    format!("{FINGERPRINT}{}", self.fingerprint(secret))
                }
            };
        }
        let mut shown = String::new();
        let mut end = 0;
        for range in credentials(value) {
            let secret = &value[range.clone()];
            shown.push_str(&value[end..range.start]);
            shown.push_str(STARS);
            // Whoever has an account of its own has another name; the password is what may be wrong. A lone word
            // is one too: https://redis.github.io/lettuce/user-guide/connecting-redis/
            let password = secret.split_once(':').map_or(secret, |(_, password)| password);
            if !is_masked(password) && !password.is_empty() {
                let password = percent_decoded(password.trim_matches(['"', '\'']));
                shown.push_str(&self.fingerprint(&password));
                learn(&password);
            }
            end = range.end;
        }
        shown.push_str(&value[end..]);
        shown
    }

    fn fingerprint(&self, secret: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes keys of any length");
        mac.update(secret.as_bytes());
        mac.finalize().into_bytes().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Whether a key says that its value is secret: `session.secret`, `signingKey`, `session.keys.0`.
fn is_secret(key: &str) -> bool {
    const SECRET: [&str; 14] = [
        "secret",
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "token",
        "credential",
        "private",
        "apikey",
        "api_key",
        "signing",
        "salt",
        "pepper",
        "encryption",
    ];
    let numbers = |c: char| c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | ':' | '[' | ']');
    let name = key.trim_end_matches(numbers);
    let last = name.rsplit(['.', '_', '-', ':', '[']).next().unwrap_or_default();
    let is_key = ["key", "keys"].iter().any(|word| last.eq_ignore_ascii_case(word))
        || last.ends_with("Key")
        || last.ends_with("Keys");
    let lower = key.to_ascii_lowercase();
    is_key || SECRET.iter().any(|word| lower.contains(word))
}

/// Whether a value is a secret whatever its key says: a private key, a signed token.
fn is_key_material(value: &str) -> bool {
    let value = value.trim_start();
    let is_token = value.starts_with("eyJ") && value.matches('.').count() >= 2 && !value.contains(' ');
    value.starts_with("-----BEGIN") || is_token
}

/// Whether the platform has put something in a secret's place itself.
fn is_masked(value: &str) -> bool {
    const WORDS: [&str; 5] = ["redacted", "filtered", "masked", "hidden", "secret"];
    let stars = |c: char| matches!(c, '*' | '•' | '●');
    if value.len() >= 3 && (value.chars().all(stars) || value.bytes().all(|byte| matches!(byte, b'x' | b'X')))
    {
        return true;
    }
    let bracketed = value.strip_prefix(['[', '<', '(']).and_then(|rest| rest.strip_suffix([']', '>', ')']));
    bracketed.is_some_and(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// Where credentials stand within a value: before the `@` of an address, behind `password=`.
fn credentials(value: &str) -> Vec<Range<usize>> {
    let mut found = named(value);
    let of_addresses = addresses(value).filter_map(|range| {
        let at = range.start + value[range.clone()].rfind('@')?;
        (!found.iter().any(|named| named.contains(&at))).then_some(range.start..at)
    });
    let of_addresses: Vec<_> = of_addresses.collect();
    found.extend(of_addresses);
    found.retain(|range| !range.is_empty());
    found.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in found {
        match apart.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => apart.push(range),
        }
    }
    apart
}

/// The stretches of a value in which one address stands each, without its scheme. Only the scheme of the first begins
/// another one: anything else may be a password.
fn addresses(value: &str) -> impl Iterator<Item = Range<usize>> {
    const END: &str = "://";
    let first = value.find(END).unwrap_or(0);
    let is_of_a_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let scheme = value[..first].rsplit(|c| !is_of_a_scheme(c)).next().unwrap_or_default();
    let mut starts = vec![0];
    let mut ends = Vec::new();
    let heads = value.match_indices(END).map(|(at, _)| at).filter(|_| !scheme.is_empty());
    for end in heads.filter(|&end| value[..end].ends_with(scheme)) {
        let head = end - scheme.len();
        if head == 0 || value[..head].ends_with([',', ';', ' ']) {
            ends.push(head);
            starts.push(end + END.len());
        }
    }
    ends.push(value.len());
    starts.into_iter().zip(ends).map(|(start, end)| start..end.max(start))
}

fn named(value: &str) -> Vec<Range<usize>> {
    const NAMES: [&str; 10] = [
        "password=",
        "passwd=",
        "passphrase=",
        "pwd=",
        "pass=",
        "auth=",
        "secret=",
        "token=",
        "accesskey=",
        "accountkey=",
    ];
    let lower = value.to_ascii_lowercase();
    let starts = NAMES.iter().flat_map(|name| lower.match_indices(name).map(|(at, name)| at + name.len()));
    let range = |start: usize| {
        let rest = &value[start..];
        let quoted = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        let end = match quoted {
            Some(quote) => rest[1..].find(quote).map_or(rest.len(), |at| at + 2),
            None => rest.find([',', ';', ' ', '&', '\n']).unwrap_or(rest.len()),
        };
        start..start + end
    };
    starts.map(range).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Fingerprints written as `#`.
    fn shown(key: &str, value: &str) -> String {
        let mask = Mask::new();
        let mut secrets = Vec::new();
        let mut shown = mask.value(key, value, &mut secrets);
        for (_, secret) in secrets {
            shown = shown.replace(&mask.fingerprint(&secret), "#");
        }
        shown
    }

    #[test]
    fn a_secret_is_shown_by_its_fingerprint() {
        for key in [
            "session.secret",
            "session.key",
            "signing_key",
            "SESSION_PWD",
            "session.salt",
            "cookie_key",
            "apiKey",
            "session.keys.0",
            "session.keys[1]",
            "Session:SigningKey",
            "db.password",
            "sessionKey",
            "APP_KEY",
            "DATA_ENCRYPTION",
        ] {
            assert_eq!(shown(key, "hunter22"), "secret, fingerprint #", "{key}");
        }
        for key in ["session.keyspace", "session.keyPrefix", "monkey", "session.key.prefix"] {
            assert_eq!(shown(key, "app"), "app", "{key}");
        }
        assert_eq!(shown("tls.certificate", "-----BEGIN PRIVATE KEY-----\nabc"), "secret, fingerprint #");
        assert_eq!(shown("service.jwt", "eyJhbGciOi.eyJzdWIi.c2ln"), "secret, fingerprint #");
    }

    #[test]
    fn equal_secrets_have_equal_fingerprints_within_a_run_only() {
        let (run, other) = (Mask::new(), Mask::new());
        assert_eq!(run.fingerprint("hunter22"), run.fingerprint("hunter22"));
        assert_ne!(run.fingerprint("hunter22"), run.fingerprint("hunter23"));
        assert_ne!(run.fingerprint("hunter22"), other.fingerprint("hunter22"));
        assert_eq!(run.fingerprint("").len(), 8);
    }

    #[test]
    fn a_password_has_one_fingerprint_wherever_it_stands() {
        let mask = Mask::new();
        let fingerprint = mask.fingerprint("hunt#er22");
        for (key, value) in [
            ("session.redis.password", "hunt#er22"),
            ("session.store", "redis://:hunt%23er22@a/0"),
            ("session.store", "redis://app:hunt#er22@a/0"),
            ("session.store", "redis://hunt#er22@a/0"),
            ("session.store", "a:6379,password=hunt#er22"),
        ] {
            assert!(mask.value(key, value, &mut Vec::new()).contains(&fingerprint), "{value}");
        }
    }

    #[test]
    fn what_the_platform_masks_itself_has_no_fingerprint() {
        for masked in ["********", "******", "***", "••••", "[REDACTED]", "<hidden>", "[FILTERED]", "xxxxxx"]
        {
            assert_eq!(shown("session.secret", masked), "********", "{masked}");
        }
        assert_eq!(shown("session.store", "redis://app:********@a"), "redis://********@a");
        assert_eq!(shown("session.store", "a:6379,password=******"), "a:6379,password=********");
    }

    #[test]
    fn nothing_is_not_hidden() {
        for nothing in ["", "null", "true", "false"] {
            assert_eq!(shown("session.secret", nothing), nothing);
        }
    }

    #[test]
    fn credentials_in_every_dialect_are_masked() {
        for (value, expected) in [
            ("redis://:hunt#er22@a:6379/0", "redis://********#@a:6379/0"),
            ("redis://app:hunter22@a:6379/0", "redis://********#@a:6379/0"),
            ("redis://app:hun,ter22@a:6379/0", "redis://********#@a:6379/0"),
            ("redis://app:hun/ter@22@a:6379/0", "redis://********#@a:6379/0"),
            ("cache:6379,password=hunter22,ssl=True", "cache:6379,password=********#,ssl=True"),
            ("cache:6379,password=hunt@er22,ssl=True", "cache:6379,password=********#,ssl=True"),
            ("redis://:hunter22@a,redis://:hunter22@b", "redis://********#@a,redis://********#@b"),
            ("redis+sentinel://:hunter22@a,b/main", "redis+sentinel://********#@a,b/main"),
            ("app:hunter22@host:6379", "********#@host:6379"),
            ("redis://a/0?auth=hunter22", "redis://a/0?auth=********#"),
            ("tcp://a:6379?auth=hunter22&database=2", "tcp://a:6379?auth=********#&database=2"),
            ("Server=a;Password='hunt;er 22';Database=b", "Server=a;Password=********#;Database=b"),
            ("host=a password=hunter22 dbname=b", "host=a password=********# dbname=b"),
            ("redis://a:6379/0", "redis://a:6379/0"),
            ("redis://@a:6379/0", "redis://@a:6379/0"),
        ] {
            assert_eq!(shown("session.store", value), expected);
        }
    }

    proptest! {
        #[test]
        fn a_password_in_an_address_is_never_shown(
            before in "[a-z]{0,4}(://)?", password in "[!-~]{0,3}hunter22[!-~]{0,3}", after in "(@a|@a,redis://b@c)(:1)?(/[0-9])?",
        ) {
            let value = format!("{before}:{password}{after}");
            prop_assert!(!shown("session.store", &value).contains("hunter22"), "{value}");
        }

        #[test]
        fn any_address_can_be_masked(before in ".{0,4}", scheme in "[a-z+]{0,3}", rest in ".{0,9}") {
            shown("a", &format!("{before}{scheme}://{rest}"));
        }

        #[test]
        fn any_value_can_be_masked(key in ".{0,12}", value in ".{0,40}") {
            shown(&key, &value);
        }
    }
}
