//! No report has a hole, and none holds a secret.

use super::specimen::specimen;

#[test]
fn a_closed_stdout_costs_no_report() {
    for threads in ["1", "8"] {
        let left = specimen("many,wrong").args("--test-threads").args(threads).run_with_head(1);
        assert_eq!(left.code, 101, "{threads} threads");
        let report = left.junit();
        assert_eq!((report.tests, report.failures, report.errors), (2001, 1, 0), "{threads} threads");
        let names = report.test_suites[0].test_cases.iter().map(|case| case.name.as_str());
        assert!(names.take(2000).is_sorted(), "in the plan's order");
        assert!(!left.err.contains("panicked") && left.err.contains("verdict: FAIL"), "{}", left.err);
    }
}

#[test]
fn a_full_disk_behind_stdout_is_named_and_costs_no_report() {
    let left = specimen("green").args("--logfile /dev/full --test-threads 1").run();
    // What was asked for was not written, and nothing is wrong with the platform.
    assert_eq!(left.code, 3);
    assert!(
        left.err.contains("the list of outcomes could not be written: No space left on device"),
        "{}",
        left.err
    );
    assert_eq!(left.junit().tests, 4);
}

#[test]
fn a_secret_that_a_case_echoes_is_in_no_output() {
    let left = specimen("echo").run();
    let xml = left.junit_text();
    for (name, text) in [("stdout", &left.out), ("stderr", &left.err), ("JUnit", &xml)] {
        for part in ["horse", "battery"] {
            assert!(!text.contains(part), "{name}: {text}");
        }
    }
    assert!(left.out.contains("[password of `alice`]") && xml.contains("[password of `alice`]"));
    assert_eq!(left.code, 101);
}

#[test]
fn odd_page_text_leaves_terminal_and_xml_whole() {
    let left = specimen("wrong").run();
    assert!(left.out.contains(r"`\u{1b}[2J]]>\u{fffe}`"), "{}", left.out);
    assert!(!left.out.contains('\u{1b}') && !left.junit_text().contains('\u{fffe}'));
    assert_eq!(left.junit().failures, 1);
}

#[test]
fn a_target_that_is_not_ready_leaves_a_report() {
    let left = specimen("unready").run();
    assert_eq!(left.code, 3);
    assert!(left.err.contains("error: the demo platform does not start\nhelp: start it\n"), "{}", left.err);
    assert!(left.err.contains("target torn down"));
    let report = left.junit();
    assert_eq!((report.tests, report.errors), (1, 1));
    assert!(left.junit_text().contains("not run: the demo platform does not start"));
}

#[test]
fn a_report_that_was_asked_for_is_written_even_if_nothing_ran() {
    assert_eq!(specimen("green").args("nothing").run().junit().tests, 0);
    let ignored = specimen("green").args("ignored").run().junit();
    assert_eq!((ignored.tests, ignored.skipped), (1, 1));
}

#[test]
fn a_killed_run_leaves_a_report_that_says_so() {
    let left = specimen("forever,green").run_and_kill_at("target set up");
    let report = left.junit();
    assert_eq!((report.tests, report.errors), (5, 4));
    assert!(left.junit_text().contains("not run: the run came to no end"));
    assert_eq!(left.files(), ["events.jsonl", "junit.xml", "report.html", "verdict.json"]);
}
