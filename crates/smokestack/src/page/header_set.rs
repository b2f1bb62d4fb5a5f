//! The headers of an answer as a text.

use reqwest::header::HeaderMap;

use super::Page;
use super::judged::Subject;
use crate::snapshot::{Built, Snapshot};

impl Page {
    /// The headers of the last answer, by name, a line each. Those of the connection are no part of it; values of cookies,
    /// and what names instance and release, are not shown.
    ///
    /// ```no_run
    /// # fn check(page: &smokestack::Page) {
    /// page.headers().matches("headers-of-pages");
    /// # }
    /// ```
    pub fn headers(&self) -> Snapshot {
        let what = "headers of the answer";
        Snapshot::of_page(Subject::new(self, what), what, Built::Text(self.header_lines()))
    }

    /// The same as a text, as the answer has them.
    pub(crate) fn header_lines(&self) -> String {
        let session = &self.session().scope.run.platform.session;
        let own = [(&*session.instance_header, "[instance]"), (&*session.release_header, "[release]")];
        lines(self.header_map(), &own)
    }
}

/// They are between two ends of a connection, and differ with the way (RFC 9110, section 7.6.1).
const OF_THE_CONNECTION: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

fn lines(headers: &HeaderMap, known: &[(&str, &str)]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (name, value) in headers {
        let name = name.as_str();
        if OF_THE_CONNECTION.contains(&name) {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        let word = known.iter().find(|(known, _)| name.eq_ignore_ascii_case(known)).map(|(_, word)| *word);
        let value = match (word, name) {
            (Some(word), _) => word.to_owned(),
            (None, "set-cookie") => without_value(&value),
            (None, _) => value.into_owned(),
        };
        lines.push(format!("{name}: {value}"));
    }
    lines.sort();
    lines.join("\n")
}

fn without_value(cookie: &str) -> String {
    let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
    let name = pair.split_once('=').map_or("", |(name, _)| name.trim());
    let mut parts = vec![format!("{name}=[value]")];
    parts.extend(attributes.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned));
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_in_order_and_give_nothing_away() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("x-instance", "orders-2"),
            ("content-type", "text/html"),
            ("set-cookie", "sid=s3cret; Path=/;HttpOnly"),
            ("set-cookie", "csrf=abc"),
            ("connection", "close"),
        ] {
            headers.append(name, value.parse().unwrap());
        }
        insta::assert_snapshot!(lines(&headers, &[("X-Instance", "[instance]")]), @r"
        content-type: text/html
        set-cookie: csrf=[value]
        set-cookie: sid=[value]; Path=/; HttpOnly
        x-instance: [instance]
        ");
    }
}
