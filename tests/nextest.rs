//! `cargo nextest run` shows the same names and is red where plain cargo is red.

use std::collections::BTreeSet;

use fixture_platform::{Component, Fault, Options, Platform, Target};
use harness_tests::{cargo, run, suites};

use crate::accounts::credentials;
use crate::incident::suites_against;

/// nextest and the user's own variables for a platform that runs.
fn nextest(platform: &Platform, arguments: &[&str]) -> harness_tests::Ran {
    let ran = run(cargo(&["nextest"])
        .args(arguments)
        .args(["-p", "suites", "--color", "never"])
        .envs([("SMOKESTACK_TARGET", "staging"), ("SMOKESTACK_URL", &platform.url())])
        .envs(credentials(platform.users())));
    assert!(
        !ran.stderr.contains("no such command"),
        "install it: `cargo install cargo-nextest --locked`\n{}",
        ran.stderr
    );
    ran
}

fn failed(stderr: &str) -> BTreeSet<String> {
    let failing = stderr.lines().filter(|line| line.trim_start().starts_with("FAIL ["));
    failing.filter_map(|line| line.split_whitespace().last().map(str::to_owned)).collect()
}

#[test]
fn nextest_lists_the_same_names_as_the_binary() {
    let platform = Platform::start(Options::new(Target::Staging)).expect("the platform starts");
    let names = |text: &str| -> BTreeSet<String> {
        text.lines()
            .filter_map(|line| line.trim().strip_suffix(": test").or(Some(line.trim())))
            .filter(|name| name.contains("::"))
            .map(|name| name.rsplit(' ').next().unwrap_or(name).to_owned())
            .collect()
    };
    let plain = run(suites().arg("--list"));
    let listed = nextest(&platform, &["list"]);
    assert_eq!(listed.code, 0, "{}", listed.stderr);
    let listed: BTreeSet<String> =
        names(&listed.stdout).into_iter().filter(|name| *name != "suites::suites:").collect();
    assert_eq!(names(&plain.stdout), listed);
}

#[test]
fn nextest_is_green_on_a_healthy_platform() {
    let platform = Platform::start(Options::new(Target::Staging)).expect("the platform starts");
    let ran = nextest(&platform, &["run", "--no-fail-fast"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn all_processes_of_nextest_share_one_login_for_each_account() {
    let platform = Platform::start(Options::new(Target::Staging)).expect("the platform starts");
    let ran =
        nextest(&platform, &["run", "--no-fail-fast", "-E", "test(login::) | test(/::(page|form|api)$/)"]);
    let logins: Vec<u64> = platform.users().iter().map(|user| platform.logins_of(&user.name)).collect();
    assert_eq!((ran.code, logins[0]), (0, 1), "{}", ran.stderr);
    assert!(logins.iter().all(|logins| *logins <= 1), "{logins:?}");
}

#[test]
fn the_pause_is_waited_for_with_one_login_whichever_process_looks_after_it() {
    let platform = Platform::start(Options::new(Target::Staging)).expect("the platform starts");
    let ran = nextest(&platform, &["run", "--no-fail-fast", "-E", "test(/^session::.*::idle$/)"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("5 tests run"), "{}", ran.stderr);
    let logins: Vec<u64> = platform.users().iter().map(|user| platform.logins_of(&user.name)).collect();
    assert_eq!(logins[0], 2, "the session of all, and the one that nobody uses");
}

#[test]
fn two_hundred_cases_of_a_table_sign_in_once() {
    const ROWS: usize = 200;
    let platform = Platform::start(Options::new(Target::Staging)).expect("the platform starts");
    let folder = tempfile::tempdir().expect("a folder");
    let mut file = include_str!("../suites/smokestack.toml").to_owned();
    for row in 1..=ROWS {
        let place = format!("path = \"/invoices\"\nsubdomain = \"row-{row}\"");
        file.push_str(&format!("\n[components.row-{row}]\n{place}\n"));
    }
    let path = folder.path().join("smokestack.toml");
    std::fs::write(&path, file).expect("it is written");
    let arguments = ["run", "--no-fail-fast", "-E", "test(/^session::row-[0-9]+::page$/)"];
    let ran = run(cargo(&["nextest"])
        .args(arguments)
        .args(["-p", "suites", "--color", "never"])
        .env("SMOKESTACK_CONFIG", &path)
        .envs([("SMOKESTACK_TARGET", "staging"), ("SMOKESTACK_URL", &platform.url())])
        .envs(credentials(platform.users())));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains(&format!("{ROWS} tests run: {ROWS} passed")), "{}", ran.stderr);
    assert_eq!(platform.logins(), 1);
}

#[test]
fn a_finding_is_told_whole_by_the_first_process_of_a_run_and_in_a_line_by_the_others() {
    let fault = Fault::WrongStore { component: Component::WorkOrders };
    let platform = Platform::start(Options::new(Target::Staging).fault(fault)).expect("the platform starts");
    let folder = tempfile::tempdir().expect("a folder");
    let told = |run_id: &str, case: &str| {
        let ran = run(suites_against(&platform, "staging")
            .args(["--exact", case])
            .env("CARGO_TARGET_DIR", folder.path())
            .envs([("NEXTEST", "1"), ("NEXTEST_RUN_ID", run_id)]));
        assert_eq!(ran.code, 101, "{}", ran.stderr);
        ran.stderr
    };
    let (page, api) = ("session::work-orders::page", "session::work-orders::api");
    let whole = "finding: work-orders does not accept the platform session\n  cause   it keeps sessions in another store";
    let line =
        "finding: work-orders does not accept the platform session, told by `session::work-orders::page`\n";
    for run_id in ["first", "second"] {
        let first = told(run_id, page);
        assert!(first.contains(whole), "{first}");
        let other = told(run_id, api);
        assert!(other.contains(line) && !other.contains("cause"), "{other}");
        assert!(other.contains("verdict: FAIL, roll back: work-orders does not accept"), "{other}");
    }
    let again = told("second", page);
    assert!(again.contains(whole), "the same case once more: {again}");
}

#[test]
fn nextest_is_red_where_plain_cargo_is_red() {
    let fault = Fault::WrongStore { component: Component::WorkOrders };
    let platform = Platform::start(Options::new(Target::Staging).fault(fault)).expect("the platform starts");
    let ran = nextest(&platform, &["run", "--no-fail-fast"]);
    assert_ne!(ran.code, 0);
    let red = failed(&ran.stderr);
    for probe in ["page", "api", "again"] {
        assert!(red.contains(&format!("session::work-orders::{probe}")), "{probe}: {red:?}\n{}", ran.stderr);
    }
    assert!(red.iter().all(|case| case.contains("::work-orders::")), "{red:?}");
    assert!(
        ran.stderr.contains("finding: work-orders does not accept the platform session"),
        "{}",
        ran.stderr
    );
}
