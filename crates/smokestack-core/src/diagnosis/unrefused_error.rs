//! Where a visitor has to be refused there is an error: the part that would refuse cannot do its work.

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::Probe;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in seen.components() {
        let broken: Vec<Symptom<'r>> = symptoms
            .open()
            .filter(|symptom| symptom.is_about(name) && symptom.is_error() && symptom.is_of(Probe::Without))
            .collect();
        let Some((first, hop)) = broken.first().and_then(|first| Some((first, first.last()?))) else {
            continue;
        };
        let address = without_query(&hop.url);
        let well = seen
            .hops_to(name)
            .find(|hop| without_query(&hop.url) != address && hop.status.is_some_and(|status| status < 400));
        let cause = format!(
            "{} where 401 is due: a secret or a setting that it needs to check who asks is not there",
            hop.status.unwrap_or_default()
        );
        let finding =
            Finding::new(name, format!("{name} answers an error to visitors whom it has to refuse"), cause)
                .proven_by([first.line()])
                .proven_by(first.check.notes.iter().cloned())
                .proven_by(well.map(|hop| {
                    format!(
                        "on that path only: {} {} is answered with {}",
                        hop.method,
                        hop.url,
                        hop.status.unwrap_or_default()
                    )
                }))
                .noted(seen.notes(name));
        findings.push(finding);
        let same_path =
            |symptom: &Symptom<'_>| symptom.last().is_some_and(|hop| without_query(&hop.url) == address);
        symptoms.explain(|symptom| symptom.is_about(name) && symptom.is_error() && same_path(symptom));
    }
    findings
}

fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}
