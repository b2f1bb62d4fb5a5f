//! What is said on stderr when everything is over: the table, the findings, the verdict.

use std::collections::BTreeMap;
use std::path::Path;

use smokestack_core::{CaseRecord, ExitCode, Fact, Outcome, Record, SessionTable, Verdict, diagnosis};

use crate::last_line::{few, verdict_line};
use crate::page_text::{escape, one_line};
use crate::paint::{BAD, GOOD, Paint};
use crate::standing::{advisory, against_baseline};

/// What a run came to.
#[derive(Debug)]
pub struct Closing<'a> {
    /// All that happened.
    pub record: &'a Record,
    /// What it means.
    pub verdict: &'a Verdict,
    /// What the process ends with.
    pub code: ExitCode,
    /// Whether the target was ready: otherwise no case was run, and a table of them would say nothing.
    pub was_ready: bool,
    /// The JUnit file, if it was written.
    pub junit: Option<&'a Path>,
    /// The report for people, if it was written.
    pub html: Option<&'a Path>,
    /// Whether the run was one case of many processes: then what went well is not worth a line.
    pub process_per_case: bool,
    /// For each finding the case that told of it in another process of this run, if one did.
    pub told: &'a [Option<String>],
}

/// The closing text; empty if there is nothing to say.
pub fn text(closing: &Closing<'_>, paint: Paint) -> String {
    let record = closing.record;
    let went_well = matches!(closing.code, ExitCode::Pass);
    let brief = closing.process_per_case && went_well;
    let findings = diagnosis::diagnose(record);
    let mut parts: Vec<String> = Vec::new();
    if !brief {
        let table = SessionTable::of(record).filter(|_| closing.was_ready);
        parts.extend(table.map(|table| painted(&table, paint)));
        let told = closing.told.iter().map(Option::as_deref).chain(std::iter::repeat(None));
        parts.extend(findings.iter().zip(told).map(|(finding, before)| match before {
            Some(case) => one_line(&format!("finding: {}, told by `{case}`", finding.title)),
            None => escape(&finding.to_string()),
        }));
    }
    let mut lines: Vec<String> = flaky(record);
    lines.extend(blocked(record));
    lines.extend(remarks(record, brief));
    if !brief {
        // Whoever reads a verdict has to know of what: a forgotten `SMOKESTACK_TARGET` is a green run of another target.
        let run = &record.run;
        let address = if run.url.is_empty() { String::new() } else { format!(" at {}", run.url) };
        lines.push(one_line(&format!("target {}{address}, seed {}", run.target, run.seed)));
        if !run.narrowed.is_empty() {
            let (selected, planned) = (run.cases.len(), run.planned);
            lines.push(one_line(&format!(
                "selected {selected} of {planned} cases: {}",
                run.narrowed.join(", ")
            )));
        }
        lines.extend(closing.junit.map(|path| format!("junit {}", path.display())));
        lines.extend(closing.html.map(|path| format!("report {}", path.display())));
        lines.push(verdict_line(closing, &findings, paint));
    }
    if !lines.is_empty() {
        parts.push(lines.join("\n"));
    }
    parts.join("\n\n")
}

fn painted(table: &SessionTable, paint: Paint) -> String {
    let text = escape(&table.text());
    // Names are shown escaped, and below the rows stands what was left out.
    let heads: Vec<String> = table.heads().iter().map(|head| escape(head)).collect();
    let heads = std::iter::once("").chain(heads.iter().map(String::as_str)).chain(std::iter::repeat(""));
    let lines = text.lines().zip(heads).map(|(line, head)| {
        let Some((head, cells)) = line.split_at_checked(head.len()).filter(|_| !head.is_empty()) else {
            return line.to_owned();
        };
        let cells = cells.split(' ').map(|cell| match cell {
            "ok" => paint.paint(GOOD, cell),
            "LOST" | "OPEN" | "ENDED" | "OTHER" | "FAIL" | "ERROR" => paint.paint(BAD, cell),
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
    let line = |(case, first, attempt): (&CaseRecord, &smokestack_core::Attempt, usize)| {
        let why = one_line(&first.first.headline());
        format!("flaky: {} passed on attempt {attempt}, first: {why}", case.full_name)
    };
    flaky.map(line).collect()
}

/// What is worth a line beside the cases' own: advisory ones, sessions, what was left behind, what failed after all, what is new
/// against the baseline.
pub(crate) fn remarks(record: &Record, brief: bool) -> Vec<String> {
    let mut lines = advisory(record);
    lines.extend(sessions(record, brief));
    lines.extend(left_behind(record));
    lines.extend(after_all(record));
    lines.extend(against_baseline(record));
    lines
}

/// What is not ordinary about the sessions of a run, each thing once.
fn sessions(record: &Record, brief: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for fact in record.facts() {
        let line = match fact {
            Fact::SessionRenewed { account, why } => {
                format!("the session of `{account}` was lost on the server and made anew: {why}")
            }
            Fact::SessionNotReused { account, why } => format!("session of {account} not reused: {why}"),
            Fact::SessionRefused { account, why } => format!("warning: session of {account}: {why}"),
            Fact::NotLookedAt { site } if !brief => format!(
                "not looked at: files at {site}, which pages name; `sites` in `[resources]` has them fetched"
            ),
            Fact::TakenAway { what, case } => {
                format!("taken away: {what}, left by `{case}` of an earlier run")
            }
            Fact::SessionReused { account, note } if !brief => format!("session of {account} reused: {note}"),
            _ => continue,
        };
        let line = one_line(&line);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// What earlier runs have left on the target, the first of it.
fn left_behind(record: &Record) -> Option<String> {
    let left = record.facts().filter_map(|fact| match fact {
        Fact::LeftBehind { what, case, why } if case.is_empty() => {
            Some(format!("{what} may still be there: {why}"))
        }
        Fact::LeftBehind { what, case, why } => {
            Some(format!("{what} may still be there, left by `{case}` of an earlier run: {why}"))
        }
        _ => None,
    });
    let left: Vec<String> = left.collect();
    let (first, more) = left.split_first()?;
    let more = match more.len() {
        0 => String::new(),
        more => format!("; and {more} more: `smokestack sweep --list`"),
    };
    Some(one_line(&format!("warning: {first}{more}")))
}

/// What the list of outcomes shows as blocked, and failed: nobody else told of it.
fn after_all(record: &Record) -> Option<String> {
    let held = record.cases.iter().filter(|case| case.notes.held.is_some());
    let failed: Vec<_> = held.filter_map(|case| Some((case, case.outcome.reason()?))).collect();
    Some(one_line(&match failed.as_slice() {
        [] => return None,
        [(case, attempt)] => format!("failed after all: {}, {}", case.full_name, attempt.first.headline()),
        [(_, attempt), ..] => {
            let names: Vec<_> = failed.iter().map(|(case, _)| case.full_name.as_str()).collect();
            let (names, first) = (few(&names), attempt.first.headline());
            format!("failed after all, listed as blocked: {names}; the first: {first}")
        }
    }))
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
        Attempt, Blame, CaseNotes, Cell, Class, ComponentInfo, FailedCheck, InstanceRow, Place, Probe,
        RunInfo,
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
        Record {
            run: RunInfo {
                components,
                seed: 7,
                target: "demo".into(),
                url: "http://made.up".into(),
                ..RunInfo::default()
            },
            cases,
            ..Record::default()
        }
    }

    fn closed(process_per_case: bool, code: ExitCode) -> String {
        let record = record();
        let verdict = record.verdict();
        let junit = Some(Path::new("target/smokestack/TEST-suites-demo.xml"));
        let html = Some(Path::new("target/smokestack/suites-demo/report.html"));
        text(
            &Closing {
                record: &record,
                verdict: &verdict,
                code,
                was_ready: true,
                junit,
                html,
                process_per_case,
                told: &[],
            },
            Paint { colour: false },
        )
    }

    #[test]
    fn a_red_run_ends_with_table_findings_and_verdict() {
        // What a finding says is the core's business.
        let text = closed(false, ExitCode::Fail);
        let parts =
            text.split("\n\n").map(|part| if part.starts_with("finding: ") { "[finding]" } else { part });
        insta::assert_snapshot!(parts.collect::<Vec<_>>().join("\n\n"), @r"
            session across components   page
              portal                    ok
              ok                        ok
              work-orders               LOST
              assets                    -

            [finding]

            flaky: session::portal::page passed on attempt 2, first: signed in as `alice`
            blocked: 1 case by `login::alice`
            target demo at http://made.up, seed 7
            junit target/smokestack/TEST-suites-demo.xml
            report target/smokestack/suites-demo/report.html
            verdict: FAIL, roll back: work-orders does not accept the platform session (exit 101)
        ");
    }

    #[test]
    fn a_finding_that_another_process_told_is_a_line() {
        let record = record();
        let told = [Some("session::work-orders::api".to_owned())];
        let closing = Closing {
            record: &record,
            verdict: &record.verdict(),
            code: ExitCode::Fail,
            was_ready: true,
            junit: None,
            html: None,
            process_per_case: true,
            told: &told,
        };
        let text = text(&closing, Paint { colour: false });
        let finding = text.split("\n\n").find(|part| part.starts_with("finding: ")).unwrap();
        insta::assert_snapshot!(finding, @"finding: work-orders does not accept the platform session, told by `session::work-orders::api`");
    }

    #[test]
    fn of_many_that_failed_after_all_three_are_named() {
        let held = |name: &str| {
            let mut case = case(
                name,
                Outcome::Failed { last: attempt(Blame::Wrong, Class::SessionLost), earlier: Vec::new() },
            );
            let check = FailedCheck::new(Blame::Wrong, Class::SessionLost, "signed in as `alice`");
            case.notes.held = Some(smokestack_core::Held { case: "login::alice".into(), check });
            case
        };
        let told = |names: &[&str]| {
            let cases = names.iter().map(|name| held(name)).collect();
            after_all(&Record { cases, ..Record::default() }).unwrap_or_default()
        };
        insta::assert_snapshot!(told(&["a", "b", "c", "d", "e"]), @"failed after all, listed as blocked: session::a::page, session::b::page, session::c::page and 2 more; the first: signed in as `alice`");
        insta::assert_snapshot!(told(&["a", "b"]), @"failed after all, listed as blocked: session::a::page, session::b::page; the first: signed in as `alice`");
    }

    #[test]
    fn where_the_target_was_never_ready_there_is_no_table() {
        let record = record();
        let verdict = Verdict::Inconclusive { why: "carried file `x` cannot be read".into() };
        let code = ExitCode::Inconclusive;
        let closing = |was_ready| {
            let closing = Closing {
                record: &record,
                verdict: &verdict,
                code,
                was_ready,
                junit: None,
                html: None,
                process_per_case: false,
                told: &[],
            };
            text(&closing, Paint { colour: false })
        };
        assert!(closing(true).contains("session across components"));
        assert!(!closing(false).contains("session across components"));
        assert!(closing(false).ends_with("verdict: INCONCLUSIVE, carried file `x` cannot be read (exit 3)"));
    }

    #[test]
    fn a_process_per_case_that_went_well_says_only_what_must_not_be_silent() {
        assert!(closed(true, ExitCode::Pass).starts_with("flaky: "));
        assert!(!closed(true, ExitCode::Pass).contains("verdict"));
        assert!(closed(true, ExitCode::Fail).contains("verdict"));
    }

    #[test]
    fn a_session_that_was_reused_is_said_and_one_that_was_lost_or_refused_is_never_silent() {
        let (account, why) = ("alice".to_owned(), "it is damaged".to_owned());
        let facts = [
            Fact::SessionReused { account: account.clone(), note: "made 4 m ago by process 311".into() },
            Fact::SessionRefused { account: account.clone(), why: why.clone() },
            Fact::SessionRefused { account: account.clone(), why },
            Fact::SessionRenewed { account, why: "status 302 to /login".into() },
        ];
        let record = Record { evidence: facts.to_vec(), ..Record::default() };
        insta::assert_snapshot!(sessions(&record, false).join("\n"), @r"
            session of alice reused: made 4 m ago by process 311
            warning: session of alice: it is damaged
            the session of `alice` was lost on the server and made anew: status 302 to /login
        ");
        assert_eq!(sessions(&record, true).len(), 2);
    }

    #[test]
    fn states_have_colour_and_names_have_none() {
        let table = SessionTable::of(&record()).unwrap();
        let painted = painted(&table, Paint { colour: true });
        let paint = |style, text| Paint { colour: true }.paint(style, text);
        assert!(painted.contains("\n  ok   ") && painted.contains(&paint(GOOD, "ok")));
        assert!(painted.contains(&paint(BAD, "LOST")));
        let mut table = table;
        let (component, states) = table.rows[1].clone();
        let instance =
            InstanceRow { component, instance: "ok-1".into(), releases: vec!["LOST".into()], states };
        table.instances = vec![instance];
        let painted = self::painted(&table, Paint { colour: true });
        assert!(painted.contains("\n    ok-1 (LOST)   "), "{painted}");
    }
}
