//! What a run saw of its components and the session they share.

use std::collections::{BTreeMap, BTreeSet};

use super::settings::differences;
use super::symptom::Symptom;
use crate::{Attempt, CaseRecord, Class, CookieAction, Fact, Hop, Outcome, Probe, Record, SessionCookie};

/// What a run saw, as findings need it.
pub(super) struct Seen<'r> {
    pub(super) record: &'r Record,
    pub(super) issuer: Option<&'r str>,
    /// The cookies that logins set, each name once.
    pub(super) cookies: Vec<&'r SessionCookie>,
}

impl<'r> Seen<'r> {
    pub(super) fn of(record: &'r Record) -> Seen<'r> {
        let issuer = record.run.components.iter().find(|component| component.issuer);
        Seen { record, issuer: issuer.map(|issuer| issuer.name.as_str()), cookies: session_cookies(record) }
    }

    /// The components, in the platform file's order.
    pub(super) fn components(&self) -> impl Iterator<Item = &'r str> {
        self.record.run.components.iter().map(|component| component.name.as_str())
    }

    /// The issuer, or words for it.
    pub(super) fn issuer_or_words(&self) -> &'r str {
        self.issuer.unwrap_or("the issuer of the session")
    }

    /// The components about which a case came to an end.
    pub(super) fn asked(&self) -> Vec<&'r str> {
        let ended =
            |case: &CaseRecord| !matches!(case.outcome, Outcome::Blocked { .. } | Outcome::Skipped { .. });
        self.with(ended)
    }

    /// The components about which a case passed, other than by being refused.
    pub(super) fn passing(&self) -> Vec<&'r str> {
        self.with(|case| has_passed(case) && !is_negative(case) && !is_carried(case))
    }

    /// Of these, the ones whose case was about accepting the session.
    pub(super) fn accepting(&self) -> Vec<&'r str> {
        self.with(shows_acceptance)
    }

    /// The components that accept sessions from before the deploy, and were never seen to refuse one.
    pub(super) fn accepting_old(&self) -> Vec<&'r str> {
        let refused: BTreeSet<&str> = self
            .record
            .cases
            .iter()
            .filter(|case| is_carried(case) && case.outcome.reason().is_some())
            .filter_map(|case| case.component.as_deref())
            .collect();
        let mut names = self.with(|case| has_passed(case) && is_carried(case) && case.notes.checks > 0);
        names.retain(|name| !refused.contains(name));
        names
    }

    /// Where sessions from before the deploy tell the components that moved from those that did not: who accepts them
    /// still, and that the issuer does not.
    pub(super) fn of_before(&self, names: &[&str]) -> Option<String> {
        let issuer = self.issuer?;
        let refuses = |case: &CaseRecord| {
            let lost = |attempt: &Attempt| attempt.failed().any(|check| check.class == Class::SessionLost);
            is_carried(case) && case.outcome.reason().is_some_and(lost)
        };
        let still: Vec<&str> = self.accepting_old().into_iter().filter(|name| names.contains(name)).collect();
        (!still.is_empty() && self.with(refuses).contains(&issuer)).then(|| {
            let still = still.join(", ");
            format!("a session from before the deploy is accepted by {still} and refused by {issuer}")
        })
    }

    fn with(&self, wanted: impl Fn(&CaseRecord) -> bool) -> Vec<&'r str> {
        let about = |name: &&str| {
            self.record.cases.iter().any(|case| case.component.as_deref() == Some(*name) && wanted(case))
        };
        self.components().filter(about).collect()
    }

    /// The ways in which a component was seen to accept the session.
    pub(super) fn accepted_by(&self, name: &str) -> Vec<Probe> {
        let passed = self.record.cases.iter().filter(|case| shows_acceptance(case));
        let cells = passed.filter_map(|case| case.cell.as_ref()).filter(|cell| cell.component == name);
        cells.map(|cell| cell.probe).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Whether the issuer was seen to accept a session after a visit to another component.
    pub(super) fn keeps_after_a_visit(&self) -> bool {
        let is_kept = |case: &CaseRecord| case.cell.as_ref().is_some_and(|cell| cell.probe == Probe::Kept);
        self.record.cases.iter().any(|case| is_kept(case) && has_passed(case))
    }

    /// Every request to a component that came to an end in a case.
    pub(super) fn hops_to(&self, name: &str) -> impl Iterator<Item = &'r Hop> {
        let exchanges = self.record.cases.iter().flat_map(|case| &case.notes.exchanges);
        let hops = exchanges.flat_map(|exchange| &exchange.hops);
        hops.filter(move |hop| hop.component.as_deref() == Some(name))
    }

    pub(super) fn settings(&self, name: &str) -> Option<&'r BTreeMap<String, String>> {
        self.record.facts().find_map(|fact| match fact {
            Fact::Settings { component, values, .. } if component == name => Some(values),
            _ => None,
        })
    }

    /// Whether a component's own settings are a reason for it to lose sessions, whatever others do.
    pub(super) fn is_explained_by_settings(&self, name: &str) -> bool {
        let issuer = self.issuer.filter(|issuer| *issuer != name).and_then(|issuer| self.settings(issuer));
        let differing = issuer.zip(self.settings(name)).map(|(ours, theirs)| differences(ours, theirs));
        differing.is_some_and(|differing| differing.iter().any(|difference| difference.explains()))
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

    /// What a component's health check says, for a finding's notes.
    pub(super) fn health(&self, name: &str) -> Option<String> {
        self.record.facts().find_map(|fact| match fact {
            Fact::Health { component, url, status } if component == name => Some(match status {
                Some(status) => format!("its health check answers {status} ({url})"),
                None => format!("its health check gives no answer ({url})"),
            }),
            _ => None,
        })
    }

    /// The address at which new connections to a component were tried, how many, and how many of them broke.
    pub(super) fn connections(&self, name: &str) -> Option<(&'r str, usize, usize)> {
        self.record.facts().find_map(|fact| match fact {
            Fact::Connections { component, url, tried, broken, .. } if component == name => {
                Some((url.as_str(), *tried, *broken))
            }
            _ => None,
        })
    }

    /// The page of a component that was an error and is none any more, and after how many milliseconds.
    pub(super) fn recovered(&self, name: &str) -> Option<(&'r str, f64)> {
        self.record.facts().find_map(|fact| match fact {
            Fact::Recovered { component, url, after_ms } if component == name => {
                Some((url.as_str(), *after_ms))
            }
            _ => None,
        })
    }

    /// What the same component of another target says to a session of that target, for a finding's notes.
    pub(super) fn elsewhere(&self, name: &str) -> Option<String> {
        self.record.facts().find_map(|fact| match fact {
            Fact::OtherTarget { target, component, accepted: true } if component == name => {
                Some(format!("{target} accepts its own session there"))
            }
            _ => None,
        })
    }

    /// Whether the component was asked straight at an origin, past the edge.
    pub(super) fn is_compared_with_an_origin(&self, name: &str) -> bool {
        let mut facts = self.record.facts();
        facts.any(|fact| matches!(fact, Fact::Compared { component, .. } if component == name))
    }

    /// What is worth a note with any finding about a component.
    pub(super) fn notes(&self, name: &str) -> impl Iterator<Item = String> {
        self.health(name).into_iter().chain(self.elsewhere(name))
    }

    /// Whether a component accepts the session without this cookie.
    fn is_dispensable(&self, cookie: &str) -> bool {
        self.record.cases.iter().filter(|case| shows_acceptance(case)).any(|case| {
            let hops = case.notes.exchanges.iter().filter_map(|exchange| exchange.hops.first());
            let mut own = hops.filter(|hop| case.component.is_some() && hop.component == case.component);
            own.any(|hop| hop.cookie(cookie, CookieAction::Withheld).is_some())
        })
    }

    /// The session's cookie that did not go out with a refused request, and why.
    pub(super) fn withheld<'s>(&self, symptoms: impl IntoIterator<Item = &'s Symptom<'r>>) -> Option<Withheld>
    where
        'r: 's,
    {
        symptoms.into_iter().filter_map(Symptom::hop).find_map(|hop| {
            let nothing_went = self.sent(hop).next().is_none();
            let mut notes =
                self.cookies.iter().filter_map(|cookie| hop.cookie(&cookie.name, CookieAction::Withheld));
            let note = notes.find(|note| !self.is_dispensable(&note.name))?;
            Some(Withheld { cookie: note.name.clone(), why: note.why.clone(), nothing_went })
        })
    }

    /// Whether a request carried anything of the session, as far as that is known.
    pub(super) fn went_with(&self, hop: &Hop) -> bool {
        let sent = hop.cookies.iter().filter(|note| note.action == CookieAction::Sent);
        self.is_session(sent.map(|note| note.name.as_str()))
    }

    /// Whether pages set this cookie for people who have not signed in.
    pub(super) fn is_of_visitors(&self, name: &str) -> bool {
        self.record.facts().any(|fact| {
            matches!(fact, Fact::SignedIn { cookies, anonymous, .. }
                if anonymous.iter().any(|cookie| cookie.name == name)
                    && !cookies.iter().any(|cookie| cookie.name == name))
        })
    }

    /// Whether one of these cookies is the session's. A session may be a header, of which nothing is told.
    pub(super) fn is_session<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> bool {
        let is_its = |name: &str| self.cookies.iter().any(|cookie| cookie.name == name);
        self.cookies.is_empty() || names.into_iter().any(is_its)
    }

    /// The session's cookies that went out with a request, and why.
    pub(super) fn sent(&self, hop: &Hop) -> impl Iterator<Item = String> {
        let notes = self.cookies.iter().filter_map(|cookie| hop.cookie(&cookie.name, CookieAction::Sent));
        notes.map(|note| note.sentence())
    }
}

/// A cookie of the session that did not go out.
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

/// Whether a case is about what people had open when the deploy came.
fn is_carried(case: &CaseRecord) -> bool {
    case.cell.as_ref().is_some_and(|cell| cell.probe == Probe::Carried)
}

/// Whether a case shows that a session of today is accepted.
fn shows_acceptance(case: &CaseRecord) -> bool {
    has_passed(case) && !is_negative(case) && !is_carried(case) && case.cell.is_some()
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
