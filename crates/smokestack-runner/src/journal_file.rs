//! The journal: every event is a line on disk when it happens, so that a run that is killed loses nothing.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use smokestack_core::{Event, Record};
use smokestack_report::journal;

use crate::report_file::{begin, is_regular_if_there};
use crate::reporters::Reporter;

/// The reporter that writes the journal.
#[derive(Debug)]
pub(crate) struct JournalFile {
    path: PathBuf,
    file: File,
}

impl JournalFile {
    /// Begins an empty one. A run that writes to the same path meanwhile keeps the file that it began.
    pub(crate) fn open(path: &Path) -> io::Result<JournalFile> {
        is_regular_if_there(path)?;
        let file = begin(path)?.persist(path)?;
        Ok(JournalFile { path: path.to_owned(), file })
    }
}

impl Reporter for JournalFile {
    fn name(&self) -> &'static str {
        "journal"
    }

    fn hear(&mut self, event: &Event, _: &Record) -> Result<(), String> {
        let line = journal::line(event, jiff::Timestamp::now().as_millisecond())
            .map_err(|error| format!("an event cannot be written down: {error}"))?;
        self.file
            .write_all(line.as_bytes())
            .map_err(|error| format!("`{}` cannot be written: {error}", self.path.display()))
    }
}
