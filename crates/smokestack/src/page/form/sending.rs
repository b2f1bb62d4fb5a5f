//! Entries as bytes: in an address, or as the body of a POST.

use std::borrow::Cow;
use std::fmt::Write as _;

use encoding_rs::Encoding;

use super::entries::Entry;

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Enctype {
    UrlEncoded,
    Multipart,
    Plain,
}

impl Enctype {
    /// By the attribute; what no browser knows is the usual one.
    pub(super) fn read(attribute: &str) -> Enctype {
        match attribute {
            one if one.eq_ignore_ascii_case("multipart/form-data") => Enctype::Multipart,
            one if one.eq_ignore_ascii_case("text/plain") => Enctype::Plain,
            _ => Enctype::UrlEncoded,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Enctype::UrlEncoded => "application/x-www-form-urlencoded",
            Enctype::Multipart => "multipart/form-data",
            Enctype::Plain => "text/plain",
        }
    }
}

/// The entries as the query of an address.
pub(super) fn query(entries: &[Entry], encoding: &'static Encoding) -> String {
    // What the encoding does not have becomes a reference, as in HTML.
    let encode: &dyn Fn(&str) -> Cow<'_, [u8]> = &|text| encoding.encode(text).0;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.encoding_override(Some(encode));
    for entry in entries {
        let (name, value) = entry.pair();
        query.append_pair(&with_crlf(name), &with_crlf(value));
    }
    query.finish()
}

/// The type of a body and the body.
pub(super) fn body(entries: &[Entry], enctype: Enctype, encoding: &'static Encoding) -> (String, Vec<u8>) {
    let content_type = enctype.name().to_owned();
    match enctype {
        Enctype::UrlEncoded => (content_type, query(entries, encoding).into_bytes()),
        Enctype::Multipart => {
            let boundary = boundary();
            (format!("{content_type}; boundary={boundary}"), multipart(entries, &boundary, encoding))
        }
        Enctype::Plain => {
            let mut text = String::new();
            for (name, value) in entries.iter().map(Entry::pair) {
                let _ = write!(text, "{}={}\r\n", with_crlf(name), with_crlf(value));
            }
            (content_type, encoding.encode(&text).0.into_owned())
        }
    }
}

/// RFC 7578, with names escaped as HTML says ("multipart/form-data encoding algorithm").
fn multipart(entries: &[Entry], boundary: &str, encoding: &'static Encoding) -> Vec<u8> {
    let mut body = Vec::new();
    let mut write = |bytes: &[u8]| body.extend_from_slice(bytes);
    let encoded = |text: &str| encoding.encode(text).0.into_owned();
    for entry in entries {
        let (Entry::Text(name, _) | Entry::File(name, _)) = entry;
        write(format!("--{boundary}\r\nContent-Disposition: form-data; name=\"").as_bytes());
        write(&encoded(&escaped(&with_crlf(name))));
        match entry {
            Entry::Text(_, value) => {
                write(b"\"\r\n\r\n");
                write(&encoded(&with_crlf(value)));
            }
            Entry::File(_, file) => {
                write(b"\"; filename=\"");
                write(&encoded(&escaped(&file.name)));
                write(format!("\"\r\nContent-Type: {}\r\n\r\n", one_line(&file.content_type)).as_bytes());
                write(&file.content);
            }
        }
        write(b"\r\n");
    }
    write(format!("--{boundary}--\r\n").as_bytes());
    body
}

/// Nobody who makes a file can know it.
fn boundary() -> String {
    format!("smokestack-{:032x}", rand::random::<u128>())
}

/// Lines end as they do in mail, whoever wrote them.
fn with_crlf(text: &str) -> Cow<'_, str> {
    if !text.contains(['\r', '\n']) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n"))
}

fn escaped(name: &str) -> String {
    name.replace('\n', "%0A").replace('\r', "%0D").replace('"', "%22")
}

fn one_line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use encoding_rs::{UTF_8, WINDOWS_1252};

    use super::super::control::File;
    use super::*;

    fn entries() -> Vec<Entry> {
        let file = File {
            name: "a \"lamp\"\n.png".into(),
            content_type: "image/png\r\nx: y".into(),
            content: [0, 255, 10].into(),
        };
        vec![
            Entry::Text("no\"te".into(), "one\ntwo\r\nthree & ü ★".into()),
            Entry::File("photo".into(), file),
        ]
    }

    #[test]
    fn an_address_has_names_of_files_and_crlf() {
        let expected = "no%22te=one%0D%0Atwo%0D%0Athree+%26+%C3%BC+%E2%98%85&photo=a+%22lamp%22%0D%0A.png";
        assert_eq!(query(&entries(), UTF_8), expected);
    }

    #[test]
    fn what_an_encoding_does_not_have_is_sent_as_a_reference() {
        let entries = [Entry::Text("q".into(), "ü ★".into())];
        assert_eq!(query(&entries, WINDOWS_1252), "q=%FC+%26%239733%3B");
        assert_eq!(body(&entries, Enctype::Plain, WINDOWS_1252).1, b"q=\xfc &#9733;\r\n");
    }

    #[test]
    fn parts_have_their_names_escaped_and_files_as_they_are() {
        let body = multipart(&entries(), "B", UTF_8);
        let expected = "--B\r\nContent-Disposition: form-data; name=\"no%22te\"\r\n\r\n\
            one\r\ntwo\r\nthree & ü ★\r\n--B\r\nContent-Disposition: form-data; name=\"photo\"; \
            filename=\"a %22lamp%22%0A.png\"\r\nContent-Type: image/pngx: y\r\n\r\n";
        let mut expected = expected.as_bytes().to_vec();
        expected.extend([0, 255, 10]);
        expected.extend(b"\r\n--B--\r\n");
        assert_eq!(body, expected, "{}", String::from_utf8_lossy(&body));
        let (content_type, body) = super::body(&entries(), Enctype::Multipart, UTF_8);
        let (_, boundary) = content_type.split_once("boundary=").unwrap();
        assert!(body.ends_with(format!("--{boundary}--\r\n").as_bytes()));
    }

    #[test]
    fn a_form_without_anything_to_send_has_a_body_that_ends() {
        assert_eq!(multipart(&[], "B", UTF_8), b"--B--\r\n");
        assert_eq!(query(&[], UTF_8), "");
    }
}
