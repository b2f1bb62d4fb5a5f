//! What a run means for the pipeline that asked.

use serde::{Deserialize, Serialize};

use crate::{Blame, Outcome, Record};

/// What a run means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// Every case that ran passed.
    Pass,
    /// The platform is broken: roll back.
    Fail,
    /// The platform could not be judged.
    Inconclusive {
        /// Why not.
        why: String,
    },
    /// No case ran.
    NothingRan,
}

/// The exit code of a suite binary. A pipeline acts on it, so each has one meaning.
///
/// | code | meaning |
/// |---|---|
/// | 0 | pass |
/// | 101 | the platform is broken; the only one to roll back on. libtest's own code for failed tests |
/// | 2 | usage or configuration of the harness is wrong; nothing was sent |
/// | 3 | the platform could not be judged: credentials missing, target out of reach, harness trouble |
/// | 4 | nothing ran, where the run is a gate |
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ExitCode {
    /// Every case that ran passed.
    Pass = 0,
    /// Usage or configuration.
    Usage = 2,
    /// Could not be judged.
    Inconclusive = 3,
    /// Nothing ran, in a gate.
    NothingRan = 4,
    /// The platform is broken.
    Fail = 101,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> std::process::ExitCode {
        std::process::ExitCode::from(code as u8)
    }
}

impl Verdict {
    /// The exit code; `gate` says whether a pipeline relies on this run having judged something.
    pub fn exit_code(&self, gate: bool) -> ExitCode {
        match self {
            Verdict::Pass => ExitCode::Pass,
            Verdict::Fail => ExitCode::Fail,
            Verdict::Inconclusive { .. } => ExitCode::Inconclusive,
            Verdict::NothingRan if gate => ExitCode::NothingRan,
            // Under plain cargo a filter often matches another binary's tests only; libtest calls that a success.
            Verdict::NothingRan => ExitCode::Pass,
        }
    }
}

impl Record {
    /// What the run means.
    ///
    /// A wrong answer fails it. So does silence, if the target answered anything else: a component that does not
    /// answer is broken. A target that never answered may as well be out of reach from here, which is no reason to
    /// roll back.
    pub fn verdict(&self) -> Verdict {
        let blamed = |blame| self.cases.iter().filter(move |case| case.outcome.blame() == Some(blame));
        if blamed(Blame::Wrong).next().is_some() {
            return Verdict::Fail;
        }
        if let Some(silent) = blamed(Blame::Silent).next() {
            if self.was_answered() {
                return Verdict::Fail;
            }
            let stage = silent.notes.exchanges.iter().flat_map(|exchange| &exchange.hops);
            let cause = stage.filter_map(|hop| hop.no_answer.as_ref()).next_back();
            let why = match cause {
                Some(no_answer) => format!(
                    "target `{}` gave no answer at all ({} {}: {})",
                    self.run.target,
                    no_answer.stage.words(),
                    no_answer.address,
                    no_answer.cause
                ),
                None => {
                    format!("`{}` came to no end, and the target gave no answer at all", silent.full_name)
                }
            };
            return Verdict::Inconclusive { why };
        }
        if let Some(trouble) = blamed(Blame::Harness).next() {
            let reason = trouble.outcome.reason().map(|attempt| attempt.first.headline()).unwrap_or_default();
            return Verdict::Inconclusive { why: format!("{}: {reason}", trouble.full_name) };
        }
        let blocked = self.count("blocked");
        if blocked > 0 {
            let by = self.cases.iter().find_map(|case| match &case.outcome {
                Outcome::Blocked { by } => Some(by.as_str()),
                _ => None,
            });
            let cases = if blocked == 1 { "case is" } else { "cases are" };
            return Verdict::Inconclusive {
                why: format!("{blocked} {cases} blocked by {}", by.unwrap_or("an unknown cause")),
            };
        }
        if self.cases.iter().any(|case| matches!(case.outcome, Outcome::Passed { .. })) {
            Verdict::Pass
        } else {
            Verdict::NothingRan
        }
    }
}
