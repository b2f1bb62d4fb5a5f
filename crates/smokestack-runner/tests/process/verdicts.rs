//! What a pipeline relies on, beyond what the cases came to.

use super::specimen::specimen;

#[test]
fn a_gate_says_which_required_case_was_not_judged() {
    for (kinds, args, why) in [
        ("required,green", "--gate page", "suite::form is required, and was not selected"),
        ("required,green,skipped", "--gate --skip api", "suite::api is required, and was not selected"),
        ("required,skipped", "--gate", "suite::skipped is required, and was skipped: no form"),
    ] {
        let left = specimen(kinds).args(args).run();
        assert_eq!(left.code, 3, "{kinds} {args}: {}", left.err);
        assert!(left.err.contains(&format!("verdict: INCONCLUSIVE, {why}")), "{kinds} {args}: {}", left.err);
        let verdict = left.verdict();
        assert_eq!((&verdict["verdict"], &verdict["why"]), (&"inconclusive".into(), &why.into()));
    }
    assert_eq!(specimen("required,green").args("--gate").run().code, 0);
    assert_eq!(specimen("required,green").args("page").run().code, 0, "somebody looks at a part of it");
    let shard = specimen("required,green").args("--gate --shard 1/50").run();
    assert!(shard.code == 4 || shard.code == 0, "the other shards have the rest: {}", shard.err);
}

#[test]
fn an_advisory_case_is_shown_and_never_makes_a_run_red() {
    let left = specimen("green,advisory").run();
    assert_eq!(left.code, 0, "{}", left.err);
    assert!(left.out.contains("... ignored (failed, advisory: text of `h1`"), "{}", left.out);
    assert!(left.err.contains("advisory: suite::advisory failed: text of `h1`"), "{}", left.err);
    let report = left.junit();
    assert_eq!((report.failures, report.skipped), (0, 2));
    assert!(left.junit_text().contains("message=\"failed, advisory: text of `h1`"));
    assert_eq!(left.verdict()["cases"][1]["advisory"], true);
}

#[test]
fn flaky_fails_where_it_is_said_and_is_never_silent() {
    let passes = specimen("flaky").args("--retries 2").run();
    assert_eq!(passes.code, 0);
    assert!(passes.err.contains("flaky: suite::flaky passed on attempt"), "{}", passes.err);
    let fails = specimen("flaky").args("--retries 2 --flaky fail").run();
    assert_eq!(fails.code, 101);
    assert!(fails.out.contains("suite::flaky ... FAILED"), "{}", fails.out);
    assert!(
        fails.err.contains("verdict: FAIL, roll back: suite::flaky is flaky, and `--flaky fail` counts that"),
        "{}",
        fails.err
    );
}

#[test]
fn what_was_broken_before_the_deploy_is_told_apart() {
    let before = specimen("green,wrong").run();
    assert_eq!(before.code, 101);
    let folder = before.folder().to_owned();
    let baseline = format!("--baseline {}", folder.display());
    let same = specimen("green,wrong").args(&baseline).run();
    assert_eq!(same.code, 3, "{}", same.err);
    assert!(same.err.contains("still broken: suite::wrong"), "{}", same.err);
    assert!(same.err.contains("rolling back would not mend it (exit 3)"), "{}", same.err);
    let mended = specimen("green").args(&baseline).run();
    assert_eq!(mended.code, 0);
    let worse = specimen("green,wrong,silent").args(&baseline).run();
    assert_eq!(worse.code, 101, "{}", worse.err);
    assert!(worse.err.contains("broken, not judged before: suite::silent"), "{}", worse.err);
    let unknown = specimen("green").args("--baseline /nowhere").run();
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("the baseline is not known: the journal `/nowhere` cannot be read"),
        "{}",
        unknown.err
    );
}
