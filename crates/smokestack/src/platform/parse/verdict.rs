//! `[verdict]`: what a pipeline relies on.

use smokestack_core::Policy;

use crate::platform::reader::{Reader, Table};

/// What has to have been judged, and what flaky means.
pub(super) fn policy(reader: &Reader, table: Table<'_>) -> Policy {
    let flaky = table.text("flaky");
    let flaky_fails = flaky.as_ref().is_some_and(|text| text.value == "fail");
    if let Some(text) = flaky.filter(|text| !["fail", "pass"].contains(&text.value.as_str())) {
        reader.mistake("`verdict.flaky` must be `fail` or `pass`", text.range, "neither");
    }
    let policy = Policy {
        flaky_fails,
        required: table.texts("required").unwrap_or_default(),
        min_cases: table.count("min_cases"),
        ..Policy::default()
    };
    table.finish();
    policy
}
