//! The login failed: nothing after it can be judged.

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::Symptoms;
use crate::{Blame, Class};

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let failed = symptoms.of_class(Class::Login).find(|symptom| symptom.check.blame == Blame::Wrong);
    let Some(symptom) = failed else { return Vec::new() };
    symptoms.explain(|symptom| symptom.is(Class::Login) || symptom.is_error_of_the_login());
    // The hop that answered wrongly says which component did.
    let (check, hop) = (symptom.check, symptom.last());
    let component = hop.and_then(|hop| hop.component.as_deref()).unwrap_or(seen.issuer_or_words());
    let answered = hop.map(|hop| match hop.status {
        Some(status) => format!("{} {} answered {status}", hop.method, hop.url),
        None => format!("{} {} got no answer", hop.method, hop.url),
    });
    let cause = check.found.clone().unwrap_or_else(|| check.headline());
    let finding = Finding::new(component, format!("{} at {component}", check.what), cause)
        .proven_by(answered.into_iter().chain(check.notes.iter().cloned()))
        .noted(check.help.clone());
    vec![finding]
}
