//! A wrong platform file: one message with file, line and a caret, all mistakes at once, exit code 2, nothing sent.

use std::fs;
use std::path::Path;
use std::process::Command;

use fixture_platform::{Options, Platform, Target};
use harness_tests::{run, suites};

use crate::shown::assert_shown;

fn refused(text: &str) -> String {
    let platform = Platform::start(Options::new(Target::Staging)).expect("the platform starts");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("smokestack.toml");
    fs::write(&file, text.replace("URL", &platform.url())).expect("it is written");
    let ran = run(suites().arg("--config").arg(&file));
    assert_eq!(platform.requests(), 0, "nothing is sent");
    assert_eq!(ran.stdout, "");
    format!("exit code {}\n{}", ran.code, ran.stderr)
}

/// The stock platform file with some lines changed.
fn stock(changes: &[(&str, &str)]) -> String {
    let mut text = include_str!("../suites/smokestack.toml").replace("http://platform.localhost:8081", "URL");
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    text
}

#[test]
fn all_mistakes_are_told_at_once_with_their_places() {
    let text = stock(&[
        ("component = \"portal\"", "component = \"potral\""),
        ("landing = \"/home\"", "landnig = \"/home\""),
        ("\"URL\"", "\"URL/app\"\nrequest_limit = \"soon\""),
        ("password = { env = \"SMOKESTACK_DISPATCHER_PASSWORD\" }", ""),
    ]);
    assert_shown!("platform-file-mistakes", refused(&text));
}

#[test]
fn a_pool_that_is_called_as_an_account_or_was_misspelt_is_told() {
    let mut text = stock(&[]);
    for (account, pool) in
        [("clerk-1", "clerks"), ("clerk-2", "clerks"), ("clerk-3", "clerk"), ("auditor", "viewer")]
    {
        let credentials = "username = { env = \"USER\" }\npassword = { env = \"PASSWORD\" }";
        text.push_str(&format!("\n[accounts.{account}]\n{credentials}\npool = \"{pool}\"\n"));
    }
    assert_shown!("platform-file-pools", refused(&text));
}

#[test]
fn broken_toml_is_shown_where_it_breaks() {
    assert_shown!(
        "platform-file-syntax",
        refused(&stock(&[("name = \"Facilities\"", "name = \"Facilities")]))
    );
}

#[test]
fn a_missing_file_is_named() {
    let ran = run(suites().env("SMOKESTACK_CONFIG", "no/such/smokestack.toml"));
    assert_eq!(ran.code, 2);
    assert_shown!("platform-file-missing", ran.stderr);
}

#[test]
fn an_unknown_target_names_the_known_ones() {
    let ran = run(suites().args(["--target", "production"]));
    assert_eq!(ran.code, 2);
    assert_shown!("target-unknown", ran.stderr);
}

#[test]
fn missing_credentials_name_the_variable_and_leave_the_platform_unjudged() {
    let platform = Platform::start(Options::new(Target::Staging)).expect("the platform starts");
    let arguments = ["--target", "staging", "--url", &platform.url(), "login::dispatcher"];
    let ran = run(suites().args(arguments).env("SMOKESTACK_DISPATCHER_USERNAME", "alice"));
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("environment variable `SMOKESTACK_DISPATCHER_PASSWORD` is not set"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_relative_path_is_taken_from_where_cargo_was_started() {
    // As under `cargo test`, which runs the binary in the package's folder.
    let ran = run(suites().args(["--config", "suites/smokestack.toml", "--list"]));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn a_platform_file_that_is_no_regular_file_is_refused_and_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("smokestack.toml");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("it is a program").success());
    for (file, kind) in
        [(pipe.as_path(), "a pipe"), (Path::new("/dev/zero"), "a device"), (folder.path(), "a folder")]
    {
        let ran = run(suites().arg("--config").arg(file));
        let why =
            format!("platform file `{}` cannot be read: it is {kind} and no regular file", file.display());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
        assert!(ran.stderr.contains(&why), "{}", ran.stderr);
    }
}

#[test]
fn a_password_written_where_the_name_of_a_variable_belongs_is_not_shown() {
    let told = refused(&stock(&[("SMOKESTACK_DISPATCHER_PASSWORD", "hunter22 literal=x")]));
    assert!(!told.contains("hunter22") && !told.contains("literal"), "{told}");
    assert!(told.starts_with("exit code 2\n"), "{told}");
    assert!(told.contains("`env` is not the name of an environment variable"), "{told}");
    assert!(told.contains("password = { env = \"******************\" }"), "{told}");
}

#[test]
fn a_platform_file_that_is_no_utf8_is_told_with_the_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("smokestack.toml");
    fs::write(&file, b"[platform]\nname = \"B\xc3\xbcro M\xfcller\"\n").expect("it is written");
    let ran = run(suites().arg("--config").arg(&file));
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("it is not a text in UTF-8: byte 0xFC in line 2, column 15"),
        "{}",
        ran.stderr
    );
}

#[test]
fn certificates_that_are_no_regular_file_are_refused_and_not_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("ca.pem");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("it is a program").success());
    let file = folder.path().join("smokestack.toml");
    fs::write(&file, stock(&[("\"URL\"", "\"http://127.0.0.1:9\"\nca = \"ca.pem\"")]))
        .expect("it is written");
    let ran = run(suites().arg("--config").arg(&file).args(["--target", "staging", "login::"]));
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("it is a pipe and no regular file"), "{}", ran.stderr);
}

#[test]
fn a_login_by_form_without_a_mark_of_who_is_signed_in_is_refused_before_anything_is_sent() {
    let only_apis = "[platform]\nname = \"F\"\n[login]\ncomponent = \"portal\"\n[session]\n\
                     [components.portal]\npath = \"/\"\napi = \"/api/me\"\n[targets.staging]\nurl = \"URL\"\n\
                     [accounts.a]\nusername = { env = \"U\" }\npassword = { env = \"P\" }\n";
    let told = refused(only_apis);
    assert!(told.starts_with("exit code 2\n"), "{told}");
    assert!(
        told.contains("`signed_in` is missing in `[session]`") && told.contains("smokestack.toml:5:2"),
        "{told}"
    );
}
