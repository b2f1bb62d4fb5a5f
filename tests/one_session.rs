//! Platforms on which a login ends the session that the account had before: green with spare accounts, told without.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use fixture_platform::{EmbeddedStores, Fault, Options, Platform, Target, User};
use harness_tests::{Ran, cargo, run, smokestack, suites};

/// A platform whose users have one session each, and its file with so many accounts for own logins.
struct Stage {
    platform: Platform,
    folder: tempfile::TempDir,
    stores: EmbeddedStores,
    spares: usize,
}

fn users() -> Vec<User> {
    let names = ["alice", "bob", "carol", "dave"];
    names.map(|name| User::new(name, name, format!("a password of {name}'s"))).into()
}

/// Whether a login ends the session before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sessions {
    One,
    Many,
}

fn options(stores: &EmbeddedStores, sessions: Sessions) -> Options {
    let options = Options::new(Target::Staging).embedded(stores).users(users());
    if sessions == Sessions::One { options.one_session() } else { options }
}

impl Stage {
    fn with(spares: usize) -> Stage {
        Stage::of(Sessions::One, spares)
    }

    fn of(sessions: Sessions, spares: usize) -> Stage {
        let (folder, stores) = (tempfile::tempdir().expect("a folder"), EmbeddedStores::default());
        let mut text = include_str!("../suites/smokestack.toml").to_owned();
        if spares > 0 {
            text = text.replace("[login]\n", "[login]\nown_logins = \"spares\"\n");
        }
        for nth in 1..=spares {
            text.push_str(&format!(
                "\n[accounts.spare-{nth}]\npool = \"spares\"\nusername = {{ env = \"SPARE_{nth}\" }}\npassword = {{ env = \"SPARE_{nth}_PASSWORD\" }}\n"
            ));
        }
        fs::write(folder.path().join("smokestack.toml"), text).expect("it is written");
        let platform = Platform::start(options(&stores, sessions)).expect("the platform starts");
        Stage { platform, folder, stores, spares }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("smokestack.toml")
    }

    /// The same after a deploy, at the same address.
    fn deployed(self) -> Stage {
        let platform =
            self.platform.redeploy(options(&self.stores, Sessions::One)).expect("the platform starts");
        Stage { platform, ..self }
    }

    /// With the file, the target and everybody's credentials. What runs keep is kept apart.
    fn ready(&self, mut command: Command) -> Command {
        let names = ["SMOKESTACK_DISPATCHER_USERNAME", "SMOKESTACK_VIEWER_USERNAME", "SPARE_1", "SPARE_2"];
        let users = names.into_iter().zip(users()).take(2 + self.spares);
        for (variable, user) in users {
            let password = match variable.strip_suffix("_USERNAME") {
                Some(account) => format!("{account}_PASSWORD"),
                None => format!("{variable}_PASSWORD"),
            };
            command.env(variable, user.name).env(password, user.password);
        }
        command.envs([("SMOKESTACK_TARGET", "staging"), ("SMOKESTACK_URL", &self.platform.url())]);
        command.env("SMOKESTACK_CONFIG", self.file());
        command
    }

    fn suites(&self) -> Command {
        let mut command = self.ready(suites());
        command.env("CARGO_TARGET_DIR", self.folder.path());
        command
    }

    fn nextest(&self) -> Ran {
        let command = cargo(&["nextest", "run", "-p", "suites", "--color", "never", "--no-fail-fast"]);
        let ran = run(&mut self.ready(command));
        assert!(
            !ran.stderr.contains("no such command"),
            "install it: `cargo install cargo-nextest --locked`"
        );
        ran
    }

    fn logins(&self) -> [u64; 4] {
        ["alice", "bob", "carol", "dave"].map(|user| self.platform.logins_of(user))
    }
}

fn findings(ran: &Ran, stage: &Stage) -> String {
    let findings: Vec<&str> = ran.stderr.split("\n\n").filter(|part| part.starts_with("finding:")).collect();
    findings.join("\n\n").replace(&format!(":{}", stage.platform.address().port()), ":PORT")
}

#[test]
fn with_spare_accounts_nobodys_session_is_ended() {
    for spares in [1, 2] {
        let stage = Stage::with(spares);
        let ran = run(&mut stage.suites());
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        assert!(!ran.stderr.contains("lost on the server"), "{}", ran.stderr);
        let [alice, bob, ..] = stage.logins();
        assert_eq!((alice, bob), (1, 1));
    }
}

#[test]
fn one_after_another_the_unused_session_is_signed_in_once() {
    let (idle, kept, logout, account) = (1, 4, 5, 1);
    for spares in [1, 2] {
        let stage = Stage::with(spares);
        let ran = run(stage.suites().args(["--test-threads", "1"]));
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        assert!(!ran.stderr.contains("lost on the server"), "{}", ran.stderr);
        let [alice, bob, carol, dave] = stage.logins();
        let expected = kept + logout + idle + account * spares as u64;
        assert_eq!((alice, bob, carol + dave), (1, 1, expected), "with {spares}");
    }
}

#[test]
fn a_process_for_each_case_waits_for_the_only_spare_account() {
    let stage = Stage::with(1);
    let ran = stage.nextest();
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let [alice, bob, ..] = stage.logins();
    assert_eq!((alice, bob), (1, 1));
}

#[test]
fn the_fault_of_the_incident_is_told_in_the_words_that_it_has_elsewhere() {
    let told = |sessions: Sessions, spares: usize| {
        let stage = Stage::of(sessions, spares);
        stage.platform.inject("wrong-store=work-orders".parse::<Fault>().expect("a fault"));
        let ran = run(stage.suites().args(["--test-threads", "1"]));
        assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
        findings(&ran, &stage)
    };
    let with_one = told(Sessions::One, 1);
    assert!(with_one.starts_with("finding: work-orders does not accept the platform session"), "{with_one}");
    assert_eq!(with_one, told(Sessions::Many, 0));
}

#[test]
fn another_targets_session_is_one_of_a_spare_account_there() {
    let (here, there) = (Stage::with(1), Stage::with(1));
    let text = fs::read_to_string(here.file()).expect("it is there");
    let text = text.replace(
        "url = \"http://platform.localhost:8081\"\n",
        "url = \"http://platform.localhost:8081\"\nforeign = \"prod\"\n",
    );
    let text = text.replace("http://platform.localhost:8080", &there.platform.url());
    fs::write(here.file(), text).expect("it is written");
    let ran = run(&mut here.suites());
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("session::assets::foreign"), "{}", ran.stdout);
    let [alice, bob, carol, _] = there.logins();
    assert_eq!((alice, bob, carol), (0, 0, 1), "whoever is signed in there stays so");
}

#[test]
fn sessions_from_before_a_deploy_are_looked_at_in_a_run_that_does_not_end_them() {
    let stage = Stage::with(1);
    let file = stage.folder.path().join("carried.json");
    let mut prime = stage.ready(smokestack());
    let primed =
        run(prime.args(["prime", "--target", "staging", "--url", &stage.platform.url(), "--out"]).arg(&file));
    assert_eq!(primed.code, 0, "{}", primed.stderr);
    let stage = stage.deployed();
    let carried = run(stage.suites().arg("--carried").arg(&file));
    assert_eq!(carried.code, 0, "{}{}", carried.stdout, carried.stderr);
    let told = "a login as `dispatcher` ends its session from before the deploy, which this run looks at";
    assert!(
        carried.stdout.contains(told) || carried.stderr.contains(told),
        "{}{}",
        carried.stdout,
        carried.stderr
    );
    for case in ["session", "form", "login", "visitor"] {
        let passed = carried.stdout.lines().any(|line| {
            line.starts_with("test carried::") && line.contains(&format!("::{case} ")) && line.ends_with("ok")
        });
        assert!(passed, "{case}: {}", carried.stdout);
    }
    let [alice, bob, ..] = stage.logins();
    assert_eq!((alice, bob), (0, 0));
    let again = run(&mut stage.suites());
    assert_eq!(again.code, 0, "{}{}", again.stdout, again.stderr);
}

const TO_DO: &str = "name spare accounts for cases that sign in by themselves with `own_logins` in `[login]` of the platform file";

#[test]
fn without_spare_accounts_it_is_told_whose_logins_ended_the_session_and_nobody_is_blamed() {
    for threads in ["1", "32"] {
        let stage = Stage::with(0);
        let ran = run(stage.suites().args(["--test-threads", threads]));
        assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
        let verdict = ran.stderr.lines().last().unwrap_or_default();
        let told = "verdict: INCONCLUSIVE, a login as `dispatcher` ends the session before it: ";
        assert_eq!(verdict, format!("{told}{TO_DO} (exit 3)"));
        let findings = findings(&ran, &stage);
        assert_eq!(findings.matches("finding: ").count(), 1, "{findings}");
        if threads == "1" {
            insta::assert_snapshot!(findings, @r"
            finding: a login as `dispatcher` ends the session before it
              cause   each account has one session at a time, and cases that sign in by themselves ended that of the others
              proof   tried with more logins as `dispatcher`: each time the session before was lost, status 302 to /login?next=/home
                      the session of `viewer` stayed good meanwhile
                      `session::portal::idle` was the first to sign in as `dispatcher` for itself
                      GET http://platform.localhost:PORT/work-orders/: answer 302 to /login?next=/work-orders/
                      refused after that by assets, invoices, portal, reports, work-orders
              note    name spare accounts for cases that sign in by themselves with `own_logins` in `[login]` of the platform file
            ");
        }
    }
}

#[test]
fn without_spare_accounts_no_process_says_roll_back() {
    let stage = Stage::with(0);
    let ran = stage.nextest();
    assert_ne!(ran.code, 0);
    assert!(!ran.stderr.contains("roll back"), "{}", ran.stderr);
    assert!(ran.stderr.contains("`own_logins` in `[login]`"), "{}", ran.stderr);
}

#[test]
fn without_spare_accounts_too_a_component_that_reads_another_store_is_to_blame() {
    let stage = Stage::with(0);
    stage.platform.inject("wrong-store=work-orders".parse::<Fault>().expect("a fault"));
    let ran = run(stage.suites().args(["--test-threads", "1"]));
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    let verdict = "FAIL, roll back: work-orders does not accept the platform session";
    assert!(ran.stderr.lines().last().is_some_and(|line| line.contains(verdict)), "{}", ran.stderr);
}

#[test]
fn a_platform_that_loses_sessions_by_itself_is_broken_whoever_signed_in() {
    for fault in ["short-ttl", "local-sessions=portal"] {
        let stage = Stage::of(Sessions::Many, 0);
        stage.platform.inject(fault.parse::<Fault>().expect("a fault"));
        let ran = run(stage.suites().args(["--test-threads", "1"]));
        assert_eq!(ran.code, 101, "{fault}: {}{}", ran.stdout, ran.stderr);
        assert!(!ran.stderr.contains("ends the session before it"), "{fault}: {}", ran.stderr);
    }
}
