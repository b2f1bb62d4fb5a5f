//! Redirects, and the files that pages name: every check met and not met, as a user sees it.

use harness_tests::{run, specimen};

use crate::shown::{assert_shown, shown};

/// Exit code and outputs alone.
fn console(name: &str) -> String {
    let shown = shown(specimen(name).args(["--test-threads", "1"]));
    shown.split("\n── junit").next().unwrap_or_default().to_owned()
}

#[test]
fn every_check_of_redirects_shows_the_hops_and_names_the_first_wrong_one() {
    assert_shown!("chains", console("chains"));
}

#[test]
fn whoever_is_led_away_is_told_by_whom_and_where() {
    assert_shown!("led-away", console("led-away"));
}

#[test]
fn no_failure_of_a_redirect_points_into_the_harness_itself() {
    for name in ["chains", "led-away"] {
        let ran = run(&mut specimen(name));
        let mut places = ran.stdout.lines().filter_map(|line| line.trim().strip_prefix("--> "));
        assert!(places.all(|place| place.starts_with("fixtures/specimens/src/")), "{name}: {}", ran.stdout);
    }
}
