//! Bytes as text, as browsers read them (Encoding Standard; HTML, "determining the character encoding").

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::parsed;

/// How much of a page is searched for its own word on its encoding.
const PRESCAN: usize = 1024;

/// A body as text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) text: String,
    /// The encoding that the answer or the page itself names.
    pub(super) named: Option<String>,
    /// What is odd about the encoding.
    pub(super) note: Option<String>,
}

/// The bytes of an answer of this `Content-Type` as text.
pub(super) fn decode(bytes: Vec<u8>, content_type: &str) -> Decoded {
    if let Some(kind) = binary(&bytes) {
        let note = format!("the body is no text: {kind}");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        return Decoded { text, named: None, note: Some(note) };
    }
    let mime = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_html = matches!(mime.as_str(), "" | "text/html" | "application/xhtml+xml");
    let by_mark = Encoding::for_bom(&bytes).map(|(encoding, _)| encoding.name().to_ascii_lowercase());
    let named = by_mark.or_else(|| parameter(content_type, "charset")).or_else(|| {
        let found = is_html.then(|| named_in(&bytes)).flatten()?;
        // A page that could be searched is not what it says here (HTML, "prescan").
        Some(if found.to_ascii_lowercase().starts_with("utf-16") { "utf-8".to_owned() } else { found })
    });
    let known = named.as_deref().and_then(|name| Encoding::for_label(name.as_bytes()));
    let fits_utf8 = || std::str::from_utf8(&bytes).is_ok();
    let encoding = match known {
        Some(encoding) => encoding,
        // Browsers take a page that says nothing for western text; data is UTF-8 these days.
        None if !is_html && fits_utf8() => UTF_8,
        None => WINDOWS_1252,
    };
    let plain = bytes.is_ascii();
    let note = match (&named, known) {
        _ if plain => None,
        (Some(name), None) => {
            Some(format!("it says charset {name:?}, which nobody knows; read as {}", spelt(encoding)))
        }
        (None, _) if is_html => {
            Some(format!("no charset is named; read as {}, as browsers do", spelt(encoding)))
        }
        (None, _) if encoding == WINDOWS_1252 => {
            Some("it is not UTF-8, and names no charset; read as windows-1252".to_owned())
        }
        _ => None,
    };
    let (text, bad) = match (encoding == UTF_8, String::from_utf8(bytes)) {
        // A mark at the beginning is no part of the text.
        (true, Ok(text)) => (text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text), false),
        (_, Ok(text)) => {
            let (text, _, bad) = encoding.decode(text.as_bytes());
            (text.into_owned(), bad)
        }
        (_, Err(error)) => {
            let (text, _, bad) = encoding.decode(error.as_bytes());
            (text.into_owned(), bad)
        }
    };
    let note =
        note.or_else(|| bad.then(|| format!("some of it is not {}, shown as \u{fffd}", spelt(encoding))));
    Decoded { text, named, note }
}

/// A parameter of a header's value: `charset` of `text/html; charset="utf-8"`.
pub(super) fn parameter(value: &str, name: &str) -> Option<String> {
    let mut parts = value.split(';').skip(1).filter_map(|part| part.split_once('='));
    let (_, value) = parts.find(|(key, _)| key.trim().eq_ignore_ascii_case(name))?;
    let value = value.trim().trim_matches(['"', '\'']).trim();
    (!value.is_empty()).then(|| value.to_owned())
}

fn spelt(encoding: &'static Encoding) -> String {
    encoding.name().to_ascii_lowercase()
}

/// What a page's `meta` says in its first bytes.
fn named_in(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(PRESCAN)];
    // Reading it costs more than looking for the word.
    if !head.windows(7).any(|word| word.eq_ignore_ascii_case(b"charset")) {
        return None;
    }
    let parsed = parsed::parse(&String::from_utf8_lossy(head));
    let metas = parsed
        .html
        .tree
        .values()
        .filter_map(|node| node.as_element())
        .filter(|element| element.name() == "meta");
    metas.into_iter().find_map(|meta| {
        let by_type = || {
            meta.attr("http-equiv").filter(|kind| kind.trim().eq_ignore_ascii_case("content-type"))?;
            parameter(meta.attr("content")?, "charset")
        };
        meta.attr("charset")
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .or_else(by_type)
    })
}

/// What sort of bytes these are, if they are no text (MIME Sniffing Standard, "binary data byte").
fn binary(bytes: &[u8]) -> Option<String> {
    if Encoding::for_bom(bytes).is_some() {
        return None;
    }
    const KNOWN: [(&[u8], &str); 8] = [
        (b"\x89PNG", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"%PDF-", "a PDF"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"\x1f\x8b", "gzip without `Content-Encoding`"),
        (b"wOF2", "a font"),
        (b"\x7fELF", "a program"),
    ];
    if let Some((_, kind)) = KNOWN.iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Some((*kind).to_owned());
    }
    let is_binary = |byte: &u8| matches!(byte, 0..=8 | 0x0b | 0x0e..=0x1a | 0x1c..=0x1f);
    let at = bytes.iter().take(PRESCAN).position(is_binary)?;
    // A lone control character in a page is odd, and not a picture.
    let few =
        bytes.iter().take(PRESCAN).filter(|byte| is_binary(byte)).count() * 32 < bytes.len().min(PRESCAN);
    (!few || bytes[at] == 0).then(|| {
        let first: Vec<String> = bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("it begins with {}", first.join(" "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], content_type: &str) -> (String, Option<String>) {
        let Decoded { text, note, .. } = decode(bytes.to_vec(), content_type);
        (text, note)
    }

    #[test]
    fn a_mark_outweighs_the_header_and_the_header_the_page() {
        let german = b"<meta charset=utf-8>B\xfccher";
        assert_eq!(read(german, "text/html; charset=ISO-8859-1").0, "<meta charset=utf-8>Bücher");
        assert_eq!(
            read("\u{feff}Bücher".as_bytes(), "text/html; charset=iso-8859-1"),
            ("Bücher".to_owned(), None)
        );
        assert_eq!(read(b"\xff\xfeB\0\xfc\0", "text/plain").0, "Bü");
        let own = b"<meta http-equiv='Content-Type' content='text/html; charset=koi8-r'>\xc2";
        assert!(read(own, "text/html").0.ends_with('б'));
        assert!(read("<meta charset='utf-16'>ü".as_bytes(), "text/html").0.ends_with('ü'));
    }

    #[test]
    fn a_page_that_names_none_is_read_as_browsers_do_and_that_is_told() {
        let (text, note) = read("Bücher".as_bytes(), "text/html");
        assert_eq!(text, "BÃ¼cher");
        assert_eq!(note.unwrap(), "no charset is named; read as windows-1252, as browsers do");
        assert_eq!(
            read(b"Books", "text/html"),
            ("Books".to_owned(), None),
            "letters that are the same in all"
        );
    }

    #[test]
    fn data_that_names_none_is_utf_8_unless_it_cannot_be() {
        assert_eq!(read("ü".as_bytes(), "application/json"), ("ü".to_owned(), None));
        let (text, note) = read(b"B\xfccher", "text/csv");
        assert_eq!((text.as_str(), note.is_some()), ("Bücher", true));
    }

    #[test]
    fn what_is_not_as_it_says_is_told() {
        let (text, note) = read(b"B\xfccher", "text/html; charset=utf-8");
        assert_eq!(
            (text.as_str(), note.unwrap().as_str()),
            ("B\u{fffd}cher", "some of it is not utf-8, shown as \u{fffd}")
        );
        let (_, note) = read(b"B\xfccher", "text/html; charset=klingon");
        assert_eq!(note.unwrap(), "it says charset \"klingon\", which nobody knows; read as windows-1252");
        let (_, note) = read(b"\x89PNG\r\n\x1a\n\0\0", "text/html");
        assert_eq!(note.unwrap(), "the body is no text: a PNG image");
        let (_, note) = read(b"\0\x01\x02\x03rest", "");
        assert_eq!(note.unwrap(), "the body is no text: it begins with 00 01 02 03 72 65 73 74");
    }

    #[test]
    fn parameters_are_found_however_they_are_written() {
        assert_eq!(parameter("text/html;Charset=\"UTF-8\"", "charset").as_deref(), Some("UTF-8"));
        assert_eq!(parameter("multipart/x; boundary=a; charset = 'x'", "charset").as_deref(), Some("x"));
        assert_eq!(parameter("charset=utf-8", "charset"), None);
        assert_eq!(parameter("text/html; charset=", "charset"), None);
    }
}
