//! What a run means for the pipeline that asked.

use serde::{Deserialize, Serialize};

use crate::baseline::broken_before;
use crate::diagnosis::own_doing;
use crate::policy::lacking;
use crate::{Blame, CaseRecord, Outcome, Policy, Record};

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
    /// Somebody ended it before its time.
    Interrupted {
        /// How.
        signal: Signal,
    },
}

/// A signal that ends a run before its time: no further case starts, and reports are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signal {
    /// `SIGINT`: somebody typed Ctrl-C.
    #[serde(rename = "SIGINT")]
    Interrupt,
    /// `SIGTERM`: whoever started the run has no more time for it.
    #[serde(rename = "SIGTERM")]
    Terminate,
}

impl Signal {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Signal::Interrupt => "SIGINT",
            Signal::Terminate => "SIGTERM",
        }
    }
}

impl From<Signal> for ExitCode {
    fn from(signal: Signal) -> ExitCode {
        match signal {
            Signal::Interrupt => ExitCode::Interrupted,
            Signal::Terminate => ExitCode::Terminated,
        }
    }
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
/// | 130, 143 | ended by SIGINT, by SIGTERM: as shells have it, 128 and the signal's number |
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
    /// Ended by SIGINT.
    Interrupted = 130,
    /// Ended by SIGTERM.
    Terminated = 143,
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> std::process::ExitCode {
        std::process::ExitCode::from(code as u8)
    }
}

impl Verdict {
    /// The exit code of a run with this policy.
    pub fn exit_code(&self, policy: &Policy) -> ExitCode {
        match self {
            Verdict::Pass => ExitCode::Pass,
            Verdict::Fail => ExitCode::Fail,
            Verdict::Inconclusive { .. } => ExitCode::Inconclusive,
            Verdict::NothingRan if policy.gate => ExitCode::NothingRan,
            // Under plain cargo a filter often matches another binary's tests only; libtest calls that a success.
            Verdict::NothingRan => ExitCode::Pass,
            Verdict::Interrupted { signal } => (*signal).into(),
        }
    }
}

impl Record {
    /// What the run means. One that was ended before its time means nothing, whatever it saw.
    ///
    /// A wrong answer fails it, unless the run itself has ended the session that was refused. So does silence, if the
    /// target answered anything else: a component that does not answer is broken. A target that never answered may as
    /// well be out of reach from here, which is no reason to roll back.
    pub fn verdict(&self) -> Verdict {
        if let Some(signal) = self.interrupted {
            return Verdict::Interrupted { signal };
        }
        let blamed = |blame| self.binding().filter(move |case| case.outcome.blame() == Some(blame));
        if blamed(Blame::Wrong).next().is_some() {
            return match own_doing(self).or_else(|| broken_before(self)) {
                Some(why) => Verdict::Inconclusive { why },
                None => Verdict::Fail,
            };
        }
        if let Some(silent) = blamed(Blame::Silent).next() {
            if self.was_answered() {
                return match broken_before(self) {
                    Some(why) => Verdict::Inconclusive { why },
                    None => Verdict::Fail,
                };
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
        if let Some(why) = &self.trouble {
            return Verdict::Inconclusive { why: why.clone() };
        }
        if let Some(trouble) = blamed(Blame::Harness).next() {
            let reason = trouble.outcome.reason().map(|attempt| attempt.first.headline()).unwrap_or_default();
            let more = match blamed(Blame::Harness).count() {
                1 => String::new(),
                2 => "; and one more case".to_owned(),
                all => format!("; and {} more cases", all - 1),
            };
            return Verdict::Inconclusive { why: format!("{}: {reason}{more}", trouble.full_name) };
        }
        let blocked = self.binding().filter(|case| matches!(case.outcome, Outcome::Blocked { .. })).count();
        if blocked > 0 {
            let by = self.binding().find_map(|case| match &case.outcome {
                Outcome::Blocked { by } => Some(by.as_str()),
                _ => None,
            });
            let cases = if blocked == 1 { "case is" } else { "cases are" };
            return Verdict::Inconclusive {
                why: format!("{blocked} {cases} blocked by {}", by.unwrap_or("an unknown cause")),
            };
        }
        if let Some(why) = lacking(self) {
            return Verdict::Inconclusive { why };
        }
        if self.run.policy.flaky_fails && self.binding().any(|case| case.outcome.word() == "flaky") {
            return Verdict::Fail;
        }
        if self.binding().any(|case| matches!(case.outcome, Outcome::Passed { .. })) {
            Verdict::Pass
        } else {
            Verdict::NothingRan
        }
    }

    /// The cases that make a run what it is.
    fn binding(&self) -> impl Iterator<Item = &CaseRecord> {
        self.cases.iter().filter(|case| !case.is_advisory())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand::*;
    use crate::{Attempt, Hop, Probe, Stage};

    fn verdict(cases: impl IntoIterator<Item = CaseRecord>) -> Verdict {
        record(cases).verdict()
    }

    fn why(cases: impl IntoIterator<Item = CaseRecord>) -> String {
        match verdict(cases) {
            Verdict::Inconclusive { why } => why,
            other => panic!("{other:?}"),
        }
    }

    fn unanswered(component: &str) -> CaseRecord {
        silent(component, Probe::Page, Stage::Connect)
    }

    #[test]
    fn a_run_in_which_every_case_passed_passes() {
        assert_eq!(
            verdict([accepted("portal", Probe::Page), accepted("assets", Probe::Page)]),
            Verdict::Pass
        );
    }

    #[test]
    fn a_wrong_answer_fails_the_run_whatever_else_went_wrong() {
        let others = [unanswered("portal"), hindered("portal", Probe::Form), blocked("portal", Probe::Api)];
        assert_eq!(verdict(others.into_iter().chain([wrong("assets", Probe::Page)])), Verdict::Fail);
    }

    #[test]
    fn silence_fails_the_run_if_anybody_answered() {
        assert_eq!(verdict([unanswered("assets"), accepted("portal", Probe::Page)]), Verdict::Fail);
        assert_eq!(
            verdict([unanswered("assets"), hindered("portal", Probe::Page)].map(|mut case| {
                case.notes.exchanges.extend(accepted("portal", Probe::Page).notes.exchanges);
                case
            })),
            Verdict::Fail,
            "answers count in cases that did not pass too"
        );
    }

    #[test]
    fn silence_alone_says_nothing_about_the_platform() {
        insta::assert_snapshot!(why([unanswered("portal"), unanswered("assets")]), @"target `prod` gave no answer at all (connect portal.test:443: connection refused)");
    }

    #[test]
    fn silence_outweighs_trouble_of_the_harness_and_blocked_cases() {
        let cases = [hindered("assets", Probe::Page), blocked("assets", Probe::Form), unanswered("portal")];
        assert!(why(cases).starts_with("target `prod` gave no answer at all"));
    }

    #[test]
    fn an_answer_in_an_earlier_attempt_is_an_answer() {
        let earlier = Attempt { answered: true, ..attempt(&[Blame::Silent]) };
        assert_eq!(verdict([after(vec![earlier], unanswered("portal"))]), Verdict::Fail);
        let unheard = attempt(&[Blame::Silent]);
        assert!(why([after(vec![unheard], unanswered("portal"))]).contains("no answer at all"));
    }

    #[test]
    fn an_answer_on_the_way_to_silence_is_an_answer() {
        let mut case = unanswered("portal");
        let away = Hop { location: Some("/login".into()), ..hop("assets", 302) };
        case.notes.exchanges[0].hops.insert(0, away);
        assert_eq!(verdict([case]), Verdict::Fail);
    }

    #[test]
    fn a_case_that_came_to_no_end_without_a_request_is_named() {
        let mut case = unanswered("portal");
        case.notes.exchanges.clear();
        insta::assert_snapshot!(why([case]), @"`session::portal::page` came to no end, and the target gave no answer at all");
    }

    #[test]
    fn trouble_of_the_harness_is_inconclusive_and_outweighs_blocked_cases() {
        insta::assert_snapshot!(why([
            accepted("assets", Probe::Page),
            blocked("portal", Probe::Form),
            hindered("portal", Probe::Page),
        ]), @"session::portal::page: credentials of `dispatcher` for https://portal.test/: `PASSWORD` is not set");
    }

    #[test]
    fn a_run_with_blocked_cases_is_no_pass() {
        insta::assert_snapshot!(why([accepted("assets", Probe::Page), blocked("portal", Probe::Page)]), @"1 case is blocked by the login as `dispatcher`, see `login::dispatcher`");
        insta::assert_snapshot!(why([blocked("portal", Probe::Page), blocked("portal", Probe::Form)]), @"2 cases are blocked by the login as `dispatcher`, see `login::dispatcher`");
    }

    #[test]
    fn a_run_of_ignored_cases_judged_nothing() {
        assert_eq!(verdict([skipped("portal", Probe::Page)]), Verdict::NothingRan);
        assert_eq!(verdict([]), Verdict::NothingRan);
        assert_eq!(verdict([skipped("portal", Probe::Page), accepted("portal", Probe::Form)]), Verdict::Pass);
    }

    #[test]
    fn a_flaky_pass_is_a_pass() {
        let flaky = after(vec![attempt(&[Blame::Silent])], accepted("portal", Probe::Page));
        assert_eq!(flaky.outcome.word(), "flaky");
        assert_eq!(verdict([flaky]), Verdict::Pass);
    }

    #[test]
    fn each_verdict_has_its_exit_code() {
        let inconclusive = Verdict::Inconclusive { why: String::new() };
        for (verdict, by_hand, in_a_gate) in [
            (Verdict::Pass, 0, 0),
            (Verdict::Fail, 101, 101),
            (inconclusive, 3, 3),
            (Verdict::NothingRan, 0, 4),
        ] {
            assert_eq!(verdict.exit_code(&Policy::default()) as u8, by_hand, "{verdict:?}");
            let gate = Policy { gate: true, ..Policy::default() };
            assert_eq!(verdict.exit_code(&gate) as u8, in_a_gate, "{verdict:?} in a gate");
        }
        assert_eq!(ExitCode::Usage as u8, 2);
    }
}
