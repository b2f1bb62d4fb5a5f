//! A component lets in whom it has to refuse.

use super::refusal::{Refusal, refusals};
use crate::{CellState, Certainty, Class, Finding, Probe, Record, SessionTable};

/// How many checks a finding shows.
const SHOWN: usize = 3;

pub(super) fn findings(record: &Record) -> Vec<Finding> {
    let refusals = refusals(record, Class::SessionNotRefused);
    let names = record.run.components.iter().map(|component| component.name.as_str());
    let mut let_in: Vec<_> = names.filter_map(|name| Some((name, refusals.get(name)?))).collect();
    let mut findings = Vec::new();
    let after_logout: Vec<_> =
        let_in.iter().copied().filter(|(_, refusals)| only_after_logout(refusals)).collect();
    if after_logout.len() > 1 && !refused_by_anybody_after_logout(record) {
        let_in.retain(|(_, refusals)| !only_after_logout(refusals));
        findings.push(logout_ends_nothing(record, &after_logout));
    }
    findings.extend(let_in.into_iter().map(|(name, refusals)| Finding {
        title: format!("{name} lets in whom it has to refuse"),
        component: name.to_owned(),
        instance: None,
        certainty: Certainty::Likely,
        cause: cause(refusals),
        settings: Vec::new(),
        proof: refusals.iter().map(|refusal| refusal.check.headline()).take(SHOWN).collect(),
        notes: Vec::new(),
    }));
    findings
}

fn only_after_logout(refusals: &[Refusal<'_>]) -> bool {
    refusals.iter().all(|refusal| refusal.probe == Some(Probe::Logout))
}

fn refused_by_anybody_after_logout(record: &Record) -> bool {
    SessionTable::of(record).is_some_and(|table| {
        let column = table.probes.iter().position(|probe| *probe == Probe::Logout);
        column.is_some_and(|column| table.rows.iter().any(|(_, states)| states[column] == CellState::Ok))
    })
}

/// Several components and no other: the logout is to blame, not each of them.
fn logout_ends_nothing(record: &Record, let_in: &[(&str, &Vec<Refusal<'_>>)]) -> Finding {
    let issuer = record.run.components.iter().find(|component| component.issuer);
    let names: Vec<&str> = let_in.iter().map(|(name, _)| *name).collect();
    let checks = let_in.iter().filter_map(|(_, refusals)| refusals.first());
    let mut proof = vec![format!("after it, the session still works in {}", names.join(", "))];
    proof.extend(checks.map(|refusal| refusal.check.headline()).take(SHOWN));
    Finding {
        title: "logout does not end the platform session".to_owned(),
        component: issuer.map_or("the issuer of the session", |issuer| issuer.name.as_str()).to_owned(),
        instance: None,
        certainty: Certainty::Likely,
        cause: "it leaves the session in the store, or no component asks the store again".to_owned(),
        settings: Vec::new(),
        proof,
        notes: Vec::new(),
    }
}

/// Whom a component lets in. Who lets in everybody lets in those who signed out, too.
fn cause(refusals: &[Refusal<'_>]) -> String {
    let probe = |probe| refusals.iter().any(|refusal| refusal.probe == Some(probe));
    if probe(Probe::Without) {
        return "it answers visitors who never signed in".to_owned();
    }
    if probe(Probe::Logout) {
        return "the session still works there after logout".to_owned();
    }
    let check = refusals.first().map(|refusal| refusal.check);
    check.map(|check| check.found.clone().unwrap_or_else(|| check.headline())).unwrap_or_default()
}
