//! Redirects that lead in circles, to plain http, to another site or inside the platform; pages that name inner addresses.

use std::collections::BTreeMap;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms, answer, path};
use crate::{Cell, Certainty, Class, Exchange, Hop, Probe};

/// How many hops a finding shows.
const SHOWN: usize = 6;

/// How a check speaks of a page that a browser loads without end.
const RELOADS: &str = "the page leads back to ";

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    // Whom a component sends to another site to sign in has lost the session: it sends visitors there too.
    symptoms.explain(|symptom| symptom.is(Class::Redirect) && is_way_to_the_login(seen, symptom));
    let mut wrong: BTreeMap<&str, Vec<Symptom<'r>>> = BTreeMap::new();
    let astray = |symptom: &Symptom<'r>| symptom.is(Class::Redirect) || is_sent_elsewhere(seen, symptom);
    for symptom in symptoms.open().filter(astray) {
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
                let other =
                    place(first, hop).filter(|place| number(first).is_some_and(|named| named != *place));
                let at = other.map(|place| format!("hop {place}, ")).unwrap_or_default();
                (title(name, &found), format!("{found}: {at}{} {}{status}", hop.method, hop.url))
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
            suffers || (astray(symptom) && culprit(symptom) == Some(name))
        });
    }
    findings
}

fn title(name: &str, found: &str) -> String {
    match found {
        _ if found.starts_with(RELOADS) => format!("{name} shows a page that loads itself again and again"),
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
    found.starts_with("status ") || found.starts_with(RELOADS) || found.contains("redirects")
}

/// Whoever answered the first wrong hop.
fn culprit<'r>(symptom: &Symptom<'r>) -> Option<&'r str> {
    wrong_hop(symptom).and_then(|hop| hop.component.as_deref()).or(symptom.component)
}

/// The hop that the check names: `hop 2 leads back to hop 1`. One that was judged without a number is the last.
fn wrong_hop<'r>(symptom: &Symptom<'r>) -> Option<&'r Hop> {
    let exchange = symptom.exchange?;
    let Some(number) = number(symptom) else {
        return exchange.hops.last().filter(|hop| hop.location.is_some());
    };
    let named = exchange.hops.get(number.checked_sub(1)?)?;
    // An address that only gets its slash leads nobody astray: of a circle another hop does.
    let begins = back_to(symptom).filter(|_| only_adds_a_slash(named)).unwrap_or(number);
    let circle = exchange.hops.get(begins.checked_sub(1)?..number).unwrap_or_default();
    circle.iter().rfind(|hop| !only_adds_a_slash(hop)).or(Some(named))
}

/// Where a circle begins: the `1` of `hop 2 leads back to hop 1`.
fn back_to(symptom: &Symptom<'_>) -> Option<usize> {
    let (_, rest) = symptom.check.found.as_deref()?.split_once(" leads back to hop ")?;
    rest.split(' ').next()?.parse().ok()
}

fn only_adds_a_slash(hop: &Hop) -> bool {
    let bare = |address: &'_ str| address.split(['?', '#']).next().unwrap_or_default().to_owned();
    let to = hop.location.as_deref().map(|to| if to.contains("://") { path(to) } else { to });
    to.is_some_and(|to| bare(to) == format!("{}/", bare(path(&hop.url))))
}

/// The number of a hop in its chain.
fn place(symptom: &Symptom<'_>, hop: &Hop) -> Option<usize> {
    let hops = &symptom.exchange?.hops;
    hops.iter().position(|known| std::ptr::eq(known, hop)).map(|at| at + 1)
}

/// Whether somebody who has signed in is sent to another site, and who has not is sent elsewhere to sign in: no session was
/// lost by that.
fn is_sent_elsewhere(seen: &Seen<'_>, symptom: &Symptom<'_>) -> bool {
    let leaves = symptom.check.found.as_deref().is_some_and(|found| found.contains("to another site, "));
    if !symptom.is(Class::SessionLost) || !leaves || symptom.last().and_then(site).is_none() {
        return false;
    }
    let without = |cell: &Cell| cell.probe == Probe::Without && symptom.is_about(&cell.component);
    let mut refused = seen.record.cases.iter().filter(|case| case.cell.as_ref().is_some_and(without));
    refused.any(|case| !case.notes.exchanges.is_empty()) && !is_way_to_the_login(seen, symptom)
}

fn number(symptom: &Symptom<'_>) -> Option<usize> {
    let rest = symptom.check.found.as_deref()?.strip_prefix("hop ")?;
    rest.split(' ').next()?.parse().ok()
}

/// Whether it was sent on from the same address to the same one, or to the same other site.
fn went_through(symptom: &Symptom<'_>, wrong: &Hop) -> bool {
    let mut hops = symptom.exchange.into_iter().flat_map(|exchange| &exchange.hops);
    let away = site(wrong).filter(|away| !wrong.url.starts_with(away));
    hops.any(|hop| {
        let same = hop.url == wrong.url && hop.location == wrong.location;
        same || (away.is_some() && site(hop) == away)
    })
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
