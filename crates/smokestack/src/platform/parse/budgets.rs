//! `[budgets]`: how long things may take.

use std::time::Duration;

use crate::platform::reader::Table;

/// How long a landing page may usually take, where its component says nothing else.
pub(super) fn page(table: Table<'_>) -> Option<Duration> {
    let page = table.duration("page");
    table.finish();
    page
}
