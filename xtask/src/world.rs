//! Everything xtask learns from outside, read once at start, and the commands it starts.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Set by the `cargo run` behind `cargo xtask`. Build scripts that look at them would run again below us, and
/// again without us.
const OF_CARGO_RUN: [&str; 6] = [
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_NAME",
    "CARGO_CRATE_NAME",
    "CARGO_PRIMARY_PACKAGE",
    "CARGO_TARGET_TMPDIR",
];

/// Would send a suite elsewhere, or make it another run than the one that is meant.
const OF_A_SUITE: [&str; 3] = ["SMOKESTACK_", "NEXTEST", "RUST_TEST_"];

/// The process's surroundings at its start.
#[derive(Debug)]
pub(crate) struct World {
    /// The workspace's folder.
    pub(crate) root: PathBuf,
    /// Whether output goes to people who want colour.
    pub(crate) colour: bool,
    cargo: OsString,
    env: BTreeMap<OsString, OsString>,
}

impl World {
    /// Reads it. The only place that looks at the environment.
    #[expect(clippy::disallowed_methods, reason = "the environment is read here, once")]
    pub(crate) fn read() -> World {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let terminals = std::io::stdout().is_terminal() && std::io::stderr().is_terminal();
        let plain = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        World {
            root: xtask.parent().unwrap_or(xtask).to_owned(),
            colour: terminals && !plain("NO_COLOR"),
            cargo,
            env: without(std::env::vars_os().collect(), &OF_CARGO_RUN),
        }
    }

    /// A program, started in the workspace's folder as if its user had typed it.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env_clear().envs(&self.env);
        command
    }

    /// Cargo, without anything that would send the suites elsewhere than where they go by themselves.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = self.command(&self.cargo);
        command.env_clear().envs(without(self.env.clone(), &OF_A_SUITE));
        command
    }

    /// A suite binary, which is told everything by whoever starts it.
    pub(crate) fn suite(&self, binary: &Path) -> Command {
        let mut command = self.command(binary);
        let env = without(without(self.env.clone(), &OF_A_SUITE), &["CARGO"]);
        command.current_dir(self.root.join("suites")).env_clear().envs(env);
        command
    }

    /// Where a program is, if it can be started by its name alone.
    pub(crate) fn find(&self, program: &str) -> Option<PathBuf> {
        let folders = self.env.get(OsStr::new("PATH"))?;
        std::env::split_paths(folders).map(|folder| folder.join(program)).find(|path| path.is_file())
    }
}

fn without(mut env: BTreeMap<OsString, OsString>, prefixes: &[&str]) -> BTreeMap<OsString, OsString> {
    env.retain(|name, _| {
        let name = name.to_string_lossy();
        !prefixes.iter().any(|prefix| name.starts_with(prefix))
    });
    env
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(names: &[&str]) -> World {
        let env: BTreeMap<_, _> = names.iter().map(|name| (name.into(), "x".into())).collect();
        let env = without(env, &OF_CARGO_RUN);
        World { root: "/somewhere".into(), colour: false, cargo: "cargo".into(), env }
    }

    fn names(command: &Command) -> Vec<String> {
        command.get_envs().map(|(name, _)| name.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn cargo_below_us_builds_what_cargo_without_us_builds() {
        let world = world(&["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO_TARGET_DIR", "PATH"]);
        assert_eq!(names(&world.cargo()), ["CARGO_TARGET_DIR", "PATH"]);
    }

    #[test]
    fn the_suites_go_where_they_are_sent_and_not_where_the_user_has_been() {
        let world = world(&["HOME", "NEXTEST", "RUST_TEST_THREADS", "SMOKESTACK_URL", "CARGO_TARGET_DIR"]);
        assert_eq!(names(&world.suite(Path::new("suites-1"))), ["HOME"]);
        assert_eq!(names(&world.cargo()), ["CARGO_TARGET_DIR", "HOME"]);
    }
}
