//! The one place where secrets are hidden: every text passes here before a reporter hears it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The shortest secret that is hidden. Hiding shorter ones would black out ordinary words and prove nothing.
pub const SHORTEST_SECRET: usize = 4;

/// Knows the run's secrets and hides them wherever they stand, also percent-encoded, in base64 or hex, and escaped
/// for JSON or HTML.
///
/// ```
/// let redactor = smokestack_core::Redactor::default();
/// redactor.learn("pass word&1", "password of `alice`");
/// assert_eq!(redactor.redact("sent pass+word%261"), "sent [password of `alice`]");
/// assert_eq!(redactor.redact("nothing here"), "nothing here");
/// ```
#[derive(Debug, Default)]
pub struct Redactor {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    forms: HashSet<String>,
    pending: Vec<(String, String)>,
    /// Each layer is at least twice as large as the next, so that learning n secrets costs n log n.
    layers: Vec<Layer>,
}

#[derive(Debug)]
struct Layer {
    patterns: Vec<(String, String)>,
    searcher: AhoCorasick,
}

impl Redactor {
    /// Learns a secret and what to print in its place. Secrets shorter than [`SHORTEST_SECRET`] bytes are not
    /// taken, and `false` is returned.
    pub fn learn(&self, secret: &str, label: &str) -> bool {
        if secret.len() < SHORTEST_SECRET {
            return false;
        }
        let mut known = self.lock();
        if !known.forms.contains(secret) {
            for form in forms(secret) {
                if known.forms.insert(form.clone()) {
                    known.pending.push((form, format!("[{label}]")));
                }
            }
        }
        true
    }

    /// The text with every known secret replaced by its label.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut known = self.lock();
        known.build_pending();
        let mut text = Cow::Borrowed(text);
        for layer in &known.layers {
            if layer.searcher.is_match(text.as_ref()) {
                let mut clean = String::with_capacity(text.len());
                layer.searcher.replace_all_with(&text, &mut clean, |found, _, clean| {
                    clean.push_str(&layer.patterns[found.pattern().as_usize()].1);
                    true
                });
                text = Cow::Owned(clean);
            }
        }
        text
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn build_pending(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let mut patterns = std::mem::take(&mut self.pending);
        while let Some(last) = self.layers.pop_if(|last| last.patterns.len() < 2 * patterns.len()) {
            patterns.extend(last.patterns);
        }
        let searcher = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns.iter().map(|(form, _)| form))
            .expect("a few thousand short patterns fit into an automaton");
        self.layers.push(Layer { patterns, searcher });
    }
}

/// A secret in all the ways in which it may stand in a text.
fn forms(secret: &str) -> Vec<String> {
    let escaped = |escape: fn(char) -> Option<&'static str>| {
        let mut text = String::new();
        for c in secret.chars() {
            match escape(c) {
                Some(sequence) => text.push_str(sequence),
                None => text.push(c),
            }
        }
        text
    };
    let percent = percent_encoded(secret);
    let mut forms = vec![
        secret.to_owned(),
        secret.replace(' ', "+"),
        in_query(secret),
        percent.replace("%20", "+"),
        percent.to_lowercase_escapes(),
        percent,
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        hex(secret),
        hex(secret).to_uppercase(),
        escaped(|c| match c {
            '"' => Some("\\\""),
            '\\' => Some("\\\\"),
            '/' => Some("\\/"),
            _ => None,
        }),
        escaped(|c| match c {
            '"' => Some("\\\""),
            '\\' => Some("\\\\"),
            _ => None,
        }),
        escaped(|c| match c {
            '&' => Some("&amp;"),
            '<' => Some("&lt;"),
            '>' => Some("&gt;"),
            '"' => Some("&quot;"),
            '\'' => Some("&#39;"),
            _ => None,
        }),
        escaped(|c| match c {
            '&' => Some("&amp;"),
            '<' => Some("&lt;"),
            '>' => Some("&gt;"),
            '"' => Some("&#34;"),
            '\'' => Some("&#x27;"),
            '/' => Some("&#x2f;"),
            _ => None,
        }),
    ];
    forms.sort();
    forms.dedup();
    forms
}

fn percent_encoded(secret: &str) -> String {
    let mut text = String::new();
    for byte in secret.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(byte as char);
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// As browsers write it into the query of an address (URL Standard, query percent-encode set).
fn in_query(secret: &str) -> String {
    let mut text = String::new();
    for byte in secret.bytes() {
        if byte.is_ascii_graphic() && !b"\"#<>'".contains(&byte) {
            text.push(byte as char);
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

fn hex(secret: &str) -> String {
    secret.bytes().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

trait LowercaseEscapes {
    fn to_lowercase_escapes(&self) -> String;
}

impl LowercaseEscapes for String {
    /// `%2F` as `%2f`, everything else as it is.
    fn to_lowercase_escapes(&self) -> String {
        let mut left = 0;
        let lower = |c: char| {
            left = if c == '%' { 2 } else { left };
            if c != '%' && left > 0 {
                left -= 1;
                c.to_ascii_lowercase()
            } else {
                c
            }
        };
        self.chars().map(lower).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(secret: &str, text: &str) -> String {
        let redactor = Redactor::default();
        assert!(redactor.learn(secret, "secret"));
        redactor.redact(text).into_owned()
    }

    #[test]
    fn a_secret_is_hidden_in_every_form_in_which_it_may_stand() {
        let secret = "a/b \"c\"&<d>";
        for text in [
            "a/b \"c\"&<d>",
            "a%2Fb%20%22c%22%26%3Cd%3E",
            "a%2fb%20%22c%22%26%3cd%3e",
            "a%2Fb+%22c%22%26%3Cd%3E",
            "a/b+\"c\"&<d>",
            "a/b%20%22c%22&%3Cd%3E",
            "YS9iICJjIiY8ZD4",
            "612f62202263222",
            "a/b &quot;c&quot;&amp;&lt;d&gt;",
            "a/b \\\"c\\\"&<d>",
        ] {
            let shown = redacted(secret, text);
            if text.starts_with("612f") {
                assert_eq!(shown, text, "a part of a form is not the secret");
            } else {
                assert_eq!(shown, "[secret]", "{text}");
            }
        }
    }

    #[test]
    fn the_longer_of_two_secrets_is_hidden_whole() {
        let redactor = Redactor::default();
        redactor.learn("hunter", "short");
        redactor.learn("hunter22", "long");
        assert_eq!(redactor.redact("hunter22 hunter"), "[long] [short]");
    }

    #[test]
    fn a_secret_learned_after_a_redaction_is_hidden_too() {
        let redactor = Redactor::default();
        for n in 0..100 {
            let secret = format!("secret-{n:03}");
            redactor.learn(&secret, "token");
            assert_eq!(redactor.redact(&secret), "[token]");
        }
        assert_eq!(redactor.redact("secret-000 secret-050"), "[token] [token]");
    }

    #[test]
    fn a_secret_too_short_to_hide_is_not_taken() {
        assert!(!Redactor::default().learn("abc", "pin"));
    }
}
