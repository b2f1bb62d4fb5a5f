//! How a case's code ends.

use smokestack_core::Ending;

/// What the code of a case returns. Failed checks are not in it: they are soft, and were written down where they
/// failed.
pub type Checked<T = ()> = Result<T, Stop>;

/// The case cannot go on. The reason was written down already, or is a block.
#[derive(Debug)]
pub struct Stop {
    pub(crate) ending: Ending,
}

impl Stop {
    /// After a failed check that was written down.
    pub(crate) fn failed() -> Stop {
        Stop { ending: Ending::Done }
    }

    pub(crate) fn blocked(by: impl Into<String>) -> Stop {
        Stop { ending: Ending::Blocked { by: by.into() } }
    }

    pub(crate) fn skipped(why: impl Into<String>) -> Stop {
        Stop { ending: Ending::Skipped { why: why.into() } }
    }
}
