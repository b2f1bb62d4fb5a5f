//! Pages are shown and what is sent to them is refused with 403.

use super::edge::untold;
use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Certainty, Class, CookieAction, CookieNote, Fact, Hop};

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
        let cause = "GET passes, POST is 403: it takes the sender for another site, by its CSRF token or by Origin and \
                     the scheme that the edge tells it";
        // Before anybody has signed in, the token of the form belongs to a cookie that the edge may drop as well.
        let finding = match (first.is(Class::Login), tried_past_the_edge(seen)) {
            (false, _) => Finding::new(name, format!("{name} refuses what is sent to it"), cause),
            (true, Some(origin)) => {
                let title = format!("nobody can sign in: {name} refuses the form to sign in with");
                Finding::new(name, title, cause).proven_by([format!("so it does straight at {origin}")])
            }
            (true, None) => {
                let title = format!("nobody can sign in: {name} refuses the form to sign in with");
                let cause = format!("the edge, which may drop cookies on the way to {name}; or {cause}");
                Finding::new(name, title, cause).sure(Certainty::Possible).noted([untold(name)])
            }
        };
        let sent = first.hop().into_iter().flat_map(|hop| &hop.cookies);
        let sent = sent.filter(|note| first.is(Class::Login) && note.action == CookieAction::Sent);
        let finding = finding
            .proven_by([format!("{} {}: answer {}", page.method, page.url, page.status.unwrap_or_default())])
            .proven_by(sent.map(CookieNote::sentence))
            .proven_by([first.line()])
            .proven_by(first.check.notes.iter().cloned())
            .noted(seen.notes(name));
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

/// The origin at which the login was tried past the edge, and refused as well.
fn tried_past_the_edge<'r>(seen: &Seen<'r>) -> Option<&'r str> {
    seen.record.facts().find_map(|fact| match fact {
        Fact::LoginPastEdge { origin, signed_in: false, .. } => Some(origin.as_str()),
        _ => None,
    })
}

fn is_a_refused_write(symptom: &Symptom<'_>, name: &str) -> bool {
    let Some(hop) = symptom.hop() else { return false };
    hop.component.as_deref() == Some(name)
        && !matches!(hop.method.as_str(), "GET" | "HEAD")
        && hop.status == Some(403)
}
