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
fn every_check_of_files_and_links_says_what_is_wrong_and_who_names_it() {
    assert_shown!("assets", console("assets"));
}

/// The code and the texts of the guide, each with its lines as they stand there.
fn blocks<'g>(guide: &'g str, language: &'g str) -> impl Iterator<Item = &'g str> {
    let fence = format!("```{language}\n");
    let parts: Vec<&str> = guide.split(fence.as_str()).skip(1).collect();
    parts.into_iter().filter_map(|part| part.split("```").next())
}

#[test]
fn the_guide_shows_what_runs_and_what_is_said() {
    let guide = include_str!("../docs/resources.md");
    let code = [
        include_str!("../fixtures/specimens/src/chains.rs"),
        include_str!("../fixtures/specimens/src/assets.rs"),
    ];
    let said = [
        include_str!("snapshots/harness__resources__chains.snap"),
        include_str!("snapshots/harness__resources__assets.snap"),
    ];
    let (mut examples, mut texts) = (0, 0);
    for block in blocks(guide, "rust") {
        assert!(code.iter().any(|code| code.contains(block)), "in no specimen:\n{block}");
        examples += 1;
    }
    for block in blocks(guide, "text") {
        assert!(said.iter().any(|said| said.contains(block)), "in no snapshot:\n{block}");
        texts += 1;
    }
    assert!(examples >= 5 && texts >= 3, "{examples} examples, {texts} texts");
}

#[test]
fn no_failure_of_a_redirect_points_into_the_harness_itself() {
    for name in ["assets", "chains", "led-away"] {
        let ran = run(&mut specimen(name));
        let mut places = ran.stdout.lines().filter_map(|line| line.trim().strip_prefix("--> "));
        assert!(places.all(|place| place.starts_with("fixtures/specimens/src/")), "{name}: {}", ran.stdout);
    }
}
