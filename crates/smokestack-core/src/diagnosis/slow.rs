//! Something took longer than it may.

use std::collections::BTreeSet;
use std::time::Duration;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Blame, Certainty, Class, Phase};

/// How many checks a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let mut findings = over_budget(seen, symptoms);
    let late: Vec<(Symptom<'r>, &str)> = symptoms
        .of_class(Class::TimeLimit)
        .filter(|symptom| symptom.check.blame == Blame::Silent)
        .filter_map(|symptom| Some((symptom, who_took_the_time(seen, &symptom)?)))
        .collect();
    symptoms.explain(|symptom| late.iter().any(|(known, _)| std::ptr::eq(known.check, symptom.check)));
    for name in seen.components() {
        let own: Vec<String> =
            late.iter().filter(|(_, who)| *who == name).map(|(symptom, _)| told(symptom)).collect();
        // Who was not waited for to the end is told as silent.
        if own.is_empty() || seen.hops_to(name).any(|hop| hop.no_answer.is_some()) {
            continue;
        }
        let lines = own.into_iter().take(SHOWN);
        match findings.iter_mut().find(|finding| finding.component == name) {
            Some(known) => known.proof.extend(lines),
            None => {
                let finding = Finding::new(name, format!("{name} is slow"), pace(seen, name));
                findings.push(finding.sure(Certainty::Certain).proven_by(lines).noted(seen.notes(name)));
            }
        }
    }
    findings
}

/// `session::assets::kept: no end within 30s, of which GET https://assets.test/ took 9s`.
fn told(symptom: &Symptom<'_>) -> String {
    format!("{}: {}", symptom.case.full_name, symptom.check.headline())
}

/// How long answers of a component take, beside those of the others.
fn pace(seen: &Seen<'_>, name: &str) -> String {
    let took = |wanted: &dyn Fn(&str) -> bool| -> Vec<Duration> {
        let named = seen.components().filter(|name| wanted(name));
        let hops = named.flat_map(|name| seen.hops_to(name)).filter(|hop| hop.status.is_some());
        hops.map(|hop| hop.took).collect()
    };
    let (own, others) = (median(took(&|of| of == name)), median(took(&|of| of != name)));
    match (own, others) {
        (Some(own), Some(others)) => {
            format!("half of its answers take {} or longer, half of the others' {}", time(own), time(others))
        }
        (Some(own), None) => format!("half of its answers take {} or longer", time(own)),
        (None, _) => "no request to it came to an end while cases waited".to_owned(),
    }
}

fn median(mut times: Vec<Duration>) -> Option<Duration> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

fn time(took: Duration) -> String {
    match took < Duration::from_secs(1) {
        true => format!("{} ms", took.as_millis()),
        false => format!("{:.1} s", took.as_secs_f64()),
    }
}

/// Whom a case waited for longest: the component of that request, the issuer while it was signing in.
fn who_took_the_time<'r>(seen: &Seen<'r>, symptom: &Symptom<'r>) -> Option<&'r str> {
    let phases = &symptom.case.notes.phases;
    let took = |phase: &&Phase| {
        let so_far = symptom.case.took.saturating_sub(phase.began).as_secs_f64() * 1000.0;
        phase.took_ms.unwrap_or(so_far)
    };
    // Whatever was waited for while signing in stands within that.
    let longest = phases.iter().max_by(|one, other| took(one).total_cmp(&took(other)));
    if longest
        .is_some_and(|phase| phase.what.starts_with("signing in") || phase.what.starts_with("waiting for"))
    {
        return seen.issuer;
    }
    let asked = longest.and_then(|phase| {
        let exchanges = seen.record.cases.iter().flat_map(|case| &case.notes.exchanges);
        let mut hops = exchanges.flat_map(|exchange| &exchange.hops);
        hops.find(|hop| format!("{} {}", hop.method, hop.url) == phase.what)?.component.as_deref()
    });
    asked.or(symptom.case.component.as_deref()).or(seen.issuer)
}

fn over_budget<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let slow: Vec<Symptom<'r>> = symptoms.of_class(Class::Slow).collect();
    symptoms.explain(|symptom| symptom.is(Class::Slow));
    let mut findings = Vec::new();
    for name in seen.components() {
        let own: Vec<_> = slow.iter().filter(|symptom| culprit(seen, symptom) == Some(name)).collect();
        let Some(first) = own.first() else { continue };
        let of_login = own.iter().any(|symptom| is_of_login(symptom));
        let title =
            if of_login { format!("{name} is slow to sign people in") } else { format!("{name} is slow") };
        let others = own.iter().skip(1).map(|symptom| cause(symptom)).filter(|line| *line != cause(first));
        let others: BTreeSet<String> = others.collect();
        let finding = Finding::new(name, title, cause(first))
            .sure(Certainty::Certain)
            .proven_by(others.into_iter().take(SHOWN))
            .proven_by(first.check.notes.iter().cloned());
        findings.push(finding);
    }
    findings
}

fn is_of_login(symptom: &Symptom<'_>) -> bool {
    symptom.check.what.contains("login as ")
}

/// The time against its budget, with the request that it is about.
fn cause(symptom: &Symptom<'_>) -> String {
    let headline = symptom.check.headline();
    match symptom.exchange.and_then(|exchange| exchange.hops.first()) {
        Some(hop) if !is_of_login(symptom) => format!("{} {}: {headline}", hop.method, hop.url),
        _ => headline,
    }
}

/// Where the time went: the request that took longest, or the component that the case is about. The issuer's for logins.
fn culprit<'r>(seen: &Seen<'r>, symptom: &Symptom<'r>) -> Option<&'r str> {
    let longest = symptom.exchange.and_then(|exchange| exchange.hops.iter().max_by_key(|hop| hop.took));
    longest.and_then(|hop| hop.component.as_deref()).or(symptom.component).or(seen.issuer)
}
