//! The checks of a page: the examples of their guide are met, and each check says what is wrong where it is not.

use harness_tests::{run, specimen, workspace};

use crate::shown::{assert_shown, shown};

#[test]
fn the_guide_s_examples_are_met() {
    let ran = run(specimen("page-checks").args(["--test-threads", "1"]));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn the_guide_s_examples_are_those_that_are_run() {
    let guide = include_str!("../docs/page-checks.md");
    let path = workspace().join("fixtures/specimens/src/page_checks.rs");
    let specimen = std::fs::read_to_string(path).expect("the specimen is there");
    let met = specimen.split("async fn wrong_pages").next().expect("a first half");
    // Behind a feature, without which specimens are built.
    let schema = include_str!("../crates/smokestack/src/page/schema.rs").split("mod tests {").nth(1);
    let schema = schema.expect("its tests").lines().filter(|line| line.contains(".matches_schema(SCHEMA)"));
    let known: Vec<&str> = met.lines().chain(schema.take(1)).map(str::trim).collect();
    let lines = example_lines(guide);
    assert!(lines.len() > 60, "{}", lines.len());
    let unknown: Vec<&&str> = lines.iter().filter(|line| !known.contains(*line)).collect();
    assert!(unknown.is_empty(), "not in the specimen: {unknown:#?}");
    // And the guide leaves no check out.
    let checks = known
        .iter()
        .filter(|line| line.contains("();") || line.contains(");"))
        .filter(|line| line.contains("()."));
    let untold: Vec<&&str> = checks
        .filter(|line| !line.contains("cx.") && !line.starts_with("Some(") && !lines.contains(line))
        .collect();
    assert!(untold.is_empty(), "not in the guide: {untold:#?}");
}

/// The lines of a guide's examples in Rust, without comments.
pub(crate) fn example_lines(guide: &str) -> Vec<&str> {
    let blocks = guide.split("```rust\n").skip(1).map(|block| block.split("```").next().unwrap_or_default());
    blocks.flat_map(str::lines).map(code).filter(|line| !line.is_empty()).collect()
}

/// A line of an example without its comment.
fn code(line: &str) -> &str {
    line.split("; //")
        .next()
        .map_or(line, |code| if code.len() < line.len() { &line[..=code.len()] } else { code })
        .trim()
}

#[test]
fn each_check_says_what_is_wrong_in_a_screen() {
    let shown = shown(specimen("page-checks-unmet").args(["--test-threads", "1"]));
    let (console, junit) = shown.split_once("\n── junit").expect("both");
    for check in console.split("\n\n") {
        assert!(check.lines().count() < 24 || check.contains("── std"), "{check}");
        assert!(check.lines().all(|line| line.chars().count() <= 400), "{check}");
    }
    assert!(!shown.contains('\u{1b}') && !junit.contains(['\u{fffe}', '\u{ffff}', '\u{9b}', '\u{0}']));
    for place in console.lines().filter_map(|line| line.trim().strip_prefix("--> ")) {
        assert!(place.starts_with("fixtures/specimens/src/page_checks.rs"), "{place}");
    }
    assert_shown!("page-checks-unmet", console);
}
