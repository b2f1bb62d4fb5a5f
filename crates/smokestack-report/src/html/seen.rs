//! A run, with what every section asks of it.

use std::collections::HashMap;
use std::time::Duration;

use maud::{Markup, html};
use smokestack_core::{CaseRecord, Finding, Outcome, Record, Verdict, diagnosis};

use crate::page_text::one_line;

/// A run, and what follows from it.
pub(super) struct Seen<'r> {
    pub(super) record: &'r Record,
    pub(super) verdict: Verdict,
    pub(super) findings: Vec<Finding>,
    /// In the order of the suites' lists.
    pub(super) cases: Vec<&'r CaseRecord>,
    /// Those that were run and did not pass.
    pub(super) failures: Vec<&'r CaseRecord>,
    /// Where on the page each of them stands.
    anchors: HashMap<&'r str, String>,
}

impl<'r> Seen<'r> {
    pub(super) fn of(record: &'r Record) -> Seen<'r> {
        let cases = record.in_order();
        let failures: Vec<&CaseRecord> =
            cases.iter().copied().filter(|case| case.outcome.reason().is_some() && was_run(case)).collect();
        let anchor =
            |(number, case): (usize, &&'r CaseRecord)| (case.full_name.as_str(), format!("failure-{number}"));
        Seen {
            record,
            verdict: record.verdict(),
            findings: diagnosis::diagnose(record),
            anchors: (1..).zip(&failures).map(anchor).collect(),
            cases,
            failures,
        }
    }

    /// Where this case's failure stands on the page.
    pub(super) fn anchor(&self, full_name: &str) -> Option<&str> {
        self.anchors.get(full_name).map(String::as_str)
    }

    /// A case's name, which leads to its failure if it has one.
    pub(super) fn link(&self, full_name: &str) -> Markup {
        html! {
            @match self.anchor(full_name) {
                Some(anchor) => a href={ "#" (anchor) } { (full_name) },
                None => (full_name),
            }
        }
    }

    /// A text in one line, in which the failed cases that it names in backticks are links.
    pub(super) fn linked(&self, text: &str) -> Markup {
        html! {
            @for (index, part) in one_line(text).split('`').enumerate() {
                @if index > 0 { "`" }
                @if index % 2 == 1 { (self.link(part)) } @else { (part) }
            }
        }
    }

    /// Good, bad or unsure: what colours the page.
    pub(super) fn mood(&self) -> &'static str {
        match self.verdict {
            Verdict::Pass => "good",
            Verdict::Fail => "bad",
            Verdict::Inconclusive { .. } | Verdict::NothingRan | Verdict::Interrupted { .. } => "unsure",
        }
    }
}

/// Whether a case was run: what never was has no time.
pub(super) fn was_run(case: &CaseRecord) -> bool {
    match case.outcome {
        Outcome::Blocked { .. } | Outcome::Skipped { .. } => false,
        Outcome::Errored { .. } => case.took > Duration::ZERO,
        Outcome::Passed { .. } | Outcome::Failed { .. } => true,
    }
}
