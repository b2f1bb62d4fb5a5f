//! The instances of a component: which of them accept the session, and which release each runs.

use std::collections::{BTreeMap, BTreeSet};

use super::seen::Seen;
use crate::{CaseRecord, Class, Fact, FailedCheck, Hop, Probe};

/// What was seen of one instance.
#[derive(Default)]
pub(super) struct Instance<'r> {
    /// How often it accepted the session.
    pub(super) accepted: usize,
    /// How often it refused it.
    pub(super) refused: usize,
    /// The releases that it showed.
    pub(super) releases: BTreeSet<&'r str>,
}

/// The instances of a component, by name.
pub(super) struct Fleet<'r> {
    pub(super) instances: BTreeMap<&'r str, Instance<'r>>,
}

impl<'r> Fleet<'r> {
    pub(super) fn of(seen: &Seen<'r>, component: &str) -> Fleet<'r> {
        let mut instances: BTreeMap<&str, Instance<'_>> = BTreeMap::new();
        for fact in seen.record.facts() {
            let Fact::Sampled { component: of, instance: Some(instance), release, accepted, cookies, .. } =
                fact
            else {
                continue;
            };
            if of == component {
                let instance = instances.entry(instance).or_default();
                instance.releases.extend(release.as_deref());
                if seen.is_session(cookies.iter().map(String::as_str)) {
                    instance.count(*accepted);
                }
            }
        }
        for hop in seen.hops_to(component) {
            if let (Some(instance), Some(release)) = (&hop.instance, &hop.release) {
                instances.entry(instance).or_default().releases.insert(release);
            }
        }
        for (hop, accepted) in judged(seen, component) {
            if let Some(instance) = &hop.instance {
                instances.entry(instance).or_default().count(accepted);
            }
        }
        Fleet { instances }
    }

    /// The instances that never accept the session, where others of them always do.
    pub(super) fn refusing(&self) -> Vec<&'r str> {
        let never = |instance: &Instance<'_>| instance.refused > 0 && instance.accepted == 0;
        let always = |instance: &Instance<'_>| instance.refused == 0 && instance.accepted > 0;
        if !self.instances.values().any(always) {
            return Vec::new();
        }
        self.instances.iter().filter(|(_, instance)| never(instance)).map(|(name, _)| *name).collect()
    }

    /// All releases that its instances show.
    pub(super) fn releases(&self) -> BTreeSet<&'r str> {
        self.instances.values().flat_map(|instance| instance.releases.iter().copied()).collect()
    }

    /// The instances that show another release than this, where others of them show it.
    pub(super) fn apart_from(&self, release: &str) -> Vec<&'r str> {
        let (same, apart): (Vec<_>, Vec<_>) = self
            .instances
            .iter()
            .filter(|(_, instance)| !instance.releases.is_empty())
            .partition(|(_, instance)| instance.releases.contains(release));
        if same.is_empty() { Vec::new() } else { apart.into_iter().map(|(name, _)| *name).collect() }
    }

    /// `work-orders-1 accepts it (3 of 3), work-orders-2 refuses it (2 of 2)`, a line each.
    pub(super) fn lines(&self) -> Vec<String> {
        let judged = self.instances.iter().filter(|(_, instance)| instance.asked() > 0);
        let lines = judged.map(|(name, instance)| {
            let (word, times) = match instance.refused {
                0 => ("accepts", instance.accepted),
                refused => ("refuses", refused),
            };
            let release = instance.releases.iter().map(|release| format!(", release {release}"));
            let release: String = release.collect();
            format!("{name} {word} it ({times} of {} requests{release})", instance.asked())
        });
        lines.collect()
    }
}

impl Instance<'_> {
    fn asked(&self) -> usize {
        self.accepted + self.refused
    }

    fn count(&mut self, accepted: bool) {
        if accepted {
            self.accepted += 1;
        } else {
            self.refused += 1;
        }
    }
}

/// The requests with the session to a component in cases that need it accepted, and whether they were.
fn judged<'r>(seen: &Seen<'r>, component: &str) -> Vec<(&'r Hop, bool)> {
    let sampled = seen
        .record
        .facts()
        .any(|fact| matches!(fact, Fact::Sampled { component: of, .. } if of == component));
    let mut judged = Vec::new();
    for case in &seen.record.cases {
        // What was sampled is told by facts.
        let told = |probe: Probe| sampled && probe == Probe::Instances;
        let counts = |probe: Probe| !probe.is_negative() && !told(probe);
        if !case.cell.as_ref().is_some_and(|cell| cell.component == component && counts(cell.probe)) {
            continue;
        }
        judged.extend(judged_in(seen, case));
    }
    judged
}

/// The requests with the session to the component of a case, and whether they were accepted.
pub(super) fn judged_in<'r>(seen: &Seen<'r>, case: &'r CaseRecord) -> Vec<(&'r Hop, bool)> {
    let mut judged = Vec::new();
    let component = case.cell.as_ref().map(|cell| cell.component.as_str());
    let failed = || case.outcome.reason().into_iter().flat_map(|attempt| attempt.failed());
    for (index, exchange) in case.notes.exchanges.iter().enumerate() {
        let about = |check: &&FailedCheck| check.exchange == Some(index);
        let lost = failed().filter(about).any(|check| check.class == Class::SessionLost);
        let Some(hop) = exchange.deciding(lost) else { continue };
        // Whoever was sent no session has refused none: somebody deleted the cookie before.
        if hop.component.as_deref() != component || !seen.went_with(hop) {
            continue;
        }
        let is_plain = exchange.hops.len() == 1 && hop.status.is_some_and(|status| status < 300);
        if lost {
            judged.push((hop, false));
        } else if is_plain && failed().find(about).is_none() {
            judged.push((hop, true));
        }
    }
    judged
}

/// The release that a run is about: the one that was expected, or the one that most instances show.
pub(super) fn release_of_all<'r>(seen: &Seen<'r>) -> Option<&'r str> {
    if let Some(expected) = &seen.record.run.expected_release {
        return Some(expected);
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for component in seen.components() {
        for instance in Fleet::of(seen, component).instances.values() {
            for release in &instance.releases {
                *counts.entry(release).or_default() += 1;
            }
        }
    }
    // Of two that are shown as often, the one that the issuer shows.
    let issuers = seen.issuer.map(|issuer| Fleet::of(seen, issuer).releases()).unwrap_or_default();
    let most = counts.into_iter().max_by_key(|(release, count)| (*count, issuers.contains(release)));
    most.map(|(release, _)| release)
}
