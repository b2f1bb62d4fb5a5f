//! The stock suites' test binary, built once.

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

/// Builds it and answers where it is.
pub(crate) fn build(world: &World) -> Result<PathBuf, Trouble> {
    let mut cargo = world.cargo();
    cargo.args(["test", "--package", "suites", "--test", "suites", "--no-run"]);
    cargo.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit());
    let output = cargo.output()?;
    if !output.status.success() {
        return Err("the suites do not build".into());
    }
    let text = String::from_utf8_lossy(&output.stdout);
    executable(&text).ok_or_else(|| "cargo named no test binary `suites`".into())
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

fn executable(messages: &str) -> Option<PathBuf> {
    messages.lines().filter_map(|line| serde_json::from_str::<Message>(line).ok()).find_map(|message| {
        let target = message.target?;
        let is_it = target.name == "suites" && target.kind.iter().any(|kind| kind == "test");
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
        assert_eq!(executable(messages), Some("/t/suites-2".into()));
        assert_eq!(executable("no such line"), None);
    }
}
