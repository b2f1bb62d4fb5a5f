//! Forms that nobody would write.

use proptest::prelude::*;

use super::super::sending::{self, Enctype};
use super::*;

const WORDS: [&str; 12] =
    ["a", "b", "Title", "x y", "ü★", "", "\"", "1", "2026-01-01", "a&b=c", "#a", "\u{1b}[0m"];

const TYPES: [&str; 14] = [
    "text", "hidden", "checkbox", "radio", "file", "submit", "image", "number", "date", "range", "color",
    "email", "reset", "_",
];

fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&WORDS[..])
}

fn attribute(value: &str) -> String {
    value.replace('&', "&amp;").replace('"', "&quot;")
}

/// A piece of a form, well made or not.
fn piece() -> impl Strategy<Value = String> {
    let input = (prop::sample::select(&TYPES[..]), word(), word(), any::<bool>(), any::<bool>());
    let input = input.prop_map(|(kind, name, value, checked, broken)| {
        let checked = if checked { " checked required disabled=\"\"" } else { "" };
        let (name, value) = (attribute(name), attribute(value));
        format!(
            "<input type={kind} name=\"{name}\" value=\"{value}\" id=\"{name}\"{checked}{}",
            if broken { "" } else { ">" }
        )
    });
    let list = (word(), word(), any::<bool>()).prop_map(|(name, option, multiple)| {
        let multiple = if multiple { " multiple" } else { "" };
        format!("<select name=\"{}\"{multiple}><optgroup><option selected>{option}<option>x", attribute(name))
    });
    let text =
        (word(), word()).prop_map(|(name, text)| format!("<textarea name=\"{}\">\n{text}", attribute(name)));
    let tag = prop::sample::select(
        &[
            "<form>",
            "</form>",
            "<form id=a method=post enctype=multipart/form-data>",
            "<table>",
            "<tr>",
            "</table>",
            "<fieldset disabled>",
            "<legend>",
            "</legend>",
            "</fieldset>",
            "<label for=a>",
            "<label>",
            "</label>",
            "<template>",
            "<button name=a>",
            "</button>",
            "</select>",
            "</textarea>",
            "<datalist>",
            "<div dir=rtl>",
            "<base href=//[>",
        ][..],
    );
    prop_oneof![input, list, text, tag.prop_map(str::to_owned), any::<String>()]
}

/// The pairs of a body in parts, read as a server does.
fn parts(body: &[u8], boundary: &str) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(body).ok()?;
    let text = text.strip_suffix(&format!("--{boundary}--\r\n"))?;
    let between = format!("--{boundary}\r\n");
    let parts = text.split(&between).skip(1).map(|part| {
        let (head, value) = part.split_once("\r\n\r\n")?;
        let name = head.split_once("; name=\"")?.1.split_once('"')?.0;
        Some((name.replace("%22", "\"").replace("%0D%0A", "\r\n"), value.strip_suffix("\r\n")?.to_owned()))
    });
    parts.collect()
}

proptest! {
    #[test]
    fn no_form_is_too_odd(pieces in prop::collection::vec(piece(), 0..24), field in word(), value in word()) {
        for mut form in sheets(&pieces.concat()) {
            let buttons = std::iter::once(None).chain((0..form.controls.len()).map(Some));
            for pressed in buttons {
                let _ = form.request(pressed);
                let _ = form.held_back(pressed);
            }
            let before = sent(&form);
            // What cannot be done changes nothing.
            if form.fill(field, value).is_err() {
                prop_assert_eq!(&before, &sent(&form));
            }
            let _ = (form.choose(field, value, true), form.choose(field, value, false));
            let _ = (form.check(field, true), form.check(field, false), form.attach(field, file(value)));
            form.set(field, value);
            let _ = (form.value(field), form.request(form.default_button()));
        }
    }

    #[test]
    fn what_is_not_touched_is_sent_as_it_came(
        fields in prop::collection::vec((word(), word(), 0..4_usize), 0..12),
        touched in word(),
    ) {
        let mut html = String::new();
        let mut expected = Vec::new();
        for (n, (name, value, kind)) in fields.iter().enumerate() {
            let (named, held) = (attribute(&format!("{n}{name}")), attribute(value));
            html.push_str(&match kind {
                0 => format!("<input name=\"{named}\" value=\"{held}\">"),
                1 => format!("<input type=hidden name=\"{named}\" value=\"{held}\">"),
                2 => format!("<textarea name=\"{named}\">{held}</textarea>"),
                _ => format!("<select name=\"{named}\"><option>x<option selected value=\"{held}\">y</select>"),
            });
            expected.push((format!("{n}{name}"), (*value).to_owned()));
        }
        let mut form = form(&format!("{html}<input name=touched>"));
        form.fill("touched", touched).unwrap();
        expected.push(("touched".to_owned(), touched.to_owned()));
        let entries = form.entries(None);
        let query = sending::query(&entries, form.encoding);
        let read: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        prop_assert_eq!(&read, &expected);
        let (content_type, body) = sending::body(&entries, Enctype::Multipart, form.encoding);
        let (_, boundary) = content_type.split_once("boundary=").unwrap();
        prop_assert_eq!(parts(&body, boundary), Some(expected));
    }
}
