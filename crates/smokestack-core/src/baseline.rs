//! What a run came to before the deploy: what is broken now and was not is another matter than what was broken already.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{CaseRecord, Outcome, Record};

/// What became of each case in an earlier run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// When that run started, milliseconds since 1970 UTC.
    pub started_unix_ms: i64,
    /// By full name, whether it passed; who was not judged is not in it.
    pub passed: BTreeMap<String, bool>,
}

/// A case against its baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It passed, and does not now.
    Regressed,
    /// It did not pass, and does not now.
    StillBroken,
    /// It did not pass, and does now.
    Fixed,
    /// It does not pass, and was not judged before.
    New,
}

impl Change {
    /// The words used in reports.
    pub fn words(self) -> &'static str {
        match self {
            Change::Regressed => "regressed",
            Change::StillBroken => "still broken",
            Change::Fixed => "fixed",
            Change::New => "broken, not judged before",
        }
    }
}

impl Baseline {
    /// The baseline that a record is for a later run.
    pub fn of(record: &Record) -> Baseline {
        let judged = record.cases.iter().filter_map(|case| Some((case.full_name.clone(), passed(case)?)));
        Baseline { started_unix_ms: record.run.started_unix_ms, passed: judged.collect() }
    }

    /// What is new about a case; nothing where it passes and did, or was not judged.
    pub fn change(&self, case: &CaseRecord) -> Option<Change> {
        match (self.passed.get(&case.full_name), passed(case)?) {
            (Some(true), false) => Some(Change::Regressed),
            (Some(false), false) => Some(Change::StillBroken),
            (Some(false), true) => Some(Change::Fixed),
            (None, false) => Some(Change::New),
            (_, true) => None,
        }
    }
}

fn passed(case: &CaseRecord) -> Option<bool> {
    match case.outcome {
        Outcome::Passed { .. } => Some(true),
        Outcome::Failed { .. } | Outcome::Errored { .. } => Some(false),
        Outcome::Blocked { .. } | Outcome::Skipped { .. } => None,
    }
}

/// Why a run that failed is none to roll back for: all that is broken was broken before the deploy.
pub(crate) fn broken_before(record: &Record) -> Option<String> {
    let baseline = record.run.baseline.as_ref()?;
    let open = record.cases.iter().filter(|case| !case.is_advisory() && passed(case) == Some(false));
    let changes: Vec<Change> = open.filter_map(|case| baseline.change(case)).collect();
    if changes.is_empty() || changes.iter().any(|change| *change != Change::StillBroken) {
        return None;
    }
    let cases =
        if changes.len() == 1 { "one case is".to_owned() } else { format!("{} cases are", changes.len()) };
    Some(format!(
        "{cases} still broken, as before the deploy, and nothing else is: rolling back would not mend it"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand::*;
    use crate::{Probe, Verdict};

    fn against(before: Record, now: impl IntoIterator<Item = CaseRecord>) -> Record {
        let mut now = record(now);
        now.run.baseline = Some(Baseline::of(&before));
        now
    }

    #[test]
    fn regressed_still_broken_and_fixed_are_told_apart() {
        let before = record([
            accepted("portal", Probe::Page),
            wrong("invoices", Probe::Page),
            wrong("assets", Probe::Page),
            blocked("assets", Probe::Api),
        ]);
        let now = against(
            before,
            [
                wrong("portal", Probe::Page),
                wrong("invoices", Probe::Page),
                accepted("assets", Probe::Page),
                wrong("assets", Probe::Api),
                accepted("portal", Probe::Form),
            ],
        );
        let baseline = now.run.baseline.clone().unwrap();
        let changes: Vec<_> = now.cases.iter().map(|case| baseline.change(case)).collect();
        assert_eq!(
            changes,
            [
                Some(Change::Regressed),
                Some(Change::StillBroken),
                Some(Change::Fixed),
                Some(Change::New),
                None
            ]
        );
        assert_eq!(now.verdict(), Verdict::Fail);
    }

    #[test]
    fn what_was_broken_before_is_no_reason_to_roll_back() {
        let before = record([wrong("portal", Probe::Page), accepted("assets", Probe::Page)]);
        let now = against(before, [wrong("portal", Probe::Page), accepted("assets", Probe::Page)]);
        let Verdict::Inconclusive { why } = now.verdict() else { panic!("{:?}", now.verdict()) };
        insta::assert_snapshot!(why, @"one case is still broken, as before the deploy, and nothing else is: rolling back would not mend it");
    }
}
