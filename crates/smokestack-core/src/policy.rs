//! How a run is judged beyond what its cases came to: what a pipeline relies on.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{CaseRecord, Outcome, Record};

/// The tag of cases that never make a run red.
pub const ADVISORY: &str = "advisory";

/// What a pipeline relies on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Whether a pipeline relies on this run having judged something at all.
    pub gate: bool,
    /// Whether a case that passed at last fails the run all the same.
    pub flaky_fails: bool,
    /// Suites, components of suites or cases (`login`, `session::invoices`, `pages::portal::home`) that a gate has to have judged.
    pub required: Vec<String>,
    /// How many cases a gate has to have judged.
    pub min_cases: Option<usize>,
    /// Whether this is one of several shards: none of them has all that is required.
    pub is_shard: bool,
}

impl Policy {
    /// The entry by which a case of this full name is required, if it is.
    pub fn requires(&self, full_name: &str) -> Option<&str> {
        self.required.iter().map(String::as_str).find(|entry| means(entry, full_name))
    }
}

/// Whether an entry means a case: its name, or the beginning of it up to a `::`.
fn means(entry: &str, full_name: &str) -> bool {
    full_name.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

impl CaseRecord {
    /// Whether it never makes a run red.
    pub fn is_advisory(&self) -> bool {
        self.tags.iter().any(|tag| tag == ADVISORY)
    }
}

/// Why a run judged too little for who relies on it; nothing where it judged enough.
pub(crate) fn lacking(record: &Record) -> Option<String> {
    let policy = &record.run.policy;
    if !policy.gate {
        return None;
    }
    if !policy.is_shard {
        let judged = record.cases.iter().filter(|case| is_judged(case)).count();
        if let Some(least) = policy.min_cases.filter(|least| judged < *least) {
            return Some(format!("{} judged, and `min_cases` demands {least}", cases(judged)));
        }
        let is_absent = |entry: &&String| {
            let mut names = record.cases.iter().map(|case| &case.full_name).chain(&record.run.left_out);
            !names.any(|name| means(entry, name))
        };
        if let Some(entry) = policy.required.iter().find(is_absent) {
            return Some(format!("`{entry}` is required, and there is no such case"));
        }
    }
    if let Some(name) = record.run.left_out.iter().find(|name| policy.requires(name).is_some()) {
        return Some(format!("{name} is required, and was not selected"));
    }
    // Nobody expects of a case that is marked ignored that it runs.
    let ignored = record.run.cases.iter().filter(|info| info.skipped.is_some());
    let ignored: BTreeSet<&str> = ignored.map(|info| info.full_name.as_str()).collect();
    let unjudged = record.cases.iter().find(|case| {
        !is_judged(case)
            && policy.requires(&case.full_name).is_some()
            && !ignored.contains(case.full_name.as_str())
    })?;
    let why = match &unjudged.outcome {
        Outcome::Blocked { by } => format!("is blocked by {by}"),
        Outcome::Skipped { why } => format!("was skipped: {why}"),
        _ => "was not judged".to_owned(),
    };
    Some(format!("{} is required, and {why}", unjudged.full_name))
}

fn is_judged(case: &CaseRecord) -> bool {
    matches!(case.outcome, Outcome::Passed { .. } | Outcome::Failed { .. } | Outcome::Errored { .. })
}

fn cases(count: usize) -> String {
    if count == 1 { "one case was".to_owned() } else { format!("{count} cases were") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::by_hand::*;
    use crate::{Blame, Probe, Verdict};

    fn gate(required: &[&str], cases: impl IntoIterator<Item = CaseRecord>) -> Record {
        let mut record = record(cases);
        record.run.policy = Policy {
            gate: true,
            required: required.iter().map(ToString::to_string).collect(),
            ..Policy::default()
        };
        record
    }

    fn advisory(case: CaseRecord) -> CaseRecord {
        CaseRecord { tags: vec![ADVISORY.to_owned()], ..case }
    }

    fn why(record: &Record) -> String {
        match record.verdict() {
            Verdict::Inconclusive { why } => why,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn what_is_required_has_to_be_judged_where_a_pipeline_relies_on_it() {
        let green = || [accepted("portal", Probe::Page), accepted("invoices", Probe::Page)];
        assert_eq!(gate(&["session", "session::portal"], green()).verdict(), Verdict::Pass);
        let mut left_out = gate(&["session"], green());
        left_out.run.left_out = vec!["session::assets::page".into()];
        let told = [
            gate(&["login", "session"], green()),
            left_out.clone(),
            gate(&["session::assets"], green().into_iter().chain([skipped("assets", Probe::Write)])),
            gate(&["session"], green().into_iter().chain([blocked("assets", Probe::Api)])),
        ];
        insta::assert_snapshot!(told.each_ref().map(why).join("\n"), @r"
            `login` is required, and there is no such case
            session::assets::page is required, and was not selected
            session::assets::write is required, and was skipped: ignored
            1 case is blocked by the login as `dispatcher`, see `login::dispatcher`
        ");
        left_out.run.policy.gate = false;
        assert_eq!(left_out.verdict(), Verdict::Pass, "somebody looks at a part of it");
    }

    #[test]
    fn a_part_of_a_word_is_another_word() {
        let policy = Policy { required: vec!["session".into()], ..Policy::default() };
        assert_eq!(policy.requires("session::portal::page"), Some("session"));
        assert_eq!(policy.requires("sessions::portal::page"), None);
    }

    #[test]
    fn a_gate_may_demand_a_number_of_judged_cases() {
        let mut record = gate(&[], [accepted("portal", Probe::Page), skipped("portal", Probe::Form)]);
        record.run.policy.min_cases = Some(2);
        insta::assert_snapshot!(why(&record), @"one case was judged, and `min_cases` demands 2");
        record.run.policy.is_shard = true;
        assert_eq!(record.verdict(), Verdict::Pass, "the other shards judge the others");
    }

    #[test]
    fn what_is_broken_is_broken_however_little_was_judged() {
        let record = gate(&["login"], [wrong("portal", Probe::Page)]);
        assert_eq!(record.verdict(), Verdict::Fail);
    }

    #[test]
    fn an_advisory_case_never_makes_a_run_red() {
        let broken =
            [wrong("portal", Probe::Form), blocked("assets", Probe::Page), hindered("assets", Probe::Api)];
        let cases = broken.map(advisory).into_iter().chain([accepted("portal", Probe::Page)]);
        assert_eq!(record(cases).verdict(), Verdict::Pass);
        assert_eq!(record([advisory(wrong("portal", Probe::Page))]).verdict(), Verdict::NothingRan);
    }

    #[test]
    fn flaky_fails_only_where_it_is_said() {
        let flaky = || after(vec![attempt(&[Blame::Silent])], accepted("portal", Probe::Page));
        let mut record = record([flaky()]);
        assert_eq!(record.verdict(), Verdict::Pass);
        record.run.policy.flaky_fails = true;
        assert_eq!(record.verdict(), Verdict::Fail);
        record.cases = vec![advisory(flaky()), accepted("portal", Probe::Form)];
        assert_eq!(record.verdict(), Verdict::Pass);
    }
}
