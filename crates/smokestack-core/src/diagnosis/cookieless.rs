//! Nobody can sign in, and no answer on the way has set a cookie.

use super::edge::untold;
use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms, answer};
use crate::{Blame, Certainty, Class, CookieAction, Hop};

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let mut failed = symptoms.of_class(Class::Login).filter(|symptom| symptom.check.blame == Blame::Wrong);
    let found = failed.find(|symptom| needs_cookies(symptom) && !was_set_one(symptom));
    drop(failed);
    let Some(symptom) = found else { return Vec::new() };
    symptoms.explain(|symptom| symptom.is(Class::Login) || symptom.is_error_of_the_login());
    let issuer = seen.issuer_or_words();
    let cause =
        format!("the edge drops `Set-Cookie`, or {issuer} no longer sets what the login is compared with");
    let finding = Finding::new(issuer, "nobody can sign in, and no answer sets a cookie", cause)
        .sure(Certainty::Possible)
        .proven_by([symptom.check.headline()])
        .proven_by(symptom.last().map(answer))
        .noted([untold(issuer)]);
    vec![finding]
}

/// A form was refused for what came with it, or the provider sent somebody back whom the platform does not remember.
fn needs_cookies(symptom: &Symptom<'_>) -> bool {
    let Some(last) = symptom.last().filter(|hop| hop.component.is_some()) else { return false };
    let is_back = hops(symptom).any(|hop| hop.component.is_none() && hop.status.is_some());
    match last.status {
        Some(403) => last.method == "POST" || is_back,
        Some(400..500) => is_back,
        _ => false,
    }
}

/// Whether any answer of the platform set a cookie, or would have.
fn was_set_one(symptom: &Symptom<'_>) -> bool {
    let is_set = |action| !matches!(action, CookieAction::Sent | CookieAction::Withheld);
    let mut own = hops(symptom).filter(|hop| hop.component.is_some());
    own.any(|hop| hop.cookies.iter().any(|note| is_set(note.action)))
}

fn hops<'r>(symptom: &Symptom<'r>) -> impl Iterator<Item = &'r Hop> {
    symptom.case.notes.exchanges.iter().flat_map(|exchange| &exchange.hops)
}
