//! One attempt at a case: a task of its own under a time limit. However it ends, whoever waits is told.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use smokestack_core::{Blame, Body, BoxFuture, CaseLog, CaseNotes, Class, Ending, FailedCheck, Phase};
use tokio::runtime::Handle;

use crate::exits;
use crate::interruption::Interruption;
use crate::panics::{Panicked, Witness, witnessed};
use crate::runtime::is_starved;
use crate::told::{self, Told};

/// How long an ended case may take to let go of what it holds.
const GRACE: Duration = Duration::from_millis(200);

/// What came of an attempt.
#[derive(Debug)]
pub(crate) struct Attempted {
    pub(crate) ending: Ending,
    pub(crate) notes: CaseNotes,
    pub(crate) took: Duration,
}

/// When an attempt is ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    /// How long it may take.
    pub(crate) of_case: Duration,
    /// When the run's time is over.
    pub(crate) of_run: Option<Instant>,
}

impl Limit {
    /// How long an attempt that begins now may take, and whether it is the run's time that ends it.
    fn now(self) -> (Duration, bool) {
        let left = self.of_run.map(|end| end.saturating_duration_since(Instant::now()));
        match left.filter(|left| *left < self.of_case) {
            Some(left) => (left, true),
            None => (self.of_case, false),
        }
    }
}

/// Runs a case's code once and waits for its end, no longer than the limit, and no longer than until a signal comes.
pub(crate) fn attempt(body: &Body, limit: Limit, handle: &Handle, interruption: &Interruption) -> Attempted {
    let (limit, is_runs) = limit.now();
    let log = Arc::new(CaseLog::within(limit));
    let witness = Witness::default();
    let pulse = Pulse::new();
    let (tell, told) = told::channel(interruption);
    let task = handle.spawn(Watched {
        pulse: Arc::clone(&pulse),
        future: Box::pin(witnessed(witness.clone(), {
            let (body, log) = (Arc::clone(body), Arc::clone(&log));
            async move {
                // Called in here, so that a panic before the first await is the case's too.
                let ending = body(log).await;
                tell.tell(ending);
            }
        })),
    });
    // Tokio's own clock stops when cases block all its threads; this one does not.
    let ending = told.recv_timeout(limit);
    let took = pulse.start.elapsed();
    let ending = match ending {
        Ok(Told::Value(ending)) => ending,
        Ok(Told::Signal(signal)) => Ending::Blocked { by: signal.word().to_owned() },
        Err(RecvTimeoutError::Disconnected) => {
            log.failed(panicked(witness.panicked()));
            Ending::Done
        }
        Err(RecvTimeoutError::Timeout) => {
            log.recall();
            let check = out_of_time(&log.notes(), limit);
            log.failed(match pulse.busy() {
                // Whoever had little time left says nothing about the platform.
                _ if is_runs => used_up(check),
                Some(busy) if busy >= (limit / 2).min(Duration::from_secs(1)) => blocks(check, busy),
                _ if is_starved(handle) => starved(check),
                _ => check,
            });
            Ending::Done
        }
    };
    task.abort();
    // What the case holds, such as a session, is given back before the next attempt.
    let _ = told.recv_timeout(GRACE);
    exits::carry_out(&log, handle);
    let notes = log.notes();
    Attempted { ending, notes, took }
}

fn panicked(panicked: Option<Panicked>) -> FailedCheck {
    let check = FailedCheck::new(Blame::Harness, Class::Panic, "the case panicked");
    let Some(Panicked { message, place }) = panicked else {
        return check.note("nothing is known of where: the panic hook was replaced");
    };
    FailedCheck { found: Some(message), place, ..check }
}

/// Names who used up the time.
fn out_of_time(notes: &CaseNotes, limit: Duration) -> FailedCheck {
    let took = |phase: &Phase| match phase.took_ms {
        Some(took) => Duration::try_from_secs_f64(took / 1000.0).unwrap_or_default(),
        None => limit.saturating_sub(phase.began),
    };
    let mut what = format!("no end within {}", Seconds(limit));
    let longest = notes.phases.iter().max_by_key(|phase| took(phase));
    if let Some(phase) = longest.filter(|phase| !took(phase).is_zero()) {
        what.push_str(&format!(", of which {} took {}", phase.what, Seconds(took(phase))));
    }
    let going_on = notes.phases.iter().filter(|phase| phase.took_ms.is_none());
    let waited: Duration = notes.phases.iter().map(took).sum();
    // A case that waits for nothing of the platform's has itself to blame.
    let waits_for_platform = going_on.clone().next().is_some() || waited > limit / 2;
    let blame = if waits_for_platform { Blame::Silent } else { Blame::Harness };
    let mut check = FailedCheck::new(blame, Class::TimeLimit, what);
    for phase in going_on {
        check = check.note(format!("{} was still going on", phase.what));
    }
    if !waits_for_platform {
        check = check.note("no request was under way: the case's own code did not end");
    }
    match notes.exchanges.len() {
        0 => check.note("no request had come to an end"),
        done => check.note("below is the last request that came to an end").about(done - 1),
    }
}

/// Code that never awaits is the suite's fault, whatever the platform does.
fn blocks(check: FailedCheck, busy: Duration) -> FailedCheck {
    let check = check.note(format!("the case's code kept its thread for {} without an await", Seconds(busy)));
    let check = check.help("await, and give what blocks to `tokio::task::spawn_blocking`");
    FailedCheck { blame: Blame::Harness, ..check }
}

fn used_up(check: FailedCheck) -> FailedCheck {
    let check = check.note("the time of the whole run, `--run-limit`, was used up");
    FailedCheck { blame: Blame::Harness, ..check }
}

fn starved(check: FailedCheck) -> FailedCheck {
    let check = check.note("no thread was free to go on with it: other cases block them");
    FailedCheck { blame: Blame::Harness, ..check }
}

/// `10s`, `9.4s`, `300ms`.
pub(crate) struct Seconds(pub(crate) Duration);

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let tenths = (self.0.as_secs_f64() * 10.0).round();
        if self.0 < Duration::from_secs(1) {
            write!(f, "{}ms", self.0.as_millis())
        } else if tenths % 10.0 == 0.0 {
            write!(f, "{:.0}s", tenths / 10.0)
        } else {
            write!(f, "{:.1}s", tenths / 10.0)
        }
    }
}

/// Knows whether a task is being polled, and since when.
#[derive(Debug)]
struct Pulse {
    start: Instant,
    /// Microseconds from the start; 0 while it is not polled.
    polled_at: AtomicU64,
}

impl Pulse {
    fn new() -> Arc<Pulse> {
        Arc::new(Pulse { start: Instant::now(), polled_at: AtomicU64::new(0) })
    }

    fn busy(&self) -> Option<Duration> {
        match self.polled_at.load(Ordering::Acquire) {
            0 => None,
            at => Some(self.start.elapsed().saturating_sub(Duration::from_micros(at))),
        }
    }

    fn set(&self, at: u64) {
        self.polled_at.store(at, Ordering::Release);
    }
}

struct Watched {
    pulse: Arc<Pulse>,
    future: BoxFuture<'static, ()>,
}

impl Future for Watched {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let now = u64::try_from(self.pulse.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.pulse.set(now.max(1));
        let polled = self.future.as_mut().poll(context);
        self.pulse.set(0);
        polled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phase(what: &str, began: u64, took_ms: Option<f64>) -> Phase {
        Phase { what: what.into(), began: Duration::from_millis(began), took_ms }
    }

    #[test]
    fn the_time_limit_names_who_used_the_time() {
        let phases = vec![phase("signing in as `alice`", 100, Some(9400.0)), phase("reading", 9500, None)];
        let check = out_of_time(&CaseNotes { phases, ..CaseNotes::default() }, Duration::from_secs(10));
        assert_eq!(check.what, "no end within 10s, of which signing in as `alice` took 9.4s");
        assert_eq!(check.notes[0], "reading was still going on");
        assert_eq!(check.blame, Blame::Silent);
    }

    #[test]
    fn a_phase_that_goes_on_counts_up_to_the_limit() {
        let phases = vec![phase("signing in as `alice`", 500, None)];
        let check = out_of_time(&CaseNotes { phases, ..CaseNotes::default() }, Duration::from_secs(2));
        assert_eq!(check.what, "no end within 2s, of which signing in as `alice` took 1.5s");
        assert_eq!(
            out_of_time(&CaseNotes::default(), Duration::from_millis(300)).what,
            "no end within 300ms"
        );
    }
}
