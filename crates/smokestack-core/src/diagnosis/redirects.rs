//! Redirects that lead in circles, to plain http, to another site or inside the platform; pages that name inner addresses.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms, answer};
use crate::{Cell, Certainty, Class, Exchange, Hop, Probe};

/// How many hops a finding shows.
const SHOWN: usize = 6;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    // Whom a component sends to another site to sign in has lost the session: it sends visitors there too.
    symptoms.explain(|symptom| symptom.is(Class::Redirect) && is_way_to_the_login(seen, symptom));
    let mut wrong: BTreeMap<&str, Vec<Symptom<'r>>> = BTreeMap::new();
    for symptom in symptoms.of_class(Class::Redirect) {
        if let Some(name) = culprit(&symptom) {
            wrong.entry(name).or_default().push(symptom);
        }
    }
    let mut findings = Vec::new();
    for name in seen.components() {
        let Some(own) = wrong.get(name) else { continue };
        // What says most of it: a check of the chain, which names the hop.
        let Some(first) = own.iter().find(|symptom| number(symptom).is_some()).or(own.first()) else {
            continue;
        };
        let found = first.check.found.clone().unwrap_or_else(|| first.check.headline());
        let (title, cause) = match wrong_hop(first) {
            Some(hop) => {
                let status = hop.status.map(|status| format!(" answers {status}")).unwrap_or_default();
                (title(name, &found), format!("{found}: {} {}{status}", hop.method, hop.url))
            }
            None if leads(&found) => (title(name, &found), found),
            None => (format!("{name} shows addresses from inside the platform"), found),
        };
        let finding = Finding::new(name, title, cause)
            .sure(Certainty::Certain)
            .proven_by(first.exchange.map(table).unwrap_or_default())
            .proven_by(first.check.notes.iter().cloned())
            .noted(seen.notes(name));
        findings.push(finding);
        let hops: Vec<&Hop> = own.iter().filter_map(wrong_hop).collect();
        symptoms.explain(|symptom| {
            let suffers = symptom.is_about(name) && hops.iter().any(|hop| went_through(symptom, hop));
            suffers || (symptom.is(Class::Redirect) && culprit(symptom) == Some(name))
        });
    }
    findings
}

fn title(name: &str, found: &str) -> String {
    match found {
        _ if found.contains("leads back to") || found.contains("again and again") => {
            format!("{name} redirects in circles")
        }
        _ if found.contains("from https to") => format!("{name} redirects from https to http"),
        _ if found.contains("another site") => format!("{name} redirects to another site"),
        _ => format!("{name} redirects where it should not"),
    }
}

/// Whether the words are about a way that an answer leads.
fn leads(found: &str) -> bool {
    found.starts_with("status ") || found.contains("redirects")
}

/// Whoever answered the first wrong hop.
fn culprit<'r>(symptom: &Symptom<'r>) -> Option<&'r str> {
    wrong_hop(symptom).and_then(|hop| hop.component.as_deref()).or(symptom.component)
}

/// The hop that the check names: `hop 2 leads back to hop 1`. One that was judged without a number is the last.
fn wrong_hop<'r>(symptom: &Symptom<'r>) -> Option<&'r Hop> {
    let exchange = symptom.exchange?;
    match number(symptom) {
        Some(number) => exchange.hops.get(number.checked_sub(1)?),
        None => exchange.hops.last().filter(|hop| hop.location.is_some()),
    }
}

fn number(symptom: &Symptom<'_>) -> Option<usize> {
    let rest = symptom.check.found.as_deref()?.strip_prefix("hop ")?;
    rest.split(' ').next()?.parse().ok()
}

/// Whether it was sent on from the same address to the same one.
fn went_through(symptom: &Symptom<'_>, wrong: &Hop) -> bool {
    let mut hops = symptom.exchange.into_iter().flat_map(|exchange| &exchange.hops);
    hops.any(|hop| hop.url == wrong.url && hop.location == wrong.location)
}

/// Whether somebody who has not signed in is sent to the same site by the same component.
fn is_way_to_the_login(seen: &Seen<'_>, symptom: &Symptom<'_>) -> bool {
    let Some(to) = symptom.last().and_then(site) else { return false };
    let without = |cell: &Cell| cell.probe == Probe::Without && symptom.is_about(&cell.component);
    let refused = seen.record.cases.iter().filter(|case| case.cell.as_ref().is_some_and(without));
    refused.flat_map(|case| &case.notes.exchanges).filter_map(Exchange::last).any(|hop| site(hop) == Some(to))
}

/// Scheme and authority of the other site that an answer leads to.
fn site(hop: &Hop) -> Option<&str> {
    let location = hop.location.as_deref()?;
    let after = location.find("://")? + "://".len();
    let end = location[after..].find(['/', '?', '#']).map_or(location.len(), |at| after + at);
    Some(&location[..end])
}

/// The hops with their numbers, the last ones of a long chain left out.
fn table(exchange: &Exchange) -> Vec<String> {
    let hops = exchange.hops.iter().enumerate().take(SHOWN);
    let mut lines: Vec<String> = hops.map(|(at, hop)| format!("hop {}  {}", at + 1, answer(hop))).collect();
    if let Some(more @ 1..) = exchange.hops.len().checked_sub(SHOWN) {
        lines.push(format!("… {more} more"));
    }
    lines
}
