//! `docs/snapshots.md`, run: its code is the specimen's, its texts are what is shown, its file is read.

use harness_tests::run;

use crate::snapshots_of_pages::Stage;

#[test]
fn every_example_of_the_guide_runs_here() {
    let guide = include_str!("../docs/snapshots.md");
    let suite = trimmed(include_str!("../fixtures/specimens/src/snapshots.rs"));
    let blocks = |kind: &'static str| {
        let blocks = guide.split("\n```").skip(1).step_by(2);
        blocks.filter_map(move |block| block.strip_prefix(kind)?.strip_prefix('\n'))
    };
    for example in blocks("rust") {
        assert!(suite.contains(&trimmed(example)), "this runs nowhere:\n{example}");
    }
    let stage = Stage::accepted();
    let changed = run(stage.look("button").env("CI", "true").arg("the_page")).stdout;
    let accepted = stage.kept().remove("orders.snap").expect("it was accepted");
    let shown = format!("{changed}\n{accepted}");
    let texts: Vec<&str> = blocks("text").collect();
    assert_eq!(texts.len(), 2);
    for text in texts {
        assert!(trimmed(&shown).contains(&trimmed(text)), "this is not what is shown:\n{text}\n{shown}");
    }
    let rules: Vec<&str> = blocks("toml").collect();
    assert_eq!(rules.len(), 1);
    stage.declare(rules[0]);
    let ran = run(&mut stage.look(""));
    assert_eq!(ran.code, 0, "the guide's rules are those of the tests: {}{}", ran.stdout, ran.stderr);
}

/// Lines without their indentation, so that an example may stand anywhere.
fn trimmed(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join("\n")
}
