//! Selection and the other flags of libtest.

use super::specimen::specimen;

fn summary(out: &str) -> &str {
    let line = out.lines().find(|line| line.starts_with("test result")).unwrap();
    line.split("; finished").next().unwrap()
}

#[test]
fn one_filter_several_filters_and_skip_count_as_in_libtest() {
    for (args, expected) in [
        ("", "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out"),
        ("form", "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out"),
        ("form api", "test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out"),
        ("form ignored", "test result: ok. 1 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out"),
        ("form api --skip api", "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out"),
        ("form api --exact", "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 4 filtered out"),
        (
            "suite::form suite::api --exact",
            "test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out",
        ),
        ("--ignored", "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out"),
        (
            "form ignored --ignored",
            "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out",
        ),
        ("--include-ignored", "test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out"),
        ("nothing", "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 4 filtered out"),
    ] {
        let left = specimen("green").args(args).run();
        assert_eq!((left.code, summary(&left.out)), (0, expected), "{args}");
    }
}

#[test]
fn a_list_names_the_cases_and_touches_nothing() {
    let left = specimen("green").args("--list").run();
    assert_eq!(left.out, "suite::page: test\nsuite::form: test\nsuite::api: test\nsuite::ignored: test\n");
    assert_eq!((left.code, left.err.as_str()), (0, ""));
    assert!(left.files().is_empty());
    let terse = specimen("green").args("--list --format terse --ignored").run();
    assert_eq!(terse.out, "suite::ignored: test\n");
    let several = specimen("green").args("--list form api").run();
    assert_eq!(several.out, "suite::form: test\nsuite::api: test\n");
    assert_eq!(specimen("many").args("--list").run_with_head(1).code, 0);
}

#[test]
fn the_stage_is_not_raised_for_nothing() {
    for args in ["nothing", "--list", "ignored"] {
        assert!(!specimen("green").args(args).run().err.contains("target set up"), "{args}");
    }
}

#[test]
fn usage_errors_exit_with_two_and_call_no_case() {
    for args in [
        "--test-threads 0",
        "--no-such-flag",
        "--time-limit soon",
        "--junit /proc/no/such.xml",
        "--logfile /",
    ] {
        let left = specimen("touch").args(args).run();
        assert_eq!(left.code, 2, "{args}: {left:#?}");
        assert!(left.err.contains("error: "), "{args}: {}", left.err);
        assert!(!left.err.contains("target set up") && !left.err.contains("body called"), "{args}");
    }
    assert_eq!(specimen("touch").env("RUST_TEST_THREADS", "0").run().code, 2);
    assert_eq!(specimen("touch").env("SMOKESTACK_SEED", "x").run().code, 2);
}

#[test]
fn two_cases_of_one_name_are_refused_before_anything_is_sent() {
    let left = specimen("twins,touch").run();
    assert_eq!(left.code, 2);
    assert!(left.err.contains("error: 2 cases are called `suite::twin`"), "{}", left.err);
    assert!(!left.err.contains("target set up"));
}

#[test]
fn a_refused_plan_says_what_to_do() {
    let left = specimen("refused").run();
    assert_eq!(left.code, 2);
    insta::assert_snapshot!(left.err, @r#"
    error: target `nowhere` is not known
     |
    help: it has `demo`

    1 mistake in the plan, nothing was sent
    "#);
}

#[test]
fn help_is_not_an_error() {
    let left = specimen("green").args("--help").run();
    assert_eq!(left.code, 0);
    assert!(left.out.contains("Smokestack:") && left.err.is_empty());
}

#[test]
fn colour_comes_when_asked_for() {
    let left = specimen("green").args("--color always").run();
    assert!(left.err.contains("\u{1b}[32mPASS"), "{}", left.err);
    assert!(!specimen("green").run().err.contains('\u{1b}'));
}
