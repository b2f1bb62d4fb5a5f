//! A job: a selected case, run exactly once, whoever comes first.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use smokestack_core::retry::{self, Next};
use smokestack_core::{Attempt, Case, CaseInfo, CaseRecord, Outcome};
use tokio::runtime::Handle;

use crate::attempt::{Attempted, Limit, attempt};
use crate::interruption::Interruption;

/// The pause before the first further attempt; each one after it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A case that is selected.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) case: Case,
    /// What reports say of it.
    pub(crate) info: CaseInfo,
    /// Whether it is run rather than shown as ignored.
    pub(crate) runs: bool,
    taken: AtomicBool,
}

impl Job {
    /// A job nobody has taken.
    pub(crate) fn new(case: Case, runs: bool) -> Job {
        let mut info = CaseInfo::of(&case);
        info.skipped = (!runs).then(|| "ignored, runs with `--include-ignored`".to_owned());
        Job { case, info, runs, taken: AtomicBool::new(false) }
    }

    /// Whether it is the caller's to run: true for one caller only.
    pub(crate) fn take(&self) -> bool {
        !self.taken.swap(true, Ordering::AcqRel)
    }

    /// Runs it: attempts, pauses, outcome.
    pub(crate) fn run(
        &self,
        limit: Limit,
        retries: u32,
        handle: &Handle,
        interruption: &Interruption,
    ) -> CaseRecord {
        let started = jiff::Timestamp::now();
        let mut earlier = Vec::new();
        let mut total = Duration::ZERO;
        if let Some(signal) = interruption.signal() {
            return self.without_run(Outcome::Blocked { by: signal.word().to_owned() });
        }
        loop {
            let Attempted { ending, notes, took } = attempt(&self.case.body, limit, handle, interruption);
            total += took;
            let failed = Attempt::of(&notes, took);
            match failed {
                Some(failed)
                    if interruption.signal().is_none()
                        && retry::next(retries, made(&earlier) + 1, failed.blame()) == Next::TryAgain =>
                {
                    let rest = pause(made(&earlier));
                    earlier.push(failed);
                    wait(rest);
                    total += rest;
                }
                last => {
                    let outcome = Outcome::of(ending, last, earlier);
                    return self.info.record(outcome, notes, started.as_millisecond(), total);
                }
            }
        }
    }

    /// What is told of a case that was selected and could not be run.
    pub(crate) fn not_run(&self, why: &str) -> CaseRecord {
        self.info.not_run(why, jiff::Timestamp::now().as_millisecond())
    }

    /// What is told of a case that is not to be run.
    pub(crate) fn skipped(&self) -> CaseRecord {
        self.without_run(Outcome::Skipped { why: self.info.skipped.clone().unwrap_or_default() })
    }

    /// What is told of a case that became this without being run.
    pub(crate) fn without_run(&self, outcome: Outcome) -> CaseRecord {
        self.info.without_run(outcome, jiff::Timestamp::now().as_millisecond())
    }
}

fn made(earlier: &[Attempt]) -> u32 {
    u32::try_from(earlier.len()).unwrap_or(u32::MAX)
}

/// How long to wait after so many failed attempts before this one.
fn pause(before: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(before)).min(LONGEST_PAUSE)
}

/// On a channel nobody writes to: tokio's clock may stand still, see `runtime`.
fn wait(time: Duration) {
    let (_silent, never) = mpsc::channel::<()>();
    let _ = never.recv_timeout(time);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_two_seconds() {
        let millis: Vec<u128> = (0..7).map(|before| pause(before).as_millis()).collect();
        assert_eq!(millis, [100, 200, 400, 800, 1600, 2000, 2000]);
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
    }
}
