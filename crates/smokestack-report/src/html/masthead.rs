//! What the run came to, at a glance.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use maud::{Markup, html};
use smokestack_core::{ExitCode, Policy, Record, Verdict};

use super::seen::{Seen, was_run};
use crate::{exchange, last_line};

/// The outcomes, in the order of what hurts, and where on the page they are told.
const OUTCOMES: [(&str, &str); 6] = [
    ("failed", "failures"),
    ("errored", "failures"),
    ("blocked", "blocked"),
    ("flaky", "flaky"),
    ("skipped", "cases"),
    ("passed", "cases"),
];

/// The title of the window.
pub(super) fn title(seen: &Seen<'_>) -> String {
    let (word, _) = verdict(seen);
    format!("{word}: {}", seen.record.run.target)
}

/// A dot in the verdict's colour.
pub(super) fn icon(seen: &Seen<'_>) -> String {
    let colour = match seen.mood() {
        "good" => "1a7f37",
        "bad" => "c62828",
        _ => "b07800",
    };
    format!(
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
         %3Ccircle cx='8' cy='8' r='7' fill='%23{colour}'/%3E%3C/svg%3E"
    )
}

/// The verdict's word, and why.
fn verdict(seen: &Seen<'_>) -> (String, String) {
    let (_, words) = last_line::words(seen.record, &seen.verdict, &seen.findings);
    let (word, why) = words.split_once([',', ':']).unwrap_or((&words, ""));
    (word.to_owned(), why.trim().to_owned())
}

/// The verdict, what was looked at, and how many cases came to what.
pub(super) fn header(seen: &Seen<'_>) -> Markup {
    let run = &seen.record.run;
    let (word, why) = verdict(seen);
    html! {
        header {
            p .platform { "Smokestack" @if !run.platform.is_empty() { " · " (run.platform) } }
            h1 {
                span .badge { (word) }
                @if !why.is_empty() { " " span .why { (why) } }
            }
            @if seen.record.took_ms.is_none() {
                p .warning { "This run did not come to its end, or not yet: what it had seen by then." }
            }
            dl .facts { (facts(seen)) }
            ul .counts aria-label="Cases by outcome" {
                @for (outcome, section) in OUTCOMES {
                    @let (count, not_run) = count(seen, outcome);
                    @if count > 0 { li { a .(outcome) href={ "#" (section) } { b { (count) } " " (outcome) } } }
                    @if not_run > 0 { li { a .errored href="#not-run" { b { (not_run) } " not run" } } }
                }
                li .all { "of " (seen.cases.len()) " selected, " (run.planned) " in the suites" }
            }
        }
    }
}

fn facts(seen: &Seen<'_>) -> Markup {
    let Record { run, took_ms, .. } = seen.record;
    let releases = releases(seen.record);
    html! {
        (fact("exit code", html! { b { (seen.verdict.exit_code(&run.policy) as u8) } " " (meaning(&seen.verdict, &run.policy)) }))
        (fact("target", html! {
            (run.target) " "
            // What is no address of a page is no link either.
            @if run.url.starts_with("https://") || run.url.starts_with("http://") {
                a href=(run.url) rel="noreferrer" { (run.url) }
            } @else { (run.url) }
        }))
        @if let Some(expected) = &run.expected_release { (fact("expected", html! { "release " (expected) })) }
        @if !releases.is_empty() {
            (fact("release", html! {
                @for (index, (release, components)) in releases.iter().enumerate() {
                    @if index > 0 { "; " }
                    b { (release) }
                    @if releases.len() > 1 { " " (components.iter().copied().collect::<Vec<_>>().join(", ")) }
                }
            }))
        }
        (fact("seed", html! { (run.seed) }))
        (fact("began", when(run.started_unix_ms)))
        @if let Some(took) = took_ms.and_then(|ms| Duration::try_from_secs_f64(ms / 1000.0).ok()) {
            (fact("took", html! { (exchange::time(took)) }))
        }
    }
}

fn fact(name: &str, value: Markup) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

/// How many cases have this outcome: those that were run, and those that never were.
fn count(seen: &Seen<'_>, outcome: &str) -> (usize, usize) {
    let of_it = seen.cases.iter().filter(|case| case.outcome.word() == outcome);
    let all = of_it.clone().count();
    if outcome != "errored" {
        return (all, 0);
    }
    let run = of_it.filter(|case| was_run(case)).count();
    (run, all - run)
}

/// What a pipeline makes of the verdict.
fn meaning(verdict: &Verdict, policy: &Policy) -> &'static str {
    match verdict.exit_code(policy) {
        ExitCode::Fail => "the platform is broken",
        ExitCode::Inconclusive => "the platform could not be judged",
        ExitCode::Interrupted | ExitCode::Terminated => "ended before its time",
        ExitCode::Usage => "usage or configuration is wrong",
        ExitCode::NothingRan => "nothing ran, and a pipeline relies on it",
        ExitCode::Pass if *verdict == Verdict::NothingRan => "nothing ran; 4 in a gate",
        ExitCode::Pass => "deploy on",
    }
}

/// The releases that answers showed, each with the components that showed it.
fn releases(record: &Record) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut releases: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let exchanges = record.cases.iter().flat_map(|case| &case.notes.exchanges);
    for hop in exchanges.flat_map(|exchange| &exchange.hops) {
        if let Some(release) = &hop.release {
            releases.entry(release).or_default().extend(hop.component.as_deref());
        }
    }
    releases
}

fn when(unix_ms: i64) -> Markup {
    let time = jiff::Timestamp::from_millisecond(unix_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    html! {
        time datetime=(time.strftime("%Y-%m-%dT%H:%M:%SZ")) { (time.strftime("%Y-%m-%d %H:%M:%S")) " UTC" }
    }
}
