//! Cases written by hand, for tests.

use std::time::Duration;

use smokestack_core::{
    Attempt, Blame, CaseInfo, CaseNotes, CaseRecord, Class, Ending, FailedCheck, Outcome, Place,
};

/// The case of this name in the suite `pages`.
pub(crate) fn info(name: &str) -> CaseInfo {
    CaseInfo {
        full_name: format!("pages::{name}"),
        suite: "pages".into(),
        component: None,
        place: Place { file: "smokestack.toml".into(), line: 7, column: 1 },
        tags: Vec::new(),
        cell: None,
        skipped: None,
    }
}

/// A case that passed, or whose check of this was not met.
pub(crate) fn ran(info: &CaseInfo, wrong: Option<&str>) -> CaseRecord {
    let check =
        |what| FailedCheck::new(Blame::Wrong, Class::Value, what).expected_found("`Bills`", "`Sign in`");
    let notes =
        CaseNotes { checks: 1, failed: wrong.map(check).into_iter().collect(), ..CaseNotes::default() };
    let took = Duration::from_millis(5);
    info.record(Outcome::of(Ending::Done, Attempt::of(&notes, took), Vec::new()), notes, 0, took)
}
