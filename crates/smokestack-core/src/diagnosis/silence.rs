//! A component that gives no answer while others do.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::Symptoms;
use crate::{Certainty, Class, Hop, Stage};

/// How many causes a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    if !seen.record.was_answered() {
        // Nobody answered: the target is out of reach, and the verdict says so.
        return Vec::new();
    }
    symptoms.explain(|symptom| symptom.is(Class::NoAnswer));
    let findings: Vec<Finding> = seen.components().filter_map(|name| finding(seen, name)).collect();
    if findings.len() > 1 && findings.len() == seen.components().count() {
        vec![all(findings)]
    } else {
        findings
    }
}

/// Every component fell silent: what stands before all of them is to blame, not each of them.
fn all(findings: Vec<Finding>) -> Finding {
    let causes: BTreeSet<String> =
        findings.iter().flat_map(|finding| finding.proof.iter().cloned()).collect();
    let cause = "what all requests go through: the proxy in front, or the network";
    Finding::new("edge", "the whole target stopped answering", cause)
        .sure(Certainty::Possible)
        .proven_by(causes.into_iter().take(SHOWN))
        .noted(findings.into_iter().flat_map(|finding| finding.notes))
}

fn finding(seen: &Seen<'_>, component: &str) -> Option<Finding> {
    let hops: Vec<&Hop> = seen.hops_to(component).collect();
    let silent: Vec<_> = hops.iter().filter_map(|hop| hop.no_answer.as_ref()).collect();
    let first = silent.first()?;
    let causes: BTreeSet<String> =
        silent.iter().map(|no| format!("{} {}: {}", no.stage.words(), no.address, no.cause)).collect();
    let when = match unanswered(&hops) {
        _ if silent.len() == hops.len() => String::new(),
        Some(requests) => format!(" to {}", requests.join(", ")),
        None => " now and then".to_owned(),
    };
    let count = format!("{} of {} requests to {component} got no answer", silent.len(), hops.len());
    let finding = Finding::new(component, format!("{component} gives no answer{when}"), end(first.stage))
        .proven_by(causes.into_iter().take(SHOWN))
        .noted([count]);
    let Some((url, tried, broken)) = seen.connections(component) else { return Some(finding) };
    let sample = format!("{broken} of {tried} new connections without a session ended so ({url})");
    if broken == 0 || silent.len() == hops.len() {
        return Some(finding.noted([sample]));
    }
    let finding = Finding { title: format!("{component} gives no answer now and then"), ..finding };
    let cause = format!("its connections are reset now and then: {broken} of {tried}; not a session fault");
    Some(Finding { cause, ..finding }.sure(Certainty::Certain).proven_by([sample]))
}

/// The few requests that never got an answer, where all others always did.
fn unanswered(hops: &[&Hop]) -> Option<Vec<String>> {
    let of = |silent: bool| -> BTreeSet<String> {
        hops.iter().filter(|hop| hop.no_answer.is_some() == silent).map(|hop| request(hop)).collect()
    };
    let silent = of(true);
    (silent.len() <= SHOWN && silent.is_disjoint(&of(false))).then(|| silent.into_iter().collect())
}

/// `POST /login`
fn request(hop: &Hop) -> String {
    let rest = hop.url.split_once("://").map_or(hop.url.as_str(), |(_, rest)| rest);
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    let path = path.split(['?', '#']).next().unwrap_or(path);
    format!("{} {path}", hop.method)
}

/// How requests to a component end.
fn end(stage: Stage) -> &'static str {
    match stage {
        Stage::Dns => "its name cannot be resolved",
        Stage::Connect => "it takes no connections",
        Stage::Tls => "no TLS connection to it comes about",
        Stage::TimeLimit => "it does not answer in time",
        Stage::BrokenOff => "it breaks connections off before its answer is complete",
        Stage::Protocol => "what it answers cannot be read as HTTP",
    }
}
