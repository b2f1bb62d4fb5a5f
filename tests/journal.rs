//! Whatever ends a run, its journal tells what it came to.

use std::path::Path;
use std::process::{Command, Stdio};

use harness_tests::{run, smokestack, specimen, suites};

use crate::shown::is_place;

/// The stock suites against the demo platform, with their reports in a folder.
fn stock(reports: &Path) -> Command {
    let mut command = suites();
    command.env("SMOKESTACK_REPORTS", reports);
    command
}

fn lines(journal: &Path) -> usize {
    std::fs::read_to_string(journal).map_or(0, |text| text.lines().count())
}

fn junit(reports: &Path) -> quick_junit::Report {
    let text = std::fs::read_to_string(reports.join("junit.xml")).expect("there is a JUnit report");
    quick_junit::Report::deserialize_from_str(&text).expect("it is JUnit")
}

/// What a report has in common with that of another run.
fn outcomes(report: &quick_junit::Report) -> Vec<String> {
    let cases = report.test_suites.iter().flat_map(|suite| &suite.test_cases);
    cases
        .map(|case| {
            format!(
                "{} {}",
                case.name.as_str(),
                matches!(case.status, quick_junit::TestCaseStatus::Success { .. })
            )
        })
        .collect()
}

#[test]
fn the_reports_made_from_the_journal_are_those_of_the_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = run(&mut stock(folder.path()));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let report =
        |name: &str| std::fs::read_to_string(folder.path().join(name)).expect("there is such a report");
    let (before, page_before) = (report("junit.xml"), report("report.html"));
    for name in ["junit.xml", "report.html"] {
        std::fs::remove_file(folder.path().join(name)).expect("it goes");
    }
    let told = run(smokestack().arg("report").arg(folder.path()));
    let (after, page_after) = (report("junit.xml"), report("report.html"));
    assert_eq!(page_before, page_after);
    let converted = run(smokestack().args(["report", "convert", "--to", "html"]).arg(folder.path()));
    assert_eq!(converted.stdout.trim_end(), page_before.trim_end());
    let without_id =
        |text: &str| text.lines().filter(|line| !line.contains("<testsuites ")).collect::<String>();
    assert_eq!(without_id(&before), without_id(&after));
    assert_eq!(told.code, 0, "{}", told.stderr);
    // All but where the report lies.
    let closing = |text: &str| {
        let (_, end) = text.split_once("session across").expect("there is a table");
        end.lines().filter(|line| !is_place(line)).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(closing(&ran.stderr), closing(&told.stdout));
}

#[test]
fn a_run_that_is_killed_at_any_moment_leaves_what_it_had_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = run(&mut stock(&folder.path().join("whole")));
    assert_eq!(whole.code, 0, "{}", whole.stderr);
    let all = outcomes(&junit(&folder.path().join("whole"))).len();
    let last = lines(&folder.path().join("whole/events.jsonl"));
    let mut unfinished = 0;
    for moment in 0..20 {
        let reports = folder.path().join(format!("killed-{moment}"));
        let journal = reports.join("events.jsonl");
        let wanted = 1 + moment * (last - 2) / 20;
        let mut child =
            stock(&reports).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        while lines(&journal) < wanted && child.try_wait().expect("it can be asked").is_none() {
            std::thread::yield_now();
        }
        child.kill().expect("it is killed, or has ended");
        child.wait().expect("it has ended");
        let told = run(smokestack().arg("report").arg(&reports));
        let seen = outcomes(&junit(&reports));
        assert_eq!(seen.len(), all, "killed at line {wanted}: every case is told of");
        if told.code == 3 {
            let last = told.stdout.lines().last().unwrap_or_default();
            assert!(
                last.starts_with("verdict: INCONCLUSIVE, ") && last.contains("not run: the run "),
                "{last}"
            );
            unfinished += 1;
        } else {
            assert_eq!(told.code, 0, "killed at line {wanted}: {}{}", told.stdout, told.stderr);
        }
    }
    assert!(unfinished > 10, "most were killed before their end, not {unfinished}");
}

#[test]
fn processes_of_one_run_are_one_report() {
    let folder = tempfile::tempdir().expect("a folder");
    for (run_id, name) in [
        ("before", "passes::invoices::a_record_comes_and_goes"),
        ("now", "passes::the_home_page_greets"),
        ("now", "passes::invoices::invoices_are_listed"),
    ] {
        let mut case = specimen("passes");
        case.args(["--exact", name])
            .env("SMOKESTACK_REPORTS", folder.path())
            .envs([("NEXTEST", "1"), ("NEXTEST_RUN_ID", run_id)]);
        run(&mut case);
    }
    let told = run(smokestack().arg("report").arg(folder.path()));
    assert_eq!(told.code, 0, "{}{}", told.stdout, told.stderr);
    assert_eq!(outcomes(&junit(folder.path())).len(), 2);
}

#[test]
fn shards_and_retries_are_merged_and_what_passed_at_last_is_flaky() {
    let folder = tempfile::tempdir().expect("a folder");
    let shard = |name: &str, specimen_name: &str| {
        let reports = folder.path().join(name);
        let mut command = specimen(specimen_name);
        run(command.env("SMOKESTACK_REPORTS", &reports));
        reports
    };
    let (one, other) = (shard("one", "passes"), shard("other", "fails"));
    let out = folder.path().join("merged");
    let merged = run(smokestack().args(["report", "merge"]).args([&one, &other]).arg("--out").arg(&out));
    assert_eq!(merged.code, 101, "{}", merged.stderr);
    let suites: Vec<_> = junit(&out).test_suites.iter().map(|suite| suite.name.as_str().to_owned()).collect();
    assert_eq!(suites, ["passes", "fails"]);
}

#[test]
fn what_is_no_journal_is_a_usage_error_that_names_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("page.html");
    std::fs::write(&page, "<html>").expect("it is written");
    for (argument, message) in [
        (folder.path().join("none"), "cannot be read: No such file"),
        (folder.path().to_owned(), "there is no journal in `"),
        (page, "line 1, column 1 is no event of a journal"),
    ] {
        let told = run(smokestack().arg("report").arg(&argument));
        assert_eq!(told.code, 2, "{}", told.stderr);
        assert!(told.stderr.starts_with("error: ") && told.stderr.contains(message), "{}", told.stderr);
    }
}
