//! The instances of a component, where they disagree: a row for each.

use std::collections::{BTreeMap, BTreeSet};

use super::CellState;
use crate::{CaseRecord, Class, Fact, Outcome, Probe, Record};

/// What one instance of a component was seen to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceRow {
    /// The component.
    pub component: String,
    /// The instance.
    pub instance: String,
    /// The releases that it showed, where the component's instances show different ones.
    pub releases: Vec<String>,
    /// One state per column.
    pub states: Vec<CellState>,
}

impl InstanceRow {
    /// The instance, with its release where that differs from the others'.
    pub(super) fn name(&self) -> String {
        match self.releases.as_slice() {
            [] => self.instance.clone(),
            releases => format!("{} ({})", self.instance, releases.join(", ")),
        }
    }
}

/// What was sampled of one instance.
#[derive(Default)]
struct Sampled<'r> {
    refused: bool,
    releases: BTreeSet<&'r str>,
}

/// The instances of a component; none unless some accept the session and others do not, or they show several releases.
pub(super) fn rows(record: &Record, component: &str, probes: &[Probe]) -> Vec<InstanceRow> {
    let sampled = sampled(record, component);
    let differ = |one: &Sampled<'_>, other: &Sampled<'_>| {
        (one.refused != other.refused, one.releases != other.releases)
    };
    let pairs = || sampled.values().zip(sampled.values().skip(1)).map(|(one, other)| differ(one, other));
    let (apart, of_releases) = (pairs().any(|(apart, _)| apart), pairs().any(|(_, releases)| releases));
    if !apart && !of_releases {
        return Vec::new();
    }
    let row = |(instance, seen): (&&str, &Sampled<'_>)| {
        let state = |probe: &Probe| match probe {
            Probe::Instances => sampled_state(record, seen),
            probe => state(record, component, instance, *probe),
        };
        InstanceRow {
            component: component.to_owned(),
            instance: (*instance).to_owned(),
            releases: seen
                .releases
                .iter()
                .filter(|_| of_releases)
                .map(|release| (*release).to_owned())
                .collect(),
            states: probes.iter().map(state).collect(),
        }
    };
    sampled.iter().map(row).collect()
}

fn sampled<'r>(record: &'r Record, component: &str) -> BTreeMap<&'r str, Sampled<'r>> {
    let mut instances: BTreeMap<&str, Sampled<'_>> = BTreeMap::new();
    for fact in record.facts() {
        let Fact::Sampled { component: of, instance: Some(instance), release, accepted, .. } = fact else {
            continue;
        };
        if of == component {
            let instance = instances.entry(instance).or_default();
            instance.refused |= !accepted;
            instance.releases.extend(release.as_deref());
        }
    }
    instances
}

/// Of several releases none is known to be the wrong one, unless the run expects one.
fn sampled_state(record: &Record, seen: &Sampled<'_>) -> CellState {
    let expected = record.run.expected_release.as_deref();
    let odd = expected.is_some_and(|expected| seen.releases.iter().any(|release| *release != expected));
    match (seen.refused, odd) {
        (true, _) => CellState::Lost,
        (false, true) => CellState::Wrong,
        (false, false) => CellState::Ok,
    }
}

/// What an instance answered in the cases of a cell; the answer that says most.
fn state(record: &Record, component: &str, instance: &str, probe: Probe) -> CellState {
    let fills = |case: &&CaseRecord| {
        let judged = !matches!(case.outcome, Outcome::Blocked { .. } | Outcome::Skipped { .. });
        judged && case.cell.as_ref().is_some_and(|cell| cell.component == component && cell.probe == probe)
    };
    let answers = record.cases.iter().filter(fills).flat_map(|case| answers(case, component, instance));
    answers.max_by_key(|state| state.weight()).unwrap_or(CellState::NotJudged)
}

/// The answers of an instance in a case.
fn answers<'r>(
    case: &'r CaseRecord,
    component: &'r str,
    instance: &'r str,
) -> impl Iterator<Item = CellState> {
    let failed = || case.outcome.reason().into_iter().flat_map(|attempt| attempt.failed());
    let own = move |index: usize| {
        let lost = failed().any(|check| check.exchange == Some(index) && check.class == Class::SessionLost);
        let hop = case.notes.exchanges.get(index).and_then(|exchange| exchange.deciding(lost));
        hop.is_some_and(|hop| {
            hop.component.as_deref() == Some(component) && hop.instance.as_deref() == Some(instance)
        })
    };
    let of_component = move |index: usize| {
        let hop = case.notes.exchanges.get(index).and_then(|exchange| exchange.hops.first());
        hop.is_some_and(|hop| hop.component.as_deref() == Some(component))
    };
    let answered = (0..case.notes.exchanges.len()).filter(move |index| own(*index)).map(move |index| {
        let about = failed().filter(|check| check.exchange == Some(index) && check.class != Class::Release);
        CellState::of_checks(about).unwrap_or(CellState::Ok)
    });
    // The issuer's answer tells that the session is gone; whoever was visited before it has ended it.
    let ended = failed().filter(|check| check.class == Class::SessionDestroyed).filter_map(move |check| {
        let visited = (0..check.exchange?).rev().find(|index| of_component(*index))?;
        own(visited).then_some(CellState::Ended)
    });
    answered.chain(ended)
}
