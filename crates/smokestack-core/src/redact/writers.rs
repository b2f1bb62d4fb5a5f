//! As others write a secret down, for tests: independently of how it is read.

use proptest::prelude::prop::sample::Index;

/// A text as a program escapes it.
pub(super) type Writer = (&'static str, fn(&str) -> String);

/// Programs that escape a text as a whole.
pub(super) const WRITERS: [Writer; 19] = [
    ("nobody", str::to_owned),
    ("json", |text| inner(&serde_json::to_string(text).unwrap_or_default())),
    ("json in ascii", |text| each(text, |c| if c.is_ascii() { json(c) } else { utf16(c, "\\u") })),
    ("all of it as \\u", |text| each(text, |c| utf16(c, "\\u"))),
    ("javascript's escape", |text| each(text, |c| if c.is_ascii() { percent(c) } else { utf16(c, "%u") })),
    ("all of it as %xx", |text| each(text, percent)),
    ("all of it as %XX in latin-1", |text| {
        each(text, |c| latin1(c).map_or_else(|| percent(c), |byte| format!("%{byte:02X}")))
    }),
    ("all of it as &#N;", |text| each(text, |c| format!("&#{};", u32::from(c)))),
    ("all of it as &#xN;", |text| each(text, |c| format!("&#x{:X};", u32::from(c)))),
    ("names of entities", |text| each(text, |c| entity(c).unwrap_or_else(|| c.to_string()))),
    ("html", |text| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&#39;").replace('"', "&quot;")
    }),
    ("sql", |text| text.replace('\'', "''")),
    ("csv", |text| text.replace('"', "\"\"")),
    ("a form", |text| {
        each(text, |c| {
            if c == ' ' {
                "+".into()
            } else if c.is_ascii_alphanumeric() {
                c.into()
            } else {
                percent(c)
            }
        })
    }),
    ("javascript's \\x", |text| {
        each(text, |c| if c.is_ascii() { format!("\\x{:02x}", u32::from(c)) } else { utf16(c, "\\u") })
    }),
    ("bytes as \\x", |text| bytes(text, |byte| format!("\\x{byte:02x}"))),
    ("bytes as octal", |text| bytes(text, |byte| format!("\\{byte:03o}"))),
    ("rust", |text| inner(&format!("{text:?}"))),
    ("utf-8 read as latin-1", |text| text.bytes().map(char::from).collect()),
];

/// A text, each of whose letters is spelled in a way of its own.
pub(super) fn spelled(text: &str, ways: &[Index]) -> String {
    let letters = text.chars().zip(ways.iter().cycle());
    letters.map(|(c, way)| way.get(&spellings(c)).clone()).collect()
}

fn spellings(c: char) -> Vec<String> {
    let code = u32::from(c);
    let mut ways = vec![
        c.to_string(),
        percent(c),
        percent(c).to_lowercase(),
        utf16(c, "\\u"),
        utf16(c, "\\u").to_uppercase().replace("\\U", "\\u"),
        utf16(c, "%u"),
        format!("&#{code};"),
        format!("&#x{code:x};"),
        format!("&#x{code:04X};"),
        format!("\\u{{{code:x}}}"),
        format!("\\U{code:08x}"),
        bytes(&c.to_string(), |byte| format!("\\x{byte:02X}")),
        bytes(&c.to_string(), |byte| format!("\\{byte:03o}")),
    ];
    ways.extend(entity(c));
    ways.extend(latin1(c).map(|byte| format!("%{byte:02X}")));
    ways.extend(latin1(c).map(|byte| format!("\\x{byte:02x}")));
    match c {
        ' ' => ways.push("+".into()),
        '\'' | '"' => ways.extend([format!("{c}{c}"), format!("\\{c}")]),
        '\\' | '/' => ways.push(format!("\\{c}")),
        _ if c.is_ascii() => {}
        _ => ways.push(c.to_string().bytes().map(char::from).collect()),
    }
    ways
}

fn each(text: &str, way: impl Fn(char) -> String) -> String {
    text.chars().map(way).collect()
}

fn bytes(text: &str, way: impl Fn(u8) -> String) -> String {
    text.bytes().map(way).collect()
}

fn inner(quoted: &str) -> String {
    quoted[1..quoted.len() - 1].to_owned()
}

fn json(c: char) -> String {
    inner(&serde_json::to_string(&c).unwrap_or_default())
}

fn percent(c: char) -> String {
    bytes(&c.to_string(), |byte| format!("%{byte:02X}"))
}

fn utf16(c: char, escape: &str) -> String {
    c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("{escape}{unit:04x}")).collect()
}

fn latin1(c: char) -> Option<u8> {
    u8::try_from(u32::from(c)).ok().filter(|byte| !(0x80..0xa0).contains(byte))
}

fn entity(c: char) -> Option<String> {
    let named = html_escape::NAMED_ENTITIES.iter().find(|(_, text)| *text == c.to_string())?;
    Some(format!("&{};", std::str::from_utf8(named.0).ok()?))
}
