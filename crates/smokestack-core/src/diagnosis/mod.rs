//! From a record to findings: which component is to blame, and why. Pure functions of the record.
//!
//! A pattern is a file and a line of `PATTERNS`. It looks at the symptoms that nobody explains yet, and takes away
//! those that its findings explain: whoever merely suffers from somebody else's fault is not named.

mod accepted;
mod answers;
mod carried;
mod cookie;
mod cookieless;
mod destroyed;
mod disguise;
mod edge;
mod everywhere;
mod finding;
mod fleet;
mod foreign;
mod health;
mod identity;
mod idle;
mod instances;
mod login;
mod lost;
mod not_refused;
mod one_session;
mod provider;
mod redirects;
mod release;
mod resources;
mod rotation;
mod seen;
mod session;
mod settings;
mod silence;
mod slow;
mod store;
mod symptom;
#[cfg(test)]
mod tests;
mod transport;
mod unrefused_error;
mod weight;
mod writes;

pub use finding::{Certainty, Finding};

use crate::{Blame, CaseRecord, Record};
use seen::Seen;
use symptom::{Symptom, Symptoms};
use weight::Weight;

type Pattern = for<'r> fn(&Seen<'r>, &mut Symptoms<'r>) -> Vec<Finding>;

/// All patterns. What others may follow from stands before them.
const PATTERNS: &[Pattern] = &[
    one_session::findings,
    rotation::findings,
    identity::findings,
    transport::findings,
    edge::findings,
    redirects::findings,
    cookieless::findings,
    provider::findings,
    carried::findings,
    store::findings,
    writes::findings,
    disguise::findings,
    idle::known,
    cookie::findings,
    login::findings,
    instances::findings,
    release::findings,
    destroyed::findings,
    idle::findings,
    lost::findings,
    foreign::findings,
    unrefused_error::findings,
    session::findings,
    not_refused::findings,
    resources::findings,
    slow::findings,
    silence::findings,
];

/// All findings of a run, the root of the others first.
pub fn diagnose(record: &Record) -> Vec<Finding> {
    judge(record).0
}

/// The failed cases that no finding explains a check of, nor is about whom they were about, in the order in which they
/// ended, with how many checks each failed. What could not be judged is none of them.
pub fn unexplained(record: &Record) -> Vec<(&CaseRecord, usize)> {
    let (all, (findings, left)) = (Symptoms::of(record), judge(record));
    let of = |symptoms: &Symptoms<'_>, case: &CaseRecord| {
        symptoms.open().filter(|symptom| std::ptr::eq(symptom.case, case)).count()
    };
    let is_named = |case: &CaseRecord| {
        let own = all.open().filter(|symptom| std::ptr::eq(symptom.case, case));
        own.filter_map(|symptom| symptom.component)
            .any(|component| findings.iter().any(|finding| finding.component == component))
    };
    let failed =
        record.cases.iter().filter(|case| !matches!(case.outcome.blame(), None | Some(Blame::Harness)));
    let counted = failed.map(|case| (case, of(&all, case)));
    counted.filter(|(case, count)| *count > 0 && of(&left, case) == *count && !is_named(case)).collect()
}

/// The findings, and the symptoms that none of them explains.
fn judge(record: &Record) -> (Vec<Finding>, Symptoms<'_>) {
    let (seen, mut symptoms) = (Seen::of(record), Symptoms::of(record));
    let mut findings: Vec<(Weight, Finding)> =
        PATTERNS.iter().flat_map(|pattern| weighed(*pattern, &seen, &mut symptoms)).collect();
    // Who is named already is not named again for answers that may follow from it.
    for follows in [health::findings as Pattern, answers::findings, accepted::findings] {
        let mut more = weighed(follows, &seen, &mut symptoms);
        more.retain(|(_, answer)| findings.iter().all(|(_, finding)| finding.component != answer.component));
        findings.extend(more);
    }
    // What is wrong with the platform comes before what is wrong with the run; of two that weigh the same, the root first.
    findings.sort_by_key(|(weight, finding)| (finding.component == one_session::RUN, *weight));
    (findings.into_iter().map(|(_, finding)| finding).collect(), symptoms)
}

/// What a pattern finds, each with the weight of the symptoms that it explains.
fn weighed<'r>(pattern: Pattern, seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<(Weight, Finding)> {
    let before: Vec<Symptom<'r>> = symptoms.open().collect();
    let findings = pattern(seen, symptoms);
    let is_open = |symptom: &Symptom<'r>| symptoms.open().any(|open| std::ptr::eq(open.check, symptom.check));
    let explained: Vec<Symptom<'r>> = match findings.is_empty() {
        true => Vec::new(),
        false => before.into_iter().filter(|symptom| !is_open(symptom)).collect(),
    };
    let alone = findings.len() == 1;
    let weight = |finding: &Finding| {
        let own = explained.iter().filter(|symptom| symptom.is_about(&finding.component));
        let own: Vec<Symptom<'r>> = own.copied().collect();
        // Whoever is blamed for what others suffer is not the one that cases are about.
        Weight::of(if alone || own.is_empty() { &explained } else { &own })
    };
    findings.into_iter().map(|finding| (weight(&finding), finding)).collect()
}

/// What to do, where all that was answered wrongly follows from what the run itself did.
pub(crate) fn own_doing(record: &Record) -> Option<String> {
    let (seen, mut symptoms) = (Seen::of(record), Symptoms::of(record));
    let own = [one_session::findings as Pattern, rotation::findings];
    let finding = own.into_iter().flat_map(|pattern| pattern(&seen, &mut symptoms)).next()?;
    let is_all = symptoms.open().all(|symptom| symptom.check.blame == Blame::Harness);
    is_all.then(|| format!("{}: {}", finding.title, finding.notes.join("; ")))
}
