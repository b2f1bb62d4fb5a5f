//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::platform::Platform;

/// What stands on the command line.
#[derive(Debug, Parser)]
#[command(
    name = "smokestack",
    bin_name = "smokestack",
    version,
    about = "What is not a test: the tests themselves run with `cargo test`.",
    after_help = "exit codes: 0 done, 2 usage or platform file, 3 the platform could not be judged, 101 two targets differ"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Saves sessions before a deploy, for a run after it to carry on with: `--carried FILE`
    Prime(Prime),
    /// Takes away what runs have made on a target and left there, because they were killed or it did not let them
    Sweep(Sweep),
    /// Asks two targets for the same, and shows what of their answers differs
    Twin(Twin),
}

/// `smokestack sweep`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Every run sweeps its target when its cases have ended; this is for those who do not want to wait for \
                        one. Notes of what is left are kept in the target folder, in `smokestack/clean-ups`."
)]
pub(crate) struct Sweep {
    #[command(flatten)]
    pub(crate) platform: Platform,
    /// Write to a protected target too [env: SMOKESTACK_ALLOW_MUTATIONS]
    #[arg(long)]
    pub(crate) allow_mutations: bool,
    /// Say what is left, and leave it there
    #[arg(long, conflicts_with = "forget")]
    pub(crate) list: bool,
    /// Leave it there and never speak of it again
    #[arg(long)]
    pub(crate) forget: bool,
}

/// `smokestack prime`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The file holds sessions: it is readable by its owner alone, and sealed with the passphrase in \
                        SMOKESTACK_PASSPHRASE where that is set."
)]
pub(crate) struct Prime {
    /// Where to save them
    #[arg(long, value_name = "FILE", overrides_with = "out")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) platform: Platform,
}

/// `smokestack twin`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "exit codes: 0 no difference but those that `[twin]` of the platform file allows, 101 others, \
                        2 usage or platform file, 3 one of the two could not be judged"
)]
pub(crate) struct Twin {
    /// A target of the platform file: what it has stands behind `-`
    pub(crate) one: String,
    /// Another one: what it has stands behind `+`
    pub(crate) other: String,
    /// The platform file [env: SMOKESTACK_CONFIG]
    #[arg(long, value_name = "PATH", overrides_with = "config")]
    pub(crate) config: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn the_usage_line_has_the_programs_name_whatever_file_it_is() {
        for (arguments, usage) in [
            (["/tmp/x-1", "--help"].as_slice(), "Usage: smokestack <COMMAND>"),
            (&["/tmp/x-1", "prime", "--help"], "Usage: smokestack prime [OPTIONS] --out <FILE>"),
        ] {
            let help = Args::try_parse_from(arguments).unwrap_err().to_string();
            assert!(help.contains(usage), "{help}");
        }
    }
}
