//! Somebody sees the page of somebody else: nothing is worse, and nothing else is looked at first.

use std::collections::BTreeSet;

use super::disguise::with_settings;
use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Certainty, Class, Hop};

/// How many checks a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let mixed: Vec<Symptom<'r>> = symptoms.of_class(Class::Identity).collect();
    let names: BTreeSet<&str> = mixed.iter().filter_map(|symptom| symptom.component).collect();
    // What is wrong with a page of somebody else's follows from that.
    symptoms.explain(|symptom| symptom.component.is_some_and(|component| names.contains(component)));
    let (cached, own): (Vec<_>, Vec<_>) = mixed.into_iter().partition(is_cached);
    if !cached.is_empty() {
        // Visitors were given somebody's page out of the cache, and with it no cookie of their own.
        symptoms.explain(|symptom| symptom.is(Class::Contract) && symptom.says(&["visitors"]));
    }
    let mut findings = Vec::new();
    if let Some(first) = cached.first() {
        let places: BTreeSet<&str> = cached.iter().filter_map(|symptom| symptom.component).collect();
        let places = places.into_iter().collect::<Vec<_>>().join(", ");
        let title = format!("the edge shows pages of {places} to the wrong people: stop the line");
        let cause = "a page of somebody signed in is kept in a cache and given to others";
        let finding = Finding::new("edge", title, cause).sure(Certainty::Certain);
        findings.push(told(seen, finding, &cached, first));
    }
    for name in seen.components() {
        let own: Vec<_> = own.iter().filter(|symptom| symptom.is_about(name)).copied().collect();
        let Some(first) = own.first() else { continue };
        let title = format!("{name} shows pages to the wrong people: stop the line");
        let cause = "it mixes up whose request it answers; no answer said that it came from a cache";
        let finding = told(seen, Finding::new(name, title, cause), &own, first);
        findings.push(with_settings(seen, name, finding, &["cache"]));
    }
    findings
}

fn told(seen: &Seen<'_>, finding: Finding, symptoms: &[Symptom<'_>], first: &Symptom<'_>) -> Finding {
    let release =
        |hop: &Hop| hop.release.as_ref().map(|release| format!(", release {release}")).unwrap_or_default();
    let by =
        first.last().and_then(|hop| Some(format!("answered by {}{}", hop.instance.as_ref()?, release(hop))));
    finding
        .proven_by([first.line()])
        .proven_by(first.last().into_iter().flat_map(|hop| seen.sent(hop)).take(1))
        .proven_by(by)
        .proven_by(symptoms.iter().map(|symptom| symptom.check.headline()).take(SHOWN))
        .proven_by(first.check.notes.iter().filter(|note| speaks_of_a_cache(note)).cloned())
        .noted(first.check.notes.iter().filter(|note| note.starts_with("no account of")).cloned())
        .noted(["people see other people's data: take the release back first, then look further".to_owned()])
}

fn is_cached(symptom: &Symptom<'_>) -> bool {
    symptom.check.notes.iter().any(|note| speaks_of_a_cache(note))
}

fn speaks_of_a_cache(note: &str) -> bool {
    note.to_ascii_lowercase().contains("cache")
}
