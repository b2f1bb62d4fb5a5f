//! What people had open when a deploy came is looked at after it: `smokestack prime` before, `--carried` after.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use fixture_platform::{EmbeddedStores, Options, Platform, Release, Target, User};
use harness_tests::{Ran, run, smokestack, workspace};
use tempfile::TempDir;

use crate::accounts::credentials;
use crate::incident::suites_against;
use crate::shown::assert_shown;

/// A platform that lives through deploys: the same users, the same session stores, the same host. Its port is another
/// one each time: whoever else runs may have taken the old one.
struct Stage {
    folder: TempDir,
    stores: EmbeddedStores,
    users: Vec<User>,
    platform: Option<Platform>,
}

impl Stage {
    fn with(release: Release) -> Stage {
        let folder = tempfile::tempdir().expect("a folder");
        let users = vec![
            User::new("alice", "Alice Adams", "a password of alice's"),
            User::new("bob", "Bob Brown", "a password of bob's"),
        ];
        let mut stage = Stage { folder, stores: EmbeddedStores::default(), users, platform: None };
        stage.deploy(release);
        stage
    }

    fn deploy(&mut self, release: Release) {
        let options = Options::new(Target::Staging).release(release);
        let options = options.embedded(&self.stores).users(self.users.clone());
        self.platform = Some(Platform::start(options).expect("the platform starts"));
    }

    fn platform(&self) -> &Platform {
        self.platform.as_ref().expect("a platform runs")
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("carried.json")
    }

    fn prime(&self) -> Command {
        let mut command = smokestack();
        command
            .args(["prime", "--target", "staging", "--url", &self.platform().url(), "--out"])
            .arg(self.file())
            .arg("--config")
            .arg(workspace().join("suites/smokestack.toml"))
            .envs(credentials(&self.users));
        command
    }

    /// The suite that looks at what was saved.
    fn carry(&self) -> Command {
        let mut command = suites_against(self.platform(), "staging");
        command.args(["carried::", "--carried"]).arg(self.file());
        command
    }
}

fn relogin_expected(folder: &Path) -> PathBuf {
    let text = include_str!("../suites/smokestack.toml");
    let text = text.replace("[session]\n", "[session]\nexpect_relogin = true\n");
    let file = folder.join("smokestack.toml");
    std::fs::write(&file, text).expect("it is written");
    file
}

fn shown(ran: &Ran) -> String {
    format!("exit code {}\n\n── stdout\n{}\n── stderr\n{}", ran.code, ran.stdout, ran.stderr)
}

#[test]
fn sessions_and_forms_from_before_a_deploy_are_carried_over_it() {
    let mut stage = Stage::with(Release::R2);
    let primed = run(&mut stage.prime());
    assert_eq!(primed.code, 0, "{}", primed.stderr);
    assert_shown!(
        "primed",
        primed.stdout.replace(&stage.file().display().to_string(), "[folder]/carried.json")
    );
    let mode = std::fs::metadata(stage.file()).expect("the file is there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    stage.deploy(Release::R2);
    let carried = run(&mut stage.carry());
    assert!(carried.code == 0 && carried.stdout.contains("9 passed"), "{}{}", carried.stdout, carried.stderr);
    assert_eq!(stage.platform().logins(), 0, "nobody has to sign in again");
}

#[test]
fn a_deploy_that_ends_everybodys_session_is_red() {
    let mut stage = Stage::with(Release::R1);
    assert_eq!(run(&mut stage.prime()).code, 0);
    stage.deploy(Release::R2);
    let ran = run(&mut stage.carry());
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    for told in [
        "expected  somebody signed in",
        "the session is one from before the deploy, saved",
        "at release 2023.31",
    ] {
        assert!(ran.stdout.contains(told), "{told}:\n{}", ran.stdout);
    }
}

#[test]
fn a_deploy_that_is_meant_to_end_sessions_may_send_people_to_the_login() {
    let mut stage = Stage::with(Release::R1);
    assert_eq!(run(&mut stage.prime()).code, 0);
    stage.deploy(Release::R2);
    let config = relogin_expected(stage.folder.path());
    let ran = run(stage.carry().arg("--config").arg(config));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_passphrase_seals_the_file() {
    let stage = Stage::with(Release::R2);
    let sealed = run(stage.prime().env("SMOKESTACK_PASSPHRASE", "correct horse"));
    assert!(sealed.stdout.contains("sealed with the passphrase"), "{}{}", sealed.stdout, sealed.stderr);
    let opened = run(stage.carry().env("SMOKESTACK_PASSPHRASE", "correct horse"));
    assert_eq!(opened.code, 0, "{}{}", opened.stdout, opened.stderr);
    let (without, wrong) =
        (run(&mut stage.carry()), run(stage.carry().env("SMOKESTACK_PASSPHRASE", "wrong horse")));
    assert_eq!((without.code, wrong.code), (3, 3));
    assert!(without.stderr.contains("is sealed\nhelp: give the passphrase in"), "{}", without.stderr);
    assert!(wrong.stderr.contains("the passphrase is not the one it was sealed with"), "{}", wrong.stderr);
    let verdict = wrong.stderr.lines().find(|line| line.starts_with("verdict: INCONCLUSIVE, "));
    assert!(verdict.is_some_and(|verdict| verdict.contains("passphrase")), "{}", wrong.stderr);
}

#[test]
fn sessions_of_one_target_are_never_taken_for_anothers() {
    let stage = Stage::with(Release::R2);
    assert_eq!(run(&mut stage.prime()).code, 0);
    let before = stage.platform().requests();
    let ran = run(stage.carry().args(["--target", "prod"]));
    assert_eq!(ran.code, 3);
    assert!(
        ran.stderr.contains("has sessions of target `staging`, and this run is about `prod`"),
        "{}",
        ran.stderr
    );
    assert_eq!(stage.platform().requests(), before, "nothing was sent");
}

#[test]
fn nothing_is_saved_where_nobody_can_sign_in() {
    let stage = Stage::with(Release::R2);
    let wrong = run(stage.prime().env("SMOKESTACK_DISPATCHER_PASSWORD", "not the password"));
    assert_eq!(wrong.code, 3);
    assert_shown!("prime-wrong-password", shown(&wrong));
    assert!(!stage.file().exists());
    let missing = run(stage.prime().env_remove("SMOKESTACK_DISPATCHER_PASSWORD"));
    assert_eq!(missing.code, 3);
    assert!(missing.stderr.contains("`SMOKESTACK_DISPATCHER_PASSWORD`"), "{}", missing.stderr);
}

#[test]
fn a_place_that_cannot_be_written_to_is_told_before_anything_is_sent() {
    let stage = Stage::with(Release::R2);
    let ran = run(stage.prime().arg("--out").arg("/nowhere/carried.json"));
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert_eq!(stage.platform().requests(), 0);
}
