//! Journals on disk, as runs have left them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use smokestack_core::{Baseline, CaseRecord, Outcome, Record};
use smokestack_report::journal;

/// The folder, in one of reports, of the journals of single cases, where each case was a process.
pub(crate) const CASES: &str = "cases";

/// A journal that is not there or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum JournalsError {
    /// No file can be read there.
    #[error("the journal `{path}` cannot be read: {error}")]
    Unreadable {
        /// Where.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// What is there is none.
    #[error("`{path}`: {error}")]
    NoJournal {
        /// Where.
        path: PathBuf,
        /// Why not.
        error: journal::JournalError,
    },
    /// The folder has none.
    #[error("there is no journal in `{path}`")]
    Nothing {
        /// Which folder.
        path: PathBuf,
    },
}

/// The records of the journal at this place; in a folder of reports those of the run that began last, be it one process or one for
/// each case.
///
/// # Errors
///
/// Where there is no journal, or one that cannot be read.
pub fn records_at(place: &Path) -> Result<Vec<Record>, JournalsError> {
    if !place.is_dir() {
        return Ok(vec![read(place)?]);
    }
    let whole = place.join(journal::FILE_NAME);
    let mut records = if whole.is_file() { vec![read(&whole)?] } else { Vec::new() };
    for path in files(&place.join(CASES)) {
        match read(&path) {
            // Its process was killed before it began.
            Err(JournalsError::NoJournal { error: journal::JournalError::Empty, .. }) => {}
            read => records.push(read?),
        }
    }
    let last = records.iter().max_by_key(|record| record.run.started_unix_ms);
    match last.map(|record| (record.run.started_unix_ms, record.run.run_id.clone())) {
        Some((_, Some(id))) => records.retain(|record| record.run.run_id.as_ref() == Some(&id)),
        Some((started, None)) => records.retain(|record| record.run.started_unix_ms == started),
        None => return Err(JournalsError::Nothing { path: place.to_owned() }),
    }
    Ok(records)
}

/// The folder of reports, among those in a state folder, of the run that wrote last.
pub fn newest(state: &Path) -> Option<PathBuf> {
    let folders = std::fs::read_dir(state).into_iter().flatten().flatten().map(|entry| entry.path());
    let journals = folders.flat_map(|folder| {
        let mut journals = files(&folder.join(CASES));
        journals.push(folder.join(journal::FILE_NAME));
        journals.into_iter().map(move |journal| (changed(&journal), folder.clone()))
    });
    let last = journals.filter_map(|(changed, folder)| Some((changed?, folder))).max();
    last.map(|(_, folder)| folder)
}

/// What the run came to whose journal or folder of reports this is.
pub(crate) fn baseline(path: &Path) -> Result<Baseline, String> {
    let told = |error: &dyn std::fmt::Display| format!("the baseline is not known: {error}");
    let records = records_at(path).map_err(|error| told(&error))?;
    let record = smokestack_report::merge(records).map_err(|error| told(&error))?;
    Ok(Baseline::of(&record))
}

/// The full names of the cases that did not pass in the last run whose reports are in this folder.
pub(crate) fn failed(folder: Option<&Path>) -> Result<BTreeSet<String>, String> {
    let Some(folder) = folder else {
        return Err(
            "there is no target folder, and so no last run to look at: name one with `--reports DIR`"
                .to_owned(),
        );
    };
    let records = match records_at(folder) {
        Err(error) if folder.exists() => return Err(format!("the last run is not known: {error}")),
        Err(_) => return Err(format!("the last run is not known: there is no `{}`", folder.display())),
        Ok(records) => records,
    };
    let is_open =
        |case: &&CaseRecord| !matches!(case.outcome, Outcome::Passed { .. } | Outcome::Skipped { .. });
    let open = records.iter().flat_map(|record| &record.cases).filter(is_open);
    Ok(open.map(|case| case.full_name.clone()).collect())
}

fn read(path: &Path) -> Result<Record, JournalsError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| JournalsError::Unreadable { path: path.to_owned(), error })?;
    let read =
        journal::read(&text).map_err(|error| JournalsError::NoJournal { path: path.to_owned(), error })?;
    Ok(read.record)
}

fn changed(path: &Path) -> Option<std::time::SystemTime> {
    std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?.modified().ok()
}

/// The journals in a folder, in the order of names; none where there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|extension| extension == "jsonl")).collect();
    paths.sort();
    paths
}
