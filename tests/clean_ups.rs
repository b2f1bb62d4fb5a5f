//! What a case has made is gone when its run is over, however either ends; what a killed run left is gone after the next.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use fixture_platform::{Component, Options, Platform, Target};
use harness_tests::{Ran, run, smokestack, specimen, workspace};

use crate::page_checks::example_lines;
use crate::shown::{assert_shown, shown};

/// A platform, its file, and the folder in which runs keep what outlives them.
struct Stage {
    platform: Platform,
    folder: tempfile::TempDir,
}

impl Stage {
    fn new() -> Stage {
        let platform = Platform::start(Options::new(Target::Staging)).expect("the platform starts");
        let stage = Stage { platform, folder: tempfile::tempdir().expect("a folder") };
        stage.declare("");
        stage
    }

    /// The platform file, with these lines for the target.
    fn declare(&self, target: &str) {
        let url = self.platform.url();
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
[components.work-orders.api_write]
url = "/work-orders/api/records"
body = {{ title = "{{text}}" }}
token = {{ header = "x-csrf-token", from = "/api/me", pointer = "/csrf_token" }}
list = "/work-orders/api/records"
undo = "/work-orders/api/records/{{/id}}"
[targets.staging]
url = "{url}"
{target}
[accounts.dispatcher]
username = {{ env = "SPECIMEN_USERNAME" }}
password = {{ env = "SPECIMEN_PASSWORD" }}
"#
        );
        fs::write(self.folder.path().join("smokestack.toml"), text).expect("it is written");
    }

    fn ready(&self, mut command: Command) -> Command {
        let user = &self.platform.users()[0];
        command.arg("--config").arg(self.folder.path().join("smokestack.toml"));
        command.env("SPECIMEN_USERNAME", &user.name).env("SPECIMEN_PASSWORD", &user.password);
        command.env("CARGO_TARGET_DIR", self.folder.path());
        command
    }

    /// One case of the specimen.
    fn case(&self, name: &str) -> Command {
        let mut command = self.ready(specimen("leaves"));
        command.args(["--include-ignored", "--exact", &format!("leaves::work-orders::{name}")]);
        command
    }

    fn sweep(&self, arguments: &[&str]) -> Ran {
        let mut command = smokestack();
        command.arg("sweep");
        let mut command = self.ready(command);
        run(command.args(arguments))
    }

    /// The records that somebody made.
    fn made(&self) -> Vec<String> {
        self.platform.new_records(Component::WorkOrders)
    }

    fn notes(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.folder.path().join("smokestack/clean-ups"));
        files.into_iter().flatten().map(|entry| entry.expect("a file").path()).collect()
    }

    /// A run in the middle of its case: it has made a record, and waits.
    fn waiting(&self) -> Child {
        self.waiting_with(&[])
    }

    fn waiting_with(&self, arguments: &[&str]) -> Child {
        let mut command = self.case("waits");
        command.args(arguments);
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        while self.made().is_empty() {
            std::thread::yield_now();
        }
        child
    }

    /// A run that was killed, and has left a record.
    fn killed(&self) {
        let mut child = self.waiting();
        child.kill().expect("it is killed");
        child.wait().expect("it has ended");
        assert_eq!(self.made().len(), 1);
    }
}

/// The text without the marks of a run.
fn unmarked(text: &str) -> String {
    let mut parts = text.split("smoke-");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + "smoke-MARK" + part.trim_start_matches(|c: char| c.is_ascii_alphanumeric())
    })
}

#[test]
fn whatever_becomes_of_a_case_what_it_made_is_gone_and_its_own_failure_is_told_first() {
    for (case, code, told) in [
        ("fails", 101, "text of `h1`"),
        ("panics", 3, "the case panicked"),
        ("runs_out_of_time", 3, "no end within 1s"),
        ("takes_it_away_itself", 0, ""),
        ("makes_nothing", 0, ""),
        ("by_the_guide", 0, ""),
        ("logs_out", 0, ""),
        ("writes_by_json", 0, ""),
    ] {
        let stage = Stage::new();
        let Ran { code: ended, stdout, stderr } = run(&mut stage.case(case));
        assert_eq!(ended, code, "{case}: {stdout}{stderr}");
        assert!(stdout.contains(told), "{case}: {stdout}");
        assert_eq!(stage.made(), Vec::<String>::new(), "{case}");
        assert_eq!(stage.notes(), Vec::<PathBuf>::new(), "{case}");
    }
}

#[test]
fn the_guide_s_examples_are_those_that_are_run() {
    let guide = include_str!("../docs/data.md");
    let path = workspace().join("fixtures/specimens/src/leaves.rs");
    let specimen = fs::read_to_string(path).expect("the specimen is there");
    let known: Vec<&str> = specimen.lines().map(str::trim).collect();
    let lines = example_lines(guide);
    assert!(lines.len() > 8, "{lines:?}");
    let unknown: Vec<&&str> = lines.iter().filter(|line| !known.contains(*line)).collect();
    assert!(unknown.is_empty(), "not in the specimen: {unknown:#?}");
}

#[test]
fn a_clean_up_that_fails_is_told_behind_the_first_failure_with_where_to_look() {
    let stage = Stage::new();
    assert_shown!("clean-up-fails", unmarked(&shown(&mut stage.case("cannot"))));
    assert_eq!(stage.made().len(), 1);
}

#[test]
fn what_a_killed_run_left_is_taken_away_by_the_next_that_says_so() {
    let stage = Stage::new();
    stage.killed();
    let ran = run(&mut stage.case("takes_it_away_itself"));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let line = unmarked(ran.stderr.lines().find(|line| line.starts_with("taken away")).unwrap_or_default());
    assert_eq!(
        line,
        "taken away: the lamp at /work-orders/ with \"lamp smoke-MARK\", left by `leaves::work-orders::waits` of an \
         earlier run"
    );
    assert_eq!((stage.made(), stage.notes()), (Vec::new(), Vec::new()));
}

#[test]
fn what_a_killed_run_left_is_taken_away_by_sweep() {
    let stage = Stage::new();
    stage.killed();
    let listed = stage.sweep(&["--list"]);
    assert_eq!(listed.code, 3, "{}", listed.stderr);
    let url = stage.platform.url();
    insta::assert_snapshot!(unmarked(&listed.stdout).replace(&url, "URL"), @r#"
        swept staging at URL/
        left          the lamp at /work-orders/ with "lamp smoke-MARK", left by leaves::work-orders::waits: noted at fixtures/specimens/src/leaves.rs:28
    "#);
    assert_eq!(stage.made().len(), 1);
    let swept = stage.sweep(&[]);
    assert_eq!(swept.code, 0, "{}", swept.stderr);
    insta::assert_snapshot!(unmarked(&swept.stdout).replace(&url, "URL"), @r#"
        swept staging at URL/
        taken away    the lamp at /work-orders/ with "lamp smoke-MARK", left by leaves::work-orders::waits
    "#);
    assert_eq!((stage.made(), stage.notes()), (Vec::new(), Vec::new()));
    assert!(stage.sweep(&[]).stdout.ends_with("nothing is left\n"));
}

/// Sends a signal as `kill` does.
fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status();
    assert!(sent.expect("kill is there").success());
}

#[test]
fn a_run_that_is_interrupted_takes_away_what_its_cases_made_and_writes_its_reports() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let stage = Stage::new();
        let junit = stage.folder.path().join("smoke.xml");
        let child = stage.waiting_with(&["--junit", &junit.display().to_string()]);
        send(signal, &child);
        let output = child.wait_with_output().expect("it ends");
        let stderr = String::from_utf8(output.stderr).expect("it is UTF-8");
        assert_eq!(output.status.code(), Some(code), "{stderr}");
        assert_eq!(stage.made(), Vec::<String>::new(), "{stderr}");
        assert_eq!(stage.notes(), Vec::<PathBuf>::new());
        let verdict = format!(
            "verdict: INTERRUPTED by SIG{signal}: 0 of 1 cases were judged, 0 failed (exit {code})\n"
        );
        assert!(stderr.ends_with(&verdict), "{stderr}");
        let junit = fs::read_to_string(junit).expect("the report is there");
        assert!(junit.contains(&format!("<skipped message=\"blocked by SIG{signal}\"")), "{junit}");
        assert!(junit.contains(&format!("value=\"interrupted: SIG{signal}\"")), "{junit}");
    }
}

#[test]
fn what_cannot_be_taken_away_is_said_by_every_run_until_it_is_forgotten() {
    let stage = Stage::new();
    let cannot = run(&mut stage.case("cannot"));
    assert_eq!(cannot.code, 101, "{}", cannot.stdout);
    let next = run(&mut stage.case("makes_nothing"));
    assert!(next.stderr.contains("warning: the lamp at /work-orders/ with"), "{}", next.stderr);
    let swept = stage.sweep(&[]);
    assert_eq!(swept.code, 3, "{}", swept.stdout);
    assert!(swept.stdout.contains("expected a form, found none"), "{}", swept.stdout);
    assert_eq!(stage.sweep(&["--forget"]).code, 0);
    assert!(stage.sweep(&[]).stdout.ends_with("nothing is left\n"));
}

#[test]
fn what_the_list_does_not_show_is_not_said_to_be_gone() {
    let stage = Stage::new();
    let ran = run(&mut stage.case("looks_elsewhere"));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let line = unmarked(ran.stderr.lines().find(|line| line.starts_with("warning")).unwrap_or_default());
    assert_eq!(
        line,
        "warning: the lamp at /invoices/ with \"lamp smoke-MARK\" may still be there: not found in the list, which may \
         not show all that there is"
    );
    assert_eq!(stage.made().len(), 1);
    assert!(!stage.notes().is_empty(), "whoever comes next looks again");
    let swept = stage.sweep(&[]);
    assert_eq!(swept.code, 3, "{}", swept.stdout);
    assert!(unmarked(&swept.stdout).contains("looks_elsewhere: not found in the list"), "{}", swept.stdout);
    assert_eq!(stage.made().len(), 1);
    assert_eq!(stage.sweep(&["--forget"]).code, 0);
    assert!(stage.sweep(&[]).stdout.ends_with("nothing is left\n"));
}

#[test]
fn what_the_list_does_not_show_and_the_platform_refused_needs_no_word() {
    let stage = Stage::new();
    let ran = run(&mut stage.case("is_refused"));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(!ran.stderr.contains("warning"), "{}", ran.stderr);
    assert_eq!(stage.notes(), Vec::<PathBuf>::new());
}

#[test]
fn nothing_is_swept_on_a_protected_target_without_leave() {
    let stage = Stage::new();
    stage.killed();
    stage.declare("protected = true");
    let swept = stage.sweep(&[]);
    assert_eq!(swept.code, 3, "{}", swept.stdout);
    assert!(
        swept.stdout.contains("writes to protected target `staging` need `--allow-mutations`"),
        "{}",
        swept.stdout
    );
    assert_eq!(stage.made().len(), 1);
    assert_eq!(stage.sweep(&["--allow-mutations"]).code, 0);
    assert_eq!(stage.made(), Vec::<String>::new());
}

#[test]
fn what_another_run_is_about_to_take_away_is_left_to_it() {
    let stage = Stage::new();
    let mut waiting = stage.waiting();
    let swept = stage.sweep(&[]);
    assert!(swept.stdout.ends_with("nothing is left\n"), "{}", swept.stdout);
    assert_eq!(stage.made().len(), 1);
    waiting.kill().expect("it is killed");
    waiting.wait().expect("it has ended");
}

#[test]
fn a_case_whose_clean_up_cannot_be_noted_makes_nothing() {
    let stage = Stage::new();
    fs::create_dir_all(stage.folder.path().join("smokestack")).expect("a folder");
    fs::write(stage.folder.path().join("smokestack/clean-ups"), "").expect("a file in its place");
    let ran = run(&mut stage.case("fails"));
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("taking away the lamp cannot be noted"), "{}", ran.stdout);
    assert_eq!(stage.made(), Vec::<String>::new());
}
