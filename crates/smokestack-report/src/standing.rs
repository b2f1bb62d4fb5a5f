//! Lines about cases that are not simply good or bad: advisory ones, and what is new against a baseline.

use smokestack_core::{CaseRecord, Change, Record};

use crate::last_line::few;
use crate::page_text::one_line;

/// What is broken and never makes a run red.
pub(crate) fn advisory(record: &Record) -> Vec<String> {
    let open = record.cases.iter().filter(|case| case.is_advisory());
    let line = |case: &CaseRecord| {
        let first = &case.outcome.reason()?.first;
        Some(one_line(&format!("advisory: {} {}: {}", case.full_name, case.outcome.word(), first.headline())))
    };
    open.filter_map(line).collect()
}

/// What was broken before the deploy, what is since, and what is not any more.
pub(crate) fn against_baseline(record: &Record) -> Vec<String> {
    let Some(baseline) = &record.run.baseline else { return Vec::new() };
    let line = |change: Change| {
        let cases = record.cases.iter().filter(|case| baseline.change(case) == Some(change));
        let names: Vec<&str> = cases.map(|case| case.full_name.as_str()).collect();
        (!names.is_empty()).then(|| one_line(&format!("{}: {}", change.words(), few(&names))))
    };
    [Change::Regressed, Change::New, Change::StillBroken, Change::Fixed]
        .into_iter()
        .filter_map(line)
        .collect()
}
