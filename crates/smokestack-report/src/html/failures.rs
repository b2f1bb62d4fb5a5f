//! The cases that did not pass, each with all that is known of it.

use maud::{Markup, html};
use smokestack_core::CaseRecord;

use super::seen::Seen;
use super::{Section, check, curl, waterfall};
use crate::{exchange, junit, text};

/// Of how many the exchanges are shown: a page that takes a minute to open helps nobody at night.
const WITH_EXCHANGES: usize = 200;

/// All of them, in the order of the suites' lists.
pub(super) fn section(seen: &Seen<'_>) -> Option<Section> {
    let count = seen.failures.len();
    if count == 0 {
        return None;
    }
    let body = html! {
        @if count > WITH_EXCHANGES {
            p .warning { "The exchanges of the first " (WITH_EXCHANGES) " are shown; the journal has those of all." }
        }
        @for (index, case) in seen.failures.iter().enumerate() {
            (article(seen, case, index < WITH_EXCHANGES))
        }
    };
    Some(Section { id: "failures", title: "Failures", count: Some(count), body })
}

fn article(seen: &Seen<'_>, case: &CaseRecord, with_exchanges: bool) -> Markup {
    let anchor = seen.anchor(&case.full_name).unwrap_or_default();
    let failed = case.outcome.reason().into_iter().flat_map(|attempt| attempt.failed());
    html! {
        article #(anchor) .failure.(case.outcome.word()) tabindex="-1" data-name=(case.full_name) {
            h3 {
                span .word { (case.outcome.word()) } " "
                a href={ "#" (anchor) } { (case.full_name) }
            }
            p .meta {
                code { (case.place) }
                @if let Some(component) = &case.component { " · " (component) }
                " · " (exchange::time(case.took))
                @for tag in &case.tags { " " span .tag { (tag) } }
            }
            @for line in case.notes.facts.iter().filter_map(junit::eventually) { p .meta { "eventually: " (line) } }
            @for failed in failed { (check::check(failed, Some(&case.place))) }
            @for (number, earlier) in (1..).zip(case.outcome.earlier()) { (check::attempt(number, earlier)) }
            @if with_exchanges { (exchanges(case)) }
        }
    }
}

fn exchanges(case: &CaseRecord) -> Markup {
    let transcript = text::transcript(case);
    html! {
        (waterfall::waterfall(case))
        @if let Some(line) = curl::line(case) {
            p .label { "The request that was judged" @if line.contains(curl::VALUE) { "; put a session's cookies in" } }
            pre .command { code { (line) } }
        }
        @if !transcript.is_empty() {
            details .transcript { summary { "transcript" } pre { (transcript) } }
        }
    }
}
