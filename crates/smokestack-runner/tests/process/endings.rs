//! What becomes of a case, and of the run.

use std::time::{Duration, Instant};

use super::specimen::specimen;

fn last_line(text: &str) -> &str {
    text.trim_end().lines().last().unwrap()
}

#[test]
fn every_exit_code_has_its_verdict() {
    for (kinds, args, code, verdict) in [
        ("green", "", 0, "verdict: PASS (exit 0)"),
        ("green,wrong", "", 101, "verdict: FAIL, roll back: suite::wrong failed (exit 101)"),
        ("green,silent", "", 101, "verdict: FAIL, roll back: suite::silent failed (exit 101)"),
        ("wrong", "--bench", 0, "verdict: nothing ran (exit 0)"),
        ("green,harness", "", 3, "verdict: INCONCLUSIVE, suite::harness: no password for `alice` (exit 3)"),
        ("green", "no-such-case", 0, "verdict: nothing ran (exit 0)"),
        ("green", "no-such-case --gate", 4, "verdict: nothing ran (exit 4)"),
        ("skipped", "--gate", 4, "verdict: nothing ran (exit 4)"),
    ] {
        let left = specimen(kinds).args(args).run();
        assert_eq!((left.code, last_line(&left.err)), (code, verdict), "{kinds} {args}: {left:#?}");
    }
}

#[test]
fn an_all_green_run_says_what_was_looked_at_and_how_it_is() {
    let left = specimen("green").args("--seed 7").run();
    let told = left.err.replace(left.folder().to_str().unwrap(), "[folder]");
    insta::assert_snapshot!(told, @r"
        3 selected
        target set up
        target torn down
        session across components   page
          portal                    ok

        target demo at http://made.up, seed 7
        junit [folder]/junit.xml
        report [folder]/report.html
        verdict: PASS (exit 0)
    ");
}

#[test]
fn a_wrong_answer_shows_the_line_and_the_exchange() {
    let left = specimen("wrong").args("--seed 7").run();
    let text = left.out.split("---- suite::wrong ----").nth(1).unwrap();
    let text = text.split("\n\n").next().unwrap().trim();
    insta::assert_snapshot!(text, @r#"
        text of `h1`
          --> crates/smokestack-runner/examples/specimen.rs:181
          181 | let check = check.at(Place::caller()).expected_found("`Orders`", "`\u{1b}[2J]]>\u{fffe}`");
          expected  `Orders`
          found     `\u{1b}[2J]]>\u{fffe}`
          exchange  GET http://made.up/orders  302  3 ms  (release 2023.32)
    "#);
    assert!(left.err.contains(", seed 7\njunit "), "{}", left.err);
}

#[test]
fn a_panic_is_the_suites_fault_and_prints_nothing_in_between() {
    let left = specimen("panic,early-panic").run();
    assert_eq!(left.code, 3);
    assert!(!left.err.contains("panicked at"), "{}", left.err);
    assert!(left.out.contains("the suite is wrong") && left.out.contains("before the first await"));
    assert!(left.out.contains("--> crates/smokestack-runner/examples/specimen.rs:"), "{}", left.out);
    assert!(left.out.contains("| \"panic\" => vec![case("), "the line of source: {}", left.out);
}

#[test]
fn a_hang_is_ended_at_its_limit_and_named() {
    let left = specimen("green,hang").run();
    assert_eq!(left.code, 101);
    assert!(
        left.out.contains("no end within 300ms, of which signing in as `alice` took 300ms"),
        "{}",
        left.out
    );
}

#[test]
fn what_was_wrong_before_a_hang_is_kept() {
    let left = specimen("soft-then-hang").run();
    let case = left.junit_text();
    assert_eq!(left.code, 101);
    assert!(case.contains("type=\"value\"") && case.contains("no end within 300ms"), "{case}");
}

#[test]
fn cases_that_block_every_thread_are_ended_too_and_blamed_on_the_suite() {
    let start = Instant::now();
    let left = specimen("block-thread").run();
    assert_eq!(left.code, 3, "{left:#?}");
    assert!(left.out.contains("without an await"), "{}", left.out);
    // Evidence and tear-down do not wait for a thread that will never be free.
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_limit_of_the_run_ends_cases_that_have_none() {
    let left = specimen("together").args("--time-limit 200ms --test-threads 2").run();
    assert_eq!(left.code, 3, "no answer at all: {left:#?}");
    assert!(left.out.contains("no end within 200ms"));
}

#[test]
fn a_blocked_case_is_shown_and_is_not_green() {
    let left = specimen("green,blocked").run();
    assert_eq!(left.code, 3);
    assert!(left.out.contains("suite::blocked ... ignored (blocked by `login::alice`)"), "{}", left.out);
    assert!(left.err.contains("blocked: 1 case by `login::alice`\n"), "{}", left.err);
    assert!(last_line(&left.err).starts_with("verdict: INCONCLUSIVE, 1 case is blocked"), "{}", left.err);
    assert!(left.junit_text().contains("<skipped message=\"blocked by `login::alice`\">"));
}

#[test]
fn under_nextest_a_blocked_case_fails_in_a_line() {
    let left = specimen("blocked").args("--exact suite::blocked --nocapture").env("NEXTEST", "1").run();
    assert_eq!(left.code, 3);
    assert!(left.out.contains("---- suite::blocked ----\nblocked by `login::alice`\n\n"), "{}", left.out);
    assert_eq!(left.files(), ["cases", "junit-suite--blocked.xml"]);
}

#[test]
fn under_nextest_a_green_case_says_nothing() {
    let left = specimen("green").args("--exact suite::form --nocapture").env("NEXTEST", "1").run();
    assert_eq!((left.code, left.err.as_str()), (0, "1 selected\ntarget set up\ntarget torn down\n"));
    let skipped = specimen("skipped").args("--exact suite::skipped").env("NEXTEST", "1").run();
    assert_eq!(skipped.code, 0);
}

#[test]
fn a_flaky_case_passes_and_is_named() {
    let left = specimen("flaky").run();
    assert_eq!(left.code, 0);
    let line = "flaky: suite::flaky passed on attempt 2, first: no answer from `portal`";
    assert!(left.err.contains(line), "{}", left.err);
    let xml = left.junit_text();
    assert!(xml.contains("<flakyFailure") && xml.contains("flaky: passed on attempt 2"), "{xml}");
}

#[test]
fn silence_is_asked_again_as_often_as_the_command_line_says() {
    let left = specimen("silent,wrong").args("--retries 1").run();
    let xml = left.junit_text();
    assert_eq!(xml.matches("<rerunFailure").count(), 1, "the wrong answer is not asked again: {xml}");
}

#[test]
fn more_cases_are_in_flight_than_there_are_cores() {
    assert_eq!(specimen("together").run().code, 0);
}
