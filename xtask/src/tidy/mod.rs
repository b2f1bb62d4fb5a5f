//! `cargo xtask tidy`: the invariants of the workspace, kept by a machine. Every rule is a function of paths and texts.

mod code;
mod documents;
mod manifests;
mod sources;
mod texts;

use std::fmt;
use std::fs;
use std::process::Stdio;

use crate::world::World;
use crate::{Done, Trouble};

/// A file of the repository.
#[derive(Clone, Debug)]
struct File {
    /// From the workspace's folder, with `/`.
    path: String,
    /// Empty if it is no text.
    text: String,
}

/// Something to put right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    /// Counted from 1.
    line: usize,
    /// What is wrong, and what to do.
    message: String,
}

type OfAFile = fn(&File) -> Vec<Finding>;
type OfAllFiles = fn(&[File]) -> Vec<Finding>;

/// What can be said of one file.
const OF_A_FILE: [OfAFile; 12] = [
    sources::starts_with_its_purpose,
    sources::is_short,
    sources::is_named_by_a_noun,
    sources::is_finished,
    sources::has_no_tabs,
    sources::core_is_pure,
    sources::only_the_runner_knows_the_test_harness,
    manifests::versions_stand_in_the_workspace,
    manifests::dsl_and_runner_do_not_know_each_other,
    manifests::lints_are_the_workspaces,
    texts::has_no_trailing_white_space,
    texts::has_no_paths_of_a_machine,
];

/// What can only be said of all files.
const OF_ALL_FILES: [OfAllFiles; 3] = [
    documents::are_there,
    documents::architecture_has_every_dependency,
    documents::lock_file_has_no_foreign_tls,
];

/// Runs it: says everything that is wrong at once.
pub(crate) fn run(world: &World) -> Done {
    let files = files(world)?;
    let findings = findings(&files);
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("{} files are tidy", files.len()),
        1 => println!("1 thing to put right"),
        several => println!("{several} things to put right"),
    }
    Ok(findings.is_empty())
}

fn findings(files: &[File]) -> Vec<Finding> {
    let of_each = files.iter().flat_map(|file| OF_A_FILE.iter().flat_map(|rule| rule(file)));
    let mut findings: Vec<Finding> = of_each.collect();
    findings.extend(OF_ALL_FILES.iter().flat_map(|rule| rule(files)));
    findings.sort();
    findings
}

/// The files that are in the repository, or would be after `git add --all`.
fn files(world: &World) -> Result<Vec<File>, Trouble> {
    let mut git = world.command("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"]);
    let output = git.stderr(Stdio::inherit()).output().map_err(|error| format!("`git`: {error}"))?;
    if !output.status.success() {
        return Err("`git ls-files` failed; tidy looks at the files of a git checkout".into());
    }
    let mut files = Vec::new();
    for path in String::from_utf8(output.stdout)?.split_terminator('\0') {
        let file = world.root.join(path);
        // Deleted, but not yet for git; or a link to a folder.
        if !file.is_file() {
            continue;
        }
        let text = String::from_utf8(fs::read(file)?).unwrap_or_default();
        files.push(File { path: path.to_owned(), text });
    }
    Ok(files)
}

impl File {
    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// Its lines with their numbers.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    fn finding(&self, line: usize, message: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.message)
    }
}

/// A file for the tests of the rules.
#[cfg(test)]
fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_findings_are_said_at_once_in_the_order_of_the_files() {
        let files = [file("b/utils.rs", "fn f() {}\t\n"), file("a.rs", "fn f() {}\n")];
        let said: Vec<String> = findings(&files).iter().map(ToString::to_string).collect();
        let ours = said.iter().filter(|line| line.contains(".rs:")).count();
        assert_eq!(ours, 5, "{said:#?}");
        assert!(said[0].starts_with("ARCHITECTURE.md:1: "));
    }
}
