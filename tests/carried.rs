//! What people had open when a deploy came is looked at after it: `smokestack prime` before, `--carried` after.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use fixture_platform::{EmbeddedStores, Options, Platform, Release, Target, User};
use harness_tests::{Ran, run, smokestack, suites, workspace};
use tempfile::TempDir;

use crate::accounts::credentials;
use crate::incident::suites_against;
use crate::shown::assert_shown;

/// A platform that lives through deploys: the same users, the same session stores, the same address.
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
        let options = self.options(release);
        let deployed = match self.platform.take() {
            Some(platform) => platform.redeploy(options),
            None => Platform::start(options),
        };
        self.platform = Some(deployed.expect("the platform starts"));
    }

    fn options(&self, release: Release) -> Options {
        Options::new(Target::Staging).release(release).embedded(&self.stores).users(self.users.clone())
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
    assert!(
        carried.code == 0 && carried.stdout.contains("11 passed"),
        "{}{}",
        carried.stdout,
        carried.stderr
    );
    let (shared, with_old_cookies, of_a_visitor) = (1, 1, 1);
    assert_eq!(stage.platform().logins(), shared + with_old_cookies + of_a_visitor);

    stage.deploy(Release::R2);
    let used = ["::login", "::visitor"].map(|case| ["--skip", case]);
    let carried = run(stage.carry().args(used.as_flattened()));
    assert!(carried.code == 0 && carried.stdout.contains("9 passed"), "{}{}", carried.stdout, carried.stderr);
    assert_eq!(stage.platform().logins(), 0, "nobody else has to sign in again");
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

/// The findings of all suites after a fault came over a platform with people signed in.
fn findings_after(fault: &str) -> (i32, String) {
    let stage = Stage::with(Release::R2);
    assert_eq!(run(&mut stage.prime()).code, 0);
    stage.platform().inject(fault.parse().expect("a fault"));
    let mut all = suites_against(stage.platform(), "staging");
    let ran = run(all.arg("--carried").arg(stage.file()));
    let findings = ran.stderr.split("\n\n").filter(|part| part.starts_with("finding:")).collect::<Vec<_>>();
    let port = format!(":{}", stage.platform().address().port());
    (ran.code, findings.join("\n\n").replace(&port, ":PORT"))
}

#[test]
fn a_cookie_whose_domain_a_deploy_changes_stays_beside_the_old_one_and_is_told_with_both() {
    let (code, findings) = findings_after("cookie-domain");
    assert_eq!(code, 101, "{findings}");
    insta::assert_snapshot!(findings, @r"
    finding: portal leaves people who come from before the deploy with two cookies of one name
      cause   two cookies of one name for one URL: `platform_session` has another Domain or Path than before, and the old one stays beside it
      proof   cookie `platform_session`: Domain platform.localhost, Path /, set by POST /login (303) before the deploy
              cookie `platform_session`: host platform.localhost, Path /, set by POST /login (303)
              POST http://platform.localhost:PORT/login: answer 303 to /home
              `Domain` of cookie `platform_session` should be platform.localhost, is none, host-only
      note    a cookie is replaced by one of the same name, Domain and Path: the release has to end the old one, or to name the new one otherwise
    ");
}

#[test]
fn a_cookie_that_is_wrong_for_everybody_has_one_finding_with_old_cookies_too() {
    let told = |fault: &str, cause: &str| {
        let (code, findings) = findings_after(fault);
        assert_eq!((code, findings.matches("finding: ").count()), (101, 1), "{fault}: {findings}");
        assert!(findings.contains(cause), "{fault}: {findings}");
    };
    told("cookie-path", "Path");
    told("duplicate-cookie", "two cookies of one name");
    told("rename-cookie=reports", "a cookie of another name");
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
fn sessions_of_another_port_are_those_of_another_platform() {
    let stage = Stage::with(Release::R2);
    assert_eq!(run(&mut stage.prime()).code, 0);
    // It would accept every one of them: the same stores, the same users, the same host.
    let beside = Platform::start(stage.options(Release::R2)).expect("the platform starts");
    let ran = run(stage.carry().args(["--url", &beside.url()]));
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    let told =
        format!("has sessions of {}/, and this run is about {}/", stage.platform().url(), beside.url());
    assert!(ran.stderr.contains(&told), "{told}:\n{}", ran.stderr);
    assert_eq!(beside.requests(), 0, "nothing was sent");
}

#[test]
fn the_command_that_prime_ends_with_works_as_it_is_copied() {
    let stage = Stage::with(Release::R2);
    let config = stage.folder.path().join("the platform.toml");
    std::fs::copy(workspace().join("suites/smokestack.toml"), &config).expect("it is copied");
    let primed = run(stage.prime().arg("--config").arg(&config));
    let (_, shown) = primed.stdout.trim_end().rsplit_once(" -- ").expect("a command");
    let words = run(Command::new("sh").args(["-c", &format!("printf '%s\\n' {shown}")])).stdout;
    let carried = run(suites().arg("carried::").args(words.lines()).envs(credentials(&stage.users)));
    let told = (carried.code, carried.stdout.contains("11 passed"));
    assert_eq!(told, (0, true), "{shown}\n{}{}", carried.stdout, carried.stderr);
}

#[test]
fn a_carried_file_that_is_of_no_use_is_told_once_before_any_case() {
    let stage = Stage::with(Release::R2);
    assert_eq!(run(&mut stage.prime()).code, 0);
    let text = std::fs::read_to_string(stage.file()).expect("it is there");
    let (before, config) = (stage.platform().requests(), workspace().join("suites/smokestack.toml"));
    for (trouble, told) in
        [("damaged", "is damaged, or none at all"), ("missing", "cannot be read: No such file")]
    {
        match trouble {
            "damaged" => std::fs::write(stage.file(), &text[..text.len() / 2]),
            _ => std::fs::remove_file(stage.file()),
        }
        .expect("it is done");
        let mut all = suites_against(stage.platform(), "staging");
        let ran = run(all.arg("--config").arg(&config).arg("--carried").arg(stage.file()));
        assert_eq!(ran.code, 3, "{trouble}: {}", ran.stderr);
        assert!(
            ran.stderr.contains(told) && !ran.stderr.contains("session across"),
            "{trouble}: {}",
            ran.stderr
        );
        assert!(!ran.stderr.contains("ERROR"), "{trouble}: {}", ran.stderr);
    }
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

#[test]
fn a_file_in_which_a_value_was_changed_is_told_and_nothing_is_sent() {
    let stage = Stage::with(Release::R2);
    assert_eq!(run(&mut stage.prime()).code, 0);
    let text = std::fs::read_to_string(stage.file()).expect("it is there");
    let changed = text.replacen("\"account\": \"dispatcher\"", "\"account\": \"viewer\"", 1);
    assert_ne!(changed, text);
    std::fs::write(stage.file(), changed).expect("it is written");
    let before = stage.platform().requests();
    let ran = run(&mut stage.carry());
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    let verdict = ran.stderr.lines().find(|line| line.starts_with("verdict: INCONCLUSIVE, "));
    assert!(verdict.is_some_and(|verdict| verdict.contains("was changed")), "{}", ran.stderr);
    assert_eq!(stage.platform().requests(), before, "nothing was sent");
}

#[test]
fn a_form_from_before_that_is_refused_for_its_token_is_no_lost_session() {
    let stage = Stage::with(Release::R2);
    assert_eq!(run(&mut stage.prime()).code, 0);
    stage.platform().inject("csrf-origin=work-orders".parse().expect("a fault"));
    let ran = run(stage.carry().arg("carried::work-orders"));
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("expected  status 200 to 299\n  found     status 403"), "{}", ran.stdout);
    let row =
        ran.stderr.lines().find(|line| line.trim_start().starts_with("work-orders ")).unwrap_or_default();
    assert!(row.ends_with("FAIL") && !row.contains("LOST"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("does not accept the session"), "{}", ran.stderr);
}

#[test]
fn a_form_that_could_not_be_opened_is_named_when_it_is_not_saved() {
    let stage = Stage::with(Release::R2);
    stage.platform().inject("wrong-store=work-orders".parse().expect("a fault"));
    let config = stage.folder.path().join("smokestack.toml");
    let text = std::fs::read_to_string(workspace().join("suites/smokestack.toml")).expect("it is there");
    // The profile is a page with a form, and has none of this name.
    let text = text.replace("selector = \"form#edit-profile\"", "selector = \"form#not-there\"");
    std::fs::write(&config, text).expect("it is written");
    let primed = run(stage.prime().arg("--config").arg(&config));
    assert_eq!(primed.code, 0, "{}", primed.stderr);
    let told: Vec<&str> = primed.stdout.lines().filter(|line| line.starts_with("no form")).collect();
    let told = told.join("\n").replace(&format!(":{}", stage.platform().address().port()), ":PORT");
    insta::assert_snapshot!(told, @"
    no form    portal: http://platform.localhost:PORT/profile has no form `form#not-there`
    no form    work-orders: signed in at http://platform.localhost:PORT/work-orders/new: expected somebody signed in, found status 302 to /login?next=/work-orders/new
    ");
}

#[test]
fn the_platform_file_is_found_from_the_folder_above_the_suites() {
    let stage = Stage::with(Release::R2);
    let package = stage.folder.path().join("suites");
    std::fs::create_dir(&package).expect("a folder");
    std::fs::copy(workspace().join("suites/smokestack.toml"), package.join("smokestack.toml"))
        .expect("it is copied");
    let mut prime = smokestack();
    prime.args(["prime", "--target", "staging", "--url", &stage.platform().url(), "--out", "carried.json"]);
    let primed = run(prime.envs(credentials(&stage.users)).current_dir(stage.folder.path()));
    assert_eq!(primed.code, 0, "{}{}", primed.stdout, primed.stderr);
}
