//! What an ended case left to be done: done by the runner, so that a case that panicked or ran out of time leaves nothing
//! behind either.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use smokestack_core::{Blame, CaseLog, Class, Exit, FailedCheck};
use tokio::runtime::Handle;

use crate::panics::{Witness, witnessed};

/// How long all that a case left may take: less than the ten seconds that nextest gives a process it ends.
const LIMIT: Duration = Duration::from_secs(8);

/// Does all of it, the last first. What cannot be done is a failed check behind those that are there already.
pub(crate) fn carry_out(log: &CaseLog, handle: &Handle) {
    let deadline = Instant::now() + LIMIT;
    for exit in log.take_exits() {
        let Exit { what, place, body } = exit;
        let (tell, told) = mpsc::channel();
        let witness = Witness::default();
        let task = handle.spawn(witnessed(witness.clone(), async move {
            body().await;
            let _ = tell.send(());
        }));
        let ended = told.recv_timeout(deadline.saturating_duration_since(Instant::now()));
        let check = match ended {
            Ok(()) => continue,
            Err(RecvTimeoutError::Disconnected) => {
                let check = FailedCheck::new(Blame::Harness, Class::Panic, format!("{what} panicked"));
                FailedCheck { found: Some(witness.message()), ..check }
            }
            Err(RecvTimeoutError::Timeout) => {
                task.abort();
                let what = format!(
                    "{what}: no end within {} s, which all that a case leaves may take",
                    LIMIT.as_secs()
                );
                FailedCheck::new(Blame::Silent, Class::LeftBehind, what)
            }
        };
        log.failed(check.at(place));
    }
}
