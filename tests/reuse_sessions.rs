//! The session of an earlier run, for whoever runs one suite again and again.

use std::path::PathBuf;

use fixture_platform::{Options, Platform, Target};
use harness_tests::{Ran, run, specimen};

/// A platform, and a folder for what runs keep.
struct Stage {
    platform: Platform,
    folder: tempfile::TempDir,
}

impl Stage {
    fn new() -> Stage {
        let platform = Platform::start(Options::new(Target::Staging)).expect("the platform starts");
        Stage { platform, folder: tempfile::tempdir().expect("a folder") }
    }

    /// A run of its own, which may reuse sessions that are no older than this.
    fn run(&self, limit: &str) -> Ran {
        self.run_with(&["--reuse-sessions", limit])
    }

    fn run_with(&self, arguments: &[&str]) -> Ran {
        let user = &self.platform.users()[0];
        let mut command = specimen("many");
        command
            .args(["--exact", "many::home_1", "--url", &self.platform.url()])
            .args(arguments)
            .env("CARGO_TARGET_DIR", self.folder.path())
            .envs([("SPECIMEN_USERNAME", &user.name), ("SPECIMEN_PASSWORD", &user.password)]);
        let ran = run(&mut command);
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(&user.password));
        ran
    }

    /// What is kept for later runs, if anything is.
    fn kept(&self) -> Option<PathBuf> {
        let files = std::fs::read_dir(self.folder.path().join("smokestack/sessions")).ok()?.flatten();
        files.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "reuse"))
    }
}

#[test]
fn a_later_run_goes_on_with_the_session_of_an_earlier_one_and_says_so() {
    let stage = Stage::new();
    let first = stage.run("15m");
    assert_eq!((first.code, stage.platform.logins()), (0, 1), "{}", first.stderr);
    assert!(!first.stderr.contains("reused"), "{}", first.stderr);
    let second = stage.run("15m");
    assert_eq!((second.code, stage.platform.logins()), (0, 1), "{}", second.stderr);
    assert!(second.stderr.contains("session of dispatcher reused: made "), "{}", second.stderr);
    let told =
        "in an earlier run, for `many::home_1`, validated just now, in place of the login that cases share";
    assert!(second.stderr.contains(told), "{}", second.stderr);
}

#[test]
fn without_the_flag_every_run_signs_in_and_keeps_nothing_for_later_ones() {
    let stage = Stage::new();
    assert_eq!(stage.run_with(&[]).code, 0);
    assert_eq!(stage.kept(), None);
    assert_eq!(stage.run("15m").code, 0);
    assert_eq!(stage.run_with(&[]).code, 0);
    assert_eq!(stage.platform.logins(), 3);
}

#[test]
fn a_session_that_is_older_than_the_limit_is_not_reused() {
    let stage = Stage::new();
    assert_eq!(stage.run("15m").code, 0);
    let later = stage.run("1ms");
    assert_eq!((later.code, stage.platform.logins()), (0, 2), "{}", later.stderr);
    assert!(
        later.stderr.contains("session of dispatcher not reused: the one of an earlier run was made "),
        "{}",
        later.stderr
    );
    assert!(later.stderr.contains(", and is reused for 1ms"), "{}", later.stderr);
}

#[test]
fn a_session_that_has_ended_on_the_server_is_not_reused() {
    let stage = Stage::new();
    assert_eq!(stage.run("15m").code, 0);
    stage.platform.inject("rotate-key".parse().expect("a fault of the platform"));
    let later = stage.run("15m");
    assert_eq!((later.code, stage.platform.logins()), (0, 2), "{}", later.stderr);
    assert!(
        later.stderr.contains("session of dispatcher not reused: the issuer no longer accepts the one made "),
        "{}",
        later.stderr
    );
    assert!(!later.stderr.contains("made anew"), "{}", later.stderr);
    assert_eq!((stage.run("15m").code, stage.platform.logins()), (0, 2));
}

#[test]
fn a_session_file_of_an_earlier_run_that_is_damaged_is_said_and_replaced() {
    let stage = Stage::new();
    assert_eq!(stage.run("15m").code, 0);
    let kept = stage.kept().expect("a session is kept");
    std::fs::write(&kept, "smokestack 1 0123\n{}").expect("it is written");
    let later = stage.run("15m");
    assert_eq!((later.code, stage.platform.logins()), (0, 2), "{}", later.stderr);
    assert!(
        later.stderr.contains("warning: session of dispatcher: the session of an earlier run is not used: "),
        "{}",
        later.stderr
    );
    assert_eq!((stage.run("15m").code, stage.platform.logins()), (0, 2));
}

#[test]
fn a_protected_target_is_signed_in_to_by_every_run() {
    let stage = Stage::new();
    let ran = stage.run_with(&["--target", "guarded", "--reuse-sessions", "15m"]);
    assert_eq!((ran.code, stage.platform.requests()), (2, 0), "{}", ran.stderr);
    assert!(ran.stderr.contains("is not for a protected target, and `guarded` is one"), "{}", ran.stderr);
}
