//! What a case writes down while it runs. It outlives the case's future, so that a case ended by its time limit or
//! by a panic loses nothing it had seen.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Exchange, Fact, FailedCheck, millis};

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
}

impl CaseLog {
    /// Writes down that a check was met.
    pub fn met(&self) {
        self.lock().checks += 1;
    }

    /// Writes down a failed check.
    pub fn failed(&self, check: FailedCheck) {
        let mut notes = self.lock();
        notes.checks += 1;
        notes.failed.push(check);
    }

    /// Writes down an exchange and returns its index, for [`FailedCheck::about`].
    pub fn exchanged(&self, exchange: Exchange) -> usize {
        let mut notes = self.lock();
        notes.exchanges.push(exchange);
        notes.exchanges.len() - 1
    }

    /// Writes down something learned.
    pub fn learned(&self, fact: Fact) {
        self.lock().facts.push(fact);
    }

    /// A phase begins; `at` counts from the case's start. Returns its index for [`CaseLog::left`].
    pub fn entered(&self, what: impl Into<String>, at: Duration) -> usize {
        let mut notes = self.lock();
        notes.phases.push(Phase { what: what.into(), began: at, took_ms: None });
        notes.phases.len() - 1
    }

    /// A phase ended; `at` counts from the case's start.
    pub fn left(&self, phase: usize, at: Duration) {
        if let Some(phase) = self.lock().phases.get_mut(phase) {
            phase.took_ms = Some(at.saturating_sub(phase.began).as_secs_f64() * 1000.0);
        }
    }

    /// Writes down what another log has, as if it had been seen here: checks keep pointing at their exchanges.
    pub fn absorb(&self, other: CaseNotes) {
        let mut notes = self.lock();
        let offset = notes.exchanges.len();
        notes.checks += other.checks;
        notes.exchanges.extend(other.exchanges);
        notes.facts.extend(other.facts);
        notes.failed.extend(other.failed.into_iter().map(|mut check| {
            check.exchange = check.exchange.map(|index| index + offset);
            check
        }));
    }

    /// Whether a check has failed so far.
    pub fn has_failed(&self) -> bool {
        !self.lock().failed.is_empty()
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
