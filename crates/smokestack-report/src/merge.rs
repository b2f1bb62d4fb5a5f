//! Several records of one pipeline as one: its shards, its retries, the test binaries of one `cargo test`.

use std::collections::HashMap;
use std::time::Duration;

use smokestack_core::{Attempt, CaseRecord, Outcome, Record};

/// Records that belong to no one run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There is none.
    #[error("there is no record to merge")]
    Nothing,
    /// They are about two targets.
    #[error("they are about two targets: {one} and {other}")]
    Targets {
        /// The first one's target and address.
        one: String,
        /// The other one's.
        other: String,
    },
}

/// Joins records. A case that several of them ran is decided by the one that began last; failed attempts in those before stay
/// visible, so that what passed at last is flaky.
///
/// # Errors
///
/// Where there is no record, or where they are about two targets.
pub fn merge(mut records: Vec<Record>) -> Result<Record, MergeError> {
    records.sort_by_key(|record| record.run.started_unix_ms);
    let mut records = records.into_iter();
    let mut merged = records.next().ok_or(MergeError::Nothing)?;
    let mut ends = end(&merged);
    for next in records {
        let target = |record: &Record| format!("{} at {}", record.run.target, record.run.url);
        if next.run.target != merged.run.target || next.run.platform != merged.run.platform {
            return Err(MergeError::Targets { one: target(&merged), other: target(&next) });
        }
        ends = ends.into_iter().chain(end(&next)).reduce(f64::max);
        join(&mut merged, next);
    }
    let started = merged.run.started_unix_ms;
    merged.took_ms = ends.map(|end| end - started as f64);
    let waits =
        |case: &CaseRecord, by: &str| matches!(&case.outcome, Outcome::Blocked { by: word } if word == by);
    // A case that a signal kept from running may have run in a retry of the pipeline.
    merged.interrupted =
        merged.interrupted.filter(|signal| merged.cases.iter().any(|case| waits(case, signal.word())));
    Ok(merged)
}

/// When a run ended, milliseconds since 1970; absent where one did not.
fn end(record: &Record) -> Option<f64> {
    record.took_ms.map(|took| record.run.started_unix_ms as f64 + took)
}

fn join(merged: &mut Record, next: Record) {
    let Record { run, cases, evidence, interrupted, .. } = next;
    if !merged.run.program.split(", ").any(|program| program == run.program) {
        merged.run.program = format!("{}, {}", merged.run.program, run.program);
    }
    for component in run.components {
        if !merged.run.components.iter().any(|known| known.name == component.name) {
            merged.run.components.push(component);
        }
    }
    merged.run.planned = merged.run.planned.max(run.planned);
    merged.run.url = if merged.run.url.is_empty() { run.url } else { std::mem::take(&mut merged.run.url) };
    for case in run.cases {
        match merged.run.cases.iter_mut().find(|known| known.full_name == case.full_name) {
            Some(known) if known.skipped.is_some() => *known = case,
            Some(_) => {}
            None => merged.run.cases.push(case),
        }
    }
    let places: HashMap<String, usize> =
        merged.cases.iter().enumerate().map(|(place, case)| (case.full_name.clone(), place)).collect();
    for case in cases {
        match places.get(&case.full_name) {
            Some(place) => {
                let before = &mut merged.cases[*place];
                *before = decided(before.clone(), case);
            }
            None => merged.cases.push(case),
        }
    }
    // Only what none of them selected was left out, and all of them together are whole.
    let ran = |name: &String| merged.cases.iter().any(|case| case.full_name == *name);
    let mut left_out: Vec<String> = std::mem::take(&mut merged.run.left_out);
    left_out.extend(run.left_out);
    left_out.retain(|name| !ran(name));
    left_out.sort();
    left_out.dedup();
    merged.run.left_out = left_out;
    merged.run.policy.is_shard = false;
    for fact in evidence {
        if !merged.evidence.contains(&fact) {
            merged.evidence.push(fact);
        }
    }
    merged.interrupted = interrupted.or(merged.interrupted);
}

/// What became of a case that was run twice.
fn decided(before: CaseRecord, after: CaseRecord) -> CaseRecord {
    let was_run = |case: &CaseRecord| match case.outcome {
        Outcome::Blocked { .. } | Outcome::Skipped { .. } => false,
        Outcome::Errored { .. } => case.took > Duration::ZERO,
        Outcome::Passed { .. } | Outcome::Failed { .. } => true,
    };
    match (was_run(&before), was_run(&after)) {
        (true, false) => before,
        (false, _) => after,
        (true, true) => {
            let mut attempts: Vec<Attempt> = before.outcome.earlier().to_vec();
            attempts.extend(before.outcome.reason().cloned());
            let mut after = after;
            match &mut after.outcome {
                Outcome::Passed { earlier }
                | Outcome::Failed { earlier, .. }
                | Outcome::Errored { earlier, .. } => {
                    attempts.append(earlier);
                    *earlier = attempts;
                }
                Outcome::Blocked { .. } | Outcome::Skipped { .. } => {}
            }
            after
        }
    }
}

#[cfg(test)]
mod tests {
    use smokestack_core::{RunInfo, Signal};

    use super::*;
    use crate::by_hand::{self, info};

    fn ran(name: &str, wrong: Option<&str>) -> CaseRecord {
        by_hand::ran(&info(name), wrong)
    }

    fn record(program: &str, started_unix_ms: i64, took_ms: f64, cases: Vec<CaseRecord>) -> Record {
        let run = RunInfo {
            program: program.into(),
            target: "prod".into(),
            started_unix_ms,
            cases: cases.iter().map(|case| info(&case.name)).collect(),
            ..RunInfo::default()
        };
        Record { run, cases, took_ms: Some(took_ms), ..Record::default() }
    }

    fn told(record: &Record) -> Vec<String> {
        record.in_order().iter().map(|case| format!("{} {}", case.name, case.outcome.word())).collect()
    }

    #[test]
    fn shards_are_one_run() {
        let one = record("suites", 1000, 50.0, vec![ran("a", None), ran("b", Some("title"))]);
        let other = record("suites", 1010, 90.0, vec![ran("c", None)]);
        let merged = merge(vec![other, one]).unwrap();
        assert_eq!(told(&merged), ["a passed", "b failed", "c passed"]);
        assert_eq!((merged.run.started_unix_ms, merged.took_ms), (1000, Some(100.0)));
        assert_eq!(merged.run.program, "suites");
    }

    #[test]
    fn what_passed_at_last_is_flaky_and_says_why() {
        let first = record("suites", 1000, 50.0, vec![ran("a", Some("title"))]);
        let retry = record("suites", 2000, 50.0, vec![ran("a", None)]);
        let merged = merge(vec![first, retry]).unwrap();
        assert_eq!(told(&merged), ["a flaky"]);
        assert_eq!(merged.cases[0].outcome.earlier()[0].first.what, "title");
    }

    #[test]
    fn a_retry_that_did_not_run_a_case_decides_nothing_about_it() {
        let first = record("suites", 1000, 50.0, vec![ran("a", Some("title")), ran("b", None)]);
        let mut retry = record("suites", 2000, 50.0, vec![ran("a", None)]);
        retry.cases = vec![info("a").not_run("the run came to no end", 2000)];
        let merged = merge(vec![first, retry]).unwrap();
        assert_eq!(told(&merged), ["a failed", "b passed"]);
    }

    #[test]
    fn what_a_signal_kept_from_running_may_have_run_later() {
        let mut first = record("suites", 1000, 50.0, vec![ran("a", None)]);
        let by = Signal::Interrupt.word().to_owned();
        first.cases.push(info("b").without_run(Outcome::Blocked { by }, 1000));
        first.interrupted = Some(Signal::Interrupt);
        assert_eq!(merge(vec![first.clone()]).unwrap().interrupted, Some(Signal::Interrupt));
        let retry = record("suites", 2000, 50.0, vec![ran("b", None)]);
        let merged = merge(vec![first, retry]).unwrap();
        assert_eq!(
            (merged.interrupted, told(&merged)),
            (None, vec!["a passed".to_owned(), "b passed".to_owned()])
        );
    }

    #[test]
    fn binaries_are_named_and_two_targets_are_no_run() {
        let one = record("web", 1000, 50.0, vec![ran("a", None)]);
        let mut other = record("api", 1000, 50.0, vec![ran("b", None)]);
        assert_eq!(merge(vec![one.clone(), other.clone()]).unwrap().run.program, "web, api");
        other.run.target = "staging".into();
        insta::assert_snapshot!(merge(vec![one, other]).unwrap_err(), @"they are about two targets: prod at  and staging at ");
        assert_eq!(merge(Vec::new()), Err(MergeError::Nothing));
    }
}
