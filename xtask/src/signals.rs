//! Ctrl-C and SIGTERM, heard instead of died of, so that what was changed is put back.

use std::io;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// From its start on, a signal ends nothing but what asks here.
#[derive(Debug)]
pub(crate) struct Signals {
    runtime: Runtime,
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Starts to hear.
    pub(crate) fn hear() -> io::Result<Signals> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let context = runtime.enter();
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        drop(context);
        Ok(Signals { runtime, interrupt, terminate })
    }

    /// Waits for a signal, and says whether one came in time.
    pub(crate) fn within(&mut self, time: Duration) -> bool {
        let Signals { runtime, interrupt, terminate } = self;
        runtime.block_on(async {
            tokio::select! {
                biased;
                _ = interrupt.recv() => true,
                _ = terminate.recv() => true,
                () = tokio::time::sleep(time) => false,
            }
        })
    }
}
