//! What a run showed, with everything that changes from run to run replaced.

use std::process::Command;

use harness_tests::{Ran, run};

/// Replaces what changes from run to run: ports, times, seeds, paths.
pub(crate) const FILTERS: [(&str, &str); 17] = [
    (r"\b(localhost|127\.0\.0\.1):\d+", "$1:PORT"),
    (r"\d+ ms\b", "N ms"),
    (r"its thread for \d+(\.\d+)?m?s", "its thread for TIME"),
    (r"took \d+(\.\d+)?m?s", "took TIME"),
    (r"\b\d+ filtered out", "N filtered out"),
    (r"finished in [\d.]+s", "finished in TIME"),
    (r"\bseed \d+", "seed N"),
    (r#"name="seed" value="\d+""#, r#"name="seed" value="N""#),
    (r#"timestamp="[^"]+""#, r#"timestamp="T""#),
    (r#"time="[\d.]+""#, r#"time="T""#),
    (r#"uuid="[^"]+""#, r#"uuid="U""#),
    // It lies in a folder of its own, while JUnit lies where the test says.
    (r"(?m)^report \S+/report\.html\n", ""),
    (r"\S*/([\w.-]+\.xml)", "[folder]/$1"),
    (r"\S*/snapshots/", "[folder]/snapshots/"),
    (r"\S*/smokestack\.toml", "[folder]/smokestack.toml"),
    (r"thread '[^']*' \(\d+\)", "thread 'T' (N)"),
    (r"work-orders-[12]", "work-orders-N"),
];

/// The program's exit code, its outputs and its JUnit file in one text.
pub(crate) fn shown(command: &mut Command) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let junit = folder.path().join("TEST-specimen.xml");
    let Ran { code, stdout, stderr } = run(command.arg("--junit").arg(&junit));
    let junit = std::fs::read_to_string(junit).unwrap_or_else(|_| "(none)\n".to_owned());
    format!("exit code {code}\n\n── stdout\n{stdout}\n── stderr\n{stderr}\n── junit\n{junit}")
}

/// Whether a line says where a report lies.
pub(crate) fn is_place(line: &str) -> bool {
    ["junit ", "report "].iter().any(|word| line.starts_with(word))
}

/// Compares with the snapshot of this name.
macro_rules! assert_shown {
    ($name:expr, $text:expr) => {
        insta::with_settings!({ filters => $crate::shown::FILTERS, omit_expression => true }, {
            insta::assert_snapshot!($name, $text);
        })
    };
}
pub(crate) use assert_shown;
