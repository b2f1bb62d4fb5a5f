//! What a cookie's value looks like: the same from login to login, different when a release changes its form, and
//! nothing of the value itself.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::octets::Octets;

/// Pieces below this length may be words or numbers of changing length: neither is told.
const SHORTEST: usize = 16;
/// Pieces above it are sealed data, as long as what is inside.
const LONGEST: usize = 128;
/// More pieces than this are a text, not a token.
const MOST_PIECES: usize = 6;

/// Reads what any of the base64 alphabets wrote.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// `43 base64 . 43 base64`, `UUID`, `JWT (HS256)`, `32 hex`. Lengths of what is random are told, those of words are
/// not; which base64 alphabet it is cannot be told from one value.
pub(super) fn of(value: &Octets) -> String {
    let Ok(text) = std::str::from_utf8(value.as_bytes()) else { return "bytes that are no text".to_owned() };
    let unquoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let (decoded, is_encoded) = percent_decoded(unquoted.unwrap_or(text));
    let mut shape = pieces(&decoded);
    if is_encoded {
        shape.push_str(", percent-encoded");
    }
    if unquoted.is_some() {
        shape.push_str(", quoted");
    }
    shape
}

fn pieces(text: &str) -> String {
    if text.is_empty() {
        return "empty".to_owned();
    }
    if serde_json::from_str::<serde_json::Value>(text).is_ok_and(|json| json.is_object() || json.is_array()) {
        return "JSON".to_owned();
    }
    if let Some(token) = json_web_token(text) {
        return token;
    }
    let mut shape: Vec<Cow<'_, str>> = Vec::new();
    for run in text.split_inclusive(is_separator) {
        let piece = run.trim_end_matches(is_separator);
        if !piece.is_empty() {
            shape.push(self::piece(piece).into());
        }
        if piece.len() < run.len() {
            shape.push(run[piece.len()..].into());
        }
    }
    let is_text = !text.is_ascii() || text.contains(|c: char| c.is_ascii_control() || c == ' ');
    if is_text || shape.len() > 2 * MOST_PIECES {
        return "text".to_owned();
    }
    shape.join(" ")
}

fn piece(piece: &str) -> String {
    let bytes = piece.as_bytes();
    let is_hex = bytes.iter().all(u8::is_ascii_hexdigit);
    if is_uuid(bytes) {
        return "UUID".to_owned();
    }
    match bytes.len() {
        ..SHORTEST => "short".to_owned(),
        length @ ..=LONGEST if is_hex => format!("{length} hex"),
        _ if holds_text(piece) => "text in base64".to_owned(),
        length @ ..=LONGEST => format!("{length} base64"),
        _ => "long base64".to_owned(),
    }
}

/// Whatever no base64 alphabet has.
fn is_separator(c: char) -> bool {
    !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_' | '='))
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Random bytes are no printable text, whatever they say.
fn holds_text(piece: &str) -> bool {
    let url_safe: String = piece
        .chars()
        .map(|c| {
            if c == '+' {
                '-'
            } else if c == '/' {
                '_'
            } else {
                c
            }
        })
        .collect();
    let Ok(bytes) = LENIENT.decode(url_safe) else { return false };
    std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains(|c: char| c.is_control()))
}

/// A signed token has three parts, an encrypted one five; the first says with what.
fn json_web_token(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('.').collect();
    let kind = match parts.len() {
        3 => "JWT",
        5 => "JWE",
        _ => return None,
    };
    let header: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[0]).ok()?).ok()?;
    // A name from a registry is one of a few; anything else might be told by a value.
    let algorithm = header.get("alg")?.as_str()?;
    let is_name = algorithm.len() <= 24
        && algorithm.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-+".contains(&byte));
    Some(if is_name { format!("{kind} ({algorithm})") } else { kind.to_owned() })
}

/// The text behind `%2F` and its like, and whether that hid more than the signs of base64: those come and go.
fn percent_decoded(text: &str) -> (Cow<'_, str>, bool) {
    let mut bytes = Vec::with_capacity(text.len());
    let mut is_encoded = false;
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).filter(|code| *first == b'%' && code.iter().all(u8::is_ascii_hexdigit));
        let code = code.and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        rest = match code {
            Some(byte) => {
                is_encoded |= is_separator(char::from(byte));
                bytes.push(byte);
                &after[2..]
            }
            None => {
                bytes.push(*first);
                after
            }
        };
    }
    match String::from_utf8(bytes) {
        Ok(decoded) => (decoded.into(), is_encoded),
        Err(_) => (text.into(), false),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shape(value: &str) -> String {
        of(&Octets::from(value.as_bytes()))
    }

    #[test]
    fn a_shape_tells_the_form_of_a_token() {
        for (value, expected) in [
            ("0123456789abcdef0123456789ABCDEF", "32 hex"),
            ("3f2b8c1e-9a4d-4c6b-8e2f-0a1b2c3d4e5f", "UUID"),
            ("mFqyKPSnUn0H2zWmDZkCvmlYGMpKGqSJPJJ8J7bYx2A", "43 base64"),
            (
                "mFqyKPSnUn0H2zWmDZkCvmlYGMpKGqSJPJJ8J7bYx2A.4Jc8SRqHnqWgZTm0kCY3wGYWbnXxHUPCwLKZ3Yk9s_-",
                "43 base64 . 43 base64",
            ),
            (
                "s%3AJ7bYx2AmFqyKPSnUn0H2zWmDZkCvmlYG.MpKGqSJPJJ8J7bYx2A%2BmFqyKPSnUn0H2zWmDZkCvmlYG",
                "short : 32 base64 . 44 base64, percent-encoded",
            ),
            (
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.4Jc8SRqHnqWgZTm0kCY3wGYWbnXxHUPCwLKZ3Yk9s_-",
                "JWT (HS256)",
            ),
            ("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..aaaa.bbbb.cccc", "JWE (dir)"),
            (
                "eyJ1c2VyIjoiYWxpY2UifQ.ZVx3Yg.4Jc8SRqHnqWgZTm0kCY3wGYWbnX",
                "text in base64 . short . 27 base64",
            ),
            ("%7B%22user%22%3A%22alice%22%7D", "JSON, percent-encoded"),
            ("\"0123456789abcdef\"", "16 hex, quoted"),
            ("", "empty"),
            ("alice", "short"),
            ("en-US", "short"),
            ("alice@example.com", "short @ short . short"),
            ("to be or not to be", "text"),
            ("grüße", "text"),
            ("100%", "short %"),
            ("%zz%+1", "% short % short"),
        ] {
            assert_eq!(shape(value), expected, "{value}");
        }
        assert_eq!(of(&Octets::from(&b"\xff\xfe"[..])), "bytes that are no text");
        assert_eq!(shape(&"Ab3/".repeat(100)), "long base64");
    }

    proptest! {
        /// What differs from login to login must not look like a change of the release.
        #[test]
        fn random_tokens_of_one_kind_have_one_shape(one in prop::array::uniform32(any::<u8>()), other in prop::array::uniform32(any::<u8>())) {
            let encoded = |bytes: &[u8]| {
                let standard = base64::engine::general_purpose::STANDARD.encode(bytes);
                let percent: String = standard.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
                [URL_SAFE_NO_PAD.encode(bytes), standard, format!("v1.{percent}")]
            };
            for (one, other) in encoded(&one).iter().zip(encoded(&other)) {
                prop_assert_eq!(shape(one), shape(&other));
            }
        }

        #[test]
        fn a_shape_never_tells_a_value(value in "[ -~é]{4,40}") {
            let shape = shape(&value);
            prop_assert!(!shape.contains(&value) || ["text", "JSON", "UUID"].contains(&value.as_str()));
        }
    }
}
