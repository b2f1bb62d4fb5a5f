//! `[session]`: how somebody signed in is known.

use crate::platform::SessionConfig;
use crate::platform::reader::Table;

/// The table; `None` after a mistake.
pub(super) fn session(table: Table<'_>) -> Option<SessionConfig> {
    let logout = table.path("logout");
    if !table.has("signed_in") {
        table.missing("signed_in", "signed_in = \"[data-user]\"");
    }
    let signed_in = table.selector("signed_in");
    let instance_header = table.text("instance_header").map(|text| text.value);
    let release_header = table.text("release_header").map(|text| text.value);
    let expect_relogin = table.flag("expect_relogin").unwrap_or(false);
    table.finish();
    Some(SessionConfig {
        signed_in: signed_in?,
        logout: logout.unwrap_or_else(|| "/logout".to_owned()),
        expect_relogin,
        instance_header: instance_header.unwrap_or_else(|| "x-instance".to_owned()),
        release_header: release_header.unwrap_or_else(|| "x-release".to_owned()),
    })
}
