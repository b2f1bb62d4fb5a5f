//! Times and budgets: every check met and not met, as a user sees it, and budgets of the platform file.

use fault_scenarios::{Programs, Setup, Stage, judge_healthy};
use harness_tests::{run, smokestack, specimen, suites};

use crate::shown::{assert_shown, shown};

/// Exit code and outputs alone.
fn console(name: &str) -> String {
    let shown = shown(specimen(name).args(["--test-threads", "1"]));
    let console = shown.split("\n── junit").next().unwrap_or_default();
    // Which requests opened connections, and how long each took, differs from run to run.
    let lines = console.lines().map(|line| match line.split_once(" answers took longer: ") {
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
