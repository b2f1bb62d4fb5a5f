//! Credentials from a file, from a program and of another target; what is missing is named, and nothing is judged.

use std::fs;
use std::path::Path;
use std::process::Command;

use fixture_platform::{Options, Platform, Target};
use harness_tests::{Ran, run, suites};

use crate::shown::assert_shown;

/// The login suite with these credentials of its account; `secrets/password` holds the platform's password.
fn signed_in_with(credentials: &str) -> Ran {
    let platform = Platform::start(Options::new(Target::Staging)).expect("the platform starts");
    let user = platform.users().first().expect("it has a user").clone();
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("secrets")).expect("a folder in it");
    fs::write(folder.path().join("secrets/password"), format!("{}\n", user.password)).expect("it is written");
    let file = folder.path().join("smokestack.toml");
    let text =
        include_str!("../suites/smokestack.toml").replace("http://platform.localhost:8081", &platform.url());
    let accounts = text.find("[accounts.").expect("it has an account");
    let text = format!("{}[accounts.dispatcher]\n{credentials}\n", &text[..accounts]);
    fs::write(&file, text).expect("it is written");
    let arguments = ["--target", "staging", "login"];
    let ran = run(suites().arg("--config").arg(&file).args(arguments).env("SMOKE_PASSWORD", &user.password));
    let shown = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!shown.contains(&user.password), "{shown}");
    ran
}

fn why(ran: &Ran) -> &str {
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    let found = ran.stdout.split("---- login::dispatcher ----\n").nth(1).unwrap_or_default();
    found.split("\nfailures:").next().unwrap_or_default().trim()
}

#[test]
fn a_file_and_a_program_give_credentials() {
    let ran = signed_in_with(
        "username = { command = [\"echo\", \"alice\"] }\npassword = { file = \"secrets/password\" }",
    );
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_program_runs_beside_the_platform_file_with_the_runs_environment() {
    for command in ["\"cat\", \"secrets/password\"", "\"printenv\", \"SMOKE_PASSWORD\""] {
        let ran = signed_in_with(&format!(
            "username = {{ command = [\"echo\", \"alice\"] }}\npassword = {{ command = [{command}] }}"
        ));
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn another_target_has_credentials_of_its_own() {
    let ran = signed_in_with(
        "username = { env = \"NOBODY\" }\npassword = { env = \"SMOKE_PASSWORD\" }\non.staging = { username = { command = [\"echo\", \"alice\"] } }",
    );
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn whatever_is_missing_is_named_and_the_platform_is_not_judged() {
    let file = "username = { env = \"NOBODY\" }\npassword = { file = \"secrets/passwort\" }";
    let vault = "username = { command = [\"echo\", \"alice\"] }\npassword = { command = [\"no-such-vault\", \"get\"] }";
    let told = [file, vault].map(|credentials| why(&signed_in_with(credentials)).to_owned()).join("\n\n");
    assert_shown!("credentials-missing", told);
}

#[test]
fn a_credential_that_is_no_regular_file_is_missing_and_neither_waited_for_nor_blamed_on_the_platform() {
    let folder = tempfile::tempdir().expect("a folder");
    let (pipe, large) = (folder.path().join("pipe"), folder.path().join("large"));
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("it is a program").success());
    fs::write(&large, vec![b'x'; (64 << 10) + 1]).expect("it is written");
    for (file, reason) in [
        (pipe.as_path(), "cannot be read: it is a pipe and no regular file"),
        (Path::new("/dev/zero"), "cannot be read: it is a device and no regular file"),
        (folder.path(), "cannot be read: it is a folder and no regular file"),
        (&large, "is larger than 64 KiB: it is no credential"),
    ] {
        let ran = signed_in_with(&format!(
            "username = {{ command = [\"echo\", \"alice\"] }}\npassword = {{ file = {file:?} }}"
        ));
        let told = why(&ran).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.starts_with("no credentials for account `dispatcher`"), "{told}");
        assert!(told.contains(&format!("file `{}` {reason}", file.display())), "{told}");
    }
}

#[test]
fn what_a_program_complains_is_told_without_the_secrets_in_it() {
    let script = "echo $SMOKE_PASSWORD is not enough >&2; exit 2";
    let ran = signed_in_with(&format!(
        "username = {{ command = [\"echo\", \"alice\"] }}\npassword = {{ env = \"SMOKE_PASSWORD\" }}\ntotp = {{ command = [\"sh\", \"-c\", \"{script}\"] }}"
    ));
    assert_shown!("credentials-complaint", why(&ran));
}

#[test]
fn the_variables_of_all_accounts_that_are_not_set_are_named_at_once() {
    let platform = Platform::start(Options::new(Target::Staging)).expect("the platform starts");
    let mut command = suites();
    command.args(["--target", "staging", "--url", &platform.url(), "session::portal::page"]);
    for account in ["DISPATCHER", "VIEWER"] {
        command.env_remove(format!("SMOKESTACK_{account}_USERNAME"));
        command.env_remove(format!("SMOKESTACK_{account}_PASSWORD"));
    }
    let ran = run(&mut command);
    let verdict = ran.stderr.lines().last().unwrap_or_default();
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let all = "environment variables `SMOKESTACK_DISPATCHER_USERNAME` and `SMOKESTACK_DISPATCHER_PASSWORD` are not \
               set; account `viewer` lacks `SMOKESTACK_VIEWER_USERNAME` and `SMOKESTACK_VIEWER_PASSWORD`";
    assert!(verdict.contains(all), "{verdict}");
}
