//! Reads the rows of the tables.

use smokestack_core::CookieNote;
use url::Url;

use super::super::{Jar, Occasion};

/// 13 September 2020, 12:26:40 GMT.
pub(super) const NOW: i64 = 1_600_000_000;

/// A request as a table writes it: `[+N] [METHOD] URL [from URL] [fetch]`.
pub(super) struct Request {
    after: i64,
    method: String,
    url: Url,
    initiator: Option<Url>,
    top_level: bool,
}

impl Request {
    pub(super) fn read(text: &str) -> Request {
        let url =
            |word: &str| Url::parse(word).unwrap_or_else(|error| panic!("`{word}` in `{text}`: {error}"));
        let mut words = text.split_whitespace().peekable();
        let after = words.next_if(|word| word.starts_with('+')).map_or(0, |after| after.parse().unwrap());
        let method = words.next_if(|word| !word.contains(':')).unwrap_or("GET").to_owned();
        let address = url(words.next().unwrap_or_default());
        let initiator = words.next_if_eq(&"from").and_then(|_| words.next()).map(url);
        let top_level = words.next_if_eq(&"fetch").is_none();
        assert_eq!(words.next(), None, "`{text}`");
        Request { after, method, url: address, initiator, top_level }
    }

    pub(super) fn occasion(&self) -> Occasion<'_> {
        Occasion {
            url: &self.url,
            method: &self.method,
            initiator: self.initiator.as_ref(),
            top_level: self.top_level,
            now: NOW + self.after,
        }
    }
}

/// The cells of each row; what begins with `#` is for people.
pub(super) fn rows<const N: usize>(table: &str) -> Vec<[&str; N]> {
    let rows = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|line| {
        let cells: Vec<&str> = line.split(" | ").collect();
        cells.try_into().unwrap_or_else(|_| panic!("`{line}` has not {N} cells"))
    })
    .collect()
}

/// A jar that took these headers, and what became of the last one.
pub(super) fn taken(request: &str, headers: &str) -> (Jar, CookieNote) {
    let mut jar = Jar::default();
    let mut last = None;
    for step in headers.split(" && ") {
        // A request before a header ends with the address, which has no blanks.
        let (request, header) = match step.strip_prefix('@') {
            Some(step) => {
                let address = step.find("://").unwrap_or_default();
                let end = step[address..].find(' ').map_or(step.len(), |end| address + end);
                (&step[..end], step.get(end + 1..).unwrap_or_default())
            }
            None => (request, step),
        };
        last = Some(jar.take(&bytes(header), 200, &Request::read(request).occasion()));
    }
    (jar, last.unwrap())
}

/// `\xNN` is a byte, `{x*N}` a letter N times.
pub(super) fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if let Some(code) = rest.strip_prefix("\\x") {
            bytes.push(u8::from_str_radix(&code[..2], 16).unwrap());
            rest = &code[2..];
        } else if let Some(times) = rest.strip_prefix("{x*") {
            let end = times.find('}').unwrap();
            bytes.extend(std::iter::repeat_n(b'x', times[..end].parse().unwrap()));
            rest = &times[end + 1..];
        } else {
            bytes.extend(first.to_string().bytes());
            rest = &rest[first.len_utf8()..];
        }
    }
    bytes
}
