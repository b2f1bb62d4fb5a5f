//! A component that answers, but not as itself: with an error, or with another page in place of its own.

use std::collections::BTreeMap;

use super::health_notes;
use crate::{CaseRecord, Certainty, Class, FailedCheck, Finding, Hop, Record};

pub(super) fn findings(record: &Record) -> Vec<Finding> {
    let names = record.run.components.iter().map(|component| component.name.as_str());
    names.filter_map(|name| errors(record, name).or_else(|| another_page(record, name))).collect()
}

/// The component answers 500 and above.
fn errors(record: &Record, name: &str) -> Option<Finding> {
    let hops: Vec<&Hop> = hops_to(record, name).filter(|hop| hop.status.is_some()).collect();
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    for status in hops.iter().filter_map(|hop| hop.status).filter(|status| *status >= 500) {
        *statuses.entry(status).or_default() += 1;
    }
    let failed = failed_checks(record, name, Class::Value);
    let told = failed.iter().find(|(_, hop)| hop.status.is_some_and(|status| status >= 500));
    let (check, hop) = told?;
    let (status, times) = statuses.into_iter().max_by_key(|(_, times)| *times)?;
    let mut proof = vec![format!("{} {}: answer {}", hop.method, hop.url, hop.status.unwrap_or_default())];
    proof.extend(check.notes.first().cloned());
    Some(Finding {
        title: format!("{name} answers status {status}"),
        component: name.to_owned(),
        instance: None,
        certainty: Certainty::Likely,
        cause: format!("an error of its own: {times} of {} requests to it answered so", hops.len()),
        settings: Vec::new(),
        proof,
        notes: health_notes(record, name),
    })
}

/// Where somebody signed in should be seen, there is neither that nor a way to the login.
fn another_page(record: &Record, name: &str) -> Option<Finding> {
    let failed = failed_checks(record, name, Class::Value);
    let (check, hop) = failed.into_iter().find(|(check, hop)| {
        check.what.starts_with("signed in at") && hop.status.is_some_and(|status| status < 400)
    })?;
    let seen = check.notes.first().map_or(String::new(), |note| format!(": {note}"));
    Some(Finding {
        title: format!("{name} shows another page in place of its own"),
        component: name.to_owned(),
        instance: None,
        certainty: Certainty::Likely,
        cause: format!("neither somebody signed in nor a way to the login{seen}"),
        settings: Vec::new(),
        proof: vec![format!("{} {}: answer {}", hop.method, hop.url, hop.status.unwrap_or_default())],
        notes: health_notes(record, name),
    })
}

/// The failed checks of a class about a component, with the hop that it answered last.
fn failed_checks<'r>(record: &'r Record, name: &str, class: Class) -> Vec<(&'r FailedCheck, &'r Hop)> {
    let about = |case: &&CaseRecord| case.component.as_deref() == Some(name);
    let mut found = Vec::new();
    for case in record.cases.iter().filter(about) {
        let Some(attempt) = case.outcome.reason() else { continue };
        for check in attempt.failed().filter(|check| check.class == class) {
            let exchange = check.exchange.and_then(|index| case.notes.exchanges.get(index));
            let hops = exchange.map(|exchange| exchange.hops.as_slice()).unwrap_or_default();
            found.extend(
                hops.iter().rfind(|hop| hop.component.as_deref() == Some(name)).map(|hop| (check, hop)),
            );
        }
    }
    found
}

fn hops_to<'r>(record: &'r Record, name: &'r str) -> impl Iterator<Item = &'r Hop> {
    let exchanges = record.cases.iter().flat_map(|case| &case.notes.exchanges);
    exchanges.flat_map(|exchange| &exchange.hops).filter(move |hop| hop.component.as_deref() == Some(name))
}
