//! Rules of Rust files.

use super::{File, Finding, code};

const LONGEST: usize = 400;

/// Names that say nothing of what is inside.
const NOT_NOUNS: [&str; 8] = ["utils", "util", "common", "helpers", "helper", "misc", "imp", "stuff"];

/// Written in parts, so that this file is finished.
const UNFINISHED: [&str; 3] = [concat!("dbg", "!"), concat!("todo", "!"), concat!("unimplemented", "!")];

/// What reads a clock, opens something or prints.
const IMPURE: [&str; 10] = [
    "std::fs",
    "std::net",
    "std::env",
    "std::time::Instant",
    "Instant::now",
    "SystemTime",
    "println!",
    "eprintln!",
    "print!",
    "eprint!",
];

const HARNESS: &str = concat!("libtest", "_mimic");

pub(super) fn starts_with_its_purpose(file: &File) -> Vec<Finding> {
    if !file.is_rust() || file.text.starts_with("//! ") {
        return Vec::new();
    }
    vec![file.finding(1, "begin with a line `//! ...` that says what the file is for")]
}

pub(super) fn is_short(file: &File) -> Vec<Finding> {
    let lines = file.text.lines().count();
    if !file.is_rust() || lines <= LONGEST {
        return Vec::new();
    }
    vec![file.finding(LONGEST + 1, format!("the file has {lines} lines of {LONGEST}; split it by nouns"))]
}

pub(super) fn is_named_by_a_noun(file: &File) -> Vec<Finding> {
    if !file.is_rust() {
        return Vec::new();
    }
    let path = file.path.trim_end_matches(".rs");
    let empty = path.split('/').filter(|part| NOT_NOUNS.contains(part));
    empty.map(|part| file.finding(1, format!("`{part}` says nothing; name it by what is inside"))).collect()
}

pub(super) fn is_finished(file: &File) -> Vec<Finding> {
    if !file.is_rust() {
        return Vec::new();
    }
    let found = code::lines(file).flat_map(|(number, line)| {
        UNFINISHED.iter().filter(|name| code::names(line, name)).map(move |name| (number, name))
    });
    found.map(|(number, name)| file.finding(number, format!("finish this and take `{name}` out"))).collect()
}

pub(super) fn has_no_tabs(file: &File) -> Vec<Finding> {
    if !file.is_rust() {
        return Vec::new();
    }
    let tabbed = file.lines().filter(|(_, line)| line.contains('\t'));
    tabbed.map(|(number, _)| file.finding(number, "write spaces or `\\t` instead of a tab")).collect()
}

pub(super) fn core_is_pure(file: &File) -> Vec<Finding> {
    if !file.is_rust() || !file.path.starts_with("crates/smokestack-core/") {
        return Vec::new();
    }
    let in_code = code::lines(file).map(|(number, line)| (number, line.to_owned()));
    let mut found = Vec::new();
    for (number, code) in in_code.chain(code::imports(file)) {
        found.extend(IMPURE.iter().filter(|name| code::names(&code, name)).map(|name| {
            file.finding(number, format!("the core is pure and knows no `{name}`; let the caller do this"))
        }));
    }
    // A name that stands in a line and in the import written out from it.
    found.sort();
    found.dedup();
    found
}

pub(super) fn only_the_runner_knows_the_test_harness(file: &File) -> Vec<Finding> {
    if !file.is_rust() || file.path.starts_with("crates/smokestack-runner/src/") {
        return Vec::new();
    }
    let named = code::lines(file).filter(|(_, line)| code::names(line, HARNESS));
    let message = format!("only `crates/smokestack-runner/src` names `{HARNESS}`; go through the runner");
    named.map(|(number, _)| file.finding(number, message.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn lines(findings: &[Finding]) -> Vec<usize> {
        findings.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_file_says_on_top_what_it_is_for() {
        assert!(starts_with_its_purpose(&file("a.rs", "//! Cases.\n")).is_empty());
        assert!(starts_with_its_purpose(&file("a.md", "# Cases\n")).is_empty());
        assert_eq!(lines(&starts_with_its_purpose(&file("a.rs", "use std::fmt;\n//! Cases.\n"))), [1]);
    }

    #[test]
    fn a_long_file_is_to_be_split() {
        assert!(is_short(&file("a.rs", &"x\n".repeat(LONGEST))).is_empty());
        assert_eq!(lines(&is_short(&file("a.rs", &"x\n".repeat(LONGEST + 1)))), [LONGEST + 1]);
    }

    #[test]
    fn a_file_is_named_by_what_is_inside() {
        for path in ["a/utils.rs", "common/mod.rs", "tests/helpers.rs", "imp.rs"] {
            assert_eq!(is_named_by_a_noun(&file(path, "")).len(), 1, "{path}");
        }
        assert!(is_named_by_a_noun(&file("src/improvement.rs", "")).is_empty());
        assert!(is_named_by_a_noun(&file("docs/common.md", "")).is_empty());
    }

    #[test]
    fn nothing_is_left_unfinished() {
        let text = format!("//! a\nfn f() {{ {}() }}\n// {} in a comment\n", UNFINISHED[1], UNFINISHED[0]);
        assert_eq!(lines(&is_finished(&file("a.rs", &text))), [2]);
    }

    #[test]
    fn tabs_are_for_nobody() {
        assert_eq!(lines(&has_no_tabs(&file("a.rs", "a\n\tb\n"))), [2]);
        assert!(has_no_tabs(&file("Makefile", "\tb\n")).is_empty());
    }

    #[test]
    fn the_core_reads_no_clock_and_opens_and_prints_nothing() {
        let path = "crates/smokestack-core/src/a.rs";
        let text = "//! std::fs is not for us\nuse std::{fmt, time::Instant};\nuse std::fs;\nfn f() {\n    println!();\n}\n";
        let found = core_is_pure(&file(path, text));
        assert_eq!(lines(&found), [2, 3, 5], "{found:#?}");
        assert!(found[0].message.contains("`std::time::Instant`"));
        assert!(core_is_pure(&file("crates/smokestack-runner/src/a.rs", text)).is_empty());
    }

    #[test]
    fn the_test_harness_stays_in_the_runner() {
        let text = format!("//! a\nuse {HARNESS}::Trial;\n");
        assert_eq!(lines(&only_the_runner_knows_the_test_harness(&file("suites/src/a.rs", &text))), [2]);
        let runner = "crates/smokestack-runner/src/a.rs";
        assert!(only_the_runner_knows_the_test_harness(&file(runner, &text)).is_empty());
    }
}
