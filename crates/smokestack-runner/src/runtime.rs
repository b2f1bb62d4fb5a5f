//! The one tokio runtime of a run. Who waits for it uses the operating system's clock: cases that block their
//! threads can stop tokio's.

use std::future::Future;
use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use tokio::runtime::{Builder, Handle};

use smokestack_core::Signal;

use crate::interruption::Interruption;
use crate::panics::{Witness, witnessed};
use crate::told::{self, Told};

/// With fewer threads, two cases that block theirs would hold up all others.
const FEWEST_THREADS: usize = 4;

/// How soon a free thread takes up a new task, amply.
const SOON: Duration = Duration::from_millis(500);

/// The runtime that cases and target run on.
#[derive(Debug)]
pub(crate) struct Runtime {
    tokio: tokio::runtime::Runtime,
    /// For the target, once cases have blocked all threads of the first.
    spare: OnceLock<tokio::runtime::Runtime>,
}

/// Why a future gave no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unfinished {
    /// It panicked, saying this.
    #[error("panicked: {0}")]
    Panicked(String),
    /// It took too long.
    #[error("came to no end in time")]
    TimeLimit,
    /// Somebody ended the run meanwhile.
    #[error("was ended by {}", .0.word())]
    Interrupted(Signal),
}

impl Runtime {
    /// Starts its threads.
    pub(crate) fn start() -> std::io::Result<Runtime> {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Ok(Runtime { tokio: build(cores.max(FEWEST_THREADS))?, spare: OnceLock::new() })
    }

    /// For spawning cases.
    pub(crate) fn handle(&self) -> &Handle {
        self.tokio.handle()
    }

    /// Waits for a future, no longer than the limit if there is one, and no longer than until a signal comes.
    pub(crate) fn wait_for<T: Send + 'static>(
        &self,
        limit: Option<Duration>,
        interruption: &Interruption,
        future: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, Unfinished> {
        let (tell, told) = told::channel(interruption);
        let witness = Witness::default();
        let task = async move { tell.tell(future.await) };
        let task = self.free().spawn(witnessed(witness.clone(), task));
        let value = match limit {
            Some(limit) => told.recv_timeout(limit),
            None => told.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        let unfinished = match value {
            Ok(Told::Value(value)) => return Ok(value),
            Ok(Told::Signal(signal)) => Unfinished::Interrupted(signal),
            Err(RecvTimeoutError::Disconnected) => return Err(Unfinished::Panicked(witness.message())),
            Err(RecvTimeoutError::Timeout) => Unfinished::TimeLimit,
        };
        task.abort();
        Err(unfinished)
    }

    /// Leaves blocked threads to the end of the process.
    pub(crate) fn leave(self) {
        self.tokio.shutdown_background();
        if let Some(spare) = self.spare.into_inner() {
            spare.shutdown_background();
        }
    }

    /// A runtime with a free thread, if there can be one.
    fn free(&self) -> &tokio::runtime::Runtime {
        if self.spare.get().is_none()
            && is_starved(self.handle())
            && let Ok(spare) = build(1)
        {
            let _ = self.spare.set(spare);
        }
        self.spare.get().unwrap_or(&self.tokio)
    }
}

fn build(threads: usize) -> std::io::Result<tokio::runtime::Runtime> {
    Builder::new_multi_thread().worker_threads(threads).enable_all().build()
}

/// Whether the runtime has no thread left that takes up new work.
pub(crate) fn is_starved(handle: &Handle) -> bool {
    let (tell, told) = mpsc::channel();
    handle.spawn(async move { tell.send(()) });
    told.recv_timeout(SOON).is_err()
}
