//! Forms as people fill them, on a real platform and by the examples of their guide.

use harness_tests::{run, specimen};

use crate::shown::{assert_shown, shown};

const GUIDE: &str = include_str!("../docs/forms.md");

/// The blocks of the guide in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let begun = GUIDE.split(fence.as_str()).skip(1);
    begun.map(|rest| rest.split("```").next().expect("the block has an end")).collect()
}

fn mistakes(arguments: &[&str]) -> String {
    let shown = shown(specimen("form-mistakes").args(["--test-threads", "1"]).args(arguments));
    assert!(!shown.contains("what-is-in-the-file"), "no output has the content of a file in it: {shown}");
    shown.split("\n── junit").next().unwrap_or_default().to_owned()
}

#[test]
fn everything_that_a_form_has_arrives_at_a_platform_that_checks_tokens_and_origins() {
    let ran = run(&mut specimen("forms"));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn the_examples_of_the_guide_run() {
    let specimen_source = include_str!("../fixtures/specimens/src/form_guide.rs");
    assert!(blocks("rust").len() >= 6, "the guide has examples");
    for example in blocks("rust") {
        assert!(
            specimen_source.contains(example.trim_end()),
            "the example is not that of the specimen:\n{example}"
        );
    }
    let ran = run(&mut specimen("form-guide"));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn what_cannot_be_filled_or_sent_is_told_with_its_line_and_what_is_there() {
    let told = mistakes(&["--skip", "write", "--skip", "nothing_was_sent"]);
    assert_shown!("form-mistakes", told);
    for line in blocks("text").into_iter().flat_map(str::lines) {
        assert!(told.contains(line.trim_end()), "the guide shows what is not told: {line}");
    }
    for place in told.lines().filter_map(|line| line.trim().strip_prefix("--> ")) {
        assert!(place.starts_with("fixtures/specimens/src/"), "{place}");
    }
}

#[test]
fn a_form_on_a_protected_target_is_refused_before_anything_is_sent_and_a_get_is_not() {
    assert_shown!("form-guarded", mistakes(&["--target", "guarded", "write", "nothing_was_sent"]));
    let allowed = ["--target", "guarded", "--allow-mutations", "a_write"];
    assert_shown!("form-guarded-allowed", mistakes(&allowed));
}
