//! Tokens in addresses, known by their names and their shape: what was never learned, because somebody else made it.

use std::ops::Range;

/// Parameters that hold nothing but a secret.
const SECRETS: [&str; 22] = [
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
];

/// Parameters that mostly do, or else a word such as `expired`, which people need.
const LIKELY: [&str; 34] = [
    "t",
    "u",
    "k",
    "s",
    "session",
    "sess",
    "auth",
    "authorization",
    "key",
    "apikey",
    "code",
    "otp",
    "state",
    "nonce",
    "ticket",
    "token",
    "samlrequest",
    "samlresponse",
    "relaystate",
    "signature",
    "sig",
    "hmac",
    "csrf",
    "xsrf",
    "jwt",
    "assertion",
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

/// What stands in a path before a token that was sent by mail.
const BEFORE_TOKENS: [&str; 12] = [
    "reset",
    "reset-password",
    "password-reset",
    "confirm",
    "confirmation",
    "activate",
    "activation",
    "invite",
    "invitation",
    "magic",
    "unlock",
    "verify",
];

/// The shortest token that is known by its shape.
const SHORTEST: usize = 16;
/// The shortest value of a likely name: shorter ones are words and numbers.
const SHORTEST_LIKELY: usize = 8;
/// The longest hexadecimal number in a path that is a record or a release: as of a commit.
const LONGEST_NUMBER: usize = 40;
/// How often an address may stand in an address.
const DEEPEST: usize = 3;

/// Where tokens stand in the addresses of a text, in order.
pub(super) fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let is_end = |c: char| c.is_whitespace() || c.is_control() || "\"<>`".contains(c);
    let mut start = 0;
    for word in text.split_inclusive(is_end) {
        let word_is_address = word.bytes().any(|byte| byte == b'/' || byte == b'?');
        if word_is_address {
            let bytes = word.trim_end_matches(is_end).as_bytes();
            Address { bytes, places: Places::From(start) }.tokens(DEEPEST, &mut tokens);
        }
        start += word.len();
    }
    tokens.sort_by_key(|range| range.start);
    tokens
}

/// An address, and where in the text each of its bytes stands, and where it ends.
struct Address<'a> {
    bytes: &'a [u8],
    places: Places<'a>,
}

enum Places<'a> {
    /// One after the other.
    From(usize),
    /// As it was before it was decoded.
    Of(&'a [usize]),
}

impl Places<'_> {
    fn at(&self, index: usize) -> usize {
        match self {
            Places::From(start) => start + index,
            Places::Of(places) => places[index],
        }
    }
}

impl Address<'_> {
    fn tokens(&self, depth: usize, tokens: &mut Vec<Range<usize>>) {
        let query = self.bytes.iter().position(|byte| b"?#".contains(byte)).unwrap_or(self.bytes.len());
        if let Some(path) = self.path_start(query) {
            self.in_path(path..query, tokens);
        }
        for pair in split(self.bytes, query..self.bytes.len(), b"?#&;\\") {
            self.in_pair(pair, depth, tokens);
        }
    }

    /// Where the path begins, if this is an address and no text with a slash in it.
    fn path_start(&self, query: usize) -> Option<usize> {
        let path = &self.bytes[..query];
        if let Some(scheme) = path.windows(3).position(|part| part == b"://") {
            let host = scheme + 3;
            return Some(path[host..].iter().position(|byte| *byte == b'/').map_or(query, |at| host + at));
        }
        let start = path.iter().position(|byte| !b"'([{,;:=.".contains(byte))?;
        (path[start] == b'/').then_some(start)
    }

    fn in_path(&self, path: Range<usize>, tokens: &mut Vec<Range<usize>>) {
        // Nothing of it can be a token, nor say that one follows.
        if path.len() < SHORTEST && !self.bytes[path.clone()].contains(&b';') {
            return;
        }
        let mut before = Vec::new();
        for segment in split(self.bytes, path, b"/") {
            let own_end = self.bytes[segment.clone()].iter().position(|byte| *byte == b';');
            let own_end = own_end.map_or(segment.end, |at| segment.start + at);
            let own = self.value(segment.start..own_end);
            let (decoded, _) = self.decoded(own.clone());
            let sent_by_mail = BEFORE_TOKENS.iter().any(|name| name.as_bytes() == before);
            if is_token_in_path(&decoded) || (sent_by_mail && is_long_number(&decoded)) {
                tokens.push(self.place(own));
            }
            for part in split(self.bytes, own_end..segment.end, b";") {
                self.in_pair(part, 0, tokens);
            }
            // Django has the user's number between the two.
            if !(sent_by_mail && decoded.len() < SHORTEST_LIKELY) {
                before = decoded.to_ascii_lowercase();
            }
        }
    }

    fn in_pair(&self, pair: Range<usize>, depth: usize, tokens: &mut Vec<Range<usize>>) {
        let Some(equals) = self.bytes[pair.clone()].iter().position(|byte| *byte == b'=') else { return };
        let (raw_name, _) = self.decoded(pair.start..pair.start + equals);
        let raw_name = raw_name.to_ascii_lowercase();
        // An `&` that JSON has escaped.
        let raw_name = raw_name.strip_prefix(b"u0026").unwrap_or(&raw_name);
        let value = self.value(pair.start + equals + 1..pair.end);
        let (mut decoded, mut places) = self.decoded(value.clone());
        // Handed from one login to the next, an address is encoded once more.
        for _ in 0..DEEPEST {
            if decoded.windows(3).any(|part| part.eq_ignore_ascii_case(b"%2f")) {
                let all = Address { bytes: &decoded, places: Places::Of(&places) };
                (decoded, places) = all.decoded(0..decoded.len());
            }
        }
        if is_address(&decoded) {
            if depth > 0 {
                Address { bytes: &decoded, places: Places::Of(&places) }.tokens(depth - 1, tokens);
            }
        } else if !decoded.is_empty() && is_token(raw_name, &decoded) {
            tokens.push(self.place(value));
        }
    }

    /// A value without what the text around it has after it, up to a label.
    fn value(&self, range: Range<usize>) -> Range<usize> {
        let bytes = &self.bytes[range.clone()];
        let label = bytes.iter().position(|byte| *byte == b'[').unwrap_or(bytes.len());
        let end =
            bytes[..label].iter().rposition(|byte| !b")]},.:'!\\".contains(byte)).map_or(0, |at| at + 1);
        range.start..range.start + end
    }

    fn place(&self, range: Range<usize>) -> Range<usize> {
        self.places.at(range.start)..self.places.at(range.end)
    }

    /// A part without its percent-encoding, and where each byte of it stands, and where it ends.
    fn decoded(&self, range: Range<usize>) -> (Vec<u8>, Vec<usize>) {
        let (mut bytes, mut places, mut at) = (Vec::new(), Vec::new(), range.start);
        while at < range.end {
            places.push(self.places.at(at));
            let hex =
                self.bytes.get(at + 1..(at + 3).min(range.end)).and_then(|hex| std::str::from_utf8(hex).ok());
            let byte = hex.filter(|hex| hex.len() == 2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
            match byte.filter(|_| self.bytes[at] == b'%') {
                Some(byte) => {
                    bytes.push(byte);
                    at += 3;
                }
                None => {
                    bytes.push(self.bytes[at]);
                    at += 1;
                }
            }
        }
        places.push(self.places.at(range.end));
        (bytes, places)
    }
}

fn split(bytes: &[u8], range: Range<usize>, at: &[u8]) -> Vec<Range<usize>> {
    let mut start = range.start;
    let parts = bytes[range].split(|byte| at.contains(byte)).map(|part| {
        let range = start..start + part.len();
        start = range.end + 1;
        range
    });
    parts.filter(|part| !part.is_empty()).collect()
}

/// An address within an address is looked at, not hidden.
fn is_address(value: &[u8]) -> bool {
    value.starts_with(b"/") || value.windows(3).any(|part| part == b"://") || value.contains(&b'?')
}

fn is_token(raw_name: &[u8], value: &[u8]) -> bool {
    let name: String =
        raw_name.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(|byte| char::from(*byte)).collect();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    let own_sid = [b".sid", b"_sid", b"-sid"].iter().any(|end| raw_name.ends_with(*end));
    if SECRETS.contains(&name.as_str()) || own_sid || ends(&["sessionid", "sessid", "password", "secret"]) {
        return true;
    }
    if VERSIONS.contains(&name.as_str()) {
        return false;
    }
    if LIKELY.contains(&name.as_str())
        || ends(&["token", "signature", "nonce", "ticket", "verifier", "challenge", "apikey"])
    {
        let digits = value.iter().any(u8::is_ascii_digit);
        return value.len() >= SHORTEST_LIKELY && (digits || value.len() >= SHORTEST);
    }
    looks_random(value, if name.ends_with("id") { LONGEST_NUMBER } else { SHORTEST - 4 })
}

fn is_token_in_path(segment: &[u8]) -> bool {
    let extension = segment.iter().rposition(|byte| *byte == b'.').map(|at| &segment[at + 1..]);
    let is_file = extension.is_some_and(|end| {
        (1..=5).contains(&end.len())
            && end.iter().all(u8::is_ascii_alphanumeric)
            && end.iter().any(u8::is_ascii_lowercase)
    });
    !is_file && looks_random(segment, LONGEST_NUMBER)
}

fn is_long_number(segment: &[u8]) -> bool {
    segment.iter().filter(|byte| byte.is_ascii_alphanumeric()).count() >= SHORTEST
}

/// Whether letters and digits change places as nobody writes them. Hexadecimal numbers up to so many digits are not
/// counted: records, releases, commits.
fn looks_random(value: &[u8], longest_number: usize) -> bool {
    if !value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~+/=:|!*,()".contains(byte)) {
        return false;
    }
    let is_number = |run: &&[u8]| {
        let digits = run.strip_prefix(b"g").unwrap_or(run);
        digits.len() <= longest_number && digits.iter().all(u8::is_ascii_hexdigit)
    };
    let runs = value.split(|byte| !byte.is_ascii_alphanumeric()).filter(|run| !is_number(run));
    let (mut length, mut changes, mut capitals, mut digits) = (0, 0, 0, 0);
    for run in runs {
        let kind = |byte: &u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
        length += run.len();
        changes += run.windows(2).filter(|pair| kind(&pair[0]) != kind(&pair[1])).count();
        capitals += run.iter().filter(|byte| byte.is_ascii_uppercase()).count();
        digits += run.iter().filter(|byte| byte.is_ascii_digit()).count();
    }
    // Words run together have a capital in four letters or fewer.
    let no_words = digits > 0 || (4 * capitals > length && 4 * capitals < 3 * length);
    length >= SHORTEST && no_words && changes >= 4 && 5 * changes >= length
}
