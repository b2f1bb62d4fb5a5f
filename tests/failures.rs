//! What all failures have in common, over every snapshot of these tests: they name lines of suites, fit on a screen, and
//! there is one for each check.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use harness_tests::workspace;

/// As many lines as a terminal has.
const SCREEN: usize = 30;

/// The texts of all files of this kind below a folder.
fn texts(folder: &Path, kind: &str) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            texts.extend(self::texts(&path, kind));
        } else if path.extension().is_some_and(|extension| extension == kind) {
            texts.push((path.display().to_string(), fs::read_to_string(&path).expect("a text")));
        }
    }
    texts
}

fn snapshots() -> Vec<(String, String)> {
    texts(&workspace().join("tests/snapshots"), "snap")
}

/// The place that a line of the console or an attribute of JUnit names.
fn places(text: &str) -> impl Iterator<Item = &str> {
    let shown = text.lines().filter_map(|line| line.trim().strip_prefix("--> "));
    let reported = text.split(" file=\"").skip(1).filter_map(|rest| rest.split('"').next());
    shown.chain(reported)
}

#[test]
fn no_failure_points_into_the_harness() {
    let mut count = 0;
    for (file, text) in snapshots() {
        for place in places(&text).filter(|place| place.contains(".rs")) {
            let of_a_suite = ["fixtures/specimens/", "suites/stock/", "suites/suites.rs"];
            assert!(of_a_suite.iter().any(|suite| place.starts_with(suite)), "{file}: {place}");
            count += 1;
        }
    }
    assert!(count > 250, "{count} places were looked at");
}

#[test]
fn no_failed_check_is_longer_than_a_screen() {
    let mut count = 0;
    for (file, text) in snapshots() {
        let checks = text.split("\n\n").filter(|part| part.lines().any(|line| line.starts_with("  --> ")));
        for check in checks {
            assert!(check.lines().count() <= SCREEN, "{file}:\n{check}");
            assert!(check.lines().all(|line| line.chars().count() <= 400), "{file}:\n{check}");
            count += 1;
        }
    }
    assert!(count > 200, "{count} checks were looked at");
}

#[test]
fn the_guides_examples_of_stock_cases_are_lines_of_the_stock_suites() {
    let code: String =
        texts(&workspace().join("suites/stock/src"), "rs").into_iter().map(|(_, text)| text).collect();
    let mut count = 0;
    for guide in ["session-matrix.md", "carried-sessions.md", "contract.md"] {
        let text = fs::read_to_string(workspace().join("docs").join(guide)).expect("a text");
        for block in text.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()) {
            assert!(code.contains(block), "{guide}: in no stock suite:\n{block}");
            count += 1;
        }
    }
    assert!(count >= 8, "{count} examples");
}

/// The checks of the DSL: what suites call and what says whether it was met.
fn checks() -> BTreeSet<String> {
    let mut checks = BTreeSet::new();
    for (_, text) in texts(&workspace().join("crates/smokestack/src"), "rs") {
        for rest in text.split("#[track_caller]").skip(1) {
            let head = rest.split('{').next().unwrap_or_default();
            if let Some((_, named)) = head.split_once("pub fn ")
                && head.contains("-> Judged")
            {
                checks.insert(named.split('(').next().unwrap_or_default().to_owned());
            }
        }
    }
    checks
}

/// Those whose failure no snapshot shows, as it needs a platform of its own: the file that shows it, and with which words.
const ELSEWHERE: [(&str, &str, &str); 14] = [
    ("accepted", "tests/matrix.rs", "expected  status 200 to 299\\n  found     status 403"),
    ("accepted_as_sent", "tests/matrix.rs", "found     status 403"),
    (
        "accepted_as_sent_or_relogin",
        "tests/carried.rs",
        "expected  status 200 to 299\\n  found     status 403",
    ),
    ("cookies_as_agreed", "tests/contract.rs", "expected  platform_session\\n  found     platform_sid"),
    (
        "have_no_mixed_content",
        "crates/smokestack/src/resources/tests.rs",
        "!page.resources().await.unwrap().have_no_mixed_content()",
    ),
    (
        "is_as_demanded",
        "tests/transport.rs",
        "headers_that_the_platform_file_demands_are_judged_on_the_landing_page",
    ),
    ("kept", "tests/matrix.rs", "was visited last and accepted the session"),
    (
        "matches_schema",
        "crates/smokestack/src/page/schema.rs",
        "a_value_is_as_its_schema_says_or_it_is_told_where_not",
    ),
    ("names_its_host", "fixtures/scenarios/src/scenario.rs", "found platform-old.localhost"),
    ("one_release", "tests/matrix.rs", "found     2023.31 on work-orders-2, 2023.32 on work-orders-1"),
    ("saw_all", "tests/matrix.rs", "expected  3 different ones"),
    ("signed_in_as", "tests/matrix.rs", "expected  \\\"bob\\\"\\n  found     \\\"alice\\\""),
    ("signed_in_or_relogin", "tests/carried.rs", "expected  somebody signed in"),
    ("stays", "tests/matrix.rs", "expected  set by the edge"),
];

#[test]
fn every_check_has_an_example_in_the_guide_and_a_failure_that_is_shown() {
    let mut guide = texts(&workspace().join("docs"), "md");
    guide.push(("README.md".to_owned(), fs::read_to_string(workspace().join("README.md")).expect("a text")));
    let examples: String = guide
        .iter()
        .flat_map(|(_, text)| text.split("```rust").skip(1))
        .filter_map(|rest| rest.split("```").next())
        .collect();
    let lines = |text: &str| -> String {
        let numbered =
            |line: &&str| line.split_once(" | ").is_some_and(|(n, _)| n.trim().parse::<u32>().is_ok());
        text.lines().filter(numbered).collect::<Vec<_>>().join("\n")
    };
    let failures: String = snapshots().iter().map(|(_, text)| lines(text)).collect();
    let checks = checks();
    assert!(checks.len() > 40, "{checks:?}");
    for check in &checks {
        let call = format!(".{check}(");
        assert!(examples.contains(&call), "the guide has no example of `{check}`");
        match ELSEWHERE.iter().find(|(name, ..)| name == check) {
            Some((_, file, words)) => {
                let text = fs::read_to_string(workspace().join(file)).expect("a text");
                assert!(text.contains(words), "`{check}` no longer fails in {file}");
            }
            None => {
                assert!(failures.contains(&call), "no snapshot shows `{check}` fail");
            }
        }
    }
    let gone = ELSEWHERE.iter().filter(|(name, ..)| !checks.contains(*name));
    assert_eq!(gone.count(), 0, "each of them is a check");
}
