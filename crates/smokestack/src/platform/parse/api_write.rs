//! `api_write` in `[components.NAME]`: a write by JSON, and how it is undone.

use std::ops::Range;

use reqwest::Method;

use super::header_name;
use crate::platform::api_write::{self, ApiToken, ApiUndo, ApiWrite, TokenPlace};
use crate::platform::reader::{Reader, Table, Text};

/// The key; `None` without it and after a mistake.
pub(super) fn api_write(reader: &Reader, table: &Table<'_>) -> Option<ApiWrite> {
    let table = table.table("api_write")?;
    let method = method(reader, &table, &["POST", "PUT", "PATCH"]);
    if !table.has("url") {
        table.missing("url", "url = \"/api/records\"");
    }
    let url = table.address("url");
    let body = body(reader, &table);
    let token = table.table("token").map(|table| token(reader, table));
    let list = table.address("list");
    let undo = undo(reader, &table);
    table.finish();
    let token = match token {
        Some(token) => Some(token?),
        None => None,
    };
    Some(ApiWrite { method: method?, url: url?, body: body?, token, list, undo })
}

/// The method, the first of these where none is named.
fn method(reader: &Reader, table: &Table<'_>, known: &[&'static str]) -> Option<Method> {
    let Some(text) = table.text("method") else {
        let default = known.first().filter(|_| !table.has("method"));
        return default.and_then(|method| method.parse().ok());
    };
    if !known.contains(&text.value.as_str()) {
        let what = format!("`{}` is no method that writes", text.value);
        reader.mistake_with_help(
            what,
            text.range,
            "not known here",
            format!("methods: {}", known.join(", ")),
        );
        return None;
    }
    text.value.parse().ok()
}

/// The body has the text by which the record is known again.
fn body(reader: &Reader, table: &Table<'_>) -> Option<serde_json::Value> {
    const EXAMPLE: &str = "body = { title = \"{text}\" }";
    let Some(place) = table.place("body") else {
        table.missing("body", EXAMPLE);
        return None;
    };
    let mut has_text = false;
    let body = table.json("body", &mut |text| has_text |= text.value.contains(api_write::TEXT))?;
    if !has_text {
        let what = "the body of `api_write` has no `{text}`";
        reader.mistake_with_help(
            what,
            place,
            "what was written could not be known again",
            format!("write `{EXAMPLE}`"),
        );
        return None;
    }
    Some(body)
}

fn token(reader: &Reader, table: Table<'_>) -> Option<ApiToken> {
    let header = match table.required_text("header", "header = \"x-csrf-token\"") {
        Some(text) => header_name(reader, &text),
        None => None,
    };
    let from = table.address("from");
    let pointer = table.text("pointer").map(|text| pointer(reader, &text));
    let selector = table.selector("selector");
    let attribute = table.text("attribute").map(|text| text.value);
    let cookie = table.text("cookie").map(|text| text.value);
    let named = ["pointer", "selector", "cookie"].into_iter().filter(|key| table.has(key)).count();
    if named != 1 {
        let what = "the token stands in one place";
        let help = "name one of `pointer` (JSON), `selector` (a page) and `cookie`";
        let label = if named == 0 { "it is not said where" } else { "more than one is named" };
        reader.mistake_with_help(what, table.range(), label, help);
    } else if !table.has("cookie") && !table.has("from") {
        table.missing("from", "from = \"/api/me\"");
    }
    table.finish();
    let place = match (pointer, selector, cookie) {
        (Some(pointer), None, None) => TokenPlace::Pointer(pointer?),
        (None, Some(selector), None) => TokenPlace::Selector { selector, attribute },
        (None, None, Some(cookie)) => TokenPlace::Cookie(cookie),
        _ => return None,
    };
    Some(ApiToken { header: header?, from, place })
}

fn pointer(reader: &Reader, text: &Text) -> Option<String> {
    if !text.value.starts_with('/') {
        reader.mistake_with_help(
            "this is not a JSON pointer",
            text.range.clone(),
            "it begins with `/`",
            "write `pointer = \"/csrf_token\"`",
        );
        return None;
    }
    Some(text.value.clone())
}

/// An address that is deleted, or a request that is told whole.
fn undo(reader: &Reader, table: &Table<'_>) -> Option<ApiUndo> {
    if !table.is_table("undo") {
        let text = table.text("undo")?;
        return Some(ApiUndo { method: Method::DELETE, url: address(reader, text)?, body: None });
    }
    let table = table.table("undo")?;
    let method = method(reader, &table, &["DELETE", "POST", "PUT", "PATCH"]);
    let url =
        table.required_text("url", "url = \"/api/records/{/id}\"").and_then(|text| address(reader, text));
    let body = if table.has("body") { table.json("body", &mut |_| ()).map(Some) } else { Some(None) };
    table.finish();
    Some(ApiUndo { method: method?, url: url?, body: body? })
}

/// A path, a whole address, or the answer's `{location}`; braces hold what the answer says.
fn address(reader: &Reader, text: Text) -> Option<String> {
    let Text { value, range } = text;
    let wrong = |what: String, range: Range<usize>, label: &str| {
        let help = "write `/api/records/{/id}`, with a JSON pointer into the answer, or `{location}`";
        reader.mistake_with_help(what, range, label, help);
        None
    };
    let is_whole = ["http://", "https://"].iter().any(|scheme| value.starts_with(scheme));
    let is_path = value.starts_with('/') && !value.starts_with("//");
    if !is_path && !is_whole && value != "{location}" {
        return wrong(format!("`{value}` is not an address"), range, "a path begins with one `/`");
    }
    let words = api_write::braces(&value);
    if let Some(unknown) = words.iter().find(|word| **word != api_write::LOCATION && !word.starts_with('/')) {
        return wrong(
            format!("`{{{unknown}}}` is not known here"),
            range,
            "no JSON pointer, and not `location`",
        );
    }
    Some(value)
}
