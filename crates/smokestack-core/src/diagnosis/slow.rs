//! Something took longer than it may.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Certainty, Class};

/// How many checks a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let slow: Vec<Symptom<'r>> = symptoms.of_class(Class::Slow).collect();
    symptoms.explain(|symptom| symptom.is(Class::Slow));
    let mut findings = Vec::new();
    for name in seen.components() {
        let own: Vec<_> = slow.iter().filter(|symptom| culprit(seen, symptom) == Some(name)).collect();
        let Some(first) = own.first() else { continue };
        let of_login = own.iter().any(|symptom| is_of_login(symptom));
        let title =
            if of_login { format!("{name} is slow to sign people in") } else { format!("{name} is slow") };
        let others = own.iter().skip(1).map(|symptom| cause(symptom)).filter(|line| *line != cause(first));
        let others: BTreeSet<String> = others.collect();
        let finding = Finding::new(name, title, cause(first))
            .sure(Certainty::Certain)
            .proven_by(others.into_iter().take(SHOWN))
            .proven_by(first.check.notes.iter().cloned());
        findings.push(finding);
    }
    findings
}

fn is_of_login(symptom: &Symptom<'_>) -> bool {
    symptom.check.what.contains("login as ")
}

/// The time against its budget, with the request that it is about.
fn cause(symptom: &Symptom<'_>) -> String {
    let headline = symptom.check.headline();
    match symptom.exchange.and_then(|exchange| exchange.hops.first()) {
        Some(hop) if !is_of_login(symptom) => format!("{} {}: {headline}", hop.method, hop.url),
        _ => headline,
    }
}

/// Where the time went: the request that took longest, or the component that the case is about. The issuer's for logins.
fn culprit<'r>(seen: &Seen<'r>, symptom: &Symptom<'r>) -> Option<&'r str> {
    let longest = symptom.exchange.and_then(|exchange| exchange.hops.iter().max_by_key(|hop| hop.took));
    longest.and_then(|hop| hop.component.as_deref()).or(symptom.component).or(seen.issuer)
}
