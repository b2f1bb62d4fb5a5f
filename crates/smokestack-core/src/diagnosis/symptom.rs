//! The symptoms of a run: its failed checks. Each is explained by one finding at most, so that one cause is told once.

use crate::{Attempt, CaseRecord, Class, CookieAction, Exchange, FailedCheck, Hop, Probe, Record};

/// A failed check that decided a case, and the exchange it is about.
#[derive(Clone, Copy)]
pub(super) struct Symptom<'r> {
    pub(super) case: &'r CaseRecord,
    pub(super) check: &'r FailedCheck,
    pub(super) exchange: Option<&'r Exchange>,
    /// The component that the case is about; where it is about none, the one that was asked.
    pub(super) component: Option<&'r str>,
    pub(super) probe: Option<Probe>,
}

/// The symptoms that no finding explains yet.
pub(super) struct Symptoms<'r> {
    open: Vec<Symptom<'r>>,
}

impl<'r> Symptom<'r> {
    pub(super) fn is(&self, class: Class) -> bool {
        self.check.class == class
    }

    pub(super) fn is_about(&self, component: &str) -> bool {
        self.component == Some(component)
    }

    pub(super) fn is_of(&self, probe: Probe) -> bool {
        self.probe == Some(probe)
    }

    /// The request that was answered wrongly. Before it may stand a form that was taken, after it the issuer's login page.
    pub(super) fn hop(&self) -> Option<&'r Hop> {
        decisive(self.exchange?, self.check)
    }

    /// The request whose answer was judged.
    pub(super) fn last(&self) -> Option<&'r Hop> {
        self.exchange?.hops.last()
    }

    /// The status of the answer that was judged.
    pub(super) fn status(&self) -> Option<u16> {
        self.last()?.status
    }

    /// Whether the answer that was judged is an error of the server. One of a health check, or told with it, is told there.
    pub(super) fn is_error(&self) -> bool {
        !self.is(Class::Health) && self.status().is_some_and(|status| status >= 500)
    }

    /// Whether the visitor was led to the login as is due, and the login page is an error.
    pub(super) fn is_error_of_the_login(&self) -> bool {
        self.is_error() && self.last().is_some_and(|hop| hop.login)
    }

    /// The answer that shows it, in a line; the check itself where none does.
    pub(super) fn line(&self) -> String {
        self.hop().map_or_else(|| self.check.headline(), answer)
    }

    /// Whether the harness's words or the page's about it hold one of these words.
    pub(super) fn says(&self, words: &[&str]) -> bool {
        let texts = self.check.found.iter().chain(&self.check.notes).chain([&self.check.what]);
        texts.map(|text| text.to_ascii_lowercase()).any(|text| words.iter().any(|word| text.contains(word)))
    }
}

impl<'r> Symptoms<'r> {
    /// All of a run. Cases end in any order; what a person would look at first comes first.
    pub(super) fn of(record: &'r Record) -> Symptoms<'r> {
        let mut open = Vec::new();
        for case in &record.cases {
            let Some(attempt) = case.outcome.reason() else { continue };
            for check in attempt.failed().filter(|check| !came_without(case, attempt, check)) {
                let exchange = exchange(case, check);
                let asked = || exchange.and_then(|exchange| exchange.component.as_deref());
                let component = case.component.as_deref().or_else(asked);
                let probe = case.cell.as_ref().map(|cell| cell.probe);
                open.push(Symptom { case, check, exchange, component, probe });
            }
        }
        open.sort_by_key(|symptom| symptom.probe);
        Symptoms { open }
    }

    /// Those that no finding explains yet.
    pub(super) fn open(&self) -> impl Iterator<Item = Symptom<'r>> {
        self.open.iter().copied()
    }

    /// Those of a class that no finding explains yet.
    pub(super) fn of_class(&self, class: Class) -> impl Iterator<Item = Symptom<'r>> {
        self.open().filter(move |symptom| symptom.is(class))
    }

    /// Takes those away that a finding explains.
    pub(super) fn explain(&mut self, explained: impl Fn(&Symptom<'r>) -> bool) {
        self.open.retain(|symptom| !explained(symptom));
    }
}

/// `GET https://platform.test/assets/: answer 302 to /login`.
pub(super) fn answer(hop: &Hop) -> String {
    let answer = match (hop.status, &hop.location) {
        (Some(status), Some(location)) => format!("answer {status} to {location}"),
        (Some(status), None) => format!("answer {status}"),
        (None, _) => "no answer".to_owned(),
    };
    format!("{} {}: {answer}", hop.method, hop.url)
}

/// What stands behind the host.
pub(super) fn path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("/", |at| &rest[at..])
}

/// Whether somebody else had refused the session and deleted its cookie before, in the same case.
fn came_without(case: &CaseRecord, attempt: &Attempt, check: &FailedCheck) -> bool {
    let Some(hop) = exchange(case, check).and_then(|exchange| decisive(exchange, check)) else {
        return false;
    };
    let before = attempt.failed().take_while(|earlier| !std::ptr::eq(*earlier, check));
    before
        .filter(|earlier| earlier.class == Class::SessionLost && earlier.exchange < check.exchange)
        .filter_map(|earlier| exchange(case, earlier))
        .flat_map(|exchange| exchange.hops.iter().flat_map(|hop| &hop.cookies))
        .filter(|note| note.action == CookieAction::Deleted)
        .any(|note| hop.cookie(&note.name, CookieAction::Sent).is_none())
}

fn decisive<'r>(exchange: &'r Exchange, check: &FailedCheck) -> Option<&'r Hop> {
    match check.class {
        Class::SessionLost | Class::SessionDestroyed => exchange.refusing(),
        _ => exchange.hops.first(),
    }
}

fn exchange<'r>(case: &'r CaseRecord, check: &FailedCheck) -> Option<&'r Exchange> {
    check.exchange.and_then(|index| case.notes.exchanges.get(index))
}
