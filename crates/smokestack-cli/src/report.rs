//! `smokestack report`: what a run came to, from its journal.

use std::path::{Path, PathBuf};

use smokestack_core::{ExitCode, Record};
use smokestack_report::summary::{self, Closing};
use smokestack_report::{Format, Paint, merge};

use crate::args::{Convert, Rebuild, Report, ReportCommand};
use crate::console;
use crate::world::World;

/// Runs it.
pub(crate) fn run(report: &Report, world: &World) -> ExitCode {
    let done = match &report.command {
        None => rebuild(&report.rebuild, world),
        Some(ReportCommand::Merge(merge)) => rebuild(merge, world),
        Some(ReportCommand::Convert(convert)) => self::convert(convert),
    };
    done.unwrap_or_else(|why| {
        console::complain(&[why]);
        ExitCode::Usage
    })
}

/// Every report of the run anew, and what it came to.
fn rebuild(rebuild: &Rebuild, world: &World) -> Result<ExitCode, String> {
    let state = smokestack_runner::state_folder(&world.env, world.directory.as_deref());
    let sources = match rebuild.journals.as_slice() {
        [] => vec![newest(state.as_deref())?],
        named => named.to_vec(),
    };
    let record = record(&sources)?;
    let folder = rebuild.out.clone().unwrap_or_else(|| folder(&sources[0]));
    for format in Format::ALL {
        let path = folder.join(format.file_name());
        let text =
            format.render(&record).map_err(|error| format!("the {} report: {error}", format.name()))?;
        smokestack_runner::write_report(&path, &text).map_err(|error| unwritten(&path, &error))?;
    }
    let verdict = record.verdict();
    let code = verdict.exit_code(&record.run.policy);
    let junit = folder.join(Format::Junit.file_name());
    let html = folder.join(Format::Html.file_name());
    let closing = Closing {
        record: &record,
        verdict: &verdict,
        code,
        was_ready: true,
        junit: Some(&junit),
        html: Some(&html),
        process_per_case: false,
        told: &[],
    };
    console::say(&summary::text(&closing, Paint { colour: world.stdout_colour }));
    Ok(code)
}

/// One report, where it is wanted.
fn convert(convert: &Convert) -> Result<ExitCode, String> {
    let record = record(&convert.journals)?;
    let format = convert.to;
    let text = format.render(&record).map_err(|error| format!("the {} report: {error}", format.name()))?;
    match &convert.out {
        Some(path) => {
            smokestack_runner::write_report(path, &text).map_err(|error| unwritten(path, &error))?
        }
        None => console::say(text.trim_end()),
    }
    Ok(ExitCode::Pass)
}

/// The record of all journals at these places.
fn record(sources: &[PathBuf]) -> Result<Record, String> {
    let mut records = Vec::new();
    for source in sources {
        records.extend(smokestack_runner::records_at(source).map_err(|error| error.to_string())?);
    }
    merge(records).map_err(|error| error.to_string())
}

/// The folder of reports of the run that wrote last, in the target folder.
fn newest(state: Option<&Path>) -> Result<PathBuf, String> {
    let Some(state) = state else {
        return Err("there is no target folder here: name a journal, or a folder of reports".to_owned());
    };
    smokestack_runner::newest_reports(state)
        .ok_or_else(|| format!("there is no journal in `{}`: no run has left one there", state.display()))
}

fn folder(source: &Path) -> PathBuf {
    let parent = source.parent().filter(|parent| !parent.as_os_str().is_empty());
    if source.is_dir() { source.to_owned() } else { parent.unwrap_or(Path::new(".")).to_owned() }
}

fn unwritten(path: &Path, error: &std::io::Error) -> String {
    format!("`{}` cannot be written: {error}", path.display())
}
