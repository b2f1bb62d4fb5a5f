//! What a run saw of its components and the session they share.

use std::collections::{BTreeMap, BTreeSet};

use super::refusal::Refusal;
use crate::{CaseRecord, CookieAction, Fact, Hop, Outcome, Probe, Record, SessionCookie};

/// What a run saw, as findings about the session need it.
pub(super) struct Seen<'r> {
    pub(super) record: &'r Record,
    pub(super) issuer: Option<&'r str>,
    /// The cookies that logins set, each name once.
    pub(super) cookies: Vec<&'r SessionCookie>,
    /// The components that did not accept a session.
    pub(super) lost: BTreeSet<&'r str>,
    /// Of the others, those about which a case passed, in the platform file's order.
    pub(super) passed: Vec<&'r str>,
    /// Of these, the ones whose case was about accepting the session.
    pub(super) accepting: Vec<&'r str>,
    /// Those about which a case came to an end, in the platform file's order.
    pub(super) asked: Vec<&'r str>,
}

impl<'r> Seen<'r> {
    pub(super) fn of(record: &'r Record, lost: BTreeSet<&'r str>) -> Seen<'r> {
        let components = || record.run.components.iter();
        let with = |wanted: &dyn Fn(&CaseRecord) -> bool| {
            let names = components().map(|component| component.name.as_str());
            let about = |name: &&str| {
                record.cases.iter().any(|case| case.component.as_deref() == Some(*name) && wanted(case))
            };
            names.filter(about).collect::<Vec<_>>()
        };
        let mut passed = with(&|case| has_passed(case) && !is_negative(case));
        let mut accepting = with(&|case| has_passed(case) && !is_negative(case) && case.cell.is_some());
        passed.retain(|name| !lost.contains(name));
        accepting.retain(|name| !lost.contains(name));
        let asked = with(&|case| !matches!(case.outcome, Outcome::Blocked { .. } | Outcome::Skipped { .. }));
        let issuer = components().find(|component| component.issuer).map(|issuer| issuer.name.as_str());
        Seen { record, issuer, cookies: session_cookies(record), lost, passed, accepting, asked }
    }

    /// The ways in which a component was seen to accept the session.
    pub(super) fn accepted_by(&self, name: &str) -> Vec<&'static str> {
        let passed = self.record.cases.iter().filter(|case| has_passed(case) && !is_negative(case));
        let cells = passed.filter_map(|case| case.cell.as_ref()).filter(|cell| cell.component == name);
        let probes: BTreeSet<Probe> = cells.map(|cell| cell.probe).collect();
        probes.into_iter().map(Probe::word).collect()
    }

    pub(super) fn settings(&self, name: &str) -> Option<&'r BTreeMap<String, String>> {
        self.record.facts().find_map(|fact| match fact {
            Fact::Settings { component, values, .. } if component == name => Some(values),
            _ => None,
        })
    }

    /// The settings of these components that could not be read, and why.
    pub(super) fn unreadable(&self, names: &[&str]) -> Vec<String> {
        let lines = self.record.facts().filter_map(|fact| match fact {
            Fact::SettingsUnreadable { component, source, why } if names.contains(&component.as_str()) => {
                Some(format!("settings of {component} could not be read from {source}: {why}"))
            }
            _ => None,
        });
        lines.collect()
    }

    /// Whether a component that accepts the session did so without this cookie.
    fn is_dispensable(&self, cookie: &str) -> bool {
        self.record.cases.iter().filter(|case| has_passed(case) && !is_negative(case)).any(|case| {
            let component = case.component.as_deref().filter(|name| self.accepting.contains(name));
            let hops = case.notes.exchanges.iter().filter_map(|exchange| exchange.hops.first());
            let mut own = hops.filter(|hop| component.is_some() && hop.component.as_deref() == component);
            own.any(|hop| hop.cookie(cookie, CookieAction::Withheld).is_some())
        })
    }

    /// The session's cookie that did not go out with a refused request, and why.
    pub(super) fn withheld(&self, refusals: &[Refusal<'_>]) -> Option<Withheld> {
        refusals.iter().filter_map(Refusal::hop).find_map(|hop| {
            let nothing_went = self.sent(hop).next().is_none();
            let notes =
                self.cookies.iter().filter_map(|cookie| hop.cookie(&cookie.name, CookieAction::Withheld));
            let note = notes.into_iter().find(|note| !self.is_dispensable(&note.name))?;
            Some(Withheld { cookie: note.name.clone(), why: note.why.clone(), nothing_went })
        })
    }

    /// The session's cookies that went out with a request, and why.
    pub(super) fn sent(&self, hop: &Hop) -> impl Iterator<Item = String> {
        let notes = self.cookies.iter().filter_map(|cookie| hop.cookie(&cookie.name, CookieAction::Sent));
        notes.map(|note| note.sentence())
    }
}

pub(super) struct Withheld {
    pub(super) cookie: String,
    pub(super) why: String,
    /// No other cookie of the session went out either.
    pub(super) nothing_went: bool,
}

fn has_passed(case: &CaseRecord) -> bool {
    matches!(case.outcome, Outcome::Passed { .. })
}

/// Whether a case passes by being refused.
fn is_negative(case: &CaseRecord) -> bool {
    case.cell.as_ref().is_some_and(|cell| cell.probe.is_negative())
}

fn session_cookies(record: &Record) -> Vec<&SessionCookie> {
    let mut cookies: Vec<&SessionCookie> = Vec::new();
    for fact in record.facts() {
        let Fact::SignedIn { cookies: set, .. } = fact else { continue };
        for cookie in set {
            if !cookies.iter().any(|known| known.name == cookie.name) {
                cookies.push(cookie);
            }
        }
    }
    cookies
}
