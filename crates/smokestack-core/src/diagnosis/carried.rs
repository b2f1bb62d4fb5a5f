//! Only a session from before the deploy is refused.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Blame, Certainty, Class, CookieAction, Probe};

/// How many answers a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    // Whoever refuses a new session too has another finding, and so has a store that nobody can sign in without.
    if symptoms.of_class(Class::Login).next().is_some() {
        return Vec::new();
    }
    let refusing: BTreeSet<&str> = symptoms
        .open()
        .filter(|symptom| !symptom.is_of(Probe::Carried))
        .filter(|symptom| symptom.is(Class::SessionLost) || symptom.is_error())
        .filter_map(|symptom| symptom.component)
        .collect();
    let old: Vec<Symptom<'r>> = symptoms
        .open()
        .filter(|symptom| symptom.is_of(Probe::Carried) && symptom.check.blame == Blame::Wrong)
        .filter(|symptom| symptom.component.is_some_and(|name| !refusing.contains(name)))
        .collect();
    let names: BTreeSet<&str> = old.iter().filter_map(|symptom| symptom.component).collect();
    if names.is_empty() {
        return Vec::new();
    }
    symptoms.explain(|symptom| {
        symptom.is_of(Probe::Carried) && symptom.component.is_some_and(|name| names.contains(name))
    });
    let asked = seen.record.cases.iter().filter(|case| case.notes.checks > 0);
    let asked: BTreeSet<&str> = asked
        .filter_map(|case| case.cell.as_ref())
        .filter(|cell| cell.probe == Probe::Carried)
        .map(|cell| cell.component.as_str())
        .collect();
    // Who alone still takes old sessions proves that they could be read.
    let is_the_issuers =
        names.len() == asked.len() || seen.issuer.is_some_and(|issuer| names.contains(issuer));
    if is_the_issuers {
        return vec![finding(seen, seen.issuer_or_words(), &old)];
    }
    let one = |name: &&'r str| {
        let own: Vec<_> = old.iter().filter(|symptom| symptom.is_about(name)).copied().collect();
        finding(seen, name, &own)
    };
    names.iter().map(one).collect()
}

fn finding<'r>(seen: &Seen<'r>, component: &str, old: &[Symptom<'r>]) -> Finding {
    let errors = old.iter().filter(|symptom| symptom.is_error()).count();
    let names: BTreeSet<&str> = old.iter().filter_map(|symptom| symptom.component).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let twice = old.iter().find(|symptom| symptom.is(Class::Contract));
    let (title, cause, certainty) = if errors > 0 {
        let cause = "what cannot be read of a session from before the deploy is an error there, not a way to the login";
        (
            format!("{component} answers sessions from before the deploy with an error"),
            cause.to_owned(),
            Certainty::Likely,
        )
    } else if let (Some(twice), true) = (twice, old.iter().all(|symptom| symptom.is(Class::Contract))) {
        let title =
            format!("{component} leaves people who come from before the deploy with two cookies of one name");
        (title, twice.check.headline(), Certainty::Certain)
    } else {
        let (cause, certainty) = cause(seen, old);
        (format!("{component} refuses sessions from before the deploy"), cause, certainty)
    };
    Finding::new(component, title, cause)
        .sure(certainty)
        .proven_by(old.iter().map(Symptom::line).collect::<BTreeSet<_>>().into_iter().take(SHOWN))
        .proven_by([format!("a session from before the deploy is refused by {names}; a new one is accepted")])
        .noted(["everybody who was signed in when the deploy began is signed out by it".to_owned()])
}

/// Why the old session is not known: another cookie, or the same cookie that is read in another way.
fn cause(seen: &Seen<'_>, old: &[Symptom<'_>]) -> (String, Certainty) {
    let sent: BTreeSet<&str> = old
        .iter()
        .filter_map(Symptom::hop)
        .flat_map(|hop| &hop.cookies)
        .filter(|note| note.action == CookieAction::Sent)
        .map(|note| note.name.as_str())
        .collect();
    let new: Vec<&str> = seen.cookies.iter().map(|cookie| cookie.name.as_str()).collect();
    if new.is_empty() || sent.is_empty() || new.iter().any(|name| sent.contains(name)) {
        let cause = "a session from before the deploy is refused, a new one is accepted: the signing key or the \
                     session's format changed without a time in which both are read";
        return (cause.to_owned(), Certainty::Likely);
    }
    let (sent, new) = (sent.into_iter().collect::<Vec<_>>().join("`, `"), new.join("`, `"));
    let cause = format!("the session's cookie was `{sent}` before the deploy and is `{new}` now");
    (cause, Certainty::Certain)
}
