//! The story: a release goes out, one component keeps sessions in another store, and the run says so.

use std::process::Command;

use fixture_platform::{Component, Fault, Options, Platform, RedisServer, Release, Target};
use harness_tests::{Ran, run, suites};

use crate::accounts::credentials;
use crate::shown::{assert_shown, shown};

/// The stock suites against a platform that runs, one case after another.
pub(crate) fn suites_against(platform: &Platform, target: &str) -> Command {
    let mut command = suites();
    command
        .args(["--test-threads", "1", "--target", target, "--url", &platform.url()])
        .envs(credentials(platform.users()));
    command
}

fn start(options: Options) -> Platform {
    Platform::start(options).expect("the platform starts")
}

#[test]
fn the_release_of_the_incident_is_caught_and_the_component_named() {
    let fault = Fault::WrongStore { component: Component::WorkOrders };
    let platform = start(Options::new(Target::Prod).release(Release::R2).fault(fault));
    assert_shown!("incident", shown(&mut suites_against(&platform, "prod")));
}

#[test]
fn over_two_redis_servers_the_fault_comes_and_goes_while_the_platform_runs() {
    let redis = || RedisServer::start().unwrap_or_else(|error| panic!("{error}"));
    let (sessions, old) = (redis(), redis());
    let platform = start(Options::new(Target::Prod).release(Release::R2).stores(sessions.url(), old.url()));
    let verdict = |ran: &Ran| ran.stderr.lines().last().unwrap_or_default().to_owned();

    let healthy = run(&mut suites_against(&platform, "prod"));
    assert_eq!(
        (healthy.code, verdict(&healthy).as_str()),
        (0, "verdict: PASS (exit 0)"),
        "{}",
        healthy.stdout
    );

    let fault = Fault::WrongStore { component: Component::WorkOrders };
    platform.inject(fault);
    let broken = run(&mut suites_against(&platform, "prod"));
    assert_eq!(
        (broken.code, verdict(&broken).as_str()),
        (101, "verdict: FAIL, roll back: work-orders does not accept the platform session (exit 101)")
    );
    for named in ["finding: work-orders does not accept", &sessions.url(), &old.url()] {
        assert!(broken.stderr.contains(named), "{named} is not named:\n{}", broken.stderr);
    }
    assert_eq!(broken.stderr.matches("finding:").count(), 1, "nobody else is blamed:\n{}", broken.stderr);

    platform.heal(&fault);
    assert_eq!(run(&mut suites_against(&platform, "prod")).code, 0);
}

#[test]
fn the_release_before_it_is_healthy_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let platform = start(Options::new(Target::Staging).release(Release::R1));
    let file = written(&folder, of_the_release_before());
    let ran = run(suites_against(&platform, "staging").arg("--config").arg(file));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn whichever_component_has_the_wrong_store_is_the_one_that_is_named() {
    for component in Component::MODULES {
        let platform = start(Options::new(Target::Staging).fault(Fault::WrongStore { component }));
        let ran = run(&mut suites_against(&platform, "staging"));
        let named = format!("finding: {} does not accept the platform session", component.name());
        assert!(ran.code == 101 && ran.stderr.contains(&named), "{}", ran.stderr);
        assert_eq!(ran.stderr.matches("finding:").count(), 1, "{}", ran.stderr);
    }
}

#[test]
fn an_issuer_with_the_wrong_store_is_named_and_not_its_victims() {
    let fault = Fault::WrongStore { component: Component::Portal };
    let platform = start(Options::new(Target::Staging).fault(fault));
    let ran = run(&mut suites_against(&platform, "staging"));
    assert_eq!(ran.code, 101);
    let finding = "finding: no component but the issuer accepts the platform session\n  \
                   cause   portal issues the session, and its `session.store` is that of no other component\n";
    assert!(ran.stderr.contains(finding), "{}", ran.stderr);
}

/// The stock platform file for the release before, whose cookie was another one.
fn of_the_release_before() -> String {
    let agreed = "cookie = \"platform_session\"\ndomain = \"{host}\"\n";
    let text = include_str!("../suites/smokestack.toml");
    assert!(text.contains(agreed), "{text}");
    text.replace(agreed, "cookie = \"platform_sid\"\ndomain = \"host-only\"\n")
}

fn written(folder: &tempfile::TempDir, text: String) -> std::path::PathBuf {
    let file = folder.path().join("smokestack.toml");
    std::fs::write(&file, text).expect("it is written");
    file
}

/// A platform file with a host of its own for each component but the portal.
fn by_host(folder: &tempfile::TempDir, mut text: String) -> std::path::PathBuf {
    for component in Component::MODULES {
        let head = format!("[components.{}]\n", component.name());
        assert!(text.contains(&head), "{head}");
        text = text.replace(&head, &format!("{head}subdomain = \"{}\"\n", component.name()));
    }
    written(folder, text)
}

#[test]
fn components_on_hosts_of_their_own_share_a_cookie_that_has_a_domain() {
    let folder = tempfile::tempdir().expect("a folder");
    let platform = start(Options::new(Target::Staging).release(Release::R2));
    let file = by_host(&folder, include_str!("../suites/smokestack.toml").to_owned());
    let ran = run(suites_against(&platform, "staging").arg("--config").arg(&file));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);

    let fault = Fault::WrongStore { component: Component::Assets };
    platform.inject(fault);
    let ran = run(suites_against(&platform, "staging").arg("--config").arg(&file));
    assert!(ran.stderr.contains("finding: assets does not accept"), "{}", ran.stderr);
}

#[test]
fn a_cookie_of_one_host_alone_is_the_issuers_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let platform = start(Options::new(Target::Staging).release(Release::R1));
    let ran = run(suites_against(&platform, "staging")
        .arg("--config")
        .arg(by_host(&folder, of_the_release_before())));
    assert_eq!(ran.code, 101);
    let finding = ran.stderr.split("\n\n").find(|part| part.starts_with("finding:")).unwrap_or_default();
    assert_shown!("host-only-cookie", finding);
}

#[test]
fn one_case_alone_tells_what_it_saw_instead_of_being_blocked() {
    let fault = Fault::WrongStore { component: Component::WorkOrders };
    let platform = start(Options::new(Target::Staging).fault(fault));
    let ran = run(suites_against(&platform, "staging").args(["--exact", "session::work-orders::form"]));
    assert_eq!(ran.code, 101, "{}", ran.stderr);
    assert!(ran.stderr.contains("finding: work-orders does not accept"), "{}", ran.stderr);
}

#[test]
fn each_account_signs_in_once_and_the_first_once_more_where_a_session_is_used_up() {
    let platform = start(Options::new(Target::Staging));
    let skip = ["::logout", "::kept", "::idle"].map(|case| ["--skip", case]);
    let ran = run(suites_against(&platform, "staging").args(skip.as_flattened()));
    assert_eq!((ran.code, platform.logins()), (0, 2), "{}", ran.stderr);
    let (logout, kept, idle) = (5, 4, 1);
    run(&mut suites_against(&platform, "staging"));
    assert_eq!(platform.logins(), 2 + 2 + logout + kept + idle);
}

#[test]
fn a_protected_target_gets_no_write_unless_the_run_says_so() {
    let platform = start(Options::new(Target::Prod));
    let careful = run(suites_against(&platform, "prod").arg("write"));
    assert!(careful.stdout.contains("0 passed; 0 failed; 8 ignored"), "{}", careful.stdout);
    let allowed = run(suites_against(&platform, "prod").args(["write", "--allow-mutations"]));
    assert!(allowed.stdout.contains("8 passed"), "{}", allowed.stdout);
}

#[test]
fn where_neither_settings_nor_origins_are_known_the_edge_may_have_taken_the_session_away() {
    let fault = "strip-cookie=cookie:work-orders".parse::<Fault>().expect("a fault");
    let platform = Platform::start(Options::new(Target::Staging).fault(fault)).expect("the platform starts");
    let file =
        include_str!("../suites/smokestack.toml").lines().filter(|line| !line.starts_with("settings = "));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("smokestack.toml");
    std::fs::write(&path, file.collect::<Vec<_>>().join("\n")).expect("it is written");
    let ran = run(suites_against(&platform, "staging").arg("--config").arg(path));
    assert_eq!(ran.code, 101, "{}", ran.stderr);
    let findings: Vec<&str> = ran.stderr.split("\n\n").filter(|part| part.starts_with("finding: ")).collect();
    let [finding] = findings.as_slice() else { panic!("{}", ran.stderr) };
    for told in [
        "finding: work-orders does not accept the platform session\n",
        "  cause   possibly: its session settings, or the edge, which may not pass the session on to it\n",
        "with `origins` in the platform file the run asks work-orders past the edge, and tells one from the other",
    ] {
        assert!(finding.contains(told), "{told}:\n{finding}");
    }
}
