//! A session of another target is accepted here.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Class, Fact, Probe};

/// How many checks a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let is_it = |symptom: &Symptom<'_>| symptom.is(Class::SessionNotRefused) && symptom.is_of(Probe::Foreign);
    // Who lets in everybody lets in those of another target too.
    let open: BTreeSet<&str> = symptoms
        .of_class(Class::SessionNotRefused)
        .filter(|symptom| symptom.is_of(Probe::Without))
        .filter_map(|symptom| symptom.component)
        .collect();
    let own =
        |symptom: &Symptom<'_>| is_it(symptom) && symptom.component.is_none_or(|name| !open.contains(name));
    let accepted: Vec<Symptom<'r>> = symptoms.open().filter(own).collect();
    let Some(first) = accepted.first() else { return Vec::new() };
    symptoms.explain(own);
    let names: BTreeSet<&str> = accepted.iter().filter_map(|symptom| symptom.component).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let other = seen.record.facts().find_map(|fact| match fact {
        Fact::OtherTarget { target, .. } => Some(target.as_str()),
        _ => None,
    });
    let (here, other) = (&seen.record.run.target, other.unwrap_or("another target"));
    let title = format!("a session of {other} opens {here}");
    let cause = "both targets keep sessions in one store and verify them with one key: a session from the other target is accepted";
    let finding = Finding::new("both targets", title, cause)
        .proven_by([format!("accepted by {names}")])
        .proven_by(accepted.iter().map(|symptom| symptom.check.headline()).take(SHOWN))
        .proven_by(first.hop().into_iter().flat_map(|hop| seen.sent(hop)).take(1));
    vec![finding]
}
