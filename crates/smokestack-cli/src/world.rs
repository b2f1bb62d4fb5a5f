//! Everything the command learns from outside, read once at start.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;

/// The process's surroundings at its start.
pub(crate) struct World {
    pub(crate) args: Vec<OsString>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) directory: Option<PathBuf>,
    /// Whether what goes to stderr gets colour.
    pub(crate) colour: bool,
    /// Whether what goes to stdout does.
    pub(crate) stdout_colour: bool,
}

impl World {
    #[expect(clippy::disallowed_methods, reason = "this is where the environment is read, once")]
    pub(crate) fn read() -> World {
        let text = |text: OsString| text.to_string_lossy().into_owned();
        let env: BTreeMap<String, String> =
            std::env::vars_os().map(|(name, value)| (text(name), text(value))).collect();
        let plain = env.get("NO_COLOR").is_some_and(|value| !value.is_empty())
            || env.get("TERM").is_some_and(|term| term == "dumb");
        World {
            args: std::env::args_os().collect(),
            directory: std::env::current_dir().ok(),
            colour: std::io::stderr().is_terminal() && !plain,
            stdout_colour: std::io::stdout().is_terminal() && !plain,
            env,
        }
    }

    /// A variable's value; an empty one counts as unset.
    pub(crate) fn var(&self, name: &str) -> Option<String> {
        self.env.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }
}
