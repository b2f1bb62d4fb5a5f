//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Parser, Subcommand};
use smokestack_report::Format;

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
    /// Rebuilds the reports of a run from its journal, of a run that was killed too
    Report(Report),
}

/// `smokestack report`.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "The exit code is that of the run: 0 pass, 101 the platform is broken, 3 could not be judged; 2 for what \
                        is no journal."
)]
pub(crate) struct Report {
    #[command(subcommand)]
    pub(crate) command: Option<ReportCommand>,
    #[command(flatten)]
    pub(crate) rebuild: Rebuild,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Joins the journals of shards, of a pipeline's retries or of several test binaries into one of each report
    Merge(Rebuild),
    /// Makes one report from a journal
    Convert(Convert),
}

/// What is rebuilt.
#[derive(Debug, clap::Args)]
pub(crate) struct Rebuild {
    /// A journal (`events.jsonl`) or a folder of reports; without any, the last run's in the target folder
    #[arg(value_name = "JOURNAL")]
    pub(crate) journals: Vec<PathBuf>,
    /// The folder for the reports, instead of the first journal's
    #[arg(long, value_name = "DIR", overrides_with = "out")]
    pub(crate) out: Option<PathBuf>,
}

/// `smokestack report convert`.
#[derive(Debug, clap::Args)]
pub(crate) struct Convert {
    /// A journal (`events.jsonl`) or a folder of reports
    #[arg(value_name = "JOURNAL", required = true)]
    pub(crate) journals: Vec<PathBuf>,
    /// The report to make
    #[arg(long, value_name = "FORMAT", value_parser = formats(), overrides_with = "to")]
    pub(crate) to: Format,
    /// Where to write it, instead of stdout
    #[arg(long, value_name = "FILE", overrides_with = "out")]
    pub(crate) out: Option<PathBuf>,
}

/// The formats by their words.
fn formats() -> impl clap::builder::TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.map(Format::word))
        .try_map(|word| Format::of_word(&word).ok_or("none of them"))
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
    /// Ask only for what any FILTER is part of: component, path and account of a page, or the full name of a case
    #[arg(value_name = "FILTER")]
    pub(crate) filters: Vec<String>,
    /// Leave out what FILTER is part of; may be repeated
    #[arg(long, value_name = "FILTER")]
    pub(crate) skip: Vec<String>,
    /// FILTER and --skip mean whole names
    #[arg(long)]
    pub(crate) exact: bool,
    /// Another address for one of the two, instead of the platform file's: `--url staging=https://preview-7.example.com`
    #[arg(long, value_name = "TARGET=URL", value_parser = of_target)]
    pub(crate) url: Vec<(String, String)>,
    /// The platform file [env: SMOKESTACK_CONFIG]
    #[arg(long, value_name = "PATH", overrides_with = "config")]
    pub(crate) config: Option<PathBuf>,
}

/// `staging=https://preview-7.example.com`
fn of_target(text: &str) -> Result<(String, String), String> {
    let (target, url) = text.split_once('=').ok_or("say for which target: `staging=https://…`")?;
    // An address may have `=` in it, a target's name has neither `:` nor `/`.
    if target.is_empty() || target.contains([':', '/']) {
        return Err("say for which target: `staging=https://…`".to_owned());
    }
    Ok((target.to_owned(), url.to_owned()))
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
