//! `[login]`: how an account becomes a session.

use super::known_component;
use crate::platform::reader::{Reader, Table};
use crate::platform::{ComponentConfig, FormLogin};

pub(super) fn login(reader: &Reader, table: Table<'_>, components: &[ComponentConfig]) -> Option<FormLogin> {
    let component = table.required_text("component", "component = \"portal\"");
    if let Some(text) = &component {
        let known: Vec<&str> = components.iter().map(|component| component.name.as_str()).collect();
        known_component(reader, text, &known);
    }
    let page = table.path("page");
    let form = table.selector("form");
    let username = table.text("username").map(|text| text.value);
    let password = table.text("password").map(|text| text.value);
    table.finish();
    Some(FormLogin {
        component: component?.value,
        page: page.unwrap_or_else(|| "/login".to_owned()),
        form,
        username_field: username.unwrap_or_else(|| "username".to_owned()),
        password_field: password.unwrap_or_else(|| "password".to_owned()),
    })
}
