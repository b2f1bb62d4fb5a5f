//! The ways in which a secret may stand in a text.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// What percent-encoding leaves as it is, beside letters and digits.
const KEPT_IN_ADDRESSES: [&str; 6] = [
    "-._~",                         // RFC 3986
    "-._~!'()*",                    // `encodeURIComponent`
    "-._~!'()*;/?:@&=+$,#",         // `encodeURI`
    "-._*",                         // forms (URL Standard)
    "-._~!()*;/?:@&=+$,%[\\]^`{|}", // the query of an address (URL Standard)
    "-._~!'()*;/:@&=+$,%[\\]|",     // the path of an address (URL Standard)
];

/// How HTML is escaped, by whom. Who escapes less leaves a form that stands in an earlier line.
const HTML: [&[(char, &str)]; 12] = [
    &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;")], // in text
    &[('&', "&amp;"), ('"', "&quot;")],              // in attributes
    &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;")],
    &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#39;")], // Rails, Thymeleaf
    &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#039;")], // PHP
    &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#x27;")], // Django, React
    &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&apos;")], // XML
    &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&#34;"), ('\'', "&#39;")],  // Jinja
    &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&#34;"), ('\'', "&#39;"), ('+', "&#43;")], // Go
    &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#x27;"), ('/', "&#x2f;")], // minijinja
    &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\'', "&#x27;"), ('/', "&#x2F;")], // Tera
    &[
        ('&', "&amp;"),
        ('<', "&lt;"),
        ('>', "&gt;"),
        ('"', "&quot;"),
        ('\'', "&#x27;"),
        ('`', "&#x60;"),
        ('=', "&#x3D;"),
    ], // Handlebars
];

/// Shorter ones would be found in texts that have nothing to do with the secret.
const LEAST_WITHIN_BASE64: usize = 8;

/// All forms of a secret, itself among them.
pub(super) fn of(secret: &str) -> BTreeSet<String> {
    let hex = |case: Case| secret.bytes().map(|byte| case.two_digits(byte)).collect::<String>();
    let mut forms = BTreeSet::from([
        secret.to_owned(),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        hex(Case::Lower),
        hex(Case::Upper),
    ]);
    within_base64(secret, &mut forms);
    // Most tokens are such that no escaping changes them.
    if secret.bytes().any(|byte| !byte.is_ascii_alphanumeric() && byte != b'-' && byte != b'_') {
        in_addresses(secret, &mut forms);
        in_json(secret, &mut forms);
        forms.extend(HTML.iter().map(|escapes| in_html(secret, escapes)));
        // As the harness itself quotes a text.
        let quoted = format!("{secret:?}");
        forms.insert(quoted[1..quoted.len() - 1].to_owned());
    }
    forms
}

/// What of a secret stands in the base64 of a longer text, as `user:password` is: whatever comes before it, one of three.
fn within_base64(secret: &str, forms: &mut BTreeSet<String>) {
    for before in 0..3 {
        let text = [&b"\0\0"[..before], secret.as_bytes()].concat();
        // The first and the last character may hold bits of what stands beside it.
        let whole = (8 * before).div_ceil(6)..8 * text.len() / 6;
        for encoded in [STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
            let inner = encoded.get(whole.clone()).filter(|inner| inner.len() >= LEAST_WITHIN_BASE64);
            forms.extend(inner.map(str::to_owned));
        }
    }
}

#[derive(Clone, Copy)]
enum Case {
    Lower,
    Upper,
}

impl Case {
    fn two_digits(self, byte: u8) -> String {
        match self {
            Case::Lower => format!("{byte:02x}"),
            Case::Upper => format!("{byte:02X}"),
        }
    }

    fn four_digits(self, unit: u16) -> String {
        let [high, low] = unit.to_be_bytes();
        self.two_digits(high) + &self.two_digits(low)
    }
}

fn in_addresses(secret: &str, forms: &mut BTreeSet<String>) {
    forms.insert(secret.replace(' ', "+"));
    for kept in KEPT_IN_ADDRESSES {
        for case in [Case::Lower, Case::Upper] {
            let encoded = percent_encoded(secret, kept, case);
            forms.insert(encoded.replace("%20", "+"));
            forms.insert(encoded);
        }
    }
}

fn percent_encoded(secret: &str, kept: &str, case: Case) -> String {
    let mut text = String::new();
    for byte in secret.bytes() {
        if byte.is_ascii_alphanumeric() || kept.as_bytes().contains(&byte) {
            text.push(byte as char);
        } else {
            let _ = write!(text, "%{}", case.two_digits(byte));
        }
    }
    text
}

/// With and without the escapes that JSON leaves to the writer: `/`, what is not ASCII, what HTML would read.
fn in_json(secret: &str, forms: &mut BTreeSet<String>) {
    for case in [Case::Lower, Case::Upper] {
        for options in 0..8 {
            let on = |option: u8| options & option != 0;
            let mut text = String::new();
            for c in secret.chars() {
                match c {
                    '"' | '\\' => text.extend(['\\', c]),
                    '\n' => text.push_str("\\n"),
                    '\r' => text.push_str("\\r"),
                    '\t' => text.push_str("\\t"),
                    '\u{8}' => text.push_str("\\b"),
                    '\u{c}' => text.push_str("\\f"),
                    '/' if on(1) => text.push_str("\\/"),
                    _ if c < ' ' || (on(2) && !c.is_ascii()) || (on(4) && "<>&".contains(c)) => {
                        for unit in c.encode_utf16(&mut [0; 2]) {
                            let _ = write!(text, "\\u{}", case.four_digits(*unit));
                        }
                    }
                    _ => text.push(c),
                }
            }
            forms.insert(text);
        }
    }
}

fn in_html(secret: &str, escapes: &[(char, &str)]) -> String {
    let mut text = String::new();
    for c in secret.chars() {
        match escapes.iter().find(|(from, _)| *from == c) {
            Some((_, to)) => text.push_str(to),
            None => text.push(c),
        }
    }
    text
}
