//! What a run says of a fault where the platform file tells it less than it needs: no more than was seen, and what to add.

use fault_scenarios::{Programs, Setup, Stage, Told};
use fixture_platform::{Fault, Options, Platform, Target};
use harness_tests::{run, smokestack, suites};

use crate::incident::suites_against;

const PROGRAMS: Programs<'static> = Programs { suites: &suites, smokestack: &smokestack };

/// What the stock suites say of these faults on a platform that is set up so.
fn told(setup: Setup, switches: &[&str]) -> Told {
    let stage = Stage::start(setup).expect("the platform starts");
    for switch in switches {
        let fault = switch.parse().expect("a fault of the platform");
        stage.break_with(fault, &PROGRAMS).expect("it is broken");
    }
    stage.run(&PROGRAMS).expect("the suites run")
}

/// Checks that the run is red, with one finding that holds these lines.
fn assert_one_finding(told: &Told, lines: &[&str]) {
    assert_eq!((told.code, told.stderr.matches("finding: ").count()), (Some(101), 1), "{}", told.stderr);
    for line in lines {
        assert!(told.stderr.contains(line), "{line}\n{}", told.stderr);
    }
}

#[test]
fn an_edge_that_drops_the_cookie_before_one_component_is_not_ruled_out_without_origins() {
    assert_one_finding(
        &told(Setup::Stock, &["strip-cookie=cookie:invoices"]),
        &[
            "finding: invoices does not accept the platform session",
            "cause   possibly: the edge, which may drop the session's cookie on the way to it, or something other than",
            "with `origins` in the platform file the run asks invoices past the edge, and tells one from the other",
        ],
    );
}

#[test]
fn an_edge_that_drops_every_cookie_is_not_ruled_out_without_origins() {
    assert_one_finding(
        &told(Setup::Stock, &["strip-cookie=cookie"]),
        &[
            "finding: nobody can sign in: portal refuses the form to sign in with",
            "cause   possibly: the edge, which may drop cookies on the way to portal; or GET passes, POST is 403",
            "cookie `platform_csrf` was sent",
            "with `origins` in the platform file the run asks portal past the edge, and tells one from the other",
        ],
    );
}

#[test]
fn sessions_that_are_bound_to_instances_are_not_blamed_on_one_of_them_without_affinity() {
    assert_one_finding(
        &told(Setup::Stock, &["sticky-off"]),
        &[
            "finding: work-orders accepts the platform session on one instance at a time",
            "cause   possibly: sessions belong to the instance that they reached first, and nothing keeps visitors there",
            "work-orders-1   session.instance_bound = true",
            "note    `affinity` in `[session]` names the cookie by which the edge keeps visitors on one instance",
        ],
    );
}

#[test]
fn a_session_that_is_lost_is_told_before_a_form_that_is_refused() {
    let told = told(Setup::Stock, &["csrf-origin=assets", "wrong-store=work-orders"]);
    let findings = told.stderr.lines().filter_map(|line| line.strip_prefix("finding: "));
    let findings: Vec<&str> = findings.collect();
    let expected = ["work-orders does not accept the platform session", "assets refuses what is sent to it"];
    assert_eq!(findings, expected, "{}", told.stderr);
    let verdict =
        "verdict: FAIL, roll back: work-orders does not accept the platform session, and one more finding";
    assert!(told.stderr.contains(verdict), "{}", told.stderr);
}

#[test]
fn a_login_so_slow_that_no_case_comes_to_an_end_is_told_with_whom_they_waited_for() {
    let delay = "slow-login=20s".parse::<Fault>().expect("a fault of the platform");
    let platform = Platform::start(Options::new(Target::Staging).fault(delay)).expect("the platform starts");
    let mut command = suites_against(&platform, "staging");
    let ran = run(command.args(["--time-limit", "1s", "session::assets::page", "session::assets::without"]));
    assert_eq!(ran.code, 101, "{}", ran.stderr);
    assert!(ran.stderr.contains("finding: portal is slow\n"), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("session::assets::page: no end within 1s, of which signing in as"),
        "{}",
        ran.stderr
    );
}
