//! Pages are shown and what is sent to them is refused with 403.

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Certainty, Class, Hop};

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in seen.components() {
        let refused: Vec<Symptom<'r>> =
            symptoms.open().filter(|symptom| is_a_refused_write(symptom, name)).collect();
        let Some(first) = refused.first() else { continue };
        let is_a_page = |hop: &&Hop| hop.method == "GET" && hop.status.is_some_and(|status| status < 300);
        // Best the one that the form stands on.
        let before = first.case.notes.exchanges.iter().flat_map(|exchange| &exchange.hops);
        let mut before = before.filter(|hop| hop.component.as_deref() == Some(name));
        let page = before.rfind(is_a_page).or_else(|| seen.hops_to(name).find(is_a_page));
        let Some(page) = page else { continue };
        let title = format!("{name} refuses what is sent to it");
        let cause = "GET passes, POST is 403: it takes the sender for another site, by its CSRF token or by Origin and \
                     the scheme that the edge tells it";
        let finding = Finding::new(name, title, cause)
            .proven_by([format!("{} {}: answer {}", page.method, page.url, page.status.unwrap_or_default())])
            .proven_by([first.line()])
            .proven_by(first.check.notes.iter().cloned())
            .noted(seen.notes(name));
        // Before anybody has signed in, the token of the form belongs to a cookie that the edge may drop as well.
        let finding = if first.is(Class::Login) {
            Finding {
                cause: format!("{}, or the edge drops cookies", finding.cause),
                ..finding.sure(Certainty::Possible)
            }
        } else {
            finding
        };
        findings.push(finding);
        symptoms.explain(|symptom| is_a_refused_write(symptom, name));
        // What was to be sent is not there to be looked at.
        symptoms.explain(|symptom| {
            symptom.is_about(name)
                && symptom.is(Class::Value)
                && first.case.full_name == symptom.case.full_name
        });
    }
    findings
}

fn is_a_refused_write(symptom: &Symptom<'_>, name: &str) -> bool {
    let Some(hop) = symptom.hop() else { return false };
    hop.component.as_deref() == Some(name)
        && !matches!(hop.method.as_str(), "GET" | "HEAD")
        && hop.status == Some(403)
}
