//! A component lets in whom it has to refuse.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::Finding;
use super::seen::Seen;
use super::session::setting;
use super::settings::differences;
use super::symptom::{Symptom, Symptoms, answer};
use crate::{CellState, Certainty, Class, CookieAction, CookieNote, Hop, Probe, Record, SessionTable};

/// How many checks a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    let mut by_component: BTreeMap<&str, Vec<Symptom<'_>>> = BTreeMap::new();
    for symptom in symptoms.of_class(Class::SessionNotRefused) {
        by_component.entry(symptom.component.unwrap_or_default()).or_default().push(symptom);
    }
    symptoms.explain(|symptom| symptom.is(Class::SessionNotRefused) && symptom.component.is_some());
    let mut let_in: Vec<_> =
        seen.components().filter_map(|name| Some((name, by_component.remove(name)?))).collect();
    let mut findings = Vec::new();
    let after_logout = let_in.iter().filter(|(_, symptoms)| only_after_logout(symptoms)).count();
    if after_logout > 1 && !refused_by_anybody_after_logout(seen.record) {
        let (logout, others): (Vec<_>, Vec<_>) =
            let_in.into_iter().partition(|(_, symptoms)| only_after_logout(symptoms));
        findings.push(logout_ends_nothing(seen, &logout));
        let_in = others;
    }
    findings.extend(let_in.into_iter().map(|(name, symptoms)| {
        let mut finding =
            Finding::new(name, format!("{name} lets in whom it has to refuse"), cause(&symptoms))
                .proven_by(symptoms.iter().map(|symptom| symptom.check.headline()).take(SHOWN));
        if let Some(first) = symptoms.first().filter(|_| only_after_logout(&symptoms)) {
            finding = finding.proven_by(logout(first)).proven_by(after_it(seen, first));
            finding.settings = apart(seen, name);
        }
        finding
    }));
    findings
}

/// The answer to the logout, if it is an error.
fn refused_logout(symptom: &Symptom<'_>) -> Option<String> {
    let hop = logout_of(symptom)?;
    hop.status.filter(|status| *status >= 400).map(|_| answer(hop))
}

/// The request that logs out.
fn logout_of<'r>(symptom: &Symptom<'r>) -> Option<&'r Hop> {
    let before = symptom.check.exchange.unwrap_or_default();
    let mut hops = symptom.case.notes.exchanges.iter().take(before).flat_map(|exchange| &exchange.hops);
    hops.rfind(|hop| hop.method == "POST")
}

/// The logout: its answer, and the session's cookies that it deleted.
fn logout(symptom: &Symptom<'_>) -> Vec<String> {
    let Some(hop) = logout_of(symptom) else { return Vec::new() };
    let deleted = hop.cookies.iter().filter(|note| note.action == CookieAction::Deleted);
    std::iter::once(format!("the logout: {}", answer(hop))).chain(deleted.map(CookieNote::sentence)).collect()
}

/// What was asked after it, by which cookie, and who answered.
fn after_it(seen: &Seen<'_>, symptom: &Symptom<'_>) -> Vec<String> {
    let Some(hop) = symptom.last() else { return Vec::new() };
    let release = hop.release.as_ref().map(|release| format!("release {release}"));
    let who: Vec<&str> = hop.instance.iter().chain(&release).map(String::as_str).collect();
    let who = if who.is_empty() { String::new() } else { format!(" ({})", who.join(", ")) };
    seen.sent(hop).chain([format!("after it: {}{who}", answer(hop))]).collect()
}

/// The settings about sessions in which the component differs from the issuer.
fn apart(seen: &Seen<'_>, name: &str) -> Vec<(String, String, String)> {
    let issuer = seen.issuer.filter(|issuer| *issuer != name);
    let both = issuer.and_then(|issuer| Some((issuer, seen.settings(issuer)?, seen.settings(name)?)));
    let Some((issuer, ours, theirs)) = both else { return Vec::new() };
    let rows = differences(ours, theirs).into_iter().flat_map(|difference| {
        [
            setting(issuer, &difference.key, &difference.issuer),
            setting(name, &difference.component_key, &difference.component),
        ]
    });
    rows.collect()
}

fn only_after_logout(symptoms: &[Symptom<'_>]) -> bool {
    symptoms.iter().all(|symptom| symptom.is_of(Probe::Logout))
}

fn refused_by_anybody_after_logout(record: &Record) -> bool {
    SessionTable::of(record).is_some_and(|table| {
        let column = table.probes.iter().position(|probe| *probe == Probe::Logout);
        column.is_some_and(|column| table.rows.iter().any(|(_, states)| states[column] == CellState::Ok))
    })
}

/// Several components and no other: the logout is to blame, not each of them.
fn logout_ends_nothing(seen: &Seen<'_>, let_in: &[(&str, Vec<Symptom<'_>>)]) -> Finding {
    let names: Vec<&str> = let_in.iter().map(|(name, _)| *name).collect();
    let checks = let_in.iter().filter_map(|(_, symptoms)| symptoms.first());
    let refused: BTreeSet<String> = checks.clone().filter_map(refused_logout).collect();
    let finding = match refused.first() {
        Some(answer) if refused.len() == 1 && checks.clone().all(|check| refused_logout(check).is_some()) => {
            let cause = format!("the logout itself comes to nothing: {answer}");
            Finding::new(seen.issuer_or_words(), "logout does not end the platform session", cause)
                .sure(Certainty::Certain)
                .noted([
                    "if the release did not move it, `logout` in `[session]` of the platform file is wrong"
                        .to_owned(),
                ])
        }
        _ => {
            let cause = "it leaves the session in the store, or no component asks the store again";
            Finding::new(seen.issuer_or_words(), "logout does not end the platform session", cause)
        }
    };
    finding
        .proven_by([format!("after it, the session still works in {}", names.join(", "))])
        .proven_by(checks.map(|symptom| symptom.check.headline()).take(SHOWN))
}

/// Whom a component lets in. Who lets in everybody lets in those who signed out, too.
fn cause(symptoms: &[Symptom<'_>]) -> String {
    let probe = |probe| symptoms.iter().any(|symptom| symptom.is_of(probe));
    if probe(Probe::Without) {
        return "it answers visitors who never signed in".to_owned();
    }
    if probe(Probe::Logout) {
        return "the session still works there after logout".to_owned();
    }
    let check = symptoms.first().map(|symptom| symptom.check);
    check.map(|check| check.found.clone().unwrap_or_else(|| check.headline())).unwrap_or_default()
}
