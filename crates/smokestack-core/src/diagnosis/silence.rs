//! A component that gives no answer while others do.

use std::collections::BTreeSet;

use crate::{Certainty, Finding, Hop, Record, Stage};

pub(super) fn findings(record: &Record) -> Vec<Finding> {
    if !record.was_answered() {
        // Nobody answered: the target is out of reach, and the verdict says so.
        return Vec::new();
    }
    let findings: Vec<Finding> =
        record.run.components.iter().filter_map(|component| finding(record, &component.name)).collect();
    if findings.len() > 1 && findings.len() == record.run.components.len() {
        vec![all(findings)]
    } else {
        findings
    }
}

/// Every component fell silent: what stands before all of them is to blame, not each of them.
fn all(findings: Vec<Finding>) -> Finding {
    let causes: BTreeSet<String> =
        findings.iter().flat_map(|finding| finding.proof.iter().cloned()).collect();
    Finding {
        title: "the whole target stopped answering".to_owned(),
        component: "the proxy in front".to_owned(),
        instance: None,
        certainty: Certainty::Possible,
        cause: "what all requests go through: the proxy in front, or the network".to_owned(),
        settings: Vec::new(),
        proof: causes.into_iter().take(3).collect(),
        notes: findings.into_iter().flat_map(|finding| finding.notes).collect(),
    }
}

fn finding(record: &Record, component: &str) -> Option<Finding> {
    let exchanges = record.cases.iter().flat_map(|case| &case.notes.exchanges);
    let hops: Vec<&Hop> = exchanges
        .flat_map(|exchange| &exchange.hops)
        .filter(|hop| hop.component.as_deref() == Some(component))
        .collect();
    let silent: Vec<_> = hops.iter().filter_map(|hop| hop.no_answer.as_ref()).collect();
    let first = silent.first()?;
    let causes: BTreeSet<String> =
        silent.iter().map(|no| format!("{} {}: {}", no.stage.words(), no.address, no.cause)).collect();
    let all = silent.len() == hops.len();
    Some(Finding {
        title: if all {
            format!("{component} gives no answer")
        } else {
            format!("{component} gives no answer now and then")
        },
        component: component.to_owned(),
        instance: None,
        certainty: Certainty::Likely,
        cause: end(first.stage).to_owned(),
        settings: Vec::new(),
        proof: causes.into_iter().take(3).collect(),
        notes: vec![format!("{} of {} requests to {component} got no answer", silent.len(), hops.len())],
    })
}

/// How requests to a component end.
fn end(stage: Stage) -> &'static str {
    match stage {
        Stage::Dns => "its name cannot be resolved",
        Stage::Connect => "it takes no connections",
        Stage::Tls => "no TLS connection to it comes about",
        Stage::TimeLimit => "it does not answer in time",
        Stage::BrokenOff => "it breaks connections off before its answer is complete",
        Stage::Protocol => "what it answers cannot be read as HTTP",
    }
}
