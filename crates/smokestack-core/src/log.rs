//! What a case writes down while it runs. It outlives the case's future, so that a case ended by its time limit or
//! by a panic loses nothing it had seen.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::exit::Exits;
use crate::{Exchange, Exit, Fact, FailedCheck, millis};

/// All that a case has seen so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CaseNotes {
    /// How many checks were made, failed ones included.
    pub checks: usize,
    /// The failed ones, in the order they were made.
    pub failed: Vec<FailedCheck>,
    /// The exchanges, in the order they ended.
    pub exchanges: Vec<Exchange>,
    /// What was learned.
    pub facts: Vec<Fact>,
    /// Where the time went.
    pub phases: Vec<Phase>,
    /// The failed check that a blocked case leaves to another case to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
}

/// A failed check that another case is to tell of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// The other case's full name.
    pub case: String,
    /// The check, told here after all if that case did not fail.
    pub check: FailedCheck,
}

/// A stretch of a case's time that has an owner, such as signing in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// What was done: ``signing in as `dispatcher` ``.
    pub what: String,
    /// When it began, from the case's start.
    #[serde(with = "millis")]
    pub began: Duration,
    /// How long it took; absent while it goes on.
    pub took_ms: Option<f64>,
}

/// Shared by a case's code and whoever runs it.
#[derive(Debug, Default)]
pub struct CaseLog {
    notes: Mutex<CaseNotes>,
    limit: Option<Duration>,
    /// Where others write down what this case waits for.
    lent: Mutex<Vec<Weak<CaseLog>>>,
    exits: Exits,
    /// Where everything goes from here on: this was a try, with which the case goes on.
    onward: OnceLock<Onward>,
}

/// The log that has taken another one in, and what it had before: the other one's indices count from there.
#[derive(Debug)]
struct Onward {
    log: Arc<CaseLog>,
    exchanges: usize,
    phases: usize,
}

impl CaseLog {
    /// The log of a case that is ended after this time.
    pub fn within(limit: Duration) -> CaseLog {
        CaseLog { limit: Some(limit), ..CaseLog::default() }
    }

    /// How long the case may take, where that is known: whoever waits gives up before.
    pub fn limit(&self) -> Option<Duration> {
        self.limit
    }

    /// Writes down that a check was met.
    pub fn met(&self) {
        match self.onward.get() {
            Some(onward) => onward.log.met(),
            None => self.lock().checks += 1,
        }
    }

    /// Writes down a failed check.
    pub fn failed(&self, check: FailedCheck) {
        if let Some(onward) = self.onward.get() {
            return onward.log.failed(check.moved(onward.exchanges));
        }
        let mut notes = self.lock();
        notes.checks += 1;
        notes.failed.push(check);
    }

    /// Writes down a failed check that another case tells of: this one is blocked by it.
    pub fn held(&self, case: String, check: FailedCheck) {
        if let Some(onward) = self.onward.get() {
            return onward.log.held(case, check.moved(onward.exchanges));
        }
        let mut notes = self.lock();
        notes.checks += 1;
        notes.held = Some(Held { case, check });
    }

    /// Writes down an exchange and returns its index, for [`FailedCheck::about`].
    pub fn exchanged(&self, exchange: Exchange) -> usize {
        if let Some(onward) = self.onward.get() {
            return onward.log.exchanged(exchange).saturating_sub(onward.exchanges);
        }
        let mut notes = self.lock();
        notes.exchanges.push(exchange);
        notes.exchanges.len() - 1
    }

    /// Writes down something learned.
    pub fn learned(&self, fact: Fact) {
        match self.onward.get() {
            Some(onward) => onward.log.learned(fact),
            None => self.lock().facts.push(fact),
        }
    }

    /// A phase begins; `at` counts from the case's start. Returns its index for [`CaseLog::left`].
    pub fn entered(&self, what: impl Into<String>, at: Duration) -> usize {
        if let Some(onward) = self.onward.get() {
            return onward.log.entered(what, at).saturating_sub(onward.phases);
        }
        let mut notes = self.lock();
        notes.phases.push(Phase { what: what.into(), began: at, took_ms: None });
        notes.phases.len() - 1
    }

    /// A phase ended; `at` counts from the case's start.
    pub fn left(&self, phase: usize, at: Duration) {
        if let Some(onward) = self.onward.get() {
            return onward.log.left(phase + onward.phases, at);
        }
        if let Some(phase) = self.lock().phases.get_mut(phase) {
            phase.took_ms = Some(millis::of(at.saturating_sub(phase.began)));
        }
    }

    /// Writes down what another log has, as if it had been seen here: checks keep pointing at their exchanges.
    pub fn absorb(&self, other: CaseNotes) {
        if let Some(onward) = self.onward.get() {
            return onward.log.absorb(other);
        }
        let mut notes = self.lock();
        let offset = notes.exchanges.len();
        notes.checks += other.checks;
        notes.exchanges.extend(other.exchanges);
        notes.facts.extend(other.facts);
        notes.failed.extend(other.failed.into_iter().map(|check| check.moved(offset)));
    }

    /// Adds to what is said of each failed check so far.
    pub fn annotate(&self, notes: &[String]) {
        self.lock().failed.iter_mut().for_each(|check| check.notes.extend_from_slice(notes));
    }

    /// The case goes on with this try: what it has seen was seen by the case, and so is what is seen from here on, such as
    /// checks of a page that it handed back.
    pub fn join(&self, whole: &Arc<CaseLog>) {
        let mut log = whole.clone();
        while let Some(onward) = log.onward.get() {
            log = onward.log.clone();
        }
        let mut seen = std::mem::take(&mut *self.lock());
        let (phases, held) = (std::mem::take(&mut seen.phases), seen.held.take());
        let mut notes = log.lock();
        let onward =
            Onward { log: log.clone(), exchanges: notes.exchanges.len(), phases: notes.phases.len() };
        notes.phases.extend(phases);
        notes.held =
            held.map(|held| Held { check: held.check.moved(onward.exchanges), ..held }).or(notes.held.take());
        drop(notes);
        log.absorb(seen);
        self.exits.take().into_iter().rev().for_each(|exit| log.on_exit(exit));
        self.onward.get_or_init(|| onward);
    }

    /// What this case waits for is written down in another log, which it takes in once that has come to an end.
    pub fn lend(&self, other: &Arc<CaseLog>) {
        let mut lent = self.lent.lock().unwrap_or_else(PoisonError::into_inner);
        lent.retain(|log| log.strong_count() > 0);
        lent.push(Arc::downgrade(other));
    }

    /// Takes in what it waited for and what never came to an end: the requests, and where the time went.
    pub fn recall(&self) {
        let lent = std::mem::take(&mut *self.lent.lock().unwrap_or_else(PoisonError::into_inner));
        for other in lent.iter().filter_map(Weak::upgrade) {
            other.recall();
            let other = other.notes();
            let mut notes = self.lock();
            let unknown = other.exchanges.into_iter().filter(|exchange| !notes.exchanges.contains(exchange));
            let unknown: Vec<Exchange> = unknown.collect();
            notes.exchanges.extend(unknown);
            notes.phases.extend(other.phases);
        }
    }

    /// Leaves something to be done when the case has ended, however it ends; what is left last is done first.
    pub fn on_exit(&self, exit: Exit) {
        match self.onward.get() {
            Some(onward) => onward.log.on_exit(exit),
            None => self.exits.push(exit),
        }
    }

    /// What is left to be done, in the order in which to do it; nothing of it is asked for twice.
    pub fn take_exits(&self) -> Vec<Exit> {
        self.exits.take()
    }

    /// Whether a check has failed so far.
    pub fn has_failed(&self) -> bool {
        match self.onward.get() {
            Some(onward) => onward.log.has_failed(),
            None => !self.lock().failed.is_empty(),
        }
    }

    /// A copy of all that was written so far.
    pub fn notes(&self) -> CaseNotes {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, CaseNotes> {
        // A panicking case may have held the lock; what it wrote is still worth reading.
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand::{accepted, refused, signed_in};
    use crate::{Blame, Class, Probe};

    fn log(seen: CaseNotes) -> CaseLog {
        CaseLog { notes: Mutex::new(seen), ..CaseLog::default() }
    }

    #[test]
    fn absorbed_checks_keep_pointing_at_their_exchanges() {
        let log = log(accepted("portal", Probe::Page).notes);
        let mut seen = refused("assets", Probe::Page).notes;
        seen.failed.push(FailedCheck::new(Blame::Harness, Class::Harness, "about no exchange"));
        log.absorb(seen);
        log.absorb(refused("invoices", Probe::Page).notes);
        let notes = log.notes();
        let about = |check: &FailedCheck| Some(notes.exchanges[check.exchange?].hops[0].url.as_str());
        let about: Vec<_> = notes.failed.iter().map(about).collect();
        assert_eq!(about, [Some("https://assets.test/"), None, Some("https://invoices.test/")]);
        assert_eq!((notes.checks, notes.exchanges.len()), (3, 3));
    }

    #[test]
    fn what_was_learned_elsewhere_is_known_here() {
        let log = CaseLog::default();
        log.absorb(CaseNotes { facts: vec![signed_in(None)], ..CaseNotes::default() });
        assert_eq!(log.notes().facts, [signed_in(None)]);
    }

    #[test]
    fn a_failed_check_is_a_check_that_was_made() {
        let log = CaseLog::default();
        log.met();
        assert!(!log.has_failed());
        log.failed(FailedCheck::new(Blame::Wrong, Class::Value, "title"));
        assert!(log.has_failed());
        assert_eq!(log.notes().checks, 2);
    }

    #[test]
    fn exchanges_are_counted_from_nought() {
        let log = CaseLog::default();
        let [exchange] = accepted("portal", Probe::Page).notes.exchanges.try_into().unwrap();
        assert_eq!((log.exchanged(exchange.clone()), log.exchanged(exchange)), (0, 1));
    }

    #[test]
    fn what_a_case_waited_for_is_known_once_it_is_called_back() {
        let (log, telling) = (CaseLog::default(), Arc::new(CaseLog::default()));
        log.lend(&telling);
        log.entered("signing in", Duration::ZERO);
        telling.entered("POST /login", Duration::from_millis(1));
        telling.exchanged(accepted("portal", crate::Probe::Page).notes.exchanges.remove(0));
        assert!(log.notes().exchanges.is_empty());
        log.recall();
        log.recall();
        let notes = log.notes();
        assert_eq!((notes.exchanges.len(), notes.phases.len()), (1, 2));
        assert_eq!(notes.phases[1].what, "POST /login");
    }

    #[test]
    fn a_try_that_was_joined_is_the_case_s_own_from_then_on() {
        let (whole, of_try) =
            (Arc::new(log(accepted("portal", Probe::Page).notes)), Arc::new(CaseLog::default()));
        whole.entered("signing in", Duration::ZERO);
        whole.lend(&of_try);
        of_try.absorb(refused("invoices", Probe::Page).notes);
        of_try.entered("GET /invoices/", Duration::ZERO);
        of_try.join(&whole);
        let [exchange] = accepted("assets", Probe::Page).notes.exchanges.try_into().unwrap();
        let later = of_try.exchanged(exchange);
        of_try.failed(FailedCheck::new(Blame::Wrong, Class::Value, "title").about(later));
        let phase = of_try.entered("GET /assets/", Duration::from_millis(2));
        of_try.left(phase, Duration::from_millis(5));
        of_try.met();
        whole.recall();
        let notes = whole.notes();
        let about = |check: &FailedCheck| Some(notes.exchanges[check.exchange?].hops[0].url.as_str());
        let about: Vec<_> = notes.failed.iter().map(about).collect();
        assert_eq!(about, [Some("https://invoices.test/"), Some("https://assets.test/")]);
        let phases: Vec<_> = notes.phases.iter().map(|phase| (phase.what.as_str(), phase.took_ms)).collect();
        assert_eq!(phases, [("signing in", None), ("GET /invoices/", None), ("GET /assets/", Some(3.0))]);
        assert_eq!((notes.exchanges.len(), notes.checks), (3, 4));
        assert!(of_try.has_failed());
    }

    #[test]
    fn a_phase_that_goes_on_has_no_duration_yet() {
        let log = CaseLog::default();
        let ms = Duration::from_millis;
        let (first, _) = (log.entered("signing in", ms(5)), log.entered("waiting", ms(6)));
        log.left(first, ms(30));
        log.left(7, ms(31));
        let took: Vec<_> = log.notes().phases.iter().map(|phase| phase.took_ms).collect();
        assert_eq!(took, [Some(25.0), None]);
    }

    #[test]
    fn a_panic_does_not_take_away_what_was_written() {
        let log = std::sync::Arc::new(CaseLog::default());
        log.met();
        let held = log.clone();
        let panicked = std::thread::spawn(move || {
            let _guard = held.lock();
            panic!("while it writes");
        });
        assert!(panicked.join().is_err());
        log.met();
        assert_eq!(log.notes().checks, 2);
    }
}
