//! Where a visitor has to be refused there is an error: the part that would refuse cannot do its work.

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms, answer, path};
use crate::{CaseRecord, Hop, Probe};

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in seen.components() {
        let broken = |symptom: &Symptom<'_>| {
            symptom.is_about(name) && symptom.is_error() && symptom.is_of(Probe::Without)
        };
        let Some((first, hop)) = symptoms.open().find(broken).and_then(|first| Some((first, first.last()?)))
        else {
            continue;
        };
        let address = without_query(&hop.url);
        let same_path =
            |symptom: &Symptom<'_>| symptom.last().is_some_and(|hop| without_query(&hop.url) == address);
        let signed_in = symptoms.open().find(|symptom| {
            let asks_signed_in = symptom.probe.is_some_and(|probe| !probe.is_negative());
            symptom.is_about(name) && symptom.is_error() && asks_signed_in && same_path(symptom)
        });
        let status = hop.status.unwrap_or_default();
        let (who, due) = match signed_in {
            Some(_) => ("everybody", format!("{status} to everybody, where visitors are due 401")),
            None => ("visitors whom it has to refuse", format!("{status} where 401 is due")),
        };
        let cause = format!("{due}: a secret or a setting that it needs to check who asks is not there");
        let title = format!("{name} answers an error to {who} at {}", path(address));
        let finding = Finding::new(name, title, cause)
            .proven_by([format!("not signed in: {}", first.line())])
            .proven_by(first.check.notes.iter().cloned())
            .proven_by(signed_in.map(|symptom| format!("signed in: {}", symptom.line())))
            .proven_by(well(seen, name, address).map(|hop| format!("signed in: {}", answer(hop))))
            .noted(seen.notes(name));
        findings.push(finding);
        symptoms.explain(|symptom| symptom.is_about(name) && symptom.is_error() && same_path(symptom));
    }
    findings
}

/// A good answer of the component to somebody signed in: best at this address.
fn well<'r>(seen: &Seen<'r>, name: &str, address: &str) -> Option<&'r Hop> {
    let signed_in = |case: &&CaseRecord| case.cell.as_ref().is_some_and(|cell| !cell.probe.is_negative());
    let cases = seen.record.cases.iter().filter(signed_in);
    let hops = cases.flat_map(|case| &case.notes.exchanges).flat_map(|exchange| &exchange.hops);
    let own = hops.filter(|hop| hop.component.as_deref() == Some(name));
    let good = own.filter(|hop| hop.method == "GET" && hop.status.is_some_and(|status| status < 300));
    good.max_by_key(|hop| without_query(&hop.url) == address)
}

fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}
