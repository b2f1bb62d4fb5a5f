//! `[session]`: how somebody signed in is known.

use super::{contract, header_name};
use crate::platform::login::LoginConfig;
use crate::platform::reader::{Reader, Table};
use crate::platform::{ComponentConfig, Marker, SessionConfig};

/// The table, on a platform with this login; `None` after a mistake.
pub(super) fn session(
    reader: &Reader,
    table: Table<'_>,
    components: &[ComponentConfig],
    login: Option<&LoginConfig>,
) -> Option<SessionConfig> {
    const EXAMPLE: &str = "signed_in = \"[data-user]\"";
    let logout = table.path("logout");
    // Without pages there is nothing to know somebody by: an API says with its status whether it knows the caller.
    let only_apis = !components.is_empty() && components.iter().all(|component| component.api.is_some());
    let has_marker = table.has("signed_in");
    if !has_marker && !only_apis {
        table.missing("signed_in", EXAMPLE);
    } else if !has_marker && login.is_some_and(|login| login.settings.ends_on_a_page()) {
        let label = "a login by form has worked if the page after it shows who is signed in";
        let help = format!("add `{EXAMPLE}`: a CSS selector of what only pages of somebody signed in have");
        reader.mistake_with_help("`signed_in` is missing in `[session]`", table.range(), label, help);
    }
    let signed_in = table.selector("signed_in");
    let who = marker(&table, "who", "selector = \"[data-user]\"");
    let environment = marker(&table, "environment", "selector = \"meta[name=environment]\"");
    let header = |key| table.text(key).and_then(|text| Some(header_name(reader, &text)?.to_string()));
    let (instance_header, release_header) = (header("instance_header"), header("release_header"));
    let expect_relogin = table.flag("expect_relogin").unwrap_or(false);
    let instance_marker = table.selector("instance_marker");
    let idle = table.duration("idle");
    let affinity = table.text("affinity").map(|text| text.value);
    let mut contract = table.table("contract").map(|table| contract::contract(reader, table));
    // The edge sets its own cookie whenever it is not there.
    if let (Some(contract), Some(affinity)) = (&mut contract, &affinity) {
        let lists = [contract.anonymous.as_mut(), contract.others.as_mut()];
        lists.into_iter().flatten().for_each(|known| known.push(affinity.clone()));
    }
    table.finish();
    (signed_in.is_some() || !has_marker).then(|| SessionConfig {
        signed_in,
        who,
        idle,
        affinity,
        contract,
        environment,
        instance_marker,
        logout: logout.unwrap_or_else(|| "/logout".to_owned()),
        expect_relogin,
        instance_header: instance_header.unwrap_or_else(|| "x-instance".to_owned()),
        release_header: release_header.unwrap_or_else(|| "x-release".to_owned()),
    })
}

/// What tells pages apart: an element's text or one of its attributes.
fn marker(table: &Table<'_>, key: &'static str, example: &str) -> Option<Marker> {
    let table = table.table(key)?;
    let selector = table.required_selector("selector", example);
    let attribute = table.text("attribute").map(|text| text.value);
    table.finish();
    Some(Marker { selector: selector.unwrap_or_default(), attribute })
}
