//! The session across components, as a table.

use maud::{Markup, html};
use smokestack_core::{CaseRecord, CellState, Probe, SessionTable};

use super::Section;
use super::seen::Seen;
use crate::page_text::one_line;

/// What the words in the cells mean.
const WORDS: [(CellState, &str); 8] = [
    (CellState::Ok, "as it should be"),
    (CellState::Lost, "the component refused the session"),
    (CellState::Open, "it let in whom it has to refuse"),
    (CellState::Ended, "it ended a session that it only should have read"),
    (CellState::Other, "it showed somebody else's page"),
    (CellState::Wrong, "another wrong answer"),
    (CellState::Error, "no answer, or not to be judged"),
    (CellState::NotJudged, "not judged: no such address, blocked, skipped or not selected"),
];

/// The table, with the instances of components whose instances disagree.
pub(super) fn section(seen: &Seen<'_>) -> Option<Section> {
    let table = SessionTable::of(seen.record)?;
    let shown = |state: &CellState| table.rows.iter().any(|(_, states)| states.contains(state));
    let body = html! {
        div .scroll tabindex="0" role="region" aria-label="Session across components, a table" {
            table .session {
                thead { tr {
                    th scope="col" { "component" }
                    @for probe in &table.probes { th scope="col" { (probe.word()) } }
                } }
                tbody {
                    @for (name, states) in &table.rows {
                        (row(seen, name, None, &table.probes, states))
                        @for instance in table.instances.iter().filter(|row| row.component == *name) {
                            @let releases = instance.releases.join(", ");
                            (row(seen, &instance.instance, Some(&releases), &table.probes, &instance.states))
                        }
                    }
                }
            }
        }
        @if !table.beside.is_empty() {
            ul .beside { @for line in &table.beside { li { (one_line(line)) } } }
        }
        dl .legend {
            @for (state, meaning) in WORDS.iter().filter(|(state, _)| shown(state)) {
                div { dt .(class(*state)) { (state.word()) } dd { (meaning) } }
            }
        }
    };
    Some(Section { id: "session", title: "Session across components", count: None, body })
}

/// A component's row, or one of its instances'.
fn row(
    seen: &Seen<'_>,
    name: &str,
    of_instance: Option<&str>,
    probes: &[Probe],
    states: &[CellState],
) -> Markup {
    html! {
        tr .instance[of_instance.is_some()] {
            th scope="row" {
                (name)
                @if let Some(releases) = of_instance.filter(|releases| !releases.is_empty()) {
                    " " span .quiet { (releases) }
                }
            }
            @for (probe, state) in probes.iter().zip(states) {
                td .(class(*state)) {
                    @match failure(seen, name, *probe).filter(|_| of_instance.is_none()) {
                        Some(anchor) => a href={ "#" (anchor) } { (state.word()) },
                        None => (state.word()),
                    }
                }
            }
        }
    }
}

/// Where the failure that a cell speaks of stands.
fn failure<'s>(seen: &'s Seen<'_>, component: &str, probe: Probe) -> Option<&'s str> {
    let fills = |case: &&&CaseRecord| {
        case.cell.as_ref().is_some_and(|cell| cell.component == component && cell.probe == probe)
    };
    seen.anchor(&seen.failures.iter().find(fills)?.full_name)
}

fn class(state: CellState) -> &'static str {
    match state {
        CellState::Ok => "passed",
        CellState::Error => "errored",
        CellState::NotJudged => "skipped",
        CellState::Lost | CellState::Open | CellState::Ended | CellState::Other | CellState::Wrong => {
            "failed"
        }
    }
}
