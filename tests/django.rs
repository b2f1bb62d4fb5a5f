//! The guide's example of a platform that is not ours, against a real Django: one file, no Rust.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use harness_tests::{run, smokestack, suites, workspace};

use crate::shown::assert_shown;

const USER: (&str, &str) = ("CLERK_USERNAME", "clerk");
const PASSWORD: (&str, &str) = ("CLERK_PASSWORD", "open sesame 22");

/// A running site. It ends with its standard input, however we end.
struct Site {
    process: Child,
    url: String,
}

impl Site {
    fn start(folder: &Path, secret: &str) -> Site {
        Site::start_at("0", folder, secret)
    }

    /// At a port where it was before: a site that is deployed anew keeps its address.
    fn start_at(port: &str, folder: &Path, secret: &str) -> Site {
        let python = workspace_target().join("django/bin/python3");
        assert!(
            python.exists(),
            "there is no Django at `{}`: `cargo xtask test` installs it",
            python.display()
        );
        let mut process = Command::new(python)
            .arg(workspace().join("fixtures/django/site.py"))
            .arg(folder)
            .envs([("SITE_USER", USER.1), ("SITE_PASSWORD", PASSWORD.1), ("SITE_SECRET", secret)])
            .env("SITE_PORT", port)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the site starts");
        let mut url = String::new();
        let stdout = process.stdout.take().expect("its output is piped");
        BufReader::new(stdout).read_line(&mut url).expect("it tells its address");
        assert!(url.starts_with("http://"), "the site did not get ready");
        Site { process, url: url.trim().to_owned() }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It has nothing to tell any more.
        let _ = self.process.wait();
    }
}

/// Cargo's target folder, where `cargo xtask test` puts Django.
fn workspace_target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in the target folder").to_owned()
}

/// The guide's file, with the address of this site.
fn platform_file(folder: &Path, site: &Site) -> PathBuf {
    let guide = include_str!("../docs/describe-a-platform.md");
    let file = guide.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a file");
    let address = "http://127.0.0.1:8000";
    assert!(file.contains(address), "{file}");
    let path = folder.join("back-office.toml");
    std::fs::write(&path, file.replace(address, &site.url)).expect("it is written");
    path
}

fn suites_with(file: &Path) -> Command {
    let mut command = suites();
    command.env("SMOKESTACK_CONFIG", file).envs([USER, PASSWORD]).args(["--test-threads", "1"]);
    command
}

#[test]
fn the_guides_file_is_all_that_a_plain_django_site_needs() {
    let folder = tempfile::tempdir().expect("a folder");
    let site = Site::start(folder.path(), "a key for signing");
    let ran = run(&mut suites_with(&platform_file(folder.path(), &site)));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("django", ran.stderr);
}

#[test]
fn a_django_site_that_gets_another_signing_key_has_signed_everybody_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let carried = folder.path().join("carried.json");
    let site = Site::start(folder.path(), "the first key");
    let file = platform_file(folder.path(), &site);
    let mut prime = smokestack();
    prime.arg("prime").arg("--config").arg(&file).arg("--out").arg(&carried).envs([USER, PASSWORD]);
    let primed = run(&mut prime);
    assert_eq!(primed.code, 0, "{}", primed.stderr);
    let port = site.url.rsplit(':').next().expect("a port").to_owned();
    drop(site);

    let after = |secret: &str| {
        let site = Site::start_at(&port, folder.path(), secret);
        let file = platform_file(folder.path(), &site);
        run(suites_with(&file).arg("carried::").arg("--carried").arg(&carried))
    };
    let kept = after("the first key");
    assert_eq!(kept.code, 0, "{}{}", kept.stdout, kept.stderr);
    let rotated = after("the second key");
    assert_eq!(rotated.code, 101, "{}{}", rotated.stdout, rotated.stderr);
    assert!(rotated.stdout.contains("the session is one from before the deploy"), "{}", rotated.stdout);
}
