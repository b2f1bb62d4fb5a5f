//! Pages, JSON, headers and settings compared with what somebody accepted: what is told, what is written, and where.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use fixture_platform::{Options, Platform, Target};
use harness_tests::{Ran, cargo, run, specimen};

use crate::accepted_contract::Stage as ContractStage;
use crate::accounts::credentials;
use crate::shown::{assert_shown, shown};

/// A platform file, and what is kept beside it.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
}

const RULES: &str = "[snapshots.rules]\norder-number = 'WO-\\d+'\n";

impl Stage {
    fn new() -> Stage {
        let stage = Stage { folder: tempfile::tempdir().expect("a folder") };
        stage.declare(RULES);
        stage
    }

    pub(crate) fn declare(&self, rules: &str) {
        let text = format!(
            r#"
[platform]
name = "Facilities"
[login]
component = "portal"
[session]
signed_in = "[data-user]"
[components.portal]
path = "/"
landing = "/home"
[components.invoices]
landing = "/invoices/"
settings = "/settings"
[targets.demo]
demo = true
default = true
[targets.staging]
demo = true
[accounts.dispatcher]
username = {{ env = "SPECIMEN_USERNAME" }}
password = {{ env = "SPECIMEN_PASSWORD" }}
{rules}"#
        );
        fs::write(self.config(), text).expect("it is written");
    }

    /// A stage on which the first release was accepted.
    pub(crate) fn accepted() -> Stage {
        let stage = Stage::new();
        let ran = run(stage.look("").env("INSTA_UPDATE", "always"));
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        stage
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("smokestack.toml")
    }

    fn snapshots(&self) -> PathBuf {
        self.folder.path().join("snapshots")
    }

    /// The files of snapshots, and what is in them.
    pub(crate) fn kept(&self) -> BTreeMap<String, String> {
        let Ok(files) = fs::read_dir(self.snapshots()) else { return BTreeMap::new() };
        let file = |path: PathBuf| {
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a text"))
        };
        files.map(|entry| file(entry.expect("a file").path())).collect()
    }

    fn pending(&self) -> Vec<String> {
        self.kept().into_keys().filter(|name| name.ends_with(".snap.new")).collect()
    }

    /// What `cargo insta accept` does.
    fn accept(&self) {
        for name in self.pending() {
            let pending = self.snapshots().join(name);
            fs::rename(&pending, pending.with_extension("")).expect("it is renamed");
        }
    }

    /// The specimen on this release.
    pub(crate) fn look(&self, release: &str) -> Command {
        self.specimen("snapshots", release)
    }

    fn specimen(&self, name: &str, release: &str) -> Command {
        let mut command = specimen(name);
        command.arg("--config").arg(self.config()).args(["--test-threads", "1"]);
        command.env("SPECIMEN_TROUBLE", release);
        command
    }

    fn passes(&self) {
        let ran = run(&mut self.look(""));
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("7 passed"), "{}", ran.stdout);
        assert_eq!(self.pending(), Vec::<String>::new());
    }
}

#[test]
fn what_nobody_has_accepted_yet_is_written_to_be_looked_at_and_does_not_pass() {
    let stage = Stage::new();
    let ran = run(&mut stage.look(""));
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("snapshots-first", ran.stdout);
    let told = stage.kept().into_iter().map(|(name, text)| format!("── {name}\n{text}"));
    assert_shown!("snapshots-pending", told.collect::<String>());
    stage.accept();
    stage.passes();
}

#[test]
fn tokens_dates_and_ids_are_no_change() {
    let stage = Stage::accepted();
    let before = stage.kept();
    for _ in 0..3 {
        stage.passes();
        let ran = run(stage.look("").args(["--test-threads", "8"]));
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    }
    assert_eq!(stage.kept(), before);
}

#[test]
fn a_change_is_a_failed_check_with_a_diff_and_the_other_checks_still_run() {
    let stage = Stage::accepted();
    assert_shown!("snapshots-changed", shown(stage.look("button").env("CI", "true").arg("as_accepted")));
    assert_eq!(stage.pending(), Vec::<String>::new(), "a pipeline writes nothing");

    let ran = run(&mut stage.look("button"));
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(stage.pending(), ["footer@demo.snap.new", "orders-form.snap.new", "orders.snap.new"]);
    stage.passes();
    run(&mut stage.look("button"));
    stage.accept();
    let ran = run(&mut stage.look("button"));
    assert!(!ran.stdout.contains("snapshot `"), "{}", ran.stdout);
    assert!(ran.stdout.contains("text of `.imprint`"), "no snapshot heals another check: {}", ran.stdout);
}

#[test]
fn each_kind_of_snapshot_tells_its_own_change() {
    let stage = Stage::accepted();
    let mut told = String::new();
    for release in ["columns", "json", "headers", "settings"] {
        let ran = run(stage.look(release).env("CI", "true"));
        assert_eq!(ran.code, 101, "{release}: {}{}", ran.stdout, ran.stderr);
        let failures = ran.stdout.split("failures:\n").nth(1).unwrap_or_default();
        told.push_str(&format!("── {release}\n{failures}"));
    }
    assert_shown!("snapshots-kinds", told);
}

#[test]
fn a_diff_has_colour_in_the_console_and_none_in_junit() {
    let stage = Stage::accepted();
    let mut command = stage.look("button");
    command.env_remove("NO_COLOR").env("CI", "true").args(["--color", "always", "the_page"]);
    let shown = shown(&mut command);
    let (console, junit) = shown.split_once("── junit").expect("both are shown");
    assert!(console.contains("\u{1b}[31m-     button \"Apply\"\u{1b}[0m"), "{}", console.escape_debug());
    assert!(console.contains("\u{1b}[32m+     button \"Filter\"\u{1b}[0m"), "{}", console.escape_debug());
    assert!(
        junit.contains("-     button &quot;Apply&quot;") || junit.contains("-     button \"Apply\""),
        "{junit}"
    );
    assert!(!junit.contains('\u{1b}') && !junit.contains("[31m"), "{}", junit.escape_debug());
}

#[test]
fn in_a_pipeline_what_is_missing_fails_and_nothing_is_written() {
    let stage = Stage::new();
    let ran = run(stage.look("").env("CI", "true"));
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("no snapshot `orders` has been accepted so far"), "{}", ran.stdout);
    assert!(ran.stdout.contains("run it where `CI` is not set"), "{}", ran.stdout);
    assert!(!stage.snapshots().exists());
}

#[test]
fn a_target_that_differs_gets_a_text_of_its_own_where_the_suite_says_so() {
    let stage = Stage::accepted();
    // What was accepted for the demo target is made the one for all.
    fs::rename(stage.snapshots().join("footer@demo.snap"), stage.snapshots().join("footer.snap"))
        .expect("renamed");
    let footer =
        |release, target: &str| run(stage.look(release).args(["--target", target, "each_target"])).code;
    assert_eq!((footer("", "demo"), footer("", "staging")), (0, 0));
    assert_eq!(footer("button", "staging"), 101);
    assert_eq!(stage.pending(), ["footer@staging.snap.new"]);
    stage.accept();
    assert_eq!((footer("button", "staging"), footer("", "demo")), (0, 0));
    assert_eq!(footer("button", "demo"), 101, "the common one");
}

#[test]
fn what_insta_is_told_to_do_is_done_and_what_it_does_not_know_is_told() {
    let stage = Stage::new();
    let ran = run(stage.look("").env("INSTA_FORCE_PASS", "1").env("INSTA_UPDATE", "new").env("CI", "true"));
    assert_eq!(ran.code, 0, "as `cargo insta test` runs it: {}{}", ran.stdout, ran.stderr);
    assert!(stage.pending().contains(&"orders.snap.new".to_owned()));
    let ran = run(stage.look("").env("INSTA_UPDATE", "unseen"));
    assert_eq!((ran.code, stage.pending()), (0, Vec::new()), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(run(stage.look("button").env("INSTA_UPDATE", "no")).code, 101);
    assert_eq!(stage.pending(), Vec::<String>::new());
    let ran = run(stage.look("").env("INSTA_UPDATE", "never").env("INSTA_FORCE_PASS", "yes"));
    assert_eq!(ran.code, 2);
    assert_shown!("snapshots-words", ran.stderr);
}

#[test]
fn snapshots_that_are_in_use_are_told_to_cargo_insta() {
    let stage = Stage::accepted();
    let list = stage.folder.path().join("references");
    run(stage.look("").env("INSTA_SNAPSHOT_REFERENCES_FILE", &list));
    let list = fs::read_to_string(list).expect("it is written");
    for name in stage.kept().keys() {
        assert!(list.lines().any(|line| Path::new(line).ends_with(name)), "{name}:\n{list}");
    }
}

#[test]
fn processes_at_the_same_time_leave_the_same_files_as_one_alone() {
    let alone = Stage::new();
    run(&mut alone.look(""));
    let stage = Stage::new();
    let listed = run(stage.look("").arg("--list")).stdout;
    let start = |name: &str| {
        let mut command = stage.look("");
        command.env("NEXTEST", "1").args(["--exact", name]).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
    };
    // As nextest runs them, and each twice.
    let names: Vec<&str> = listed.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    let running: Vec<_> = names.iter().chain(&names).map(|name| start(name)).collect();
    for mut one in running {
        assert_eq!(one.wait().expect("it ends").code(), Some(3));
    }
    assert_eq!(stage.kept(), alone.kept());
}

#[test]
fn no_secret_is_written() {
    let kept = Stage::accepted().kept();
    assert!(kept["echo.snap"].contains("[cookie `seen`]"), "{}", kept["echo.snap"]);
    assert!(kept.values().all(|text| !text.contains("a-secret-of-the-session")), "{kept:?}");
}

#[test]
fn nextest_writes_and_compares_as_plain_cargo_does() {
    let platform = Platform::start(Options::new(Target::Staging)).expect("the platform starts");
    let stage = ContractStage::new();
    let nextest = || {
        let mut command = cargo(&["nextest", "run", "--no-fail-fast", "-p", "suites", "--color", "never"]);
        command.args(["-E", "test(/::contract$/)"]).env("SMOKESTACK_CONFIG", stage.config());
        command.envs([("SMOKESTACK_TARGET", "staging"), ("SMOKESTACK_URL", &platform.url())]);
        run(command.envs(credentials(platform.users())))
    };
    let first = nextest();
    assert_ne!(first.code, 0, "{}", first.stderr);
    assert!(stage.snapshot(".snap.new").exists(), "{}", first.stderr);
    stage.accept();
    let second = nextest();
    assert!(second.code == 0 && !stage.snapshot(".snap.new").exists(), "{}", second.stderr);
}

#[test]
fn a_case_that_is_tried_again_compares_by_the_same_name() {
    let stage = Stage::new();
    let silent =
        |update: &str| run(stage.look("silence").env("INSTA_UPDATE", update).args(["--retries", "1"]));
    let ran = silent("always");
    assert!(ran.code == 0 && ran.stderr.contains("flaky"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(
        stage.kept().into_keys().collect::<Vec<_>>(),
        Stage::accepted().kept().into_keys().collect::<Vec<_>>()
    );
    assert_eq!(silent("no").code, 0);
}

#[test]
fn a_binary_without_sources_and_cargo_finds_its_snapshots_where_it_is_told() {
    let stage = Stage::accepted();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let binary = elsewhere.path().join("smoke");
    fs::copy(specimen("snapshots").get_program(), &binary).expect("it is copied");
    let config = elsewhere.path().join("platform.toml");
    fs::copy(stage.config(), &config).expect("it is copied");
    let copied = |release: &str| -> Ran {
        let mut command = Command::new(&binary);
        command.env_clear().current_dir(elsewhere.path()).arg("--config").arg(&config);
        command.env("SPECIMEN", "snapshots").env("SPECIMEN_TROUBLE", release).env("CI", "true");
        run(command.arg("--snapshots").arg(stage.snapshots()))
    };
    let ran = copied("");
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let ran = copied("button");
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("-     button \"Apply\""), "{}", ran.stdout);
    let variable = run(specimen("snapshots")
        .arg("--config")
        .arg(&config)
        .env("SMOKESTACK_SNAPSHOTS", stage.snapshots()));
    assert_eq!(variable.code, 0, "{}{}", variable.stdout, variable.stderr);
}

#[test]
fn a_binary_alone_has_its_snapshots_in_itself() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let binary = elsewhere.path().join("smoke");
    fs::copy(specimen("snapshots-alone").get_program(), &binary).expect("it is copied");
    let alone = |release: &str, arguments: &[&str]| -> Ran {
        let mut command = Command::new(&binary);
        command.env_clear().current_dir(elsewhere.path()).args(arguments);
        run(command.env("SPECIMEN", "snapshots-alone").env("SPECIMEN_TROUBLE", release))
    };
    let ran = alone("", &[]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let ran = alone("button", &["--include-ignored", "--test-threads", "1"]);
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("snapshots-alone", ran.stdout);
    // A folder with another one wins.
    let folder = elsewhere.path().join("kept");
    fs::create_dir(&folder).expect("a folder");
    let other = "---\nsource: fixtures/specimens/src/snapshots.rs\n---\ntitle \"Bills\"\n";
    fs::write(folder.join("orders.snap"), other).expect("it is written");
    let ran = alone("", &["--snapshots", "kept"]);
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("- title \"Bills\""), "{}", ran.stdout);
}

#[test]
fn without_a_platform_file_somebody_has_to_say_where_snapshots_are() {
    let ran = run(specimen("snapshots").arg("the_page"));
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("there is no folder for snapshots"), "{}", ran.stdout);
    assert!(ran.stdout.contains("name one with `--snapshots DIR`"), "{}", ran.stdout);
}

#[test]
fn what_cannot_be_judged_says_what_to_do() {
    let stage = Stage::new();
    let ran = run(&mut stage.specimen("snapshots-misused", ""));
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("snapshots-misused", ran.stdout);
    for place in ran.stdout.lines().filter_map(|line| line.trim().strip_prefix("--> ")) {
        assert!(place.starts_with("fixtures/specimens/src/"), "{place}");
    }
}

#[test]
fn mistakes_in_rules_are_shown_with_a_caret() {
    let stage = Stage::new();
    stage.declare(
        "[snapshots]\noff = [\"iso-dat\", \"nothing-like-it\"]\nrule = 1\n[snapshots.rules]\nbroken = '(WO'\n\
         empty = 'x*'\nthree = ['a', 'b', 'c']\nnumber = 3\n",
    );
    let ran = run(&mut stage.look(""));
    assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("snapshots-rules", ran.stderr);
}

#[test]
fn the_rules_of_the_platform_file_are_kept() {
    let stage = Stage::accepted();
    stage.declare("");
    let ran = run(stage.look("").env("CI", "true").arg("the_parts"));
    let gone =
        ran.stdout.lines().any(|line| line.trim().starts_with('-') && line.ends_with("[order-number]"));
    assert!(ran.code == 101 && gone, "{}{}", ran.stdout, ran.stderr);
    stage.declare(&format!("[snapshots]\noff = [\"number-in-path\"]\n{RULES}"));
    let ran = run(stage.look("").env("CI", "true").arg("the_page"));
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("-     link \"Reports\" to /reports/[id]"), "{}", ran.stdout);
}

#[test]
fn what_is_no_snapshot_is_the_harness_trouble_and_no_reason_to_roll_back() {
    let stage = Stage::accepted();
    fs::write(stage.snapshots().join("orders.snap"), "title \"Orders\"\n").expect("it is written");
    let ran = run(&mut stage.look(""));
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("it is no snapshot: it does not begin with `---`"), "{}", ran.stdout);
}
