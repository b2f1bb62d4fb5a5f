//! Everything the runner learns from outside, read once at start and handed on as a value.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;

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
    /// Whether stderr is a terminal.
    pub(crate) stderr_is_terminal: bool,
}

impl World {
    /// Reads it. The only place in this crate that looks at arguments and environment.
    pub(crate) fn read() -> World {
        let text = |text: OsString| text.to_string_lossy().into_owned();
        World {
            args: std::env::args_os().collect(),
            env: std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect(),
            directory: std::env::current_dir().ok(),
            executable: std::env::current_exe().ok(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// A variable's value; an empty one counts as unset.
    pub(crate) fn var(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}
