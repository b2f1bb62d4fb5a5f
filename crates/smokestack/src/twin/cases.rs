//! The read-only cases of a suite, run for the pages that they fetch.

use std::collections::BTreeMap;
use std::sync::Arc;

use smokestack_core::{Case, CaseLog, Limits};

use super::portrait::Portrait;
use super::visit::Asked;
use super::words::Words;
use crate::page::Page;
use crate::run::Run;

/// What the cases of one target fetched, and which of them came to no end, a line each.
#[derive(Default)]
pub(super) struct Fetched {
    pages: Vec<(Asked, Page)>,
    pub(super) endless: Vec<String>,
}

/// Whether a case only looks, and looks at something that is not visited anyway: those of the session table look at landing
/// pages and APIs.
pub(super) fn only_looks(case: &Case) -> bool {
    !case.mutates && !case.ignored && case.cell.is_none()
}

/// Runs the cases one after the other. Whether they pass is not asked here.
pub(super) async fn fetch(run: &Arc<Run>, cases: &[Case]) -> Fetched {
    let mut fetched = Fetched::default();
    for case in cases {
        let limit = case.time_limit.or(run.target.case_limit).unwrap_or(Limits::default().case);
        run.watched.begin();
        // A task of its own, so that one that panics ends no other.
        let task = tokio::spawn((case.body)(Arc::new(CaseLog::within(limit))));
        let abort = task.abort_handle();
        let ended = tokio::time::timeout(limit, task).await;
        abort.abort();
        let (target, name) = (&run.target.name, case.full_name());
        match ended {
            Ok(Ok(_)) => {}
            Ok(Err(_)) => fetched.endless.push(format!("`{name}` at {target}: it panicked")),
            Err(_) => {
                let limit = humantime::format_duration(limit);
                fetched.endless.push(format!("`{name}` at {target}: no end within {limit}"));
            }
        }
        for page in run.watched.end() {
            let component = page.exchange().component.clone().or_else(|| case.component.clone());
            let component = component.unwrap_or_else(|| case.suite.clone());
            let asked = Asked { component, path: page.asked().to_owned(), told: name.clone() };
            fetched.pages.push((asked, page));
        }
    }
    fetched
}

impl Fetched {
    /// What was fetched, in the words of both targets: each address as often as each case asked for it.
    pub(super) fn portraits(self, words: &Words<'_>) -> Vec<(Asked, Portrait)> {
        let mut times: BTreeMap<(String, String), usize> = BTreeMap::new();
        let portraits = self.pages.into_iter().map(|(asked, page)| {
            let path = words.location(&asked.path, &asked.path);
            let time = times.entry((asked.told.clone(), path.clone())).or_default();
            *time += 1;
            let again = if *time > 1 { format!(", time {time}") } else { String::new() };
            let told = format!("{path} in `{}`{again}", asked.told);
            (Asked { component: asked.component, path, told }, Portrait::of(&page, words))
        });
        portraits.collect()
    }
}
