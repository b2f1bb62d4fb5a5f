//! The session is accepted at once and refused after a pause.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Certainty, Class, Probe};

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    // Whoever never accepts a session has another finding.
    let refusing: BTreeSet<&str> = symptoms
        .of_class(Class::SessionLost)
        .filter_map(|symptom| symptom.component)
        .filter(|name| seen.accepted_by(name).is_empty())
        .collect();
    let late: Vec<Symptom<'r>> = symptoms
        .of_class(Class::SessionLost)
        .filter(|symptom| symptom.is_of(Probe::Idle))
        .filter(|symptom| symptom.component.is_some_and(|name| !refusing.contains(name)))
        .collect();
    let names: BTreeSet<&str> = late.iter().filter_map(|symptom| symptom.component).collect();
    if names.is_empty() {
        return Vec::new();
    }
    symptoms.explain(|symptom| {
        let named = symptom.component.is_some_and(|name| names.contains(name));
        symptom.is(Class::SessionLost) && symptom.is_of(Probe::Idle) && named
    });
    let stays = seen.components().filter(|name| seen.accepted_by(name).contains(&Probe::Idle)).count();
    if stays == 0 || seen.issuer.is_some_and(|issuer| names.contains(issuer)) {
        // A session that ends so soon may end in any case that takes its time.
        symptoms.explain(|symptom| {
            let well = symptom.component.filter(|name| !refusing.contains(name));
            let well = well.is_some_and(|name| !seen.is_explained_by_settings(name));
            well && (symptom.is(Class::SessionLost) || symptom.is(Class::SessionDestroyed))
                && !symptom.is_of(Probe::Carried)
        });
        return vec![finding(seen, seen.issuer_or_words(), &late)];
    }
    let one = |name: &&'r str| {
        let own: Vec<_> = late.iter().filter(|symptom| symptom.is_about(name)).copied().collect();
        finding(seen, name, &own)
    };
    names.iter().map(one).collect()
}

fn finding<'r>(seen: &Seen<'r>, component: &str, late: &[Symptom<'r>]) -> Finding {
    let pause = late.iter().find_map(|symptom| pause(symptom)).map_or("a pause".to_owned(), |pause| pause);
    let names: BTreeSet<&str> = late.iter().filter_map(|symptom| symptom.component).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let ends = seen.cookies.iter().find(|cookie| cookie.lifetime.is_some());
    let settings: Vec<_> = seen.settings(component).map(lifetimes).unwrap_or_default();
    let (cause, certainty) = match (ends, settings.first()) {
        (_, Some((key, value))) => {
            (format!("the session is refused after {pause}: its `{key}` is {value}"), Certainty::Certain)
        }
        (Some(cookie), None) => {
            let lifetime = cookie.lifetime.unwrap_or_default();
            (
                format!(
                    "the session is refused after {pause}: cookie `{}` lives for {lifetime} s",
                    cookie.name
                ),
                Certainty::Likely,
            )
        }
        (None, None) => (
            format!("the session is refused after {pause}, and nothing says for how long it should last"),
            Certainty::Likely,
        ),
    };
    let settings =
        settings.into_iter().map(|(key, value)| (component.to_owned(), key.to_owned(), value.to_owned()));
    let mut finding = Finding::new(component, format!("{component} ends sessions too soon"), cause)
        .sure(certainty)
        .proven_by(late.iter().take(1).flat_map(|symptom| symptom.hop()).flat_map(|hop| seen.sent(hop)))
        .proven_by(late.iter().take(1).map(Symptom::line))
        .proven_by([format!("after the pause refused by {names}; accepted there at once")]);
    finding.settings = settings.collect();
    finding
}

/// How long the case waited, as the case's phases say.
fn pause(symptom: &Symptom<'_>) -> Option<String> {
    let phase = symptom.case.notes.phases.iter().find(|phase| phase.what.contains("pause"))?;
    Some(format!("{:.0} s", phase.took_ms? / 1000.0))
}

/// The settings that say for how long a session lasts.
fn lifetimes(settings: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    const WORDS: [&str; 6] = ["ttl", "timeout", "lifetime", "age", "expiry", "expiration"];
    let says = |key: &str| {
        let key = key.to_ascii_lowercase();
        key.contains("session") && !key.contains("redis") && WORDS.iter().any(|word| key.ends_with(word))
    };
    let lifetimes = settings.iter().filter(|(key, _)| says(key));
    lifetimes.map(|(key, value)| (key.as_str(), value.as_str())).collect()
}
