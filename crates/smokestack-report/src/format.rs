//! The reports that are files.

use smokestack_core::Record;

use crate::{html, junit, verdict};

/// A report that is a file: a function of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JUnit XML, which CI servers read.
    Junit,
    /// One page of HTML, which people read.
    Html,
    /// The verdict as JSON, for the next step of a pipeline.
    Verdict,
}

/// A record that a report cannot be made of.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct RenderError(String);

impl Format {
    /// All of them.
    pub const ALL: [Format; 3] = [Format::Junit, Format::Html, Format::Verdict];

    /// Its name among people.
    pub fn name(self) -> &'static str {
        match self {
            Format::Junit => "JUnit",
            Format::Html => "HTML",
            Format::Verdict => "verdict",
        }
    }

    /// Its name on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Format::Junit => "junit",
            Format::Html => "html",
            Format::Verdict => "verdict",
        }
    }

    /// The name of its file in a folder of reports.
    pub fn file_name(self) -> &'static str {
        match self {
            Format::Junit => "junit.xml",
            Format::Html => "report.html",
            Format::Verdict => "verdict.json",
        }
    }

    /// The one of this word.
    pub fn of_word(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.word() == word)
    }

    /// The report of this run.
    ///
    /// # Errors
    ///
    /// Where the record holds what the format has no way to say.
    pub fn render(self, record: &Record) -> Result<String, RenderError> {
        match self {
            Format::Junit => junit::xml(record).map_err(|error| RenderError(error.to_string())),
            Format::Html => Ok(html::page(record)),
            Format::Verdict => verdict::json(record).map_err(|error| RenderError(error.to_string())),
        }
    }
}
