//! What gives a secret away: itself, its base64, its hex, and what is left of it in an encoding that lacks its letters.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use super::SHORTEST_SECRET;
use super::spelling::in_latin1;

/// Shorter ones would be found in texts that have nothing to do with the secret.
const LEAST_WITHIN_BASE64: usize = 8;

/// All texts of which each gives a secret away, itself among them. Escaping is not the matter here: whatever stands in
/// a text is read in every way in which it may be escaped.
pub(super) fn of(secret: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::from([secret.to_owned()]);
    as_bytes(secret.as_bytes(), &mut forms);
    if !secret.is_ascii() {
        let latin1: Option<Vec<u8>> = secret.chars().map(in_latin1_whole).collect();
        if let Some(bytes) = latin1 {
            as_bytes(&bytes, &mut forms);
        }
        let mut length = [0; 4];
        // What is left of a text in an encoding that has not all of its characters: most of a password.
        for lost in ["?", "\u{fffd}"] {
            let (mut by_char, mut by_byte) = (String::new(), String::new());
            for c in secret.chars() {
                if c.is_ascii() {
                    by_char.push(c);
                    by_byte.push(c);
                } else {
                    by_char.push_str(lost);
                    by_byte.push_str(&lost.repeat(c.encode_utf8(&mut length).len()));
                }
            }
            if secret.bytes().filter(u8::is_ascii).count() >= SHORTEST_SECRET {
                forms.extend([by_char, by_byte]);
            }
        }
    }
    forms
}

fn as_bytes(secret: &[u8], forms: &mut BTreeSet<String>) {
    forms.extend([STANDARD_NO_PAD.encode(secret), URL_SAFE_NO_PAD.encode(secret)]);
    forms.extend([hex(secret, |byte| format!("{byte:02x}")), hex(secret, |byte| format!("{byte:02X}"))]);
    within_base64(secret, forms);
}

fn hex(secret: &[u8], digits: impl Fn(u8) -> String) -> String {
    secret.iter().map(|byte| digits(*byte)).collect()
}

fn in_latin1_whole(c: char) -> Option<u8> {
    if c.is_ascii() { Some(c as u8) } else { in_latin1(c) }
}

/// What of a secret stands in the base64 of a longer text, as `user:password` is: whatever comes before it, one of three.
fn within_base64(secret: &[u8], forms: &mut BTreeSet<String>) {
    for before in 0..3 {
        let text = [&b"\0\0"[..before], secret].concat();
        // The first and the last character may hold bits of what stands beside it.
        let whole = (8 * before).div_ceil(6)..8 * text.len() / 6;
        for encoded in [STANDARD_NO_PAD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
            let inner = encoded.get(whole.clone()).filter(|inner| inner.len() >= LEAST_WITHIN_BASE64);
            forms.extend(inner.map(str::to_owned));
        }
    }
}
