//! One failed check, and an attempt's.

use maud::{Markup, html};
use smokestack_core::{Attempt, FailedCheck, Place};

use crate::exchange;
use crate::page_text::{clean, one_line};

/// A check; one that no line asked for, such as a time limit, shows where its case is listed.
pub(super) fn check(check: &FailedCheck, listed: Option<&Place>) -> Markup {
    html! {
        div .check {
            h4 { (one_line(&check.what)) }
            @if let Some(place) = check.place.as_ref().or(listed) { p .place { code { (place) } } }
            dl {
                @for (name, value) in [("expected", &check.expected), ("found", &check.found)] {
                    @if let Some(value) = value { dt { (name) } dd .(name) { (text(value)) } }
                }
                @if !check.diff.is_empty() { dt { "diff" } dd { (diff(&check.diff)) } }
                @if !check.notes.is_empty() { dt { "note" } }
                @for note in &check.notes { dd { (text(note)) } }
                @if let Some(help) = &check.help { dt { "help" } dd .help { (text(help)) } }
            }
        }
    }
}

/// An attempt before the last: its exchanges are gone.
pub(super) fn attempt(number: usize, attempt: &Attempt) -> Markup {
    let took = exchange::time(attempt.took);
    html! {
        details .attempt {
            summary { "attempt " (number) ": " (one_line(&attempt.first.headline())) " (" (took) ")" }
            @for failed in attempt.failed() { (check(failed, None)) }
        }
    }
}

fn text(value: &str) -> Markup {
    let value = clean(value);
    html! { @if value.is_empty() { span .quiet { "(nothing)" } } @else { (value) } }
}

fn diff(lines: &[String]) -> Markup {
    html! {
        pre .diff {
            @for line in lines {
                @let line = clean(line);
                @match line.chars().next() {
                    Some('-') => del { (line) },
                    Some('+') => ins { (line) },
                    _ => (line),
                }
                "\n"
            }
        }
    }
}
