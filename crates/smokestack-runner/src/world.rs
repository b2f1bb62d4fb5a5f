//! Everything the runner learns from outside, read once at start and handed on as a value.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

/// The process's surroundings at its start.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    /// The arguments, the program's name first.
    pub(crate) args: Vec<OsString>,
    /// The environment. What is not Unicode is taken lossily: no variable of ours may be.
    pub(crate) env: BTreeMap<String, String>,
    /// The current directory.
    pub(crate) directory: Option<PathBuf>,
    /// The running executable.
    pub(crate) executable: Option<PathBuf>,
    /// Whether stdout is a terminal.
    pub(crate) stdout_is_terminal: bool,
    /// Whether stderr is a terminal.
    pub(crate) stderr_is_terminal: bool,
    /// The process that started this one.
    pub(crate) parent: u32,
    /// When that process started, in the system's own count, where it says so: its number may be given away again.
    pub(crate) parent_started: Option<String>,
}

impl World {
    /// Reads it. The only place in this crate that looks at arguments and environment.
    #[expect(clippy::disallowed_methods, reason = "this is where the environment is read, once")]
    pub(crate) fn read() -> World {
        let text = |text: OsString| text.to_string_lossy().into_owned();
        World {
            args: std::env::args_os().collect(),
            env: std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect(),
            directory: std::env::current_dir().ok(),
            executable: std::env::current_exe().ok(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
            parent: std::os::unix::process::parent_id(),
            parent_started: started(std::os::unix::process::parent_id()),
        }
    }

    /// A variable's value; an empty one counts as unset.
    pub(crate) fn var(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }

    /// Cargo's target folder: the named one, the one beside or above the current folder, or the executable's.
    pub(crate) fn target_folder(&self) -> Option<PathBuf> {
        let named = self.var("CARGO_TARGET_DIR").map(|folder| self.typed(folder.into()));
        let below = |start: &PathBuf| {
            let mut folders = start.ancestors().map(|folder| folder.join("target"));
            folders.find(|folder| folder.is_dir())
        };
        let above = |start: &PathBuf| {
            let mut folders = start.ancestors();
            folders.find(|folder| folder.file_name().is_some_and(|name| name == "target")).map(Path::to_owned)
        };
        named
            .or_else(|| self.directory.as_ref().and_then(below))
            .or_else(|| self.executable.as_ref().and_then(above))
    }

    /// What the processes of one run have in common: nextest says so, or a pipeline, or else they are children of one
    /// cargo. Absent where this process is the whole run.
    pub(crate) fn run_id(&self) -> Option<String> {
        let told = ["SMOKESTACK_RUN_ID", "NEXTEST_RUN_ID"].iter().find_map(|name| self.var(name));
        let since = self.parent_started.as_ref().map_or(String::new(), |started| format!("-{started}"));
        let cargo = || self.var("CARGO").map(|_| format!("cargo-{}{since}", self.parent));
        told.map(str::to_owned).or_else(cargo)
    }

    /// A path as it was meant where it was typed. Cargo runs a test binary in its package's folder; `PWD` still names
    /// the shell's.
    pub(crate) fn typed(&self, path: PathBuf) -> PathBuf {
        let Some(directory) = self.directory.as_ref() else { return path };
        let by_cargo =
            self.var("CARGO_MANIFEST_DIR").is_some_and(|manifest| Path::new(manifest) == directory);
        let shell = self.var("PWD").map(Path::new).filter(|shell| by_cargo && directory.starts_with(shell));
        shell.unwrap_or(directory).join(path)
    }
}

/// The folder in which runs that are started in this one, with this environment, keep what outlives them; none where there
/// is no target folder.
pub fn state_folder(env: &BTreeMap<String, String>, directory: Option<&Path>) -> Option<PathBuf> {
    let world = World { env: env.clone(), directory: directory.map(Path::to_owned), ..World::default() };
    world.target_folder().map(|folder| folder.join(STATE))
}

/// What it is called.
pub(crate) const STATE: &str = "smokestack";

/// When a process started, in ticks since the system did, where `/proc` tells.
fn started(process: u32) -> Option<String> {
    let told = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the program's name in brackets, which may hold anything; the time is the 22nd.
    let (_, fields) = told.rsplit_once(')')?;
    fields.split_whitespace().nth(19).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn world(directory: &str, env: &[(&str, &str)]) -> World {
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        World { directory: Some(directory.into()), env, ..World::default() }
    }

    #[test]
    fn a_path_typed_for_cargo_belongs_to_the_shells_folder() {
        let cargo = [("CARGO_MANIFEST_DIR", "/ws/suites"), ("PWD", "/ws")];
        assert_eq!(world("/ws/suites", &cargo).typed("smoke.xml".into()), Path::new("/ws/smoke.xml"));
        assert_eq!(world("/ws/suites", &cargo).typed("/tmp/smoke.xml".into()), Path::new("/tmp/smoke.xml"));
    }

    #[test]
    fn the_processes_of_one_run_know_each_other() {
        let id = |env: &[(&str, &str)]| World { parent: 7, ..world("/ws", env) }.run_id();
        assert_eq!(id(&[("NEXTEST_RUN_ID", "n"), ("CARGO", "cargo")]).as_deref(), Some("n"));
        assert_eq!(
            id(&[("SMOKESTACK_RUN_ID", "stage-4"), ("NEXTEST_RUN_ID", "n")]).as_deref(),
            Some("stage-4")
        );
        assert_eq!(id(&[("CARGO", "cargo")]).as_deref(), Some("cargo-7"));
        assert_eq!(id(&[]), None);
        let later =
            World { parent: 7, parent_started: Some("180".into()), ..world("/ws", &[("CARGO", "cargo")]) };
        assert_eq!(later.run_id().as_deref(), Some("cargo-7-180"));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_says_when_it_started() {
        let own = started(std::process::id());
        assert!(own.as_ref().is_some_and(|ticks| ticks.parse::<u64>().is_ok()), "{own:?}");
        assert_eq!(own, started(std::process::id()));
    }

    #[test]
    fn a_path_typed_for_the_binary_belongs_to_its_own_folder() {
        assert_eq!(world("/ci", &[("PWD", "/ci")]).typed("smoke.xml".into()), Path::new("/ci/smoke.xml"));
        let stale = [("CARGO_MANIFEST_DIR", "/ws/suites"), ("PWD", "/elsewhere")];
        assert_eq!(world("/ws/suites", &stale).typed("smoke.xml".into()), Path::new("/ws/suites/smoke.xml"));
    }
}
