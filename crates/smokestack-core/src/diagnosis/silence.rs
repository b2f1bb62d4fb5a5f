//! A component that gives no answer while others do.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptoms, path};
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
        Some(requests) => format!(" to {requests}"),
        None => " now and then".to_owned(),
    };
    let all_are = |stage: Stage| silent.iter().all(|no| no.stage == stage);
    let (what, came) = if all_are(Stage::CutShort) {
        ("cuts its answers short", "an answer that is cut short")
    } else if all_are(Stage::TooLarge) {
        ("answers with more than is read", "an answer that is too large")
    } else {
        ("gives no answer", "no answer")
    };
    let count = format!("{} of {} requests to {component} got {came}", silent.len(), hops.len());
    let finding = Finding::new(component, format!("{component} {what}{when}"), end(first.stage))
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

/// The requests that never got an answer, where all others always did.
fn unanswered(hops: &[&Hop]) -> Option<String> {
    let of = |silent: bool| -> BTreeSet<String> {
        hops.iter().filter(|hop| hop.no_answer.is_some() == silent).map(|hop| request(hop)).collect()
    };
    let silent = of(true);
    let more = silent.len().saturating_sub(SHOWN);
    silent.is_disjoint(&of(false)).then(|| {
        let shown = silent.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
        if more > 0 { format!("{shown} and {more} more") } else { shown }
    })
}

/// `POST /login`
fn request(hop: &Hop) -> String {
    let path = path(&hop.url);
    format!("{} {}", hop.method, path.split(['?', '#']).next().unwrap_or(path))
}

/// How requests to a component end.
fn end(stage: Stage) -> &'static str {
    match stage {
        Stage::Dns => "its name cannot be resolved",
        Stage::Connect => "it takes no connections",
        Stage::Tls => "no TLS connection to it comes about",
        Stage::TimeLimit => "it does not answer in time",
        Stage::BrokenOff => "it breaks connections off before its answer is complete",
        Stage::CutShort => "its answers end before they are complete, and the connection does not",
        Stage::TooLarge => "its answer is larger than `max_body` allows",
        Stage::Protocol => "what it answers cannot be read as HTTP",
    }
}
