//! Runs the specimen as a process, with nothing of our own environment that it would read.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use quick_junit::Report;

/// What a run of the specimen left.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
    folder: tempfile::TempDir,
}

/// A run to be.
#[derive(Debug)]
pub(crate) struct Specimen {
    command: Command,
    folder: tempfile::TempDir,
}

/// The specimen with these kinds of cases. Its JUnit report goes to a folder of its own.
pub(crate) fn specimen(kinds: &str) -> Specimen {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(executable());
    #[expect(clippy::disallowed_methods, reason = "the environment of the tests themselves")]
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["SMOKESTACK_", "NEXTEST", "RUST_TEST", "RUST_BACKTRACE", "CARGO"]
            .iter()
            .any(|own| text.starts_with(own))
        {
            command.env_remove(&name);
        }
    }
    command
        .env("SPECIMEN", kinds)
        .env("SMOKESTACK_REPORTS", folder.path())
        // What is remembered of other runs is not this one's.
        .env("CARGO_TARGET_DIR", folder.path().join("target"));
    Specimen { command, folder }
}

impl Specimen {
    /// With these arguments, separated by blanks.
    pub(crate) fn args(mut self, args: &str) -> Specimen {
        self.command.args(args.split_whitespace());
        self
    }

    /// With this variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Specimen {
        self.command.env(name, value);
        self
    }

    /// As if earlier runs had taken so long.
    pub(crate) fn remembering(self, durations: &str) -> Specimen {
        let path = durations_of(self.folder.path());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, durations).unwrap();
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Left {
        let output = self.command.output().unwrap();
        Left {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            folder: self.folder,
        }
    }

    /// Runs it and closes its stdout after so many lines, as `| head` does.
    pub(crate) fn run_with_head(mut self, lines: usize) -> Left {
        let mut child = self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = String::new();
        let mut pipe = BufReader::new(child.stdout.take().unwrap());
        for _ in 0..lines {
            pipe.read_line(&mut out).unwrap();
        }
        drop(pipe);
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        Left { code: output.status.code().unwrap(), out, err, folder: self.folder }
    }
}

impl Specimen {
    /// Runs it until a line stands on its stderr, and kills it.
    pub(crate) fn run_and_kill_at(mut self, line: &str) -> Left {
        let mut child = self.command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.any(|found| found == line), "`{line}` was not said");
        child.kill().unwrap();
        child.wait().unwrap();
        Left { code: -1, out: String::new(), err: String::new(), folder: self.folder }
    }
}

impl Left {
    /// The next run of the specimen with these kinds of cases, which finds what this one left.
    pub(crate) fn then(self, kinds: &str) -> Specimen {
        let mut next = specimen(kinds);
        next.command
            .env("SMOKESTACK_REPORTS", self.folder.path())
            .env("CARGO_TARGET_DIR", self.folder.path().join("target"));
        Specimen { folder: self.folder, ..next }
    }

    /// The events of its journal, one a line.
    pub(crate) fn events(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.folder.path().join("events.jsonl")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The names of its cases in the order in which they began, without their suite.
    pub(crate) fn began(&self) -> Vec<String> {
        let events = self.events();
        let began = events.iter().filter(|event| event["event"] == "case-started");
        began.map(|event| event["case"].as_str().unwrap().trim_start_matches("suite::").to_owned()).collect()
    }

    /// What is remembered of how long its cases took.
    pub(crate) fn durations(&self) -> serde_json::Value {
        let text = std::fs::read_to_string(durations_of(self.folder.path())).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Its verdict, as the next step of a pipeline reads it.
    pub(crate) fn verdict(&self) -> serde_json::Value {
        let text = std::fs::read_to_string(self.folder.path().join("verdict.json")).unwrap();
        serde_json::from_str(&text).unwrap()
    }

    /// Where its reports are.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The path of its JUnit report.
    pub(crate) fn junit_path(&self) -> PathBuf {
        self.folder.path().join("junit.xml")
    }

    /// Its JUnit report, as text.
    pub(crate) fn junit_text(&self) -> String {
        std::fs::read_to_string(self.junit_path()).unwrap()
    }

    /// Its JUnit report, read by somebody else's code.
    pub(crate) fn junit(&self) -> Report {
        Report::deserialize_from_str(&self.junit_text()).unwrap()
    }

    /// The names of the files it left.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.filter(|name| name != "target").collect();
        names.sort();
        names
    }
}

/// Where it is remembered, for the specimen whose folder this is.
fn durations_of(folder: &Path) -> PathBuf {
    folder.join("target/smokestack/specimen-demo.durations.json")
}

/// Cargo builds examples along with the tests, one folder up from these; not with `--test process` alone.
fn executable() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let folder = tests.parent().and_then(Path::parent).unwrap();
    let specimen = folder.join("examples").join(format!("specimen{}", std::env::consts::EXE_SUFFIX));
    assert!(specimen.exists(), "run `cargo build -p smokestack-runner --example specimen` first");
    specimen
}
