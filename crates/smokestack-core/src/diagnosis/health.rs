//! Health checks that say the opposite of what pages show. Stands behind what knows why pages are errors.

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms, answer};
use crate::{Certainty, Class, Hop};

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let symptoms: Vec<Symptom<'r>> = symptoms.of_class(Class::Health).collect();
    let about = |name| symptoms.iter().find(move |symptom| symptom.is_about(name));
    // What comes late with a release is not well for a while, and nobody lies.
    let names = seen.components().filter(|name| seen.recovered(name).is_none());
    names.filter_map(|name| Some(finding(seen, name, about(name)?))).collect()
}

fn finding(seen: &Seen<'_>, name: &str, symptom: &Symptom<'_>) -> Finding {
    let title = match symptom.check.expected.as_deref() {
        Some(expected) if expected.starts_with("an error") => {
            format!("{name} says that it is well, and its pages are errors")
        }
        _ => format!("{name} says that it is not well, and its pages work"),
    };
    let found = symptom.check.found.as_deref().unwrap_or_default();
    let others = seen.health(name).filter(|line| !symptom.check.notes.contains(line));
    Finding::new(name, title, format!("health and pages disagree: {found}"))
        .sure(Certainty::Certain)
        .proven_by(symptom.exchange.and_then(|exchange| exchange.hops.first()).map(answer))
        .proven_by(symptom.check.notes.iter().cloned())
        .proven_by(errors(seen, name))
        .noted(others)
}

/// How many requests to the component ended in an error.
fn errors(seen: &Seen<'_>, name: &str) -> Option<String> {
    let answered: Vec<&Hop> = seen.hops_to(name).filter(|hop| hop.status.is_some()).collect();
    let errors = answered.iter().filter(|hop| hop.status.is_some_and(|status| status >= 500)).count();
    (errors > 0).then(|| format!("{errors} of {} requests to it ended in an error", answered.len()))
}
