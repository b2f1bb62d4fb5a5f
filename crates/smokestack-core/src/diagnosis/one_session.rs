//! A login ends the session that the account had before, and cases that signed in by themselves ended the one of all others:
//! the run's own doing, and nothing that a release did.

use std::collections::BTreeSet;

use super::finding::Finding;
use super::seen::Seen;
use super::symptom::{Symptom, Symptoms};
use crate::{Blame, CaseRecord, Certainty, Class, Exchange, Fact};

/// Whom such a finding names.
pub(super) const RUN: &str = "this run";

/// What to do about it.
const HELP: &str = "name spare accounts for cases that sign in by themselves with `own_logins` in `[login]` of the platform file";

pub(super) fn findings<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>) -> Vec<Finding> {
    seen.record.facts().filter_map(|fact| finding(seen, symptoms, fact)).collect()
}

fn finding<'r>(seen: &Seen<'r>, symptoms: &mut Symptoms<'r>, fact: &'r Fact) -> Option<Finding> {
    let Fact::OneSession { account, case, since_unix_ms, why, untouched } = fact else { return None };
    // Whoever refused one before anybody had signed in again lost it by itself.
    let suffers = |symptom: &Symptom<'_>| may_follow(seen, symptom) && ended(symptom.case) >= *since_unix_ms;
    let shown = symptoms.open().find(suffers)?;
    let refused: BTreeSet<&str> =
        symptoms.open().filter(suffers).filter_map(|symptom| symptom.component).collect();
    let refused = refused.into_iter().collect::<Vec<_>>().join(", ");
    symptoms.explain(suffers);
    let title = format!("a login as `{account}` ends the session before it");
    let cause = "each account has one session at a time, and cases that sign in by themselves ended that of the others";
    let tried =
        format!("tried with more logins as `{account}`: each time the session before was lost, {why}");
    let control = untouched.as_ref().map(|other| format!("the session of `{other}` stayed good meanwhile"));
    let finding = Finding::new(RUN, title, cause)
        .sure(Certainty::Certain)
        .proven_by([tried])
        .proven_by(control)
        .proven_by([format!("`{case}` was the first to sign in as `{account}` for itself"), shown.line()])
        .proven_by((!refused.is_empty()).then(|| format!("refused after that by {refused}")))
        .noted([HELP.to_owned()]);
    Some(finding)
}

/// Whether a session that was ended elsewhere may have led to it. Whoever cannot read any session has a fault of its own.
pub(super) fn may_follow(seen: &Seen<'_>, symptom: &Symptom<'_>) -> bool {
    let is_refusal = match symptom.check.class {
        Class::SessionLost | Class::SessionDestroyed | Class::SessionShortLived => true,
        // Another login came before the page after this one.
        Class::Login => symptom.exchange.is_some_and(Exchange::is_login_undone),
        // Of a form or an address that needs a session.
        Class::Value => symptom.last().is_some_and(|hop| hop.login || matches!(hop.status, Some(401 | 403))),
        _ => false,
    };
    // That the session of many does not last is told by whichever case came next, and says nothing of its component.
    let is_of_its_own = !symptom.is(Class::SessionShortLived);
    let explained =
        is_of_its_own && symptom.component.is_some_and(|name| seen.is_explained_by_settings(name));
    is_refusal && symptom.check.blame == Blame::Wrong && !explained
}

/// When a case had come to its end, milliseconds since 1970 UTC.
fn ended(case: &CaseRecord) -> i64 {
    let took = i64::try_from(case.took.as_millis()).unwrap_or(i64::MAX);
    // Neither time is kept below the millisecond.
    case.started_unix_ms.saturating_add(took).saturating_add(1)
}
