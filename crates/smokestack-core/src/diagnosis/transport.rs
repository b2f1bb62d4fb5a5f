//! What stands before all components: certificates, https, the headers that protect pages.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Certainty, Class, Stage};

/// How many checks a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let wrong: Vec<Symptom<'r>> = symptoms.of_class(Class::Transport).collect();
    let (pages, edge): (Vec<_>, Vec<_>) = wrong.into_iter().partition(|symptom| symptom.exchange.is_some());
    let mut findings: Vec<Finding> = edge.first().map(|first| of_edge(first, &edge)).into_iter().collect();
    for name in seen.components() {
        let own: Vec<_> = pages.iter().filter(|symptom| symptom.is_about(name)).copied().collect();
        findings.extend(own.first().map(|first| of_pages(name, first, &own)));
    }
    if edge.iter().any(is_of_certificate) {
        // Nobody connects to a server whose certificate is no good.
        symptoms.explain(|symptom| symptom.is(Class::NoAnswer) && is_no_tls(symptom));
    }
    symptoms.explain(|symptom| symptom.is(Class::Transport));
    findings
}

fn of_edge(first: &Symptom<'_>, all: &[Symptom<'_>]) -> Finding {
    let (what, found) = (&first.check.what, first.check.found.as_deref().unwrap_or_default());
    let title = match what.split_once(" the certificate of ") {
        Some(("names of", host)) => format!("the certificate of {host} is for other names"),
        Some(("days left of", host)) if found.starts_with("none") => {
            format!("the certificate of {host} has ended")
        }
        Some(("days left of", host)) => format!("the certificate of {host} ends soon"),
        Some((_, host)) => format!("the certificate of {host} is not trusted"),
        None => "plain http does not lead to https".to_owned(),
    };
    finding("edge", title, first, all)
}

fn of_pages(name: &str, first: &Symptom<'_>, all: &[Symptom<'_>]) -> Finding {
    finding(name, format!("{name} lacks headers that protect its pages"), first, all)
}

fn finding(name: &str, title: String, first: &Symptom<'_>, all: &[Symptom<'_>]) -> Finding {
    let cause = first.check.headline();
    let others: BTreeSet<String> =
        all.iter().map(|symptom| symptom.check.headline()).filter(|line| *line != cause).collect();
    Finding::new(name, title, cause)
        .sure(Certainty::Certain)
        .proven_by(first.exchange.map(|_| first.line()))
        .proven_by(first.check.notes.iter().cloned())
        .proven_by(others.into_iter().take(SHOWN))
}

fn is_of_certificate(symptom: &Symptom<'_>) -> bool {
    symptom.check.what.contains("the certificate of ")
}

fn is_no_tls(symptom: &Symptom<'_>) -> bool {
    let silence = symptom.last().and_then(|hop| hop.no_answer.as_ref());
    silence.is_some_and(|silence| silence.stage == Stage::Tls)
}
