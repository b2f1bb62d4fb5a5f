//! What passed, and not at once.

use maud::html;
use smokestack_core::{CaseRecord, Outcome};

use super::seen::Seen;
use super::{Section, check};

/// The flaky cases, with the attempts that failed.
pub(super) fn section(seen: &Seen<'_>) -> Option<Section> {
    let is_flaky =
        |case: &&&CaseRecord| matches!(&case.outcome, Outcome::Passed { earlier } if !earlier.is_empty());
    let flaky: Vec<&&CaseRecord> = seen.cases.iter().filter(is_flaky).collect();
    let body = html! {
        @for case in &flaky {
            @let earlier = case.outcome.earlier();
            article .failure.flaky {
                h3 { span .word { "flaky" } " " (case.full_name) }
                p .meta { code { (case.place) } " · passed on attempt " (earlier.len() + 1) }
                @for (number, attempt) in (1..).zip(earlier) { (check::attempt(number, attempt)) }
            }
        }
    };
    let count = flaky.len();
    (count > 0).then_some(Section { id: "flaky", title: "Flaky", count: Some(count), body })
}
