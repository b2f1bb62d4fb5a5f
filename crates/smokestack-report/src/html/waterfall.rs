//! The exchanges of a case: each hop with a bar of where its time went, below it what became of the cookies.

use std::collections::BTreeMap;
use std::time::Duration;

use maud::{Markup, html};
use smokestack_core::{CaseRecord, Class, Exchange, Hop};

use crate::exchange::time;
use crate::page_text::one_line;

/// How many exchanges of a case are shown: its last ones, and whichever was judged.
const MOST: usize = 20;
/// How wide a bar's drawing is, in its own units.
const WIDTH: f64 = 1000.0;

/// All of it; nothing where the case asked for nothing.
pub(super) fn waterfall(case: &CaseRecord) -> Markup {
    let exchanges = &case.notes.exchanges;
    let judged = judged(case);
    let first = exchanges.len().saturating_sub(MOST);
    let is_shown = |index: usize| index >= first || judged.contains_key(&index);
    let shown = exchanges.iter().enumerate().filter(|(index, _)| is_shown(*index));
    let shown: Vec<(usize, &Exchange)> = shown.collect();
    let left_out = exchanges.len() - shown.len();
    let longest = shown.iter().map(|(_, exchange)| length(exchange)).max().unwrap_or_default();
    html! {
        @if !shown.is_empty() {
            div .scroll tabindex="0" role="region" aria-label="Exchanges, a table" {
                table .exchanges {
                    caption {
                        "Exchanges, each from its own beginning; the whole width is " (time(longest)) ": "
                        span .key.connect { "connect" } ", " span .key.wait { "first byte" } ", " span .key.rest { "rest" }
                        @if left_out > 0 { ". Left out: " (left_out) " before these, which are in the journal" }
                    }
                    thead { tr {
                        th scope="col" { "request" } th scope="col" { "status" } th scope="col" { "answered by" }
                        th scope="col" { "time" } th .number scope="col" { "took" }
                    } }
                    @for (index, exchange) in shown { (rows(index, exchange, longest, judged.get(&index).copied())) }
                }
            }
        }
    }
}

/// The exchanges that checks failed about, each with the hop that decided.
pub(super) fn judged(case: &CaseRecord) -> BTreeMap<usize, &Hop> {
    let failed = case.outcome.reason().into_iter().flat_map(|attempt| attempt.failed());
    let hops = failed.filter_map(|check| {
        let index = check.exchange?;
        let hop = case.notes.exchanges.get(index)?.deciding(check.class == Class::SessionLost)?;
        Some((index, hop))
    });
    hops.collect()
}

fn rows(index: usize, exchange: &Exchange, longest: Duration, judged: Option<&Hop>) -> Markup {
    // A redirect is followed once its answer has come.
    let begins = exchange.hops.iter().scan(Duration::ZERO, |clock, hop| {
        let begins = *clock;
        *clock += hop.took;
        Some(begins)
    });
    html! {
        tbody {
            @for (number, (hop, begins)) in exchange.hops.iter().zip(begins).enumerate() {
                tr {
                    td {
                        span .quiet { @if number == 0 { (index + 1) } @else { "↳" } } " "
                        code { b { (hop.method) } " " (one_line(&hop.url)) }
                        @if judged.is_some_and(|judged| std::ptr::eq(judged, hop)) { " " span .tag { "judged" } }
                        (below(hop))
                    }
                    td .status.(class(hop)) {
                        @match hop.status { Some(status) => (status), None => "none" }
                    }
                    td { (answered_by(hop)) }
                    td .time { (bar(hop, begins, longest)) }
                    td .number { (time(hop.took)) }
                }
            }
        }
    }
}

/// What else is to be said of a hop: where it leads, why nothing came, its cookies.
fn below(hop: &Hop) -> Markup {
    html! {
        @if let Some(location) = &hop.location { div .more { "→ " code { (one_line(location)) } } }
        @if let Some(no) = &hop.no_answer {
            div .more { "no answer: " (no.stage.words()) " " (no.address) ": " (one_line(&no.cause)) }
        }
        @if !hop.cookies.is_empty() {
            details .cookies {
                summary {
                    "cookies: "
                    @for (index, note) in hop.cookies.iter().enumerate() {
                        @if index > 0 { ", " }
                        (note.name) " " (note.action.word())
                    }
                }
                ul { @for note in &hop.cookies { li {
                    (one_line(&note.sentence()))
                    @if let Some(scope) = &note.scope { span .quiet { " · " (scope) } }
                } } }
            }
        }
    }
}

fn answered_by(hop: &Hop) -> Markup {
    let who = hop.instance.as_ref().or(hop.component.as_ref());
    html! {
        @if let Some(who) = who { (one_line(who)) }
        @if let Some(release) = &hop.release { " " span .quiet { (one_line(release)) } }
    }
}

/// Drawn by attributes: a page that may have no styles keeps its bars.
fn bar(hop: &Hop, begins: Duration, longest: Duration) -> Markup {
    let took = hop.took;
    let first_byte = hop.timing.first_byte.unwrap_or(took).min(took);
    let connect = hop.timing.connect.unwrap_or_default().min(first_byte);
    let parts = [
        ("connect", "#8250df", Duration::ZERO, connect),
        ("wait", "#2f7fd6", connect, first_byte),
        ("rest", "#2da44e", first_byte, took),
    ];
    let said: Vec<String> = [("connect", hop.timing.connect), ("first byte", hop.timing.first_byte)]
        .into_iter()
        .filter_map(|(word, at)| at.map(|at| format!("{word} after {}", time(at))))
        .chain([format!("ended after {}", time(took))])
        .collect();
    html! {
        svg viewBox={ "0 0 " (WIDTH) " 12" } preserveAspectRatio="none" width="100%" height="12" role="img"
            aria-label=(said.join(", ")) {
            title { (said.join(", ")) }
            rect .track width=(WIDTH) height="12" fill="#8888" fill-opacity="0.15" {}
            @for (class, colour, from, to) in parts {
                @if to > from {
                    rect .(class) x=(place(begins + from, longest)) y="1" height="10"
                        width=(place(to - from, longest).max(1.5)) fill=(colour) {}
                }
            }
        }
    }
}

/// Where a moment lies in the drawing.
fn place(at: Duration, longest: Duration) -> f64 {
    let share = at.as_secs_f64() / longest.as_secs_f64().max(f64::EPSILON);
    (share * WIDTH * 10.0).round() / 10.0
}

/// The hops one after another may take longer than was measured as a whole.
fn length(exchange: &Exchange) -> Duration {
    exchange.hops.iter().map(|hop| hop.took).sum::<Duration>()
}

fn class(hop: &Hop) -> &'static str {
    match hop.status {
        Some(..300) => "passed",
        Some(300..400) => "skipped",
        Some(400..) => "failed",
        None => "errored",
    }
}
