//! Where a session was not accepted, or somebody was not refused: what the failed checks of a run say.

use std::collections::BTreeMap;

use crate::{Attempt, CaseRecord, Class, CookieAction, Exchange, FailedCheck, Hop, Probe, Record};

/// One failed check, and the exchange it is about.
pub(super) struct Refusal<'r> {
    pub(super) probe: Option<Probe>,
    pub(super) check: &'r FailedCheck,
    exchange: Option<&'r Exchange>,
}

impl<'r> Refusal<'r> {
    /// The request that was refused. After it may come a redirect to the issuer's login page.
    pub(super) fn hop(&self) -> Option<&'r Hop> {
        self.exchange?.hops.first()
    }
}

/// All failed checks of this class, by the component to blame.
pub(super) fn refusals(record: &Record, class: Class) -> BTreeMap<&str, Vec<Refusal<'_>>> {
    let mut by_component: BTreeMap<&str, Vec<Refusal<'_>>> = BTreeMap::new();
    for case in &record.cases {
        let Some(attempt) = case.outcome.reason() else { continue };
        let probe = case.cell.as_ref().map(|cell| cell.probe);
        for check in attempt.failed().filter(|check| check.class == class) {
            let exchange = exchange(case, check);
            let component = case.component.as_deref().or(exchange.and_then(|e| e.component.as_deref()));
            if let Some(component) = component.filter(|_| !came_without(case, attempt, check)) {
                by_component.entry(component).or_default().push(Refusal { probe, check, exchange });
            }
        }
    }
    // Cases end in any order; what a person would look at first is told first.
    by_component.values_mut().for_each(|refusals| refusals.sort_by_key(|refusal| refusal.probe));
    by_component
}

/// Whether somebody else had refused the session and deleted its cookie before, in the same case.
fn came_without(case: &CaseRecord, attempt: &Attempt, check: &FailedCheck) -> bool {
    let Some(hop) = exchange(case, check).and_then(|exchange| exchange.hops.first()) else { return false };
    let before = attempt.failed().take_while(|earlier| !std::ptr::eq(*earlier, check));
    before
        .filter(|earlier| earlier.class == Class::SessionLost && earlier.exchange < check.exchange)
        .filter_map(|earlier| exchange(case, earlier))
        .flat_map(|exchange| exchange.hops.iter().flat_map(|hop| &hop.cookies))
        .filter(|note| note.action == CookieAction::Deleted)
        .any(|note| hop.cookie(&note.name, CookieAction::Sent).is_none())
}

fn exchange<'r>(case: &'r CaseRecord, check: &FailedCheck) -> Option<&'r Exchange> {
    check.exchange.and_then(|index| case.notes.exchanges.get(index))
}
