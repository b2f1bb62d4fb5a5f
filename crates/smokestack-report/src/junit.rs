//! The JUnit report: the subset that Jenkins, GitLab, GitHub's actions, Azure and CircleCI all read.

use std::collections::BTreeSet;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestRerun, TestSuite};
use smokestack_core::{Attempt, Blame, CaseRecord, Fact, Finding, Outcome, Record, Verdict, diagnosis};

use crate::page_text::{escape, one_line};
use crate::paint::Paint;
use crate::{exchange, text};

/// The report of a run.
pub(crate) fn report(record: &Record) -> Report {
    let run = &record.run;
    let mut report = Report::new(valid(&format!("{} on {}", run.program, run.target)));
    report.timestamp = timestamp(run.started_unix_ms).parse().ok();
    report.set_time(run_time(record));
    let mut suites: Vec<&str> = Vec::new();
    let cases = record.in_order();
    for case in &cases {
        if !suites.contains(&case.suite.as_str()) {
            suites.push(&case.suite);
        }
    }
    for name in suites {
        report.add_test_suite(suite(name, &cases, record));
    }
    report
}

/// The report as XML, with timestamps in `Z`.
pub(crate) fn xml(record: &Record) -> Result<String, quick_junit::SerializeError> {
    // quick-junit writes `+00:00`. A quote in text is escaped, so this finds attributes only.
    const ATTRIBUTE: &str = " timestamp=\"";
    const MILLIS: usize = "2023-08-08T12:00:00.000".len();
    let text = report(record).to_string()?;
    let mut parts = text.split(ATTRIBUTE);
    let mut xml = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        xml.push_str(ATTRIBUTE);
        match part.split_at_checked(MILLIS) {
            Some((time, rest)) if rest.starts_with("+00:00\"") => {
                xml.push_str(time);
                xml.push('Z');
                xml.push_str(&rest["+00:00".len()..]);
            }
            _ => xml.push_str(part),
        }
    }
    Ok(xml)
}

fn suite(name: &str, cases: &[&CaseRecord], record: &Record) -> TestSuite {
    let run = &record.run;
    let cases: Vec<&CaseRecord> = cases.iter().copied().filter(|case| case.suite == name).collect();
    let mut suite = TestSuite::new(valid(name));
    let started = cases.iter().map(|case| case.started_unix_ms).min().unwrap_or(run.started_unix_ms);
    suite.timestamp = timestamp(started).parse().ok();
    suite.set_time(cases.iter().map(|case| case.took).sum());
    for (key, value) in [
        ("platform", run.platform.clone()),
        ("target", run.target.clone()),
        ("url", run.url.clone()),
        ("seed", run.seed.to_string()),
        ("releases", releases(record)),
        ("verdict", verdict(&record.verdict())),
    ] {
        if !value.is_empty() {
            suite.add_property(Property::new(key, valid(&one_line(&value))));
        }
    }
    let findings = diagnosis::diagnose(record);
    for finding in &findings {
        suite.add_property(Property::new(
            "finding",
            valid(&one_line(&format!("{}: {}", finding.title, finding.cause))),
        ));
        suite.add_property(Property::new("blamed", valid(&one_line(&finding.blamed()))));
    }
    suite.add_test_cases(cases.into_iter().map(|case| test_case(case, record, &findings)));
    suite
}

fn test_case(case: &CaseRecord, record: &Record, findings: &[Finding]) -> TestCase {
    // Readers that show the name alone must tell the rows of a matrix apart.
    let name = case.full_name.strip_prefix(&format!("{}::", case.suite)).unwrap_or(&case.name);
    let mut test = TestCase::new(valid(name), status(case, findings));
    test.set_classname(valid(&format!("{}.{}", record.run.program, case.suite)));
    test.timestamp = timestamp(case.started_unix_ms).parse().ok();
    test.set_time(case.took);
    test.set_assertions(case.notes.checks);
    test.extra.insert("file".into(), valid(&case.place.file).into());
    test.extra.insert("line".into(), case.place.line.to_string().into());
    if !case.tags.is_empty() {
        test.add_property(Property::new("tags", valid(&case.tags.join(", "))));
    }
    let attempts = case.outcome.earlier().len() + 1;
    if attempts > 1 {
        test.add_property(Property::new("attempts", attempts.to_string()));
    }
    let mut out: Vec<String> = Vec::new();
    if let Outcome::Passed { earlier } = &case.outcome
        && let Some(first) = earlier.first()
    {
        // Said three times, as most readers know one way only.
        test.add_property(Property::new("flaky", "true"));
        let why = one_line(&first.first.headline());
        out.push(format!("flaky: passed on attempt {attempts}, first: {why}"));
    }
    for line in case.notes.facts.iter().filter_map(eventually) {
        test.add_property(Property::new("eventually", valid(&line)));
        out.push(format!("eventually: {line}"));
    }
    let transcript = text::transcript(case);
    if case.outcome.reason().is_some() && !transcript.is_empty() {
        out.push(transcript);
    }
    if !out.is_empty() {
        test.set_system_out(valid(&out.join("\n")));
    }
    test
}

/// How often a line asked for what needs time, and how long that took.
pub(crate) fn eventually(fact: &Fact) -> Option<String> {
    let Fact::Eventually { place, tries, took_ms, met, first } = fact else { return None };
    let took = exchange::time(Duration::try_from_secs_f64(took_ms / 1000.0).unwrap_or_default());
    let said = match (met, tries) {
        (true, _) => format!("{place}: met at try {tries}, after {took}"),
        (false, 1) => format!("{place}: not met by 1 try in {took}"),
        (false, _) => format!("{place}: not met by {tries} tries in {took}"),
    };
    let first = first.iter().map(|first| format!("; try 1: {first}"));
    Some(one_line(&first.fold(said, |said, first| said + &first)))
}

fn status(case: &CaseRecord, findings: &[Finding]) -> TestCaseStatus {
    let skipped = |why: String| {
        let mut status = TestCaseStatus::skipped();
        status.set_message(valid(&why)).set_description(valid(&why));
        status
    };
    let mut status = match &case.outcome {
        Outcome::Passed { .. } => TestCaseStatus::success(),
        // Every reader turns red for a failure; what it says stands in `system-out`.
        Outcome::Failed { last, .. } | Outcome::Errored { last, .. } if case.is_advisory() => {
            let word = case.outcome.word();
            return skipped(format!("{word}, advisory: {}", one_line(&last.first.headline())));
        }
        Outcome::Failed { last, .. } | Outcome::Errored { last, .. } => {
            let message = one_line(&last.first.headline());
            let details = text::failure(case, &|_| None, Paint::PLAIN);
            let told = findings.iter().filter(|finding| Some(&finding.component) == case.component.as_ref());
            let findings: String =
                told.map(|finding| format!("{}\n\n", escape(&finding.to_string()))).collect();
            let mut status = TestCaseStatus::non_success(kind(last));
            // GitLab shows the text only, others the message only.
            status
                .set_type(last.first.class.word())
                .set_message(valid(&message))
                .set_description(valid(&format!("{message}\n\n{findings}{details}")));
            status
        }
        Outcome::Blocked { by } => skipped(format!("blocked by {}", one_line(by))),
        Outcome::Skipped { why } => skipped(one_line(why)),
    };
    status.add_reruns(case.outcome.earlier().iter().map(rerun));
    status
}

fn rerun(attempt: &Attempt) -> TestRerun {
    // Jenkins reads `flakyFailure` and not `flakyError`, and `stackTrace` but no text.
    let mut rerun = TestRerun::new(NonSuccessKind::Failure);
    rerun
        .set_time(attempt.took)
        .set_type(attempt.first.class.word())
        .set_message(valid(&one_line(&attempt.first.headline())))
        .set_stack_trace(valid(&text::attempt(attempt)));
    rerun
}

fn kind(attempt: &Attempt) -> NonSuccessKind {
    match attempt.blame() {
        Blame::Wrong => NonSuccessKind::Failure,
        Blame::Silent | Blame::Harness => NonSuccessKind::Error,
    }
}

fn releases(record: &Record) -> String {
    let exchanges = record.cases.iter().flat_map(|case| &case.notes.exchanges);
    let seen = exchanges.flat_map(|exchange| &exchange.hops).filter_map(|hop| {
        let release = hop.release.as_deref()?;
        Some(match &hop.component {
            Some(component) => format!("{component} {release}"),
            None => release.to_owned(),
        })
    });
    seen.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Pass => "pass".to_owned(),
        Verdict::Fail => "fail".to_owned(),
        Verdict::Inconclusive { why } => format!("inconclusive: {why}"),
        Verdict::NothingRan => "nothing ran".to_owned(),
        Verdict::Interrupted { signal } => format!("interrupted: {}", signal.word()),
    }
}

fn run_time(record: &Record) -> Duration {
    let took = record.took_ms.unwrap_or_default() / 1000.0;
    Duration::try_from_secs_f64(took).unwrap_or_default()
}

fn timestamp(unix_ms: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(unix_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    time.strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string()
}

/// What XML 1.0 may hold; quick-junit leaves the two noncharacters in, at which every reader gives up.
fn valid(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{7f}'..='\u{9f}'))
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

#[cfg(test)]
mod tests;
