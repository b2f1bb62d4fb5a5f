//! Where the secret comes from that opens settings: an environment variable, a file, a command.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use crate::program_output::{self, Bounds};
use crate::run::Run;

/// Where a secret comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Secret {
    /// An environment variable.
    Env(String),
    /// A file, relative to the platform file.
    File(String),
    /// What a program prints: its name and its arguments.
    Command(Vec<String>),
}

/// Long enough for a vault far away; more than any secret is long.
const BOUNDS: Bounds = Bounds { limit: Duration::from_secs(10), largest: 64 << 10 };

impl Secret {
    /// The secret, without the line end that files and programs put behind it.
    pub(super) async fn read(&self, run: &Run) -> Result<String, String> {
        let text = match self {
            Secret::Env(name) => {
                let value = run.env().get(name).cloned().unwrap_or_default();
                if value.is_empty() {
                    return Err(format!("environment variable `{name}` is not set"));
                }
                value
            }
            Secret::File(name) => std::fs::read_to_string(run.platform.beside(Path::new(name)))
                .map_err(|error| format!("{self} cannot be read: {error}"))?,
            Secret::Command(words) => {
                let folder = run.platform.beside(Path::new(""));
                let printed = program_output::output(BOUNDS, words, &folder, &run.env()).await;
                printed.map_err(|error| format!("{self} {error}"))?
            }
        };
        let secret = text.trim_end_matches(['\n', '\r']);
        if secret.is_empty() { Err(format!("{self} holds nothing")) } else { Ok(secret.to_owned()) }
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Secret::Env(name) => write!(f, "`{name}`"),
            Secret::File(name) => write!(f, "file `{name}`"),
            Secret::Command(words) => write!(f, "command `{}`", words.join(" ")),
        }
    }
}
