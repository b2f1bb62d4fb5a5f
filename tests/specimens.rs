//! Every specimen's outcome, as a user and a CI server see it. One thread, so that the order is that of the list.

use harness_tests::{run, specimen};

use crate::shown::{assert_shown, is_place, shown};

fn one_by_one(name: &str, arguments: &[&str]) -> String {
    shown(specimen(name).args(["--test-threads", "1"]).args(arguments))
}

/// Exit code and outputs alone.
fn console(name: &str, arguments: &[&str]) -> String {
    let shown = one_by_one(name, arguments);
    shown.split("\n── junit").next().unwrap_or_default().to_owned()
}

#[test]
fn a_suite_that_passes_is_short_and_exits_0() {
    assert_shown!("passes", one_by_one("passes", &[]));
}

#[test]
fn three_soft_failures_are_all_told_with_their_lines() {
    assert_shown!("fails", one_by_one("fails", &[]));
}

#[test]
fn a_panic_is_that_case_s_failure_with_its_location_once() {
    assert_shown!("panics", one_by_one("panics", &[]));
}

#[test]
fn a_hung_case_is_ended_by_its_limit_and_the_others_go_on() {
    assert_shown!("hangs", one_by_one("hangs", &[]));
}

#[test]
fn a_flaky_pass_is_never_silent() {
    assert_shown!("flaky", one_by_one("flaky", &[]));
}

#[test]
fn a_wrong_answer_is_not_asked_again() {
    assert_shown!("flaky-wrong", one_by_one("flaky", &["--ignored"]));
}

#[test]
fn one_case_tells_of_the_failed_login_and_the_others_are_blocked() {
    assert_shown!("blocked", one_by_one("blocked", &[]));
}

#[test]
fn a_session_that_the_server_forgets_is_made_anew_once_and_that_is_said() {
    assert_shown!(
        "forgets-once",
        shown(specimen("forgets").args(["--test-threads", "1"]).env("SPECIMEN_TROUBLE", "once"))
    );
}

#[test]
fn a_session_that_is_forgotten_again_is_told_by_one_case_and_blocks_the_others() {
    assert_shown!(
        "forgets-twice",
        shown(specimen("forgets").args(["--test-threads", "1"]).env("SPECIMEN_TROUBLE", "twice"))
    );
}

#[test]
fn two_cases_of_one_name_are_refused_before_anything_is_sent() {
    assert_shown!("duplicates", one_by_one("duplicates", &[]));
}

#[test]
fn nothing_selected_is_a_success_as_in_libtest() {
    assert_shown!("nothing", one_by_one("passes", &["no-case-is-called-so"]));
}

#[test]
fn nothing_selected_is_code_4_where_the_run_is_a_gate() {
    assert_shown!("nothing-gate", one_by_one("passes", &["no-case-is-called-so", "--gate"]));
}

#[test]
fn a_suite_without_cases_runs_nothing() {
    assert_shown!("empty", one_by_one("empty", &["--gate"]));
}

#[test]
fn every_check_passes_when_it_is_met_and_says_what_is_wrong_when_it_is_not() {
    assert_shown!("checks", console("checks", &[]));
}

#[test]
fn a_case_ends_where_going_on_makes_no_sense_and_nowhere_else() {
    assert_shown!("required", console("required", &[]));
}

#[test]
fn a_request_that_leads_nowhere_is_told_with_how_far_it_came() {
    assert_shown!("requests", console("requests", &[]));
}

#[test]
fn a_protected_target_gets_no_write_that_is_not_announced() {
    assert_shown!("requests-guarded", console("requests", &["--target", "guarded", "write"]));
    let allowed = ["--target", "guarded", "--allow-mutations", "write"];
    assert_shown!("requests-guarded-allowed", console("requests", &allowed));
}

#[test]
fn each_way_in_which_a_login_fails_has_a_message_of_its_own() {
    let troubles = [
        ("none", 0),
        ("no-form", 101),
        ("two-forms", 3),
        ("other-fields", 101),
        ("page-500", 101),
        ("post-500", 101),
        ("wrong-password", 101),
        ("locked", 101),
        ("no-cookie", 101),
        ("refused-cookie", 101),
        ("no-marker", 101),
    ];
    let mut told = String::new();
    for (trouble, code) in troubles {
        let ran = run(specimen("logins").env("SPECIMEN_TROUBLE", trouble));
        assert_eq!(ran.code, code, "{trouble}: {}{}", ran.stdout, ran.stderr);
        let lines = ran.stderr.lines().take_while(|line| !line.is_empty());
        let finding: Vec<&str> = lines.filter(|line| !is_place(line)).collect();
        told.push_str(&format!("── {trouble}\n{}\n", finding.join("\n")));
    }
    assert_shown!("logins", told);
}

#[test]
fn no_failure_points_into_the_harness_itself() {
    for name in ["fails", "checks", "required", "requests", "panics", "hangs", "blocked", "flaky"] {
        let shown = one_by_one(name, &["--include-ignored"]);
        for place in shown.lines().filter_map(|line| line.trim().strip_prefix("--> ")) {
            assert!(place.starts_with("fixtures/specimens/src/"), "{name}: {place}");
        }
    }
}

/// Table, findings and verdict of the stock session suite on an odd site, without the logout column.
fn site(trouble: &str) -> String {
    site_with(trouble, &["--skip", "::logout"])
}

fn site_with(trouble: &str, arguments: &[&str]) -> String {
    let ran =
        run(specimen("sites").env("SPECIMEN_TROUBLE", trouble).args(["--test-threads", "1"]).args(arguments));
    ran.stderr.lines().filter(|line| !is_place(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_page_of_maintenance_is_neither_a_lost_session_nor_an_open_door() {
    assert_shown!("site-maintenance", site("maintenance"));
}

#[test]
fn a_component_that_answers_500_is_named_with_its_status() {
    assert_shown!("site-error-500", site("error-500"));
}

#[test]
fn a_500_is_no_refusal() {
    assert_shown!("site-error-500-with-login", site("error-500-with-login"));
}

#[test]
fn a_way_to_another_site_to_sign_in_is_a_refusal() {
    assert!(site("single-sign-on").contains("verdict: PASS"), "{}", site("single-sign-on"));
}

#[test]
fn pages_that_lead_on_by_themselves_are_followed_and_may_refuse() {
    assert!(site("meta-refresh").contains("verdict: PASS"), "{}", site("meta-refresh"));
}

#[test]
fn a_case_that_is_blocked_by_one_that_passed_fails_after_all() {
    let cases = ["invoices::page", "invoices::logout"];
    assert_shown!("site-lost-after-the-first", site_with("lost-after-the-first", &cases));
}

#[test]
fn whoever_ends_the_session_of_all_is_named_although_it_was_made_anew() {
    let ran = run(specimen("ender").args(["--test-threads", "1"]));
    let told = ran.stderr.lines().filter(|line| !is_place(line)).collect::<Vec<_>>().join("\n");
    assert_shown!("site-ender", told);
}

#[test]
fn an_issuer_that_refuses_everybody_is_no_judge_of_a_session() {
    assert_shown!("site-never-at-home", site("never-at-home"));
}

#[test]
fn a_login_of_a_case_s_own_that_was_refused_keeps_the_others_from_trying() {
    assert_shown!("turns-away", console("turns-away", &[]));
}

#[test]
fn listing_needs_no_platform_and_no_secret() {
    let listed = run(specimen("passes").arg("--list"));
    assert_eq!((listed.code, listed.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(listed.stdout, @r"
        passes::the_home_page_greets: test
        passes::invoices::invoices_are_listed: test
        passes::invoices::the_api_counts_invoices: test
        passes::invoices::a_record_comes_and_goes: test
        passes::only_when_asked_for: test
    ");
}

#[test]
fn a_seed_gives_the_same_run_again() {
    let seeded = |seed: &str| run(specimen("blocked").args(["--seed", seed])).stderr;
    assert!(seeded("42").contains("seed 42"), "{}", seeded("42"));
}

#[test]
fn a_list_of_outcomes_that_no_disk_takes_leaves_nothing_judged() {
    let ran = run(specimen("passes").args(["--logfile", "/dev/full"]));
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let why = "the list of outcomes could not be written: No space left on device";
    assert!(ran.stderr.contains(why) && !ran.stderr.contains("Os {"), "{}", ran.stderr);
}

#[test]
fn a_log_file_that_is_a_pipe_is_refused_and_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("log");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("it is a program").success());
    let ran = run(specimen("passes").arg("--logfile").arg(&pipe));
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    let why = format!("the log file `{}` cannot be written: it is a pipe", pipe.display());
    assert!(ran.stderr.contains(&why), "{}", ran.stderr);
}
