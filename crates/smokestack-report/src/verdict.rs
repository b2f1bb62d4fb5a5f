//! The verdict as JSON, for the next step of a pipeline.

use serde::Serialize;
use smokestack_core::{CaseRecord, Outcome, Record, Verdict, diagnosis};

use crate::last_line::reason;

/// The version of the format.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct File<'a> {
    format: u32,
    verdict: &'static str,
    exit_code: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    program: &'a str,
    platform: &'a str,
    target: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected_release: Option<&'a str>,
    started_unix_ms: i64,
    took_ms: Option<f64>,
    seed: u64,
    counts: Counts,
    findings: Vec<Told<'a>>,
    /// Every case that did not pass, and what passed only at last.
    cases: Vec<Case<'a>>,
}

#[derive(Serialize)]
struct Counts {
    passed: usize,
    flaky: usize,
    failed: usize,
    errored: usize,
    blocked: usize,
    skipped: usize,
}

#[derive(Serialize)]
struct Told<'a> {
    component: &'a str,
    blamed: String,
    title: &'a str,
    cause: &'a str,
}

#[derive(Serialize)]
struct Case<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    component: Option<&'a str>,
    outcome: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    advisory: bool,
    why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<&'static str>,
    file: &'a str,
    line: u32,
}

/// The word of a verdict.
pub(crate) fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Inconclusive { .. } => "inconclusive",
        Verdict::NothingRan => "nothing-ran",
        Verdict::Interrupted { .. } => "interrupted",
    }
}

/// The verdict of a run.
pub(crate) fn json(record: &Record) -> Result<String, serde_json::Error> {
    let run = &record.run;
    let verdict = record.verdict();
    let findings = diagnosis::diagnose(record);
    let why = match &verdict {
        Verdict::Pass | Verdict::NothingRan => None,
        Verdict::Fail => Some(reason(record, &findings)),
        Verdict::Inconclusive { why } => Some(why.clone()),
        Verdict::Interrupted { signal } => Some(signal.word().to_owned()),
    };
    let count = |word| record.count(word);
    let file = File {
        format: FORMAT,
        verdict: word(&verdict),
        exit_code: verdict.exit_code(&run.policy) as u8,
        why,
        program: &run.program,
        platform: &run.platform,
        target: &run.target,
        url: &run.url,
        expected_release: run.expected_release.as_deref(),
        started_unix_ms: run.started_unix_ms,
        took_ms: record.took_ms,
        seed: run.seed,
        counts: Counts {
            passed: count("passed"),
            flaky: count("flaky"),
            failed: count("failed"),
            errored: count("errored"),
            blocked: count("blocked"),
            skipped: count("skipped"),
        },
        findings: findings
            .iter()
            .map(|finding| Told {
                component: &finding.component,
                blamed: finding.blamed(),
                title: &finding.title,
                cause: &finding.cause,
            })
            .collect(),
        cases: record.in_order().into_iter().filter_map(|told| case(told, record)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&file)?;
    text.push('\n');
    Ok(text)
}

fn case<'a>(case: &'a CaseRecord, record: &Record) -> Option<Case<'a>> {
    let why = match &case.outcome {
        Outcome::Passed { earlier } => earlier.first()?.first.headline(),
        Outcome::Failed { last, .. } | Outcome::Errored { last, .. } => last.first.headline(),
        Outcome::Blocked { by } => format!("blocked by {by}"),
        Outcome::Skipped { why } => why.clone(),
    };
    let change = record.run.baseline.as_ref().and_then(|baseline| baseline.change(case));
    Some(Case {
        name: &case.full_name,
        component: case.component.as_deref(),
        outcome: case.outcome.word(),
        advisory: case.is_advisory(),
        why,
        baseline: change.map(|change| change.words()),
        file: &case.place.file,
        line: case.place.line,
    })
}

#[cfg(test)]
mod tests {
    use smokestack_core::{ADVISORY, Baseline, CaseInfo, RunInfo};

    use super::*;
    use crate::by_hand;

    fn case(name: &str, tags: &[&str], wrong: Option<&str>) -> CaseRecord {
        let info = CaseInfo {
            full_name: format!("pages::invoices::{name}"),
            component: Some("invoices".into()),
            tags: tags.iter().map(ToString::to_string).collect(),
            ..by_hand::info(name)
        };
        by_hand::ran(&info, wrong)
    }

    #[test]
    fn a_pipeline_learns_what_it_came_to_and_why() {
        let mut record = Record {
            run: RunInfo { program: "suites".into(), target: "prod".into(), seed: 7, ..RunInfo::default() },
            cases: vec![
                case("list", &[], Some("`h1`")),
                case("new", &[ADVISORY], Some("title")),
                case("home", &[], None),
            ],
            took_ms: Some(1234.5),
            ..Record::default()
        };
        record.run.baseline = Some(Baseline {
            started_unix_ms: 0,
            passed: [("pages::invoices::list".to_owned(), true)].into(),
        });
        insta::assert_snapshot!(json(&record).unwrap(), @r#"
        {
          "format": 1,
          "verdict": "fail",
          "exit_code": 101,
          "why": "pages::invoices::list failed",
          "program": "suites",
          "platform": "",
          "target": "prod",
          "url": "",
          "started_unix_ms": 0,
          "took_ms": 1234.5,
          "seed": 7,
          "counts": {
            "passed": 1,
            "flaky": 0,
            "failed": 2,
            "errored": 0,
            "blocked": 0,
            "skipped": 0
          },
          "findings": [],
          "cases": [
            {
              "name": "pages::invoices::list",
              "component": "invoices",
              "outcome": "failed",
              "why": "`h1`: expected `Bills`, found `Sign in`",
              "baseline": "regressed",
              "file": "smokestack.toml",
              "line": 7
            },
            {
              "name": "pages::invoices::new",
              "component": "invoices",
              "outcome": "failed",
              "advisory": true,
              "why": "title: expected `Bills`, found `Sign in`",
              "baseline": "broken, not judged before",
              "file": "smokestack.toml",
              "line": 7
            }
          ]
        }
        "#);
    }
}
