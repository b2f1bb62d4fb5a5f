//! The login failed: nothing after it can be judged.

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Blame, Class};

/// How many other accounts a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let failed = symptoms.of_class(Class::Login).filter(|symptom| symptom.check.blame == Blame::Wrong);
    let failed: Vec<Symptom<'r>> = failed.collect();
    let Some(symptom) = failed.first() else { return Vec::new() };
    let others = others(&failed);
    symptoms.explain(|symptom| symptom.is(Class::Login) || symptom.is_error_of_the_login());
    // The hop that answered wrongly says which component did.
    let (check, hop) = (symptom.check, symptom.last());
    let component = hop.and_then(|hop| hop.component.as_deref()).unwrap_or(seen.issuer_or_words());
    let answered = hop.map(|hop| match hop.status {
        Some(status) => format!("{} {} answered {status}", hop.method, hop.url),
        None => format!("{} {} got no answer", hop.method, hop.url),
    });
    let cause = check.found.clone().unwrap_or_else(|| check.headline());
    let more = match others.as_slice() {
        [] => String::new(),
        [other] => format!(", and so does `{}`", other.0),
        [other, rest @ ..] => format!(", and so do `{}` and {} more", other.0, rest.len()),
    };
    let finding = Finding::new(component, format!("{} at {component}{more}", check.what), cause)
        .proven_by(answered.into_iter().chain(check.notes.iter().cloned()))
        .proven_by(others.iter().map(|(account, why)| format!("`{account}`: {why}")).take(SHOWN))
        .noted(check.help.clone());
    vec![finding]
}

/// The accounts beside the first that cannot sign in either, and why, each once.
fn others(failed: &[Symptom<'_>]) -> Vec<(String, String)> {
    let account = |symptom: &Symptom<'_>| symptom.check.what.split('`').nth(1).map(str::to_owned);
    let first = failed.first().and_then(account);
    let mut others: Vec<(String, String)> = Vec::new();
    for symptom in failed {
        let Some(account) = account(symptom).filter(|name| Some(name) != first.as_ref()) else { continue };
        if others.iter().all(|(known, _)| *known != account) {
            let why = symptom.check.found.clone().unwrap_or_else(|| symptom.check.headline());
            let help = symptom.check.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            others.push((account, format!("{why}{help}")));
        }
    }
    others
}
