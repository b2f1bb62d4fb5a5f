//! What could not be judged, with what kept it from that.

use std::collections::BTreeMap;

use maud::{Markup, html};
use smokestack_core::{CaseRecord, Outcome};

use super::Section;
use super::seen::{Seen, was_run};

/// Whoever was kept from being judged, by the reason.
type Roots<'r> = BTreeMap<String, Vec<&'r CaseRecord>>;

/// The cases that something else blocked.
pub(super) fn section(seen: &Seen<'_>) -> Option<Section> {
    let roots = roots(seen, |case| match &case.outcome {
        Outcome::Blocked { by } => Some(by.clone()),
        _ => None,
    });
    section_of(seen, "blocked", "Blocked", "blocked by", &roots)
}

/// The cases that never began, or of which nobody heard the end.
pub(super) fn not_run(seen: &Seen<'_>) -> Option<Section> {
    let roots = roots(seen, |case| {
        let reason = case.outcome.reason().filter(|_| !was_run(case))?;
        Some(reason.first.headline())
    });
    section_of(seen, "not-run", "Not run", "", &roots)
}

fn roots<'r>(seen: &Seen<'r>, root: impl Fn(&CaseRecord) -> Option<String>) -> Roots<'r> {
    let mut roots: Roots<'r> = BTreeMap::new();
    for case in &seen.cases {
        if let Some(root) = root(case) {
            roots.entry(root).or_default().push(case);
        }
    }
    roots
}

fn section_of(
    seen: &Seen<'_>,
    id: &'static str,
    title: &'static str,
    verb: &str,
    roots: &Roots<'_>,
) -> Option<Section> {
    let count = roots.values().map(Vec::len).sum();
    let body = html! { @for (root, cases) in roots { (root_of(seen, verb, root, cases)) } };
    (count > 0).then_some(Section { id, title, count: Some(count), body })
}

fn root_of(seen: &Seen<'_>, verb: &str, root: &str, cases: &[&CaseRecord]) -> Markup {
    let word = if cases.len() == 1 { "case" } else { "cases" };
    html! {
        article .root {
            p { b { (cases.len()) " " (word) } " " (verb) " " (seen.linked(root)) }
            details { summary { "which" } ul .names { @for case in cases { li { (case.full_name) } } } }
        }
    }
}
