//! Which cases are run, beyond libtest's filters.

use super::specimen::specimen;

fn shown(out: &str) -> Vec<&str> {
    let cases = out.lines().filter(|line| line.starts_with("test suite::"));
    let names = cases.filter_map(|line| line.split_whitespace().nth(1));
    let mut names: Vec<&str> = names.map(|name| name.trim_start_matches("suite::")).collect();
    names.sort_unstable();
    names
}

#[test]
fn an_expression_selects_and_the_last_lines_say_so() {
    let left = specimen("tagged").args("--select critical&!slow").run();
    assert_eq!((left.code, shown(&left.out)), (0, vec!["quick"]));
    assert!(left.err.contains("selected 1 of 3 cases: `critical&!slow`"), "{}", left.err);
    assert_eq!(left.junit().tests, 1);
    let listed = specimen("tagged").args("--list slow").env("SMOKESTACK_SELECT", "critical").run();
    assert_eq!(listed.out, "suite::slow: test\n");
}

#[test]
fn a_word_that_stands_for_no_case_is_said_and_an_expression_that_cannot_be_read_is_a_usage_error() {
    let left = specimen("tagged").args("--select critcal").run();
    assert_eq!((left.code, shown(&left.out).len()), (0, 0), "as libtest has it");
    assert!(left.err.contains("warning: `critcal` in `--select` stands for no case"), "{}", left.err);
    assert_eq!(specimen("tagged").args("--select critcal --gate").run().code, 4);
    let wrong = specimen("tagged").args("--select critical&").run();
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("  critical&\n           ^"), "{}", wrong.err);
}

#[test]
fn shards_have_every_case_between_them() {
    let mut all = Vec::new();
    for index in ["1", "2", "3"] {
        let left =
            specimen("many").args("--shard auto").env("CI_NODE_INDEX", index).env("CI_NODE_TOTAL", "3").run();
        assert_eq!(left.code, 0, "{}", left.err);
        assert!(left.err.contains(&format!("of 2000 cases: shard {index}/3")), "{}", left.err);
        all.extend(left.began());
    }
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 2000);
    let unknown = specimen("many").args("--shard auto").run();
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("not set: CI_NODE_INDEX"), "{}", unknown.err);
}

#[test]
fn what_failed_in_the_last_run_is_run_again_until_nothing_is_left() {
    let first = specimen("green,wrong,blocked").run();
    assert_eq!(first.code, 101);
    let second = first.then("green,wrong,blocked").args("--rerun-failed").run();
    assert_eq!((second.code, shown(&second.out)), (101, vec!["blocked", "wrong"]));
    assert!(
        second.err.contains("selected 2 of 6 cases: what did not pass in the last run"),
        "{}",
        second.err
    );
    let green = second.then("green").run();
    assert_eq!(green.code, 0);
    let nothing = green.then("green").args("--rerun-failed").run();
    assert_eq!((nothing.code, shown(&nothing.out).len()), (0, 0));
    assert_eq!(nothing.then("green").args("--rerun-failed --gate").run().code, 4, "nothing was judged");
    let unknown = specimen("green").args("--rerun-failed").run();
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("the last run is not known"), "{}", unknown.err);
}
