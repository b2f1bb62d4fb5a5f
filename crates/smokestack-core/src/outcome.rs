//! What can become of a case. Flaky is passed with earlier failed attempts; failed without a reason cannot be written.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Blame, CaseNotes, Ending, Exchange, FailedCheck, millis};

/// One attempt at a case that did not pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// The first failed check: the reason.
    pub first: FailedCheck,
    /// The other failed checks.
    pub others: Vec<FailedCheck>,
    /// Whether the target gave any answer in it.
    pub answered: bool,
    /// How long it took.
    #[serde(with = "millis")]
    pub took: Duration,
}

impl Attempt {
    /// The attempt's failed checks, or `None` if none failed.
    pub fn of(notes: &CaseNotes, took: Duration) -> Option<Attempt> {
        let (first, others) = notes.failed.split_first()?;
        let answered = notes.exchanges.iter().any(Exchange::was_answered);
        Some(Attempt { first: first.clone(), others: others.to_vec(), answered, took })
    }

    /// All failed checks in order.
    pub fn failed(&self) -> impl Iterator<Item = &FailedCheck> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Who is at fault: a wrong answer outweighs silence, silence outweighs trouble of the harness.
    pub fn blame(&self) -> Blame {
        self.failed().map(|check| check.blame).max().unwrap_or(self.first.blame)
    }
}

/// What became of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub enum Outcome {
    /// Every check was met. Flaky if `earlier` is not empty.
    Passed {
        /// Attempts that failed before.
        earlier: Vec<Attempt>,
    },
    /// The platform answered wrongly.
    Failed {
        /// The last attempt.
        last: Attempt,
        /// The ones before.
        earlier: Vec<Attempt>,
    },
    /// No answer, or trouble of the harness.
    Errored {
        /// The last attempt.
        last: Attempt,
        /// The ones before.
        earlier: Vec<Attempt>,
    },
    /// It could not be judged because something else failed.
    Blocked {
        /// What.
        by: String,
    },
    /// It was not run, or found that it does not apply.
    Skipped {
        /// Why.
        why: String,
    },
}

impl Outcome {
    /// The outcome of a case whose last attempt ended so.
    pub fn of(ending: Ending, last: Option<Attempt>, earlier: Vec<Attempt>) -> Outcome {
        match (last, ending) {
            (Some(last), _) if last.blame() == Blame::Wrong => Outcome::Failed { last, earlier },
            (Some(last), _) => Outcome::Errored { last, earlier },
            (None, Ending::Done) => Outcome::Passed { earlier },
            (None, Ending::Blocked { by }) => Outcome::Blocked { by },
            (None, Ending::Skipped { why }) => Outcome::Skipped { why },
        }
    }

    /// The word used in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Passed { earlier } if earlier.is_empty() => "passed",
            Outcome::Passed { .. } => "flaky",
            Outcome::Failed { .. } => "failed",
            Outcome::Errored { .. } => "errored",
            Outcome::Blocked { .. } => "blocked",
            Outcome::Skipped { .. } => "skipped",
        }
    }

    /// The attempt that decided it, where it did not pass.
    pub fn reason(&self) -> Option<&Attempt> {
        match self {
            Outcome::Failed { last, .. } | Outcome::Errored { last, .. } => Some(last),
            _ => None,
        }
    }

    /// The failed attempts before the last.
    pub fn earlier(&self) -> &[Attempt] {
        match self {
            Outcome::Passed { earlier }
            | Outcome::Failed { earlier, .. }
            | Outcome::Errored { earlier, .. } => earlier,
            Outcome::Blocked { .. } | Outcome::Skipped { .. } => &[],
        }
    }

    /// Who is at fault, where it failed.
    pub fn blame(&self) -> Option<Blame> {
        self.reason().map(Attempt::blame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand::attempt;

    fn blocked() -> Ending {
        Ending::Blocked { by: "the login".into() }
    }

    fn skipped() -> Ending {
        Ending::Skipped { why: "ignored".into() }
    }

    #[test]
    fn a_wrong_answer_outweighs_silence_and_silence_outweighs_the_harness() {
        use Blame::{Harness, Silent, Wrong};
        assert_eq!(attempt(&[Harness, Silent, Wrong, Silent]).blame(), Wrong);
        assert_eq!(attempt(&[Harness, Silent]).blame(), Silent);
        assert_eq!(attempt(&[Harness]).blame(), Harness);
    }

    #[test]
    fn an_attempt_without_a_failed_check_is_none() {
        assert_eq!(Attempt::of(&CaseNotes { checks: 3, ..CaseNotes::default() }, Duration::ZERO), None);
    }

    #[test]
    fn an_attempt_keeps_the_order_in_which_checks_failed() {
        let attempt = attempt(&[Blame::Silent, Blame::Harness, Blame::Wrong]);
        let blames: Vec<_> = attempt.failed().map(|check| check.blame).collect();
        assert_eq!(blames, [Blame::Silent, Blame::Harness, Blame::Wrong]);
    }

    #[test]
    fn the_end_of_a_case_decides_only_if_no_check_failed() {
        let word = |ending, last| Outcome::of(ending, last, Vec::new()).word();
        assert_eq!(word(Ending::Done, None), "passed");
        assert_eq!(word(blocked(), None), "blocked");
        assert_eq!(word(skipped(), None), "skipped");
        for ending in [Ending::Done, blocked(), skipped()] {
            assert_eq!(word(ending.clone(), Some(attempt(&[Blame::Wrong]))), "failed");
            assert_eq!(word(ending.clone(), Some(attempt(&[Blame::Silent]))), "errored");
            assert_eq!(word(ending, Some(attempt(&[Blame::Harness]))), "errored");
        }
    }

    #[test]
    fn a_pass_after_failed_attempts_is_flaky_and_blames_nobody() {
        let outcome = Outcome::of(Ending::Done, None, vec![attempt(&[Blame::Silent])]);
        assert_eq!((outcome.word(), outcome.earlier().len()), ("flaky", 1));
        assert_eq!((outcome.blame(), outcome.reason()), (None, None));
    }

    #[test]
    fn the_last_attempt_is_the_reason_and_to_blame() {
        let outcome =
            Outcome::of(Ending::Done, Some(attempt(&[Blame::Wrong])), vec![attempt(&[Blame::Silent])]);
        assert_eq!(outcome.reason(), Some(&attempt(&[Blame::Wrong])));
        assert_eq!(outcome.blame(), Some(Blame::Wrong));
        assert_eq!(outcome.earlier(), [attempt(&[Blame::Silent])]);
    }
}
