//! Reads `Set-Cookie` as browsers do (RFC 6265bis, section 5.6): nearly everything is a cookie.

use serde::{Deserialize, Serialize};

use super::date;
use super::octets::Octets;

/// Bytes of name and value together; longer cookies are dropped.
pub(super) const LONGEST_PAIR: usize = 4096;
/// Bytes of an attribute's value; longer ones are as good as not there.
const LONGEST_ATTRIBUTE: usize = 1024;

/// The attributes that mean something.
const KNOWN: [&str; 7] = ["Domain", "Expires", "HttpOnly", "Max-Age", "Path", "SameSite", "Secure"];

/// A `Set-Cookie` header, before anybody asks whether the cookie is acceptable.
#[derive(Clone, Debug)]
pub(super) struct SetCookie {
    pub(super) name: Octets,
    pub(super) value: Octets,
    /// Lower case, without its leading dot; empty where it says so.
    pub(super) domain: Option<Octets>,
    /// None where the cookie belongs to the folder of the request.
    pub(super) path: Option<String>,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    pub(super) same_site: Option<SameSite>,
    pub(super) lifetime: Option<Lifetime>,
    /// Attributes that browsers pass over, and why.
    pub(super) ignored: Vec<String>,
}

/// The `SameSite` attribute; a cookie without one is treated much as `Lax`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum SameSite {
    Strict,
    Lax,
    None,
}

/// When a cookie ends, as its header says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lifetime {
    /// Seconds from now. Wins over a date.
    MaxAge(i64),
    /// Seconds since 1970.
    Expires(i64),
}

/// Why a header is no cookie at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoCookie {
    #[error("it holds a control character")]
    ControlCharacter,
    #[error("it has neither a name nor a value")]
    Empty,
    #[error("name and value have {0} bytes, browsers take {LONGEST_PAIR}")]
    TooLong(usize),
}

impl SameSite {
    pub(super) fn word(self) -> &'static str {
        match self {
            SameSite::Strict => "Strict",
            SameSite::Lax => "Lax",
            SameSite::None => "None",
        }
    }
}

/// The value that a header sets, also where it is refused: nobody may print it.
pub(crate) fn value(header: &[u8]) -> String {
    String::from_utf8_lossy(pair(header).1).into_owned()
}

/// The name that a header sets, as far as it can be shown.
pub(super) fn name(header: &[u8]) -> String {
    shown(&String::from_utf8_lossy(pair(header).0))
}

/// A name for reports: those of attackers and of broken servers may be endless or missing.
pub(super) fn shown(name: &str) -> String {
    const LONGEST: usize = 64;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None if name.is_empty() => "(nameless)".to_owned(),
        None => name.to_owned(),
    }
}

pub(super) fn parse(header: &[u8]) -> Result<SetCookie, NoCookie> {
    if header.iter().any(|byte| byte.is_ascii_control() && *byte != b'\t') {
        return Err(NoCookie::ControlCharacter);
    }
    let (name, value) = pair(header);
    match name.len() + value.len() {
        0 => return Err(NoCookie::Empty),
        size if size > LONGEST_PAIR => return Err(NoCookie::TooLong(size)),
        _ => {}
    }
    let mut cookie = SetCookie {
        name: name.into(),
        value: value.into(),
        domain: None,
        path: None,
        secure: false,
        http_only: false,
        same_site: None,
        lifetime: None,
        ignored: Vec::new(),
    };
    for attribute in header.split(|byte| *byte == b';').skip(1) {
        let (name, value) = match attribute.iter().position(|byte| *byte == b'=') {
            Some(at) => (trimmed(&attribute[..at]), trimmed(&attribute[at + 1..])),
            None => (trimmed(attribute), &b""[..]),
        };
        cookie.attribute(&String::from_utf8_lossy(name), value);
    }
    Ok(cookie)
}

impl SetCookie {
    /// Of two attributes of one name the last counts.
    fn attribute(&mut self, name: &str, value: &[u8]) {
        let Some(name) = KNOWN.into_iter().find(|known| known.eq_ignore_ascii_case(name)) else { return };
        if value.len() > LONGEST_ATTRIBUTE {
            let size = value.len();
            return self.ignored.push(format!("{name} has {size} bytes of {LONGEST_ATTRIBUTE} at most"));
        }
        match name {
            "Domain" => {
                let domain = value.strip_prefix(b".").unwrap_or(value);
                self.domain = Some(domain.to_ascii_lowercase().as_slice().into());
            }
            "Path" => {
                let path = value.starts_with(b"/").then(|| String::from_utf8_lossy(value).into_owned());
                self.path = path;
            }
            "Secure" => self.secure = true,
            "HttpOnly" => self.http_only = true,
            "SameSite" => {
                self.same_site = match value.to_ascii_lowercase().as_slice() {
                    b"strict" => Some(SameSite::Strict),
                    b"lax" => Some(SameSite::Lax),
                    b"none" => Some(SameSite::None),
                    _ => None,
                };
                if self.same_site.is_none() {
                    self.ignored.push("SameSite is none of Strict, Lax, None".to_owned());
                }
            }
            "Max-Age" => match max_age(value) {
                Some(seconds) => self.lifetime = Some(Lifetime::MaxAge(seconds)),
                None => self.ignored.push("Max-Age is no number".to_owned()),
            },
            "Expires" => match date::seconds(value) {
                Some(at) if !matches!(self.lifetime, Some(Lifetime::MaxAge(_))) => {
                    self.lifetime = Some(Lifetime::Expires(at));
                }
                Some(_) => {}
                None => self.ignored.push("Expires is no date".to_owned()),
            },
            _ => {}
        }
    }
}

/// Name and value of a header, without the blanks around them. Without a `=` all of it is the value.
fn pair(header: &[u8]) -> (&[u8], &[u8]) {
    let pair = header.split(|byte| *byte == b';').next().unwrap_or_default();
    match pair.iter().position(|byte| *byte == b'=') {
        Some(at) => (trimmed(&pair[..at]), trimmed(&pair[at + 1..])),
        None => (&b""[..], trimmed(pair)),
    }
}

/// Blanks and tabs are taken away, and nothing else.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let Some(first) = bytes.iter().position(|byte| !is_blank(byte)) else { return b"" };
    let last = bytes.iter().rposition(|byte| !is_blank(byte)).unwrap_or(first);
    &bytes[first..=last]
}

/// Digits, perhaps behind a minus. Numbers beyond all bounds are the bound.
fn max_age(value: &[u8]) -> Option<i64> {
    let (sign, digits) = match value.strip_prefix(b"-") {
        Some(digits) => (-1, digits),
        None => (1, value),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let digit = |sum: i64, digit: &u8| sum.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
    Some(sign * digits.iter().fold(0, digit))
}
