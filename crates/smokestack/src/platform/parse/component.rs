//! `[components.NAME]`: a separately deployed part of the platform.

use std::time::Duration;

use super::api_write::api_write;
use super::places::Places;
use super::settings::settings;
use super::valid_name;
use crate::platform::reader::{Reader, Table, Text};
use crate::platform::{ComponentConfig, FormPage};

/// A component, and where the file says where it is; `budget` is that of all landing pages.
pub(super) fn component(
    reader: &Reader,
    name: Text,
    table: Table<'_>,
    budget: Option<Duration>,
) -> (ComponentConfig, Places) {
    valid_name(reader, "a component", &name);
    let places = Places {
        path: table.place("path").unwrap_or_else(|| table.range()),
        landing: table.place("landing"),
    };
    let path = table.path("path").unwrap_or_else(|| format!("/{}", name.value));
    let landing =
        table.path("landing").unwrap_or_else(|| if path == "/" { path.clone() } else { format!("{path}/") });
    let form = table.table("form").map(|table| {
        let page = table.required_path("page", "page = \"/new\"");
        let selector = table.selector("selector");
        let field = table.text("field").map(|text| text.value);
        let undo = table.selector("undo");
        let list = table.path("list");
        table.finish();
        FormPage { page: page.unwrap_or_default(), selector, field, undo, list }
    });
    let config = ComponentConfig {
        subdomain: table.text("subdomain").and_then(|text| label(reader, text)),
        api: table.path("api"),
        api_write: api_write(reader, &table),
        health: table.path("health"),
        instances: table.count("instances"),
        settings: settings(reader, &table),
        budget: table.duration("budget").or(budget),
        concurrency: table.count("concurrency"),
        name: name.value,
        path,
        landing,
        form,
    };
    table.finish();
    (config, places)
}

/// A label of a host name (RFC 1123, section 2.1), or several with dots.
fn label(reader: &Reader, text: Text) -> Option<String> {
    let fine = |label: &str| {
        let inner = label.trim_matches('-');
        inner.len() == label.len()
            && !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    if !text.value.split('.').all(fine) {
        reader.mistake("this is not the beginning of a host name", text.range, "letters, digits and `-`");
        return None;
    }
    Some(text.value)
}
