//! `[session]`: how somebody signed in is known.

use crate::platform::reader::Table;
use crate::platform::{ComponentConfig, SessionConfig};

/// The table; `None` after a mistake.
pub(super) fn session(table: Table<'_>, components: &[ComponentConfig]) -> Option<SessionConfig> {
    let logout = table.path("logout");
    // Without pages there is nothing to know somebody by: an API says with its status whether it knows the caller.
    let only_apis = !components.is_empty() && components.iter().all(|component| component.api.is_some());
    let has_marker = table.has("signed_in");
    if !has_marker && !only_apis {
        table.missing("signed_in", "signed_in = \"[data-user]\"");
    }
    let signed_in = table.selector("signed_in");
    let instance_header = table.text("instance_header").map(|text| text.value);
    let release_header = table.text("release_header").map(|text| text.value);
    let expect_relogin = table.flag("expect_relogin").unwrap_or(false);
    table.finish();
    (signed_in.is_some() || !has_marker).then(|| SessionConfig {
        signed_in,
        logout: logout.unwrap_or_else(|| "/logout".to_owned()),
        expect_relogin,
        instance_header: instance_header.unwrap_or_else(|| "x-instance".to_owned()),
        release_header: release_header.unwrap_or_else(|| "x-release".to_owned()),
    })
}
