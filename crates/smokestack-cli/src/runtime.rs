//! What waits for answers.

use tokio::runtime::{Builder, Runtime};

use crate::console;

/// Starts it; where it does not start, that is told.
pub(crate) fn start() -> Option<Runtime> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| console::complain(&[format!("the runtime does not start: {error}")])).ok()
}
