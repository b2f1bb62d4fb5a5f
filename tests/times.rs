//! Times and budgets: every check met and not met, as a user sees it, and budgets of the platform file.

use fault_scenarios::{Programs, Setup, Stage, judge_healthy};
use harness_tests::{Ran, run, smokestack, specimen, suites};

use crate::shown::{assert_shown, shown};

/// Exit code and outputs alone.
fn console(name: &str) -> String {
    let shown = shown(specimen(name).args(["--test-threads", "1"]));
    let console = shown.split("\n── junit").next().unwrap_or_default();
    // Which requests opened connections, and how long each took, differs from run to run.
    // Whether the time was up in a pause or in the middle of a try differs, too.
    let lines = console.lines().filter(|line| !line.trim_start().starts_with("note      try "));
    let lines = lines.map(|line| match line.split_once(" answers took longer: ") {
        Some((before, _)) => format!("{before} answers took longer: N, N ms"),
        None => match (line.split_once("after "), line.split_once(" tries in ")) {
            (Some((before, _)), Some((_, rest))) => format!("{before}after N tries in {rest}"),
            _ => line.to_owned(),
        },
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_check_of_times_says_what_the_time_is_made_of() {
    assert_shown!("times", console("times"));
}

#[test]
fn what_comes_after_a_while_is_green_with_its_tries_in_the_report() {
    let shown = shown(&mut specimen("waits"));
    assert_shown!("waits", shown);
}

#[test]
fn what_does_not_come_is_told_with_its_tries_and_no_try_outlasts_the_case() {
    assert_shown!("waits-unmet", console("waits-unmet"));
}

#[test]
fn the_guide_shows_what_runs_and_what_is_said() {
    let guide = include_str!("../docs/time.md");
    let code = [
        include_str!("../fixtures/specimens/src/times.rs"),
        include_str!("../fixtures/specimens/src/waits.rs"),
    ];
    let said = [
        include_str!("snapshots/harness__times__times.snap"),
        include_str!("snapshots/harness__times__waits.snap"),
        include_str!("snapshots/harness__times__waits-unmet.snap"),
    ];
    let blocks = |language: &str| -> Vec<&str> {
        let fence = format!("```{language}\n");
        let parts: Vec<&str> = guide.split(fence.as_str()).skip(1).collect();
        parts.into_iter().filter_map(|part| part.split("```").next()).collect()
    };
    let (examples, texts) = (blocks("rust"), blocks("text"));
    for block in &examples {
        assert!(code.iter().any(|code| code.contains(block)), "in no specimen:\n{block}");
    }
    for block in &texts {
        assert!(said.iter().any(|said| said.contains(block)), "in no snapshot:\n{block}");
    }
    assert!(examples.len() >= 2 && !texts.is_empty(), "{} examples, {} texts", examples.len(), texts.len());
}

#[test]
fn no_failure_of_a_time_points_into_the_harness_itself() {
    for name in ["times", "waits-unmet"] {
        let ran = run(&mut specimen(name));
        let mut places = ran.stdout.lines().filter_map(|line| line.trim().strip_prefix("--> "));
        assert!(places.all(|place| place.starts_with("fixtures/specimens/src/")), "{}", ran.stdout);
    }
}

#[test]
fn a_budget_of_the_platform_file_is_a_case_for_each_component() {
    let listed = run(suites().args(["--list", "--config", "suites/smokestack.toml"]));
    assert!(!listed.stdout.contains("time::"), "{}", listed.stdout);
    let programs = Programs { suites: &|| with(suites(), "time::"), smokestack: &smokestack };
    let stage = Stage::start(Setup::Budget).expect("the platform starts");
    let told = stage.run(&programs).expect("the suites run");
    assert!(judge_healthy(&told), "{}", told.stderr);
    for component in ["portal", "work-orders", "invoices", "assets", "reports"] {
        assert!(told.report.contains(&format!("name=\"{component}::budget\"")), "{}", told.report);
    }
}

fn with(mut command: std::process::Command, filter: &str) -> std::process::Command {
    command.arg(filter);
    command
}

/// The stock suites with these lines behind the platform file, on a platform that starts for it.
fn stock_with(more: &str, arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("smokestack.toml");
    std::fs::write(&file, format!("{}\n{more}", include_str!("../suites/smokestack.toml")))
        .expect("it is written");
    let ran = run(suites().arg("--config").arg(&file).args(arguments));
    let folder = format!("{}/", folder.path().display());
    Ran { stderr: ran.stderr.replace(&folder, ""), stdout: ran.stdout.replace(&folder, ""), ..ran }
}

#[test]
fn a_page_that_takes_longer_than_its_budget_is_told_and_its_component_named() {
    let ran = stock_with("[budgets]\npage = \"1us\"", &["time::invoices::budget"]);
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("page.duration().usually_under("), "{}", ran.stdout);
    assert!(ran.stdout.contains("2 of 2 answers took longer: "), "{}", ran.stdout);
    assert!(ran.stderr.contains("finding: invoices is slow"), "{}", ran.stderr);
}

#[test]
fn the_budget_of_a_row_is_judged_with_the_row() {
    let row =
        |budget: &str| format!("[[pages]]\nname = \"timed\"\npath = \"/invoices/\"\nbudget = \"{budget}\"");
    let in_time = stock_with(&row("60s"), &["pages::invoices::timed"]);
    assert_eq!(in_time.code, 0, "{}{}", in_time.stdout, in_time.stderr);
    let late = stock_with(&row("1us"), &["pages::invoices::timed"]);
    assert_eq!(late.code, 101, "{}{}", late.stdout, late.stderr);
    assert!(late.stdout.contains("| budget = \"1us\""), "{}", late.stdout);
    assert!(late.stdout.contains("2 of 2 answers took longer: "), "{}", late.stdout);
}

#[test]
fn mistakes_in_budgets_and_transport_are_shown_where_they_stand() {
    let ran = stock_with(
        "[budgets]\npage = \"soon\"\npages = \"2s\"\n[transport]\ncertificate_days = \"two weeks\"\n\
         redirect = \"yes\"\nhsts = \"0s\"\nno_snifing = true\n",
        &["time::"],
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert_shown!("times-mistakes", ran.stderr);
}
