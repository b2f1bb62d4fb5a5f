//! What is known of a selected case before it is run, and what is told of one that never was.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Attempt, Blame, Case, CaseNotes, CaseRecord, Cell, Class, FailedCheck, Outcome, Place};

/// A selected case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseInfo {
    /// The full name.
    pub full_name: String,
    /// The suite.
    pub suite: String,
    /// The component it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// Where the suite lists it.
    pub place: Place,
    /// Words to select by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Which cell of the session table it fills.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<Cell>,
    /// Why it is not going to be run, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
}

impl CaseInfo {
    /// What is known of a case that is going to be run.
    pub fn of(case: &Case) -> CaseInfo {
        CaseInfo {
            full_name: case.full_name(),
            suite: case.suite.clone(),
            component: case.component.clone(),
            place: case.place.clone(),
            tags: case.tags.clone(),
            cell: case.cell.clone(),
            skipped: None,
        }
    }

    /// Its own name, behind suite and component.
    pub fn name(&self) -> &str {
        let before = match &self.component {
            Some(component) => format!("{}::{component}::", self.suite),
            None => format!("{}::", self.suite),
        };
        self.full_name.strip_prefix(&before).unwrap_or(&self.full_name)
    }

    /// What is told of a case that could not be run.
    pub fn not_run(&self, why: &str, started_unix_ms: i64) -> CaseRecord {
        let first = FailedCheck::new(Blame::Harness, Class::Harness, format!("not run: {why}"));
        let last = Attempt { first, others: Vec::new(), answered: false, took: Duration::ZERO };
        self.without_run(Outcome::Errored { last, earlier: Vec::new() }, started_unix_ms)
    }

    /// What is told of a case that became this without being run.
    pub fn without_run(&self, outcome: Outcome, started_unix_ms: i64) -> CaseRecord {
        self.record(outcome, CaseNotes::default(), started_unix_ms, Duration::ZERO)
    }

    /// What is told of a case that was run.
    pub fn record(
        &self,
        outcome: Outcome,
        notes: CaseNotes,
        started_unix_ms: i64,
        took: Duration,
    ) -> CaseRecord {
        CaseRecord {
            full_name: self.full_name.clone(),
            suite: self.suite.clone(),
            component: self.component.clone(),
            name: self.name().to_owned(),
            place: self.place.clone(),
            tags: self.tags.clone(),
            cell: self.cell.clone(),
            started_unix_ms,
            took,
            outcome,
            notes,
        }
    }
}
