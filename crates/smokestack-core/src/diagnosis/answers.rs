//! A component that answers, but not as itself: with an error, or with another page in place of its own.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms, answer};
use crate::{Class, FailedCheck, Hop};

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let symptoms: Vec<Symptom<'r>> = symptoms.of_class(Class::Value).collect();
    seen.components()
        .filter_map(|name| errors(seen, &symptoms, name).or_else(|| another_page(seen, &symptoms, name)))
        .collect()
}

/// The component answers 500 and above.
fn errors(seen: &Seen<'_>, symptoms: &[Symptom<'_>], name: &str) -> Option<Finding> {
    let hops: Vec<&Hop> = seen.hops_to(name).filter(|hop| hop.status.is_some()).collect();
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    for status in hops.iter().filter_map(|hop| hop.status).filter(|status| *status >= 500) {
        *statuses.entry(status).or_default() += 1;
    }
    let mut failed = own(symptoms, name);
    let (check, hop) = failed.find(|(_, hop)| hop.status.is_some_and(|status| status >= 500))?;
    let (status, times) = statuses.into_iter().max_by_key(|(_, times)| *times)?;
    let (title, cause) = match seen.recovered(name) {
        Some((url, after)) => {
            let after = format!("{:.1} s", after / 1000.0);
            let cause = format!(
                "it was not ready: green after {after} ({url}), as when a migration comes later than the release"
            );
            (format!("{name} answers status {status} for a while"), cause)
        }
        None => {
            let cause = format!("an error of its own: {times} of {} requests to it answered so", hops.len());
            (format!("{name} answers status {status}"), cause)
        }
    };
    let finding = Finding::new(name, title, cause)
        .proven_by([answer(hop)])
        .proven_by(check.notes.first().cloned())
        .noted(seen.notes(name));
    Some(finding)
}

/// Where somebody signed in should be seen, there is neither that nor a way to the login.
fn another_page(seen: &Seen<'_>, symptoms: &[Symptom<'_>], name: &str) -> Option<Finding> {
    let (check, hop) = own(symptoms, name).find(|(check, hop)| {
        check.what.starts_with("signed in at") && hop.status.is_some_and(|status| status < 400)
    })?;
    let found = check.notes.first().map_or(String::new(), |note| format!(": {note}"));
    let cause = format!("neither somebody signed in nor a way to the login{found}");
    let finding = Finding::new(name, format!("{name} shows another page in place of its own"), cause)
        .proven_by([answer(hop)])
        .noted(seen.notes(name));
    Some(finding)
}

/// The failed checks about a component, with the hop that it answered last.
fn own<'s, 'r>(
    symptoms: &'s [Symptom<'r>],
    name: &'s str,
) -> impl Iterator<Item = (&'r FailedCheck, &'r Hop)> + 's {
    let about = symptoms.iter().filter(move |symptom| symptom.case.component.as_deref() == Some(name));
    about.filter_map(move |symptom| {
        let hops = symptom.exchange.map(|exchange| exchange.hops.as_slice()).unwrap_or_default();
        let hop = hops.iter().rfind(|hop| hop.component.as_deref() == Some(name))?;
        Some((symptom.check, hop))
    })
}
