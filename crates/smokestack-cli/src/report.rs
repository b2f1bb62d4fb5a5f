//! `smokestack report`: what a run came to, from its journal.

use std::path::{Path, PathBuf};

use smokestack_core::{ExitCode, Record};
use smokestack_report::summary::{self, Closing};
use smokestack_report::{Format, Paint, journal, merge};

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
    std::fs::create_dir_all(&folder).map_err(|error| unwritten(&folder, &error))?;
    for format in Format::ALL {
        let path = folder.join(format.file_name());
        let text =
            format.render(&record).map_err(|error| format!("the {} report: {error}", format.name()))?;
        std::fs::write(&path, text).map_err(|error| unwritten(&path, &error))?;
    }
    let verdict = record.verdict();
    let code = verdict.exit_code(false);
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
        Some(path) => std::fs::write(path, text).map_err(|error| unwritten(path, &error))?,
        None => console::say(text.trim_end()),
    }
    Ok(ExitCode::Pass)
}

/// The record of all journals at these places.
fn record(sources: &[PathBuf]) -> Result<Record, String> {
    let mut records = Vec::new();
    for source in sources {
        records.extend(records_at(source)?);
    }
    merge(records).map_err(|error| error.to_string())
}

/// The journal at this place; in a folder of reports the run's own, or those of the run's cases where each was a process.
fn records_at(place: &Path) -> Result<Vec<Record>, String> {
    if !place.is_dir() {
        return Ok(vec![read(place)?]);
    }
    let whole = place.join(journal::FILE_NAME);
    let cases = place.join(CASES);
    let mut records = if whole.is_file() { vec![read(&whole)?] } else { Vec::new() };
    if cases.is_dir() {
        let of_cases = files(&cases).iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
        records.extend(last_run(of_cases));
    }
    // A run in one process and one in many leave their journals in one folder: the later one is meant.
    let last = records.iter().map(|record| (record.run.started_unix_ms, record.run.run_id.clone())).max();
    match last {
        Some((_, Some(id))) => records.retain(|record| record.run.run_id.as_ref() == Some(&id)),
        Some((started, None)) => records.retain(|record| record.run.started_unix_ms == started),
        None => return Err(format!("there is no journal in `{}`", place.display())),
    }
    Ok(records)
}

/// The folder of the journals of single cases.
const CASES: &str = "cases";

/// Those of the processes that belong to the run that began last.
fn last_run(records: Vec<Record>) -> Vec<Record> {
    let last = records.iter().max_by_key(|record| record.run.started_unix_ms);
    let Some(id) = last.map(|record| record.run.run_id.clone()) else { return Vec::new() };
    records.into_iter().filter(|record| record.run.run_id == id).collect()
}

fn read(path: &Path) -> Result<Record, String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("the journal `{}` cannot be read: {error}", path.display()))?;
    let read = journal::read(&text).map_err(|error| format!("`{}`: {error}", path.display()))?;
    Ok(read.record)
}

/// The folder of reports of the run that began last, in the target folder.
fn newest(state: Option<&Path>) -> Result<PathBuf, String> {
    let Some(state) = state else {
        return Err("there is no target folder here: name a journal, or a folder of reports".to_owned());
    };
    let journals = files(state).into_iter().flat_map(|folder| {
        let mut journals = files(&folder.join(CASES));
        journals.push(folder.join(journal::FILE_NAME));
        journals.into_iter().map(move |journal| (changed(&journal), folder.clone()))
    });
    let last = journals.filter_map(|(changed, folder)| Some((changed?, folder))).max();
    last.map(|(_, folder)| folder)
        .ok_or_else(|| format!("there is no journal in `{}`: no run has left one there", state.display()))
}

fn changed(path: &Path) -> Option<std::time::SystemTime> {
    std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?.modified().ok()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn folder(source: &Path) -> PathBuf {
    let parent = source.parent().filter(|parent| !parent.as_os_str().is_empty());
    if source.is_dir() { source.to_owned() } else { parent.unwrap_or(Path::new(".")).to_owned() }
}

fn unwritten(path: &Path, error: &std::io::Error) -> String {
    format!("`{}` cannot be written: {error}", path.display())
}
