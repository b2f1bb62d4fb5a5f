//! A session that a component does not accept, or does not refuse.

use std::collections::{BTreeMap, BTreeSet};

use super::settings::{Difference, differences, meaning, weight};
use crate::{
    CaseRecord, CellState, Certainty, Class, CookieAction, Exchange, Fact, FailedCheck, Finding, Probe,
    Record, SessionCookie, SessionTable,
};

pub(super) fn findings(record: &Record) -> Vec<Finding> {
    let mut findings = lost(record);
    findings.extend(not_refused(record));
    findings
}

/// One refusal: the check that says so, and the exchange it is about.
struct Refusal<'r> {
    probe: Option<Probe>,
    check: &'r FailedCheck,
    exchange: Option<&'r Exchange>,
}

fn refusals(record: &Record, class: Class) -> BTreeMap<&str, Vec<Refusal<'_>>> {
    let mut by_component: BTreeMap<&str, Vec<Refusal<'_>>> = BTreeMap::new();
    for case in &record.cases {
        let Some(attempt) = case.outcome.reason() else { continue };
        let probe = case.cell.as_ref().map(|cell| cell.probe);
        for check in attempt.failed().filter(|check| check.class == class) {
            let exchange = check.exchange.and_then(|index| case.notes.exchanges.get(index));
            if let Some(component) = blamed(case, exchange) {
                by_component.entry(component).or_default().push(Refusal { probe, check, exchange });
            }
        }
    }
    // Cases end in any order; what a person would look at first is told first.
    by_component.values_mut().for_each(|refusals| refusals.sort_by_key(|refusal| refusal.probe));
    by_component
}

/// The component that the first request of the judged exchange went to; after a redirect to the login page the last
/// one is the issuer, who is not to blame.
fn blamed<'r>(case: &'r CaseRecord, exchange: Option<&'r Exchange>) -> Option<&'r str> {
    case.component.as_deref().or(exchange.and_then(|exchange| exchange.component.as_deref()))
}

fn lost(record: &Record) -> Vec<Finding> {
    let refusals = refusals(record, Class::SessionLost);
    let lost: BTreeSet<&str> = refusals.keys().copied().collect();
    if lost.is_empty() {
        return Vec::new();
    }
    let issuer = record.run.components.iter().find(|component| component.issuer).map(|c| c.name.as_str());
    let accepting = accepting(record, &lost);
    let others = accepting.iter().filter(|name| Some(**name) != issuer).count();
    if lost.len() > 1 && others == 0 {
        return vec![lost_everywhere(record, issuer, &lost, &accepting)];
    }
    let order = record.run.components.iter().map(|component| component.name.as_str());
    order
        .filter_map(|name| Some((name, refusals.get(name)?)))
        .map(|(name, refusals)| lost_in(record, issuer, name, refusals, &accepting))
        .collect()
}

/// The components that were seen to accept a session.
fn accepting<'r>(record: &'r Record, lost: &BTreeSet<&str>) -> Vec<&'r str> {
    let Some(table) = SessionTable::of(record) else { return Vec::new() };
    let accepts = |name: &str| {
        let row = table.rows.iter().find(|(row, _)| row == name);
        row.is_some_and(|(_, states)| {
            let probes = table.probes.iter().zip(states);
            let positive = probes.filter(|(probe, _)| !matches!(probe, Probe::Logout | Probe::Without));
            positive.into_iter().any(|(_, state)| *state == CellState::Ok)
        })
    };
    let names = record.run.components.iter().map(|component| component.name.as_str());
    names.filter(|name| !lost.contains(name) && accepts(name)).collect()
}

/// Several components and no other but the issuer: what they share is to blame, not each of them.
fn lost_everywhere(
    record: &Record,
    issuer: Option<&str>,
    lost: &BTreeSet<&str>,
    accepting: &[&str],
) -> Finding {
    let mut finding = Finding {
        title: "no component but the issuer accepts the platform session".to_owned(),
        component: issuer.unwrap_or("the issuer of the session").to_owned(),
        certainty: Certainty::Possible,
        cause: String::new(),
        settings: Vec::new(),
        proof: vec![format!("refused by {}", lost.iter().copied().collect::<Vec<_>>().join(", "))],
        notes: cookie_lines(record),
    };
    let withheld = refused_hops(record).find_map(|hop| {
        let notes = session_cookies(record)
            .into_iter()
            .filter_map(|cookie| hop.cookie(&cookie.name, CookieAction::Withheld));
        notes.map(|note| format!("cookie `{}` was not sent: {}", note.name, note.why)).next()
    });
    let apart = issuer.and_then(|issuer| apart_from_all(record, issuer, lost));
    if let Some((issuer, difference)) = issuer.zip(apart) {
        finding.certainty = Certainty::Certain;
        finding.cause = format!(
            "{issuer} issues the session, and its `{}` is that of no other component",
            difference.key
        );
        finding.settings.push((issuer.to_owned(), difference.key.clone(), difference.issuer));
        let others = lost
            .iter()
            .map(|name| ((*name).to_owned(), difference.key.clone(), difference.component.clone()));
        finding.settings.extend(others);
    } else if let Some(withheld) = withheld {
        finding.certainty = Certainty::Likely;
        finding.cause = withheld;
    } else if accepting.is_empty() {
        finding.cause =
            "what all components share: the session store, the session cookie, or the edge".to_owned();
    } else {
        finding.cause = "the issuer's session settings, its cookie, or the edge".to_owned();
    }
    finding
}

/// A session setting of the issuer that differs from the one value that all these components have.
fn apart_from_all(record: &Record, issuer: &str, lost: &BTreeSet<&str>) -> Option<Difference> {
    let ours = settings_of(record, issuer)?;
    let theirs: Vec<_> = lost.iter().map(|name| settings_of(record, name)).collect::<Option<_>>()?;
    let first = theirs.first()?;
    let mut apart = differences(ours, first);
    apart.retain(|difference| {
        theirs.iter().all(|settings| settings.get(&difference.key) == first.get(&difference.key))
    });
    apart.into_iter().max_by_key(weight)
}

fn settings_of<'r>(record: &'r Record, name: &str) -> Option<&'r BTreeMap<String, String>> {
    record.facts().find_map(|fact| match fact {
        Fact::Settings { component, values, .. } if component == name => Some(values),
        _ => None,
    })
}

fn refused_hops(record: &Record) -> impl Iterator<Item = &crate::Hop> {
    refusals(record, Class::SessionLost)
        .into_values()
        .flatten()
        .filter_map(|refusal| refusal.exchange.and_then(|exchange| exchange.hops.first()))
        .collect::<Vec<_>>()
        .into_iter()
}

fn lost_in(
    record: &Record,
    issuer: Option<&str>,
    name: &str,
    refusals: &[Refusal<'_>],
    accepting: &[&str],
) -> Finding {
    let mut finding = Finding {
        title: format!("{name} does not accept the platform session"),
        component: name.to_owned(),
        certainty: Certainty::Likely,
        cause: String::new(),
        settings: Vec::new(),
        proof: Vec::new(),
        notes: Vec::new(),
    };
    let ours = issuer.filter(|issuer| *issuer != name).and_then(|issuer| settings_of(record, issuer));
    let theirs = settings_of(record, name);
    let mut differing = match (ours, theirs) {
        (Some(ours), Some(theirs)) => differences(ours, theirs),
        _ => Vec::new(),
    };
    differing.sort_by_key(|difference| std::cmp::Reverse(weight(difference)));
    match (differing.first(), withheld(record, refusals)) {
        (Some(cause), _) => {
            finding.cause = meaning(cause).to_owned();
            finding.certainty = Certainty::Certain;
            for difference in &differing {
                finding.settings.push((
                    issuer.unwrap_or_default().to_owned(),
                    difference.key.clone(),
                    difference.issuer.clone(),
                ));
                finding.settings.push((
                    name.to_owned(),
                    difference.key.clone(),
                    difference.component.clone(),
                ));
            }
        }
        (None, Some(why)) => finding.cause = why,
        (None, None) if issuer == Some(name) => {
            finding.cause = "it issues the session and does not accept it itself".to_owned();
        }
        (None, None) if ours.is_some() && theirs.is_some() => {
            finding.cause = "not in its settings: every session setting equals the issuer's".to_owned();
        }
        (None, None) => {
            finding.cause = "its session settings, which could not be compared with the issuer's".to_owned()
        }
    }
    finding.proof = proof(record, refusals, accepting);
    finding.notes = notes(record, name);
    finding
}

/// Why the session cookie was not sent, if it was not.
fn withheld(record: &Record, refusals: &[Refusal<'_>]) -> Option<String> {
    let cookies = session_cookies(record);
    refusals.iter().find_map(|refusal| {
        let hop = refusal.exchange?.hops.first()?;
        cookies.iter().find_map(|cookie| {
            let note = hop.cookie(&cookie.name, CookieAction::Withheld)?;
            Some(format!("cookie `{}` does not reach it: {}", note.name, note.why))
        })
    })
}

fn proof(record: &Record, refusals: &[Refusal<'_>], accepting: &[&str]) -> Vec<String> {
    let mut proof = Vec::new();
    let hops: Vec<_> = refusals.iter().filter_map(|refusal| refusal.exchange?.hops.first()).collect();
    if let Some(hop) = hops.first() {
        let cookies = session_cookies(record);
        let sent: Vec<String> = cookies
            .iter()
            .filter_map(|cookie| hop.cookie(&cookie.name, CookieAction::Sent))
            .map(|note| format!("cookie `{}` was sent ({})", note.name, note.why))
            .collect();
        let answer = match (hop.status, &hop.location) {
            (Some(status), Some(location)) => format!("answer {status} to {location}"),
            (Some(status), None) => format!("answer {status}"),
            (None, _) => "no answer".to_owned(),
        };
        proof.extend(sent);
        proof.push(format!("{} {}: {answer}", hop.method, hop.url));
        if let Some(cookie) =
            cookies.iter().find(|cookie| hop.cookie(&cookie.name, CookieAction::Deleted).is_some())
        {
            proof.push(format!("the answer deletes cookie `{}`", cookie.name));
        }
    } else if let Some(refusal) = refusals.first() {
        proof.push(refusal.check.headline());
    }
    let instances: BTreeSet<&str> = hops.iter().filter_map(|hop| hop.instance.as_deref()).collect();
    if instances.len() > 1 {
        proof.push(format!("refused by instances {}", instances.into_iter().collect::<Vec<_>>().join(", ")));
    }
    let judged = accepting.len();
    if judged > 0 {
        proof.push(format!("the same login's session is accepted by {}", accepting.join(", ")));
    } else {
        proof.push("no other component was asked in this run".to_owned());
    }
    proof
}

fn notes(record: &Record, name: &str) -> Vec<String> {
    let mut notes: Vec<String> = record
        .facts()
        .filter_map(|fact| match fact {
            Fact::Health { component, url, status: Some(status) } if component == name => {
                Some(format!("its health check answers {status} ({url})"))
            }
            Fact::SettingsUnreadable { component, source, why } if component == name => {
                Some(format!("its settings could not be read from {source}: {why}"))
            }
            _ => None,
        })
        .collect();
    notes.dedup();
    notes
}

fn session_cookies(record: &Record) -> Vec<&SessionCookie> {
    let mut cookies: Vec<&SessionCookie> = Vec::new();
    for fact in record.facts() {
        if let Fact::SignedIn { cookies: set, .. } = fact {
            for cookie in set {
                if !cookies.iter().any(|known| known.name == cookie.name) {
                    cookies.push(cookie);
                }
            }
        }
    }
    cookies
}

fn cookie_lines(record: &Record) -> Vec<String> {
    let describe = |cookie: &&SessionCookie| {
        let domain =
            cookie.domain.as_ref().map_or("host-only".to_owned(), |domain| format!("Domain={domain}"));
        format!("the login set cookie `{}`: {domain}, Path={}", cookie.name, cookie.path)
    };
    session_cookies(record).iter().map(describe).collect()
}

fn not_refused(record: &Record) -> Vec<Finding> {
    let refusals = refusals(record, Class::SessionNotRefused);
    let order = record.run.components.iter().map(|component| component.name.as_str());
    order
        .filter_map(|name| Some((name, refusals.get(name)?)))
        .map(|(name, refusals)| Finding {
            title: format!("{name} lets in whom it has to refuse"),
            component: name.to_owned(),
            certainty: Certainty::Likely,
            cause: let_in(refusals),
            settings: Vec::new(),
            proof: refusals.iter().map(|refusal| refusal.check.headline()).take(3).collect(),
            notes: Vec::new(),
        })
        .collect()
}

/// Whom a component lets in.
fn let_in(refusals: &[Refusal<'_>]) -> String {
    match refusals.first().and_then(|refusal| refusal.probe) {
        Some(Probe::Logout) => "the session still works there after logout".to_owned(),
        Some(Probe::Without) => "it answers visitors who never signed in".to_owned(),
        _ => refusals.first().and_then(|refusal| refusal.check.found.clone()).unwrap_or_default(),
    }
}
