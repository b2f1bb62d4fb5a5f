//! What findings say, and about whom.

mod answers;
mod carried;
mod cookie;
mod disguise;
mod edge;
mod health;
mod instances;
mod lifetime;
mod login;
mod lost;
mod meanwhile;
mod not_refused;
mod one_session;
mod proofs;
mod provider;
mod redirects;
mod resources;
mod rotation;
mod round_robin;
mod session;
mod settings;
mod silence;
mod slow;
mod store;
mod transport;
mod weight;

use std::time::Duration;

use super::diagnose;
use crate::by_hand::*;
use crate::{CaseRecord, Class, Fact, FailedCheck, Hop, Phase, Probe, Record, SessionCookie};

const STORE: &str = "redis://sessions:6379/0";

/// All findings of these cases after them this evidence, a blank line between.
fn told(cases: impl IntoIterator<Item = CaseRecord>, evidence: impl IntoIterator<Item = Fact>) -> String {
    let mut record = record(cases);
    record.evidence = evidence.into_iter().collect();
    diagnose(&record).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}

/// Whom the findings name, in their order.
fn named(
    cases: impl IntoIterator<Item = CaseRecord>,
    evidence: impl IntoIterator<Item = Fact>,
) -> Vec<String> {
    let mut record = record(cases);
    record.evidence = evidence.into_iter().collect();
    diagnose(&record).into_iter().map(|finding| finding.component).collect()
}

/// A case that is told that the session which was made anew was lost too.
fn told_again(component: &str) -> CaseRecord {
    let check = check(Class::SessionShortLived, "the session of `dispatcher` does not last", "lost twice");
    failed_by(component, Probe::Page, check, vec![hop("portal", 200)])
}

/// `work-orders` refuses what everybody else accepts.
fn one_refuses() -> Vec<CaseRecord> {
    let others = ["portal", "invoices", "assets"].map(|name| accepted(name, Probe::Page));
    others.into_iter().chain([refused("work-orders", Probe::Page)]).collect()
}

/// Everybody but `portal` refuses.
fn all_but_the_issuer_refuse() -> Vec<CaseRecord> {
    let others = ["work-orders", "invoices", "assets"].map(|name| refused(name, Probe::Page));
    others.into_iter().chain([accepted("portal", Probe::Page)]).collect()
}
