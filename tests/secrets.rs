//! Canaries: a password, a session cookie and a form's token that a page echoes in every form appear nowhere.

use std::fs;

use harness_tests::{run, specimen};

/// What the page of the `leaks` specimen shows, and what must not come out.
const CANARIES: [&str; 13] = [
    "canary/pass",
    "canary%2Fpass",
    "canary&#x2f;pass",
    "canary&#47;pass",
    "canary&amp;#47;pass",
    "canary%252Fpass",
    r"canary\u002fpass",
    "pass w",
    "%63%61%6e%61%72%79",
    "rd&1''s",
    "63616e6172792f70617373",
    "canary-cookie-0123456789abcdef",
    "canary-token-0123456789abcdef",
];

#[test]
fn no_snapshot_of_these_tests_holds_a_secret() {
    let folder = harness_tests::workspace().join("tests/snapshots");
    let snapshots: Vec<_> = fs::read_dir(folder).expect("the snapshots").flatten().collect();
    assert!(snapshots.len() > 10);
    for snapshot in snapshots {
        let text = fs::read_to_string(snapshot.path()).expect("a text");
        for secret in CANARIES.iter().chain(&["open sesame", "not the password", "0123456789abcdef"]) {
            assert!(!text.contains(secret), "{secret} stands in {}", snapshot.path().display());
        }
    }
}

#[test]
fn no_secret_appears_in_console_reports_or_file_names() {
    for arguments in [&["--test-threads", "1"][..], &["--format", "json"], &["--nocapture", "-q"]] {
        let folder = tempfile::tempdir().expect("a folder");
        let ran = run(specimen("leaks").args(arguments).arg("--reports").arg(folder.path()));
        assert_eq!(ran.code, 101, "{}", ran.stderr);
        let mut shown = format!("{}\n{}\n", ran.stdout, ran.stderr);
        let reports: Vec<_> = fs::read_dir(folder.path()).expect("the folder").flatten().collect();
        assert!(reports.len() >= 3, "{reports:?}");
        for entry in reports {
            shown.push_str(&entry.file_name().to_string_lossy());
            shown.push_str(&fs::read_to_string(entry.path()).expect("a text"));
        }
        for canary in CANARIES {
            assert!(!shown.contains(canary), "{canary} came out with {arguments:?}:\n{shown}");
        }
        assert!(shown.contains("[password of `dispatcher`]") && shown.contains("[cookie `sid`]"), "{shown}");
    }
}
