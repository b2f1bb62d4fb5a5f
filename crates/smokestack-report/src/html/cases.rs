//! Every case in a line, and which took longest.

use std::cmp::Reverse;
use std::time::Duration;

use maud::{Markup, html};
use smokestack_core::{CaseRecord, Outcome};

use super::Section;
use super::seen::{Seen, was_run};
use crate::exchange::time;
use crate::junit;
use crate::page_text::one_line;

/// How many are the slowest.
const SLOWEST: usize = 10;

/// Those that took longest.
pub(super) fn slowest(seen: &Seen<'_>) -> Option<Section> {
    let mut slow: Vec<&&CaseRecord> = seen.cases.iter().filter(|case| case.took > Duration::ZERO).collect();
    slow.sort_by_key(|case| Reverse(case.took));
    slow.truncate(SLOWEST);
    let longest = slow.first()?.took.as_secs_f64();
    let body = html! {
        table .slowest {
            thead { tr { th scope="col" { "case" } th scope="col" { "time" } th .number scope="col" { "took" } } }
            tbody {
                @for case in slow {
                    @let width = (case.took.as_secs_f64() / longest * 1000.0).round() / 10.0;
                    tr {
                        td { (seen.link(&case.full_name)) }
                        td .time {
                            svg viewBox="0 0 100 12" preserveAspectRatio="none" width="100%" height="12" aria-hidden="true" {
                                rect .wait y="1" width=(width) height="10" fill="#2f7fd6" {}
                            }
                        }
                        td .number { (time(case.took)) }
                    }
                }
            }
        }
    };
    Some(Section { id: "slowest", title: "Slowest", count: None, body })
}

/// All of them, in the order of the suites' lists.
pub(super) fn section(seen: &Seen<'_>) -> Option<Section> {
    let count = seen.cases.len();
    let body = html! {
        (choice(seen))
        table .cases {
            thead { tr {
                th scope="col" { "outcome" } th scope="col" { "case" } th scope="col" { "component" }
                th scope="col" { "took" }
            } }
            tbody { @for case in &seen.cases { (row(seen, case)) } }
        }
    };
    (count > 0).then_some(Section { id: "cases", title: "All cases", count: Some(count), body })
}

/// Which outcomes are shown: the style sheet's doing, so that no script is needed. Hidden where there is no style sheet.
fn choice(seen: &Seen<'_>) -> Markup {
    let words = ["failed", "errored", "blocked", "flaky", "skipped", "passed"];
    let there = |word: &&str| seen.cases.iter().any(|case| case.outcome.word() == *word);
    html! {
        fieldset .choice hidden {
            legend { "Show" }
            label { input type="radio" name="only" id="only-all" checked; " all" }
            @for word in words.into_iter().filter(there) {
                label { input type="radio" name="only" id={ "only-" (word) }; " " (word) }
            }
        }
    }
}

fn row(seen: &Seen<'_>, case: &CaseRecord) -> Markup {
    let word = case.outcome.word();
    let why = match &case.outcome {
        Outcome::Blocked { by } => Some(format!("by {}", one_line(by))),
        Outcome::Skipped { why } => Some(one_line(why)),
        _ => case.notes.facts.iter().find_map(junit::eventually),
    };
    html! {
        tr .(word) {
            td { @if case.outcome.reason().is_some() && !was_run(case) { "not run" } @else { (word) } }
            td { (seen.link(&case.full_name)) @if let Some(why) = why { " " span .quiet { (why) } } }
            td { @if let Some(component) = &case.component { (component) } }
            td { @if was_run(case) { (time(case.took)) } }
        }
    }
}
