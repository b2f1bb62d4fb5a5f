//! A component that gives no answer while others do.

use std::collections::BTreeSet;

use crate::{Certainty, Finding, Hop, Record};

pub(super) fn findings(record: &Record) -> Vec<Finding> {
    if !record.was_answered() {
        // Nobody answered: the target is out of reach, and the verdict says so.
        return Vec::new();
    }
    record.run.components.iter().filter_map(|component| finding(record, &component.name)).collect()
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
        certainty: Certainty::Likely,
        cause: format!("requests to it end at {}", first.stage.words()),
        settings: Vec::new(),
        proof: causes.into_iter().take(3).collect(),
        notes: vec![format!("{} of {} requests to it got no answer", silent.len(), hops.len())],
    })
}
