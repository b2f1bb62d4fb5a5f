//! The session contract as somebody accepted it: a snapshot beside the platform file, and a change is one readable diff.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use fixture_platform::{Fault, Options, Platform, Target};
use harness_tests::{Ran, run};

use crate::incident::suites_against;
use crate::shown::{assert_shown, shown};

/// A platform file that says `snapshot = true`, and what is kept beside it.
pub(crate) struct Stage {
    folder: tempfile::TempDir,
}

impl Stage {
    pub(crate) fn new() -> Stage {
        let stage = Stage { folder: tempfile::tempdir().expect("a folder") };
        stage.declare("");
        stage
    }

    /// Declares this beside it, and trusts a platform over TLS.
    fn declare(&self, more: &str) {
        let stock = include_str!("../suites/smokestack.toml");
        let begin = stock.find("[session.contract]\n").expect("it is there");
        let end = stock.find("[components.portal]").expect("it is there");
        let contract = format!("[session.contract]\nsnapshot = true\n{more}\n");
        let text = format!("{}{contract}{}", &stock[..begin], &stock[end..]);
        fs::write(self.folder.path().join("smokestack.toml"), text).expect("it is written");
    }

    pub(crate) fn trust(&self, platform: &Platform) {
        let file = self.folder.path().join("smokestack.toml");
        let text = fs::read_to_string(&file).expect("it is there");
        fs::write(self.folder.path().join("ca.pem"), platform.ca_pem().expect("it speaks TLS"))
            .expect("written");
        let staging = "[targets.staging]\n";
        fs::write(file, text.replace(staging, &format!("{staging}ca = \"ca.pem\"\n")))
            .expect("it is written");
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("smokestack.toml")
    }

    pub(crate) fn snapshot(&self, end: &str) -> PathBuf {
        self.folder.path().join("snapshots").join(format!("facilities__session-contract{end}"))
    }

    /// The platform file.
    pub(crate) fn text(&self) -> String {
        fs::read_to_string(self.folder.path().join("smokestack.toml")).expect("it is there")
    }

    fn is_pending(&self) -> bool {
        self.snapshot(".snap.new").exists()
    }

    /// What `cargo insta accept` does.
    pub(crate) fn accept(&self) {
        fs::rename(self.snapshot(".snap.new"), self.snapshot(".snap")).expect("something is pending");
    }

    fn look(&self, platform: &Platform, target: &str) -> Command {
        let mut command = suites_against(platform, target);
        command.arg("--config").arg(self.folder.path().join("smokestack.toml")).arg("::contract");
        command
    }

    pub(crate) fn ran(&self, platform: &Platform) -> Ran {
        run(&mut self.look(platform, "staging"))
    }

    fn passes(&self, platform: &Platform) {
        let ran = self.ran(platform);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("5 passed") && !self.is_pending(), "{}", ran.stdout);
    }
}

fn start(options: Options) -> Platform {
    Platform::start(options).expect("the platform starts")
}

fn healthy() -> Platform {
    start(Options::new(Target::Staging))
}

pub(crate) fn fault(switch: &str) -> Fault {
    switch.parse().expect("a fault")
}

/// A stage on which the contract of a healthy platform was accepted.
fn accepted() -> Stage {
    let stage = Stage::new();
    stage.ran(&healthy());
    stage.accept();
    stage
}

#[test]
fn what_nobody_has_accepted_yet_is_written_to_be_looked_at() {
    let stage = Stage::new();
    let ran = stage.ran(&healthy());
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("contract-first", ran.stdout);
    let pending = fs::read_to_string(stage.snapshot(".snap.new")).expect("it is pending");
    assert_shown!("contract-pending", pending);
    stage.accept();
    stage.passes(&healthy());
}

#[test]
fn in_a_pipeline_nothing_is_written_and_what_nobody_accepted_is_not_green() {
    let stage = Stage::new();
    let platform = healthy();
    let ran = run(stage.look(&platform, "staging").env("CI", "true"));
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("run it where `CI` is not set"), "{}", ran.stdout);
    assert!(!stage.folder.path().join("snapshots").exists());
}

#[test]
fn a_release_that_drops_an_attribute_is_one_readable_diff() {
    let stage = accepted();
    let platform = start(Options::new(Target::Staging).fault(fault("drop-httponly")));
    assert_shown!("contract-changed", shown(stage.look(&platform, "staging").env("CI", "true")));
    assert!(!stage.is_pending(), "a pipeline writes nothing");

    assert_eq!(stage.ran(&platform).code, 101);
    assert!(stage.is_pending());
    platform.heal(&fault("drop-httponly"));
    stage.passes(&platform);

    platform.inject(fault("drop-httponly"));
    assert_eq!(stage.ran(&platform).code, 101);
    stage.accept();
    stage.passes(&platform);
}

#[test]
fn each_change_is_a_line_in_the_finding() {
    let stage = accepted();
    let over_tls = Stage::new();
    let tls = start(Options::new(Target::Staging).tls());
    over_tls.trust(&tls);
    over_tls.ran(&tls);
    over_tls.accept();
    over_tls.passes(&tls);
    tls.inject(fault("drop-secure"));
    let mut causes = vec![over_tls.ran(&tls)];
    for switch in ["samesite=strict", "cookie-domain", "cookie-path", "no-rotation"] {
        causes.push(stage.ran(&start(Options::new(Target::Staging).fault(fault(switch)))));
    }
    let cause = |ran: &Ran| {
        let line = ran.stderr.lines().find(|line| line.starts_with("  cause "));
        line.unwrap_or(&ran.stderr).to_owned()
    };
    assert_shown!("contract-causes", causes.iter().map(cause).collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_target_that_differs_has_a_snapshot_of_its_own() {
    let stage = accepted();
    let prod = start(Options::new(Target::Prod).fault(fault("samesite=strict")));
    assert_eq!(run(&mut stage.look(&prod, "prod")).code, 101, "the common one");
    fs::rename(stage.snapshot(".snap.new"), stage.snapshot("@prod.snap")).expect("something is pending");
    let ran = run(&mut stage.look(&prod, "prod"));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    stage.passes(&healthy());
}

#[test]
fn what_insta_is_told_to_do_is_done() {
    let stage = Stage::new();
    let platform = healthy();
    let ran = run(stage.look(&platform, "staging").env("INSTA_UPDATE", "always").env("CI", "true"));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    stage.passes(&platform);
    platform.inject(fault("drop-httponly"));
    assert_eq!(run(stage.look(&platform, "staging").env("INSTA_UPDATE", "no")).code, 101);
    assert!(!stage.is_pending());
}

#[test]
fn what_is_declared_holds_beside_what_was_accepted() {
    let stage = accepted();
    stage.declare("cookie = \"platform_session\"\nsame_site = \"Strict\"\nhttp_only = true\n");
    let platform = start(Options::new(Target::Staging).fault(fault("drop-httponly")));
    let ran = stage.ran(&platform);
    for told in [
        "`SameSite` of cookie `platform_session`\n",
        "`HttpOnly` of cookie `platform_session`\n",
        "found     cookie `platform_session`: `HttpOnly` was set, is missing\n",
    ] {
        assert!(ran.code == 101 && ran.stdout.contains(told), "{told}:\n{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn runs_at_the_same_time_leave_one_whole_file() {
    let stage = Stage::new();
    let platform = healthy();
    stage.ran(&platform);
    let alone = fs::read_to_string(stage.snapshot(".snap.new")).expect("it is pending");
    let start = |_| {
        let mut command = stage.look(&platform, "staging");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
    };
    let running: Vec<_> = (0..4).map(start).collect();
    for mut one in running {
        assert_eq!(one.wait().expect("it ends").code(), Some(3));
    }
    assert_eq!(fs::read_to_string(stage.snapshot(".snap.new")).expect("it is pending"), alone);
    let left = fs::read_dir(stage.folder.path().join("snapshots")).expect("it is there").count();
    assert_eq!(left, 1, "nothing unfinished is left");
}

#[test]
fn what_is_no_snapshot_is_the_harness_trouble_and_no_reason_to_roll_back() {
    let stage = accepted();
    fs::write(stage.snapshot(".snap"), "cookie platform_session\n").expect("it is written");
    let ran = stage.ran(&healthy());
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("it is no snapshot: it does not begin with `---`"), "{}", ran.stdout);
}
