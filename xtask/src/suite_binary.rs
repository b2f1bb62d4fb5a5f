//! The stock suites' test binary and the `smokestack` command, built once.

use std::path::PathBuf;
use std::process::Stdio;

use serde::Deserialize;

use crate::Trouble;
use crate::world::World;

/// A line of `cargo --message-format=json`, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    name: String,
}

/// Builds the stock suites and answers where their binary is.
pub(crate) fn build(world: &World) -> Result<PathBuf, Trouble> {
    built(world, &["test", "--package", "suites", "--test", "suites", "--no-run"], ("test", "suites"))
}

/// Builds the `smokestack` command and answers where it is.
pub(crate) fn build_command(world: &World) -> Result<PathBuf, Trouble> {
    built(world, &["build", "--package", "smokestack-cli"], ("bin", "smokestack"))
}

fn built(world: &World, arguments: &[&str], wanted: (&str, &str)) -> Result<PathBuf, Trouble> {
    let mut cargo = world.cargo();
    cargo.args(arguments).arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit());
    let output = cargo.output()?;
    let (kind, name) = wanted;
    if !output.status.success() {
        return Err(format!("`{name}` does not build").into());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    executable(&text, kind, name).ok_or_else(|| format!("cargo named no {kind} `{name}`").into())
}

/// The folder for what is built: cargo's own answer, since it may be configured in many places.
pub(crate) fn target_folder(world: &World) -> Result<PathBuf, Trouble> {
    #[derive(Deserialize)]
    struct Metadata {
        target_directory: PathBuf,
    }
    let mut cargo = world.cargo();
    cargo.args(["metadata", "--no-deps", "--format-version=1", "--offline"]).stderr(Stdio::inherit());
    let output = cargo.output()?;
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    Ok(metadata.target_directory)
}

fn executable(messages: &str, kind: &str, name: &str) -> Option<PathBuf> {
    messages.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok()).find_map(|message| {
        let target = message.target?;
        let is_it = target.name == name && target.kind.iter().any(|of| of == kind);
        message.executable.filter(|_| is_it)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_binary_is_told_apart_from_the_library_of_the_same_name() {
        let messages = r#"
            {"reason":"compiler-artifact","target":{"kind":["lib"],"name":"suites"},"executable":"/t/suites-1"}
            {"reason":"compiler-artifact","target":{"kind":["test"],"name":"suites"},"executable":"/t/suites-2"}
            {"reason":"build-finished","success":true}
        "#;
        assert_eq!(executable(messages, "test", "suites"), Some("/t/suites-2".into()));
        assert_eq!(executable(messages, "bin", "suites"), None);
        assert_eq!(executable("no such line", "test", "suites"), None);
    }
}
