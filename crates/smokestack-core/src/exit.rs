//! What a case leaves to be done when it has ended: by whoever runs it, since the case's own code may be gone.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::{BoxFuture, Place};

/// Something to be done when a case has ended. What comes of it goes into the case's log.
pub struct Exit {
    /// What is done: `taking away the record`.
    pub what: String,
    /// The suite's line that asked for it.
    pub place: Place,
    /// Does it.
    pub body: Box<dyn FnOnce() -> BoxFuture<'static, ()> + Send>,
}

impl fmt::Debug for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exit").field("what", &self.what).field("place", &self.place).finish_non_exhaustive()
    }
}

/// What is left so far.
#[derive(Debug, Default)]
pub(crate) struct Exits {
    left: Mutex<Vec<Exit>>,
}

impl Exits {
    pub(crate) fn push(&self, exit: Exit) {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).push(exit);
    }

    /// The last first: what came later may stand on what came before.
    pub(crate) fn take(&self) -> Vec<Exit> {
        let mut left = std::mem::take(&mut *self.left.lock().unwrap_or_else(PoisonError::into_inner));
        left.reverse();
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_last_is_done_first_and_once() {
        let exits = Exits::default();
        for what in ["the order", "its note"] {
            exits.push(Exit {
                what: what.into(),
                place: Place::caller(),
                body: Box::new(|| Box::pin(async {})),
            });
        }
        let what: Vec<String> = exits.take().into_iter().map(|exit| exit.what).collect();
        assert_eq!(what, ["its note", "the order"]);
        assert!(exits.take().is_empty());
    }
}
