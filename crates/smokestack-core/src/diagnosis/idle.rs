//! The session is accepted at once and refused after a pause.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Certainty, Class, Probe, SessionCookie};

/// Where it is known that a session lasts no longer than the pause, or than the run, nothing else has to be looked for.
pub(super) fn known<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let late: Vec<_> = symptoms.open().filter(|symptom| symptom.is_of(Probe::Idle)).collect();
    let pause = pause(&late);
    let settings = seen.issuer.and_then(|issuer| seen.settings(issuer)).map(lifetimes).unwrap_or_default();
    let told = settings.iter().filter_map(|(_, value)| seconds(value));
    let cookies = seen.cookies.iter().filter_map(|cookie| lasts(cookie));
    let Some(lifetime) = told.chain(cookies).reduce(f64::min) else { return Vec::new() };
    let findings = if lifetime <= pause { ended(seen, symptoms, true) } else { Vec::new() };
    if findings.is_empty() { ended_meanwhile(seen, symptoms, lifetime) } else { findings }
}

/// A session lasts for less than the run: whoever accepted it and refuses it once its time may be over does as is due.
fn ended_meanwhile<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>, lifetime: f64) -> Vec<Finding> {
    let began = seen.record.run.started_unix_ms;
    let is_it = |symptom: &Symptom<'r>| {
        let of_the_session = [Class::SessionLost, Class::SessionDestroyed, Class::SessionShortLived];
        let ended = symptom.case.started_unix_ms.saturating_sub(began);
        let age =
            f64::from(i32::try_from(ended).unwrap_or(i32::MAX)) / 1000.0 + symptom.case.took.as_secs_f64();
        let may_know_it = symptom
            .component
            .is_some_and(|name| !seen.accepted_by(name).is_empty() && !seen.is_explained_by_settings(name));
        // Whoever counts in whole seconds may end it up to one too early.
        of_the_session.contains(&symptom.check.class)
            && !symptom.is_of(Probe::Carried)
            && age + 1.0 >= lifetime
            && may_know_it
    };
    let late: Vec<Symptom<'r>> = symptoms.open().filter(is_it).collect();
    let Some(first) = late.iter().find(|symptom| symptom.is(Class::SessionLost)).or(late.first()) else {
        return Vec::new();
    };
    symptoms.explain(is_it);
    let issuer = seen.issuer_or_words();
    let settings = seen.settings(issuer).map(lifetimes).unwrap_or_default();
    let short = |value: &str| seconds(value).is_some_and(|lasts| lasts <= lifetime);
    let why = match settings.iter().find(|(_, value)| short(value)) {
        Some((key, value)) => format!("its `{key}` is {value}"),
        None => format!("its cookie lives for {lifetime} s"),
    };
    let names: BTreeSet<&str> = late.iter().filter_map(|symptom| symptom.component).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let cause = format!("sessions end while the run goes on: {why}");
    let mut finding = Finding::new(issuer, format!("{issuer} ends sessions too soon"), cause)
        .sure(Certainty::Certain)
        .proven_by(first.hop().into_iter().flat_map(|hop| seen.sent(hop)))
        .proven_by([
            first.line(),
            format!("refused in the course of the run by {names}, which accepted it before"),
        ]);
    finding.settings = settings
        .into_iter()
        .map(|(key, value)| (issuer.to_owned(), key.to_owned(), value.to_owned()))
        .collect();
    vec![finding]
}

/// Where nothing says for how long a session lasts, the pause is to blame if nothing else can be.
pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    ended(seen, symptoms, false)
}

fn ended<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>, is_known: bool) -> Vec<Finding> {
    // Whoever never accepts a session has another finding.
    let refusing: BTreeSet<&str> = symptoms
        .of_class(Class::SessionLost)
        .filter_map(|symptom| symptom.component)
        .filter(|name| seen.accepted_by(name).is_empty())
        .collect();
    // Whoever refuses it without a pause as well refuses it now and then: that the pause did it is not to be said.
    let unsteady: BTreeSet<&str> = symptoms
        .of_class(Class::SessionLost)
        .filter(|symptom| !symptom.is_of(Probe::Idle) && !symptom.is_of(Probe::Carried) && !is_known)
        .filter_map(|symptom| symptom.component)
        .collect();
    let late: Vec<Symptom<'r>> = symptoms
        .of_class(Class::SessionLost)
        .filter(|symptom| symptom.is_of(Probe::Idle))
        .filter(|symptom| {
            symptom.component.is_some_and(|name| !refusing.contains(name) && !unsteady.contains(name))
        })
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
        symptoms.explain(|symptom| symptom.is(Class::SessionShortLived));
        symptoms.explain(|symptom| {
            let well = symptom.component.filter(|name| !refusing.contains(name) && !unsteady.contains(name));
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
    let pause = pause(late);
    let after =
        if pause > 0.0 { format!("{} s", (pause * 10.0).round() / 10.0) } else { "a pause".to_owned() };
    let names: BTreeSet<&str> = late.iter().filter_map(|symptom| symptom.component).collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let settings: Vec<_> = seen.settings(component).map(lifetimes).unwrap_or_default();
    let short = settings.iter().find(|(_, value)| seconds(value).is_some_and(|lasts| lasts <= pause));
    let cookie = seen.cookies.iter().find(|cookie| lasts(cookie).is_some_and(|lasts| lasts <= pause));
    let (why, certainty) = if let Some((key, value)) = short {
        (format!(": its `{key}` is {value}"), Certainty::Certain)
    } else if let Some(cookie) = cookie {
        let seconds = cookie.lifetime.unwrap_or_default();
        (format!(": cookie `{}` lives for {seconds} s", cookie.name), Certainty::Certain)
    } else if let Some((key, value)) = settings.first() {
        (format!(", although its `{key}` is {value}"), Certainty::Likely)
    } else {
        (", and nothing says for how long it should last".to_owned(), Certainty::Likely)
    };
    let cause = format!("the session is refused after {after}{why}");
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

/// How many seconds nobody used the session, by the case that waited longest: those after it find the time gone by.
fn pause(late: &[Symptom<'_>]) -> f64 {
    let phases = late.iter().flat_map(|symptom| &symptom.case.notes.phases);
    let pauses = phases.filter(|phase| phase.what.contains("pause")).filter_map(|phase| phase.took_ms);
    pauses.fold(0.0, f64::max) / 1000.0
}

/// For how many seconds a cookie is kept, where it does not end with the browser.
fn lasts(cookie: &SessionCookie) -> Option<f64> {
    Some(f64::from(i32::try_from(cookie.lifetime?).unwrap_or(i32::MAX)))
}

/// `1800`, `30m`, `2 s` as seconds.
fn seconds(value: &str) -> Option<f64> {
    let value = value.trim();
    let end = value.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(value.len());
    let factor = match value[end..].trim() {
        "" | "s" | "sec" | "seconds" => 1.0,
        "ms" => 0.001,
        "m" | "min" | "minutes" => 60.0,
        "h" | "hours" => 3600.0,
        "d" | "days" => 86400.0,
        _ => return None,
    };
    Some(value[..end].parse::<f64>().ok()? * factor)
}

/// The settings that say for how long a session lasts.
pub(super) fn lifetimes(settings: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    const WORDS: [&str; 6] = ["ttl", "timeout", "lifetime", "age", "expiry", "expiration"];
    let says = |key: &str| {
        let key = key.to_ascii_lowercase();
        key.contains("session") && !key.contains("redis") && WORDS.iter().any(|word| key.ends_with(word))
    };
    let lifetimes = settings.iter().filter(|(key, _)| says(key));
    lifetimes.map(|(key, value)| (key.as_str(), value.as_str())).collect()
}
