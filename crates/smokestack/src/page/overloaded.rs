//! Elements with more attributes than anybody writes. The parser compares each with all before it: twenty thousand on one
//! element hold a thread up for minutes, and with it the answers that other cases wait for.

use std::borrow::Cow;
use std::ops::Range;

/// The most attributes of an element that are read.
const MOST: usize = 2000;
/// A smaller page has no such element that takes long.
const SMALLEST: usize = 16 << 10;
/// Elements whose text is no HTML.
const RAW: [&str; 7] = ["script", "style", "textarea", "title", "xmp", "iframe", "noembed"];

/// A page without the attributes beyond the most, and what is to be said of that.
pub(super) fn thinned(body: &str) -> (Cow<'_, str>, Option<String>) {
    let surplus = if body.len() < SMALLEST { Vec::new() } else { surplus(body.as_bytes()) };
    let Some(first) = surplus.first() else { return (Cow::Borrowed(body), None) };
    let note = format!(
        "an element has more than {MOST} attributes, {} bytes of them from byte {} on were not read",
        first.len(),
        first.start
    );
    let mut kept = String::with_capacity(body.len());
    let mut at = 0;
    for range in surplus {
        kept.push_str(&body[at..range.start]);
        at = range.end;
    }
    kept.push_str(&body[at..]);
    (Cow::Owned(kept), Some(note))
}

/// Where the attributes stand that are too many, tag by tag. Every end is before or behind an ASCII character.
fn surplus(body: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = find(body, at, b"<") {
        at = open + 1;
        if body[at..].starts_with(b"!--") {
            at = find(body, at, b"-->").unwrap_or(body.len());
        } else if body.get(at).is_some_and(u8::is_ascii_alphabetic) {
            let name = word(body, at);
            let (end, beyond) = tag(body, at + name.len());
            found.extend(beyond.map(|from| from..end));
            at = end;
            if let Some(raw) = RAW.iter().find(|raw| raw.as_bytes().eq_ignore_ascii_case(name)) {
                at = end_of_raw(body, at, raw.as_bytes());
            }
        }
    }
    found
}

/// The end of a tag's attributes, and where those begin that are too many.
fn tag(body: &[u8], from: usize) -> (usize, Option<usize>) {
    let (mut at, mut count, mut beyond) = (from, 0, None);
    while let Some(byte) = body.get(at) {
        match byte {
            b'>' => break,
            byte if byte.is_ascii_whitespace() || *byte == b'/' => at += 1,
            _ => {
                count += 1;
                if count == MOST + 1 {
                    beyond = Some(at);
                }
                at = attribute(body, at);
            }
        }
    }
    (at, beyond)
}

/// The end of an attribute that begins here.
fn attribute(body: &[u8], from: usize) -> usize {
    let skip_blanks =
        |at: usize| at + body[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    // A `=` that begins an attribute belongs to its name (HTML, "before attribute name state").
    let ends_name = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'=');
    let name = from + 1 + body[from + 1..].iter().take_while(|byte| !ends_name(byte)).count();
    let equals = skip_blanks(name);
    if body.get(equals) != Some(&b'=') {
        return name;
    }
    let value = skip_blanks(equals + 1);
    match body.get(value) {
        Some(quote @ (b'"' | b'\'')) => find(body, value + 1, &[*quote]).map_or(body.len(), |end| end + 1),
        _ => {
            let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
            value + body[value..].iter().take_while(|byte| !ends(byte)).count()
        }
    }
}

/// Where the text of such an element ends.
fn end_of_raw(body: &[u8], from: usize, name: &[u8]) -> usize {
    let mut at = from;
    while let Some(end) = find(body, at, b"</") {
        let rest = &body[end + 2..];
        if rest.len() >= name.len() && rest[..name.len()].eq_ignore_ascii_case(name) {
            return end;
        }
        at = end + 2;
    }
    body.len()
}

fn word(body: &[u8], from: usize) -> &[u8] {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>');
    let length = body[from..].iter().take_while(|byte| !ends(byte)).count();
    &body[from..from + length]
}

fn find(body: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    let rest = body.get(from..)?;
    rest.windows(wanted.len()).position(|window| window == wanted).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(count: usize) -> String {
        (0..count).map(|n| format!(" data-n{n}=\"{n} > 1\"")).collect()
    }

    #[test]
    fn what_is_too_much_is_left_out_and_the_rest_of_the_page_stays() {
        let page = format!("<h1>One</h1><p{}>text</p><p data-user=alice>Alice", attributes(20_000));
        let (kept, note) = thinned(&page);
        assert_eq!(*kept, format!("<h1>One</h1><p{} >text</p><p data-user=alice>Alice", attributes(MOST)));
        let note = note.unwrap();
        assert!(
            note.starts_with("an element has more than 2000 attributes, ") && note.contains(" from byte 4"),
            "{note}"
        );
    }

    #[test]
    fn as_many_as_are_allowed_stay_however_they_are_written() {
        for attributes in
            [attributes(MOST), " ü".repeat(MOST), " a = 'x'".repeat(MOST), " a=b/c".repeat(MOST)]
        {
            let page = format!("<p{attributes}>{}", "text ".repeat(SMALLEST));
            assert_eq!(thinned(&page), (Cow::Borrowed(page.as_str()), None));
        }
        for attributes in [" ü".repeat(MOST + 1), " a='x>'".repeat(MOST + 1), " a".repeat(MOST + 1)] {
            let page = format!("<p{attributes}>{}", "text ".repeat(SMALLEST));
            assert!(thinned(&page).1.is_some(), "{}", &attributes[..20]);
        }
    }

    #[test]
    fn words_in_scripts_and_comments_are_no_attributes() {
        let words = "a b c ".repeat(SMALLEST);
        for page in [
            format!("<script>if (a<b {words}</script>"),
            format!("<STYLE>a<b {words}</STYLE>"),
            format!("<!-- <b {words} -->"),
            format!("5 < 6 {words}"),
            format!("<textarea><b {words}</textarea>"),
            format!("<img src=\"data:{words}\">"),
        ] {
            assert_eq!(thinned(&page).1, None, "{}", &page[..20]);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "[<>a\"'=/ \\-!ü]{0,60}", times in 1..2000_usize) {
            let page = text.repeat(times) + &" x".repeat(SMALLEST);
            let (kept, note) = thinned(&page);
            proptest::prop_assert_eq!(note.is_none(), kept.len() == page.len());
        }
    }
}
