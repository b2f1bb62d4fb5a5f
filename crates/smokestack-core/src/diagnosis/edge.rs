//! What stands before all components is to blame: through it the session is refused, straight at an origin it is not.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Certainty, Class, CookieAction, Fact};

/// How many comparisons a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let login = before_login(seen, symptoms);
    let between = between(seen, symptoms);
    login.into_iter().chain(between).chain(not_sticky(seen, symptoms)).collect()
}

/// Nobody can sign in through the edge, and the same account can behind it.
fn before_login<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Option<Finding> {
    let (account, through, at, names) = seen.record.facts().find_map(|fact| match fact {
        Fact::LoginPastEdge { account, through, origin, instance, signed_in: true, cookies, .. } => {
            let at = instance.as_ref().map_or_else(|| origin.clone(), |name| format!("{name} at {origin}"));
            Some((account, through, at, cookies))
        }
        _ => None,
    })?;
    let failed: Vec<Symptom<'r>> = symptoms.of_class(Class::Login).collect();
    let first = failed.first()?;
    symptoms.explain(|symptom| symptom.is(Class::Login));
    let hops = || {
        failed.iter().flat_map(|symptom| &symptom.case.notes.exchanges).flat_map(|exchange| &exchange.hops)
    };
    let noted = |name: &str, actions: &[CookieAction]| {
        hops().flat_map(|hop| &hop.cookies).any(|note| note.name == name && actions.contains(&note.action))
    };
    let came =
        |name: &&String| noted(name, &[CookieAction::Stored, CookieAction::Replaced, CookieAction::Sent]);
    let (came, lost): (Vec<&String>, Vec<&String>) = names.iter().partition(came);
    let listed =
        |names: &[&String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let sent: Vec<&String> = came.into_iter().filter(|name| noted(name, &[CookieAction::Sent])).collect();
    let (title, cause) = if sent.is_empty() {
        let cause = format!("set by the origin and not seen by the client: {}", listed(&lost));
        ("the edge drops `Set-Cookie` of the login's answers", cause)
    } else {
        let cause = format!("sent by the client and not seen by the origin: {}", listed(&sent));
        ("the edge drops `Cookie` of the login's requests", cause)
    };
    let finding = Finding::new("edge", title, cause)
        .sure(Certainty::Certain)
        .proven_by([format!("{through}: {}", first.check.headline())])
        .proven_by(first.last().map(super::symptom::answer))
        .proven_by([format!("straight at {at}: `{account}` is signed in")]);
    Some(finding)
}

/// The same session, asked for at once: refused through the edge, accepted behind it.
fn between<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Option<Finding> {
    let (mut names, mut lines) = (BTreeSet::new(), Vec::new());
    for fact in seen.record.facts() {
        let Fact::Compared { component, through, edge_accepts, origin, origin_accepts, instance } = fact
        else {
            continue;
        };
        if !edge_accepts && *origin_accepts {
            names.insert(component.as_str());
            let at = instance
                .as_ref()
                .map_or_else(|| origin.clone(), |instance| format!("{instance} at {origin}"));
            lines.push(format!("{through}: refused; {at}: accepted"));
        }
    }
    let suffers = |symptom: &Symptom<'_>| symptom.component.is_some_and(|name| names.contains(name));
    let sent: Vec<String> = symptoms
        .of_class(Class::SessionLost)
        .filter(suffers)
        .filter_map(|symptom| symptom.hop())
        .find_map(|hop| Some(seen.sent(hop).collect::<Vec<_>>()).filter(|sent| !sent.is_empty()))
        .unwrap_or_default();
    if !symptoms.open().any(|symptom| suffers(&symptom)) {
        return None;
    }
    symptoms.explain(|symptom| suffers(symptom) && !symptom.is(Class::Contract));
    let cause =
        "the session is sent by the client and not seen by the origin: straight at the origin it is accepted";
    let finding = Finding::new("edge", "the edge does not pass the platform session on", cause)
        .sure(Certainty::Certain)
        .proven_by(sent)
        .proven_by(lines.into_iter().take(SHOWN));
    Some(finding)
}

/// The edge no longer sends a visitor to one instance, which sessions of one instance alone need.
fn not_sticky<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Option<Finding> {
    let first = symptoms.of_class(Class::Contract).find(is_of_the_edge)?;
    let alternating: BTreeSet<&str> = symptoms
        .of_class(Class::SessionLost)
        .filter_map(|symptom| symptom.component)
        .filter(|name| {
            seen.hops_to(name).filter_map(|hop| hop.instance.as_ref()).collect::<BTreeSet<_>>().len() > 1
        })
        .collect();
    symptoms.explain(|symptom| {
        let alternates = symptom.component.is_some_and(|name| alternating.contains(name));
        (symptom.is(Class::Contract) && is_of_the_edge(symptom))
            || (symptom.is(Class::SessionLost) && alternates)
    });
    let suffering = alternating.into_iter().collect::<Vec<_>>().join(", ");
    let lost = (!suffering.is_empty())
        .then(|| format!("{suffering}: the session is lost as often as another instance answers"));
    let finding =
        Finding::new("edge", "the edge no longer keeps a visitor on one instance", first.check.headline())
            .sure(Certainty::Certain)
            .proven_by(first.hop().map(|_| first.line()))
            .proven_by(lost);
    Some(finding)
}

/// How a component and what stands before it can be told apart, where the run could not.
pub(super) fn untold(name: &str) -> String {
    format!(
        "with `origins` in the platform file the run asks {name} past the edge, and tells one from the other"
    )
}

/// Whether a contract is about the edge's own cookie, and not the issuer's.
pub(super) fn is_of_the_edge(symptom: &Symptom<'_>) -> bool {
    symptom.check.what.starts_with("affinity cookie")
}
