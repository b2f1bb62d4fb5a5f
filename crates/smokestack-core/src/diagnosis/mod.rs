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
mod provider;
mod redirects;
mod release;
mod resources;
mod seen;
mod session;
mod settings;
mod silence;
mod slow;
mod store;
mod symptom;
#[cfg(test)]
mod tests;
mod unrefused_error;
mod writes;

pub use finding::{Certainty, Finding};

use crate::Record;
use seen::Seen;
use symptom::Symptoms;

type Pattern = for<'r> fn(&Seen<'r>, &mut Symptoms<'r>) -> Vec<Finding>;

/// All patterns. What others may follow from stands before them.
const PATTERNS: &[Pattern] = &[
    identity::findings,
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
    let (seen, mut symptoms) = (Seen::of(record), Symptoms::of(record));
    let mut findings: Vec<Finding> =
        PATTERNS.iter().flat_map(|pattern| pattern(&seen, &mut symptoms)).collect();
    // Who is named already is not named again for answers that may follow from it.
    for follows in [health::findings as Pattern, answers::findings, accepted::findings] {
        let mut more = follows(&seen, &mut symptoms);
        more.retain(|answer| findings.iter().all(|finding| finding.component != answer.component));
        findings.extend(more);
    }
    findings
}
