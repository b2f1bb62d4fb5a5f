//! What is said on stderr when everything is over: the table, the findings, the verdict.

use std::collections::BTreeMap;
use std::path::Path;

use smokestack_core::{ExitCode, Outcome, Record, SessionTable, Verdict, diagnosis};

use super::page_text::{escape, one_line};
use crate::console::{BAD, Console, GOOD, UNSURE};

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Closing<'a> {
    pub(crate) record: &'a Record,
    pub(crate) verdict: &'a Verdict,
    pub(crate) code: ExitCode,
    /// The JUnit file, if it was written.
    pub(crate) junit: Option<&'a Path>,
    /// Whether the run was one case of many processes: then what went well is not worth a line.
    pub(crate) process_per_case: bool,
}

/// The closing text; empty if there is nothing to say.
pub(crate) fn text(closing: &Closing<'_>, console: Console) -> String {
    let record = closing.record;
    let went_well = matches!(closing.code, ExitCode::Pass);
    let brief = closing.process_per_case && went_well;
    let mut parts: Vec<String> = Vec::new();
    if !brief {
        parts.extend(SessionTable::of(record).map(|table| painted(&table, console)));
        parts.extend(diagnosis::diagnose(record).iter().map(|finding| escape(&finding.to_string())));
    }
    let mut lines: Vec<String> = flaky(record);
    lines.extend(blocked(record));
    let failed = record.cases.iter().any(|case| case.outcome.reason().is_some());
    if failed {
        lines.push(format!("seed {}", record.run.seed));
    }
    if let Some(path) = closing.junit.filter(|_| !went_well) {
        lines.push(format!("junit {}", path.display()));
    }
    if !brief {
        lines.push(verdict_line(closing, console));
    }
    if !lines.is_empty() {
        // A table that is all green needs no empty line below it.
        match parts.last_mut() {
            Some(table) if lines.len() == 1 => table.push_str(&format!("\n{}", lines.join("\n"))),
            _ => parts.push(lines.join("\n")),
        }
    }
    parts.join("\n\n")
}

/// The last line of a run.
pub(crate) fn verdict_line(closing: &Closing<'_>, console: Console) -> String {
    let code = closing.code as u8;
    let (style, words) = match closing.verdict {
        Verdict::Pass => (GOOD, "PASS".to_owned()),
        Verdict::Fail => (BAD, "FAIL, roll back".to_owned()),
        Verdict::Inconclusive { why } => (UNSURE, format!("INCONCLUSIVE, {}", one_line(why))),
        Verdict::NothingRan => (UNSURE, "nothing ran".to_owned()),
    };
    format!("verdict: {} (exit {code})", console.paint(style, &words))
}

fn painted(table: &SessionTable, console: Console) -> String {
    let text = escape(&table.text());
    let names = std::iter::once("").chain(table.rows.iter().map(|(name, _)| name.as_str()));
    let lines = text.lines().zip(names).map(|(line, name)| {
        let Some((head, cells)) = line.split_at_checked(name.len() + 2).filter(|_| !name.is_empty()) else {
            return line.to_owned();
        };
        let cells = cells.split(' ').map(|cell| match cell {
            "ok" => console.paint(GOOD, cell),
            "LOST" | "OPEN" | "FAIL" | "ERROR" => console.paint(BAD, cell),
            _ => cell.to_owned(),
        });
        format!("{head}{}", cells.collect::<Vec<_>>().join(" "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn flaky(record: &Record) -> Vec<String> {
    let flaky = record.cases.iter().filter_map(|case| match &case.outcome {
        Outcome::Passed { earlier } => Some((case, earlier.first()?, earlier.len() + 1)),
        _ => None,
    });
    let line = |(case, first, attempt): (&smokestack_core::CaseRecord, &smokestack_core::Attempt, usize)| {
        let why = one_line(&first.first.headline());
        format!("flaky: {} passed on attempt {attempt}, first: {why}", case.full_name)
    };
    flaky.map(line).collect()
}

fn blocked(record: &Record) -> Vec<String> {
    let mut roots: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &record.cases {
        if let Outcome::Blocked { by } = &case.outcome {
            *roots.entry(by).or_default() += 1;
        }
    }
    let line = |(by, count): (&str, usize)| {
        let cases = if count == 1 { "case" } else { "cases" };
        format!("blocked: {count} {cases} by {}", one_line(by))
    };
    roots.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use smokestack_core::{
        Attempt, Blame, CaseNotes, CaseRecord, Cell, Class, ComponentInfo, FailedCheck, Place, Probe, RunInfo,
    };

    use super::*;

    fn case(component: &str, outcome: Outcome) -> CaseRecord {
        CaseRecord {
            full_name: format!("session::{component}::page"),
            suite: "session".into(),
            component: Some(component.into()),
            name: "page".into(),
            place: Place::caller(),
            tags: Vec::new(),
            cell: Some(Cell { component: component.into(), probe: Probe::Page }),
            started_unix_ms: 0,
            took: Duration::ZERO,
            outcome,
            notes: CaseNotes::default(),
        }
    }

    fn attempt(blame: Blame, class: Class) -> Attempt {
        let first = FailedCheck::new(blame, class, "signed in as `alice`");
        Attempt { first, others: Vec::new(), answered: false, took: Duration::ZERO }
    }

    fn record() -> Record {
        let names = ["portal", "ok", "work-orders", "assets"];
        let components =
            names.map(|name| ComponentInfo { name: name.into(), issuer: name == "portal" }).to_vec();
        let lost = attempt(Blame::Wrong, Class::SessionLost);
        let cases = vec![
            case("portal", Outcome::Passed { earlier: vec![attempt(Blame::Silent, Class::NoAnswer)] }),
            case("ok", Outcome::Passed { earlier: Vec::new() }),
            case("work-orders", Outcome::Failed { last: lost, earlier: Vec::new() }),
            case("assets", Outcome::Blocked { by: "`login::alice`".into() }),
        ];
        Record { run: RunInfo { components, seed: 7, ..RunInfo::default() }, cases, ..Record::default() }
    }

    fn closed(process_per_case: bool, code: ExitCode) -> String {
        let record = record();
        let verdict = record.verdict();
        let junit = Some(Path::new("target/smokestack/TEST-suites-demo.xml"));
        text(
            &Closing { record: &record, verdict: &verdict, code, junit, process_per_case },
            Console { colour: false },
        )
    }

    #[test]
    fn a_red_run_ends_with_table_findings_and_verdict() {
        // What a finding says is the core's business.
        let text = closed(false, ExitCode::Fail);
        let parts =
            text.split("\n\n").map(|part| if part.starts_with("finding: ") { "[finding]" } else { part });
        insta::assert_snapshot!(parts.collect::<Vec<_>>().join("\n\n"), @r#"
        session across components   page
          portal                    ok
          ok                        ok
          work-orders               LOST
          assets                    -

        [finding]

        flaky: session::portal::page passed on attempt 2, first: signed in as `alice`
        blocked: 1 case by `login::alice`
        seed 7
        junit target/smokestack/TEST-suites-demo.xml
        verdict: FAIL, roll back (exit 101)
        "#);
    }

    #[test]
    fn a_process_per_case_that_went_well_says_only_what_must_not_be_silent() {
        assert!(closed(true, ExitCode::Pass).starts_with("flaky: "));
        assert!(!closed(true, ExitCode::Pass).contains("verdict"));
        assert!(closed(true, ExitCode::Fail).contains("verdict"));
    }

    #[test]
    fn states_have_colour_and_names_have_none() {
        let table = SessionTable::of(&record()).unwrap();
        let painted = painted(&table, Console { colour: true });
        let paint = |style, text| Console { colour: true }.paint(style, text);
        assert!(painted.contains("\n  ok   ") && painted.contains(&paint(GOOD, "ok")));
        assert!(painted.contains(&paint(BAD, "LOST")));
    }
}
