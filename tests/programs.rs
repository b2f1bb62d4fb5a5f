//! Builds the programs that the tests look at, and runs them as a user would.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The README's suite, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;

/// The guide's case with an account for itself, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/sessions.md")]
pub struct Sessions;

/// The guide's cases that run beside no other, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/running.md")]
pub struct Running;

/// The guide's command that knows suites, compiled.
#[cfg(doctest)]
#[doc = include_str!("../docs/twin.md")]
pub struct Twin;

/// What a finished program left behind.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; -1 if a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// The workspace's folder.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

/// A specimen, ready to run.
pub fn specimen(name: &str) -> Command {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    let binary = BINARY.get_or_init(|| executable(&["build", "-p", "specimens"], "specimens"));
    let mut command = clean(binary);
    command.env("SPECIMEN", name).current_dir(workspace());
    command
}

/// The binary of the stock suites, ready to run from the suites' own folder, as cargo does.
pub fn suites() -> Command {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    let binary = BINARY.get_or_init(|| executable(&["test", "-p", "suites", "--no-run"], "suites"));
    let mut command = clean(binary);
    command.current_dir(workspace().join("suites"));
    command
}

/// The `smokestack` command, ready to run from the workspace's folder.
pub fn smokestack() -> Command {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    let binary = BINARY.get_or_init(|| executable(&["build", "-p", "smokestack-cli"], "smokestack"));
    let mut command = clean(binary);
    command.current_dir(workspace());
    command
}

/// A cargo command in the workspace, with its build output apart from that of the cargo that runs the tests.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = clean(Path::new(env!("CARGO")));
    command.args(arguments).current_dir(workspace());
    command
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Ran { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A command without what cargo, nextest or a user's shell put into the environment.
fn clean(program: &Path) -> Command {
    let mut command = Command::new(program);
    #[expect(clippy::disallowed_methods, reason = "the environment of the tests themselves")]
    for (name, _) in std::env::vars() {
        let foreign = [
            "SMOKESTACK_",
            "SPECIMEN",
            "NEXTEST",
            "RUST_TEST_",
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "INSTA_",
            "CI",
            "PWD",
        ];
        if foreign.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    // Started by nobody in common, each process is a run of its own.
    command.env_remove("CARGO");
    command.env("RUST_BACKTRACE", "0").env("NO_COLOR", "1").env("SMOKESTACK_REPORTS", unread_reports());
    command
}

/// Where reports go that no test reads: not among those of real runs.
fn unread_reports() -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    // The same names in every run of the tests, so that they do not pile up.
    let name = COUNT.fetch_add(1, Ordering::Relaxed).to_string();
    std::env::temp_dir().join("smokestack-tests").join(name)
}

/// Builds with cargo and returns where it put the executable of this target.
fn executable(arguments: &[&str], target: &str) -> PathBuf {
    let built = run(cargo(arguments).arg("--message-format=json"));
    assert_eq!(built.code, 0, "cargo {arguments:?} fails:\n{}", built.stderr);
    let artifacts =
        built.stdout.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let executables = artifacts.filter(|artifact| artifact["target"]["name"] == target);
    let path =
        executables.filter_map(|artifact| artifact["executable"].as_str().map(PathBuf::from)).next_back();
    path.expect("cargo names the executable")
}
