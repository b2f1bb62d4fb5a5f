//! What findings say, and about whom.

mod login;
mod not_refused;
mod session;
mod settings;
mod silence;

use super::diagnose;
use crate::by_hand::*;
use crate::{CaseRecord, Fact, Probe};

const STORE: &str = "redis://sessions:6379/0";

/// All findings of these cases after them this evidence, a blank line between.
fn told(cases: impl IntoIterator<Item = CaseRecord>, evidence: impl IntoIterator<Item = Fact>) -> String {
    let mut record = record(cases);
    record.evidence = evidence.into_iter().collect();
    diagnose(&record).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
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
