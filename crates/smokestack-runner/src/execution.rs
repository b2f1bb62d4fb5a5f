//! Cases under libtest-mimic: its threads wait, tokio's work, and every selected case is told of exactly once.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use smokestack_core::{Case, CaseRecord, Event, Limits, Outcome};
use smokestack_report::{Paint, text};
use tokio::runtime::Handle;

use crate::attempt::{Limit, Seconds};
use crate::interruption::Interruption;
use crate::job::Job;
use crate::panics;

use crate::reporters::Reporters;
use crate::settings::Patience;
use crate::slots::Slots;
use crate::source::Sources;

/// The selected cases with all that it takes to run them.
pub(crate) struct Execution {
    pub(crate) jobs: Vec<Arc<Job>>,
    pub(crate) reporters: Arc<Reporters>,
    pub(crate) handle: Handle,
    pub(crate) interruption: Arc<Interruption>,
    pub(crate) patience: Patience,
    pub(crate) limits: Limits,
    pub(crate) sources: Sources,
    pub(crate) process_per_case: bool,
    pub(crate) slots: Arc<Slots>,
    /// When all cases have to have ended, and how long they were given.
    pub(crate) deadline: Option<(Instant, Duration)>,
    /// Whether a case that passed at last has failed.
    pub(crate) flaky_fails: bool,
    /// Whether no case starts once one has failed.
    pub(crate) fail_fast: bool,
    /// The case that failed first, where that ends the run.
    pub(crate) failed_first: OnceLock<String>,
    /// The list of outcomes, with or without colour.
    pub(crate) list: Paint,
}

/// How libtest-mimic's printing ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Printed {
    /// To the end.
    Whole {
        /// Whether it counted a failed trial.
        failed: bool,
    },
    /// Nobody reads stdout any more.
    Closed,
    /// Stdout or the log file could not be written.
    Broken(String),
}

/// Runs libtest-mimic. Its printer panics where it cannot write, which must not cost a report.
pub(crate) fn print(arguments: &Arguments, trials: Vec<Trial>) -> Printed {
    match catch_unwind(AssertUnwindSafe(|| libtest_mimic::run(arguments, trials))) {
        Ok(conclusion) => Printed::Whole { failed: conclusion.has_failed() },
        Err(payload) => {
            let why = panics::message(&*payload);
            let why = why.split_once("`Err` value: ").map_or(why.as_str(), |(_, error)| error);
            if why.contains("BrokenPipe") { Printed::Closed } else { Printed::Broken(in_words(why)) }
        }
    }
}

/// `Os { code: 28, kind: StorageFull, .. }` as people read it.
fn in_words(error: &str) -> String {
    let code = error.strip_prefix("Os { code: ").and_then(|rest| rest.split_once(',')?.0.parse().ok());
    code.map_or_else(|| error.to_owned(), |code| std::io::Error::from_raw_os_error(code).to_string())
}

/// A trial for every case at these places, with what it does when it is run.
pub(crate) fn trials<R>(
    cases: &[Case],
    places: impl IntoIterator<Item = usize>,
    run: impl Fn(usize) -> R,
) -> Vec<Trial>
where
    R: FnOnce() -> Result<Completion, Failed> + Send + 'static,
{
    let trial = |place: usize| {
        let case = &cases[place];
        Trial::ignorable_test(case.full_name(), run(place)).with_ignored_flag(case.ignored)
    };
    places.into_iter().map(trial).collect()
}

impl Execution {
    /// Runs a case for libtest-mimic.
    pub(crate) fn run(&self, job: &Job) -> Result<Completion, Failed> {
        if !job.take() {
            return Ok(Completion::ignored_with("was run already"));
        }
        let case = self.conclude(job);
        match &case.outcome {
            Outcome::Failed { last, .. } | Outcome::Errored { last, .. } if case.is_advisory() => {
                let line = format!("{}, advisory: {}", case.outcome.word(), last.first.headline());
                Ok(Completion::ignored_with(text::one_line(&line)))
            }
            Outcome::Passed { earlier } if self.flaky_fails && !earlier.is_empty() && !case.is_advisory() => {
                let why = earlier.first().map(|first| first.first.headline()).unwrap_or_default();
                let line = format!("flaky: passed on attempt {}, first: {why}", earlier.len() + 1);
                Err(text::one_line(&line).into())
            }
            Outcome::Passed { .. } => Ok(Completion::Completed),
            Outcome::Failed { .. } | Outcome::Errored { .. } => {
                // The source line was not in the event.
                let text = text::failure(&case, &|place| self.sources.line(place), self.list);
                Err(self.reporters.redact(&text).into())
            }
            Outcome::Blocked { by } => {
                let line = text::one_line(&format!("blocked by {by}"));
                // Nextest shows a skipped case as passed, and blocked is never green.
                if self.process_per_case && !case.is_advisory() {
                    Err(line.into())
                } else {
                    Ok(Completion::ignored_with(line))
                }
            }
            Outcome::Skipped { why } => Ok(Completion::ignored_with(text::one_line(why))),
        }
    }

    /// Runs what libtest-mimic left when its printer panicked, so that no report has a hole.
    pub(crate) fn finish(&self) {
        for job in self.jobs.iter().filter(|job| job.runs && job.take()) {
            self.conclude(job);
        }
        for job in self.jobs.iter().filter(|job| !job.runs) {
            self.reporters.tell_end(job.skipped());
        }
    }

    fn conclude(&self, job: &Job) -> Box<CaseRecord> {
        let slot = self.slots.take(&job.case);
        if let Some(case) = self.failed_first.get() {
            let why = format!("not run: {case} failed, and `--fail-fast` ends the run");
            return self.reporters.tell_end(job.without_run(Outcome::Skipped { why }));
        }
        let left = self.deadline.map(|(end, given)| (end.saturating_duration_since(Instant::now()), given));
        if let Some((Duration::ZERO, given)) = left {
            let why = format!("the {} of `--run-limit` were used up", Seconds(given));
            return self.reporters.tell_end(job.not_run(&why));
        }
        let started_unix_ms = jiff::Timestamp::now().as_millisecond();
        self.reporters.tell(Event::CaseStarted { case: job.info.full_name.clone(), started_unix_ms });
        let limit = Limit {
            of_case: self.patience.time_limit(&job.case, &self.limits),
            of_run: left.map(|(left, _)| Instant::now() + left),
        };
        let run = || job.run(limit, self.patience.retries(&job.case), &self.handle, &self.interruption);
        // A case must not vanish from the reports because of a bug in here.
        let record = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|payload| {
            job.not_run(&format!("the runner panicked: {}", panics::message(&*payload)))
        });
        if self.fail_fast && record.outcome.reason().is_some() && !record.is_advisory() {
            let _ = self.failed_first.set(record.full_name.clone());
        }
        drop(slot);
        self.reporters.tell_end(record)
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn what_the_printer_panics_with_is_told_in_words() {
        let error = std::io::Error::from_raw_os_error(28);
        assert_eq!(in_words(&format!("{error:?}")), "No space left on device (os error 28)");
        assert_eq!(in_words("something else"), "something else");
    }
}
