//! Whether a failed attempt is made again. Only silence is: a wrong answer asked again until it is right would turn
//! a real fault green.

use crate::Blame;

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Make another attempt.
    TryAgain,
    /// Leave it at that.
    GiveUp,
}

/// Decides after a failed attempt: `retries` may be made, `made` attempts were, the last one to this blame.
///
/// ```
/// use smokestack_core::{Blame, retry::{next, Next}};
/// assert_eq!(next(1, 1, Blame::Silent), Next::TryAgain);
/// assert_eq!(next(1, 1, Blame::Wrong), Next::GiveUp);
/// ```
pub fn next(retries: u32, made: u32, blame: Blame) -> Next {
    if blame == Blame::Silent && made <= retries { Next::TryAgain } else { Next::GiveUp }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_answer_is_never_asked_again() {
        assert_eq!(next(10, 1, Blame::Wrong), Next::GiveUp);
        assert_eq!(next(10, 1, Blame::Harness), Next::GiveUp);
    }

    #[test]
    fn silence_is_asked_again_as_often_as_allowed() {
        assert_eq!(next(0, 1, Blame::Silent), Next::GiveUp);
        assert_eq!(next(2, 2, Blame::Silent), Next::TryAgain);
        assert_eq!(next(2, 3, Blame::Silent), Next::GiveUp);
    }
}
