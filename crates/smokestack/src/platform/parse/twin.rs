//! `[twin]`: what may differ between two targets.

use super::known_component;
use crate::platform::nearest::nearest;
use crate::platform::reader::{Reader, Table, Text};
use crate::platform::twin::Allowed;

/// What may differ, and what of it has a name of its own.
const WHOLE: [&str; 4] = ["status", "redirect", "outline", "shape"];
const NAMED: [&str; 2] = ["header", "cookie"];

pub(super) fn twin(reader: &Reader, table: Table<'_>, components: &[&str]) -> Vec<Allowed> {
    let allowed = table.tables("allowed").into_iter();
    let allowed = allowed.filter_map(|table| allowed_difference(reader, table, components)).collect();
    table.finish();
    allowed
}

fn allowed_difference(reader: &Reader, table: Table<'_>, components: &[&str]) -> Option<Allowed> {
    let place = reader.place_of(table.range());
    let component = table.text("component").map(|name| {
        known_component(reader, &name, components);
        name.value
    });
    let page = table.path("page");
    let what = table.required_text("what", "what = \"header strict-transport-security\"");
    let what = what.and_then(|text| known_aspect(reader, text));
    let reason = table.required_text("reason", "reason = \"production alone is behind TLS\"");
    table.finish();
    Some(Allowed { component, page, what: what?, reason: reason?.value, place })
}

/// ``status``, ``header vary``: names of headers in small letters.
fn known_aspect(reader: &Reader, text: Text) -> Option<String> {
    let (kind, name) = text.value.trim().split_once(' ').unwrap_or((text.value.trim(), ""));
    let name = name.trim();
    match (kind, name) {
        (kind, "") if WHOLE.contains(&kind) => return Some(kind.to_owned()),
        ("header", name) if !name.is_empty() => return Some(format!("header {}", name.to_ascii_lowercase())),
        ("cookie", name) if !name.is_empty() => return Some(format!("cookie {name}")),
        _ => {}
    }
    let known = [WHOLE.as_slice(), NAMED.as_slice()].concat();
    let label = match (NAMED.contains(&kind), nearest(kind, &known)) {
        (true, _) => format!("which {kind}?"),
        (false, Some(near)) if near != kind => format!("did you mean `{near}`?"),
        _ => "not among what is compared".to_owned(),
    };
    let what = format!("`{}` is nothing that is compared", text.value.escape_debug());
    let help = "write `status`, `redirect`, `cookie NAME`, `header NAME`, `outline` or `shape`";
    reader.mistake_with_help(what, text.range, label, help);
    None
}
