//! The journal of a run, `events.jsonl`: an event a line, on disk when it happened.
//!
//! Each line is a JSON object with `event` (what happened, see [`Event`]), `at_unix_ms` (when it was written down) and, in the
//! first line, `format` ([`FORMAT`]). A reader ignores keys that it does not know, so that the number changes only where an
//! older reader would misunderstand.

use serde::{Deserialize, Serialize};
use smokestack_core::{Event, Record};

/// The version of the format.
pub const FORMAT: u32 = 1;

/// The name of the file in a folder of reports.
pub const FILE_NAME: &str = "events.jsonl";

/// One line.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    format: Option<u32>,
    at_unix_ms: i64,
    #[serde(flatten)]
    event: Event,
}

/// What a journal says.
#[derive(Debug, PartialEq)]
pub struct Read {
    /// The record, with every selected case in it: those that came to no end say so.
    pub record: Record,
    /// Whether the run told of its end.
    pub is_whole: bool,
    /// The number of a last line that was cut short: the run was killed while it was written.
    pub cut_short: Option<usize>,
}

/// A journal that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It has no line.
    #[error("it is empty: the run was ended before it began")]
    Empty,
    /// A line is none of a journal.
    #[error("line {line}, column {column} is no event of a journal: {why}")]
    NoEvent {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
        /// What the parser says.
        why: String,
    },
    /// The first event is another one.
    #[error("its first line is not `run-started`: it is no journal, or not from its beginning")]
    NoStart,
    /// A newer Smokestack wrote it.
    #[error("it is of format {found}, and this `smokestack` reads up to {FORMAT}: use the one that wrote it")]
    Newer {
        /// The format it says.
        found: u32,
    },
}

/// An event as a line, with its line break.
///
/// # Errors
///
/// Where an event holds what JSON cannot say.
///
/// ```
/// use smokestack_core::Event;
/// let line = smokestack_report::journal::line(&Event::CasesFinished, 1_691_488_800_000)?;
/// assert_eq!(line, "{\"at_unix_ms\":1691488800000,\"event\":\"cases-finished\"}\n");
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn line(event: &Event, at_unix_ms: i64) -> Result<String, serde_json::Error> {
    #[derive(Serialize)]
    struct Line<'a> {
        #[serde(skip_serializing_if = "Option::is_none")]
        format: Option<u32>,
        at_unix_ms: i64,
        #[serde(flatten)]
        event: &'a Event,
    }
    let format = matches!(event, Event::RunStarted(_)).then_some(FORMAT);
    let mut line = serde_json::to_string(&Line { format, at_unix_ms, event })?;
    line.push('\n');
    Ok(line)
}

/// Rebuilds the record of a run from its journal, whole or not.
///
/// # Errors
///
/// Where the text is no journal, or one of a newer format. A last line without its end is no error.
pub fn read(text: &str) -> Result<Read, JournalError> {
    let mut record = Record::default();
    let mut cut_short = None;
    let mut lines = text.split_inclusive('\n').enumerate().peekable();
    if lines.peek().is_none() {
        return Err(JournalError::Empty);
    }
    while let Some((index, raw)) = lines.next() {
        if raw.trim().is_empty() {
            continue;
        }
        let line: Line = match serde_json::from_str(raw) {
            Ok(line) => line,
            Err(_) if index > 0 && lines.peek().is_none() && !raw.ends_with('\n') => {
                cut_short = Some(index + 1);
                break;
            }
            Err(error) => {
                let told = error.to_string();
                let why = told.split(" at line ").next().unwrap_or_default().to_owned();
                return Err(JournalError::NoEvent { line: index + 1, column: error.column(), why });
            }
        };
        if let Some(found) = line.format.filter(|format| *format > FORMAT) {
            return Err(JournalError::Newer { found });
        }
        if index == 0 && !matches!(line.event, Event::RunStarted(_)) {
            return Err(JournalError::NoStart);
        }
        record.hear(&line.event);
    }
    let is_whole = record.took_ms.is_some();
    record.complete();
    Ok(Read { record, is_whole, cut_short })
}

#[cfg(test)]
mod tests {
    use smokestack_core::{Blame, Class, FailedCheck, RunInfo};

    use super::*;
    use crate::by_hand::info;

    fn events() -> Vec<Event> {
        let cases = vec![info("a"), info("b"), info("c")];
        let first = FailedCheck::new(Blame::Wrong, Class::Value, "title");
        let mut wrong = cases[0].not_run("x", 5);
        wrong.notes.failed = vec![first];
        let started = |name: &str| Event::CaseStarted { case: format!("pages::{name}"), started_unix_ms: 5 };
        vec![
            Event::RunStarted(RunInfo { seed: u64::MAX, target: "prod".into(), cases, ..RunInfo::default() }),
            started("a"),
            started("b"),
            Event::CaseFinished(Box::new(wrong)),
        ]
    }

    fn journal(events: &[Event]) -> String {
        events.iter().map(|event| line(event, 7).unwrap()).collect()
    }

    fn complaint(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn a_record_is_rebuilt_and_what_came_to_no_end_says_so() {
        let events = events();
        let read = read(&journal(&events)).unwrap();
        assert!(!read.is_whole && read.cut_short.is_none());
        let mut record = Record::default();
        events.iter().for_each(|event| record.hear(event));
        record.complete();
        assert_eq!(read.record, record);
        assert_eq!(read.record.cases.len(), 3);
    }

    #[test]
    fn a_journal_that_is_cut_anywhere_behind_its_first_line_is_read() {
        let text = journal(&events());
        let first = text.find('\n').unwrap() + 1;
        for end in first..=text.len() {
            let read = read(&text[..end]).unwrap_or_else(|error| panic!("cut at {end}: {error}"));
            assert_eq!(read.record.cases.len(), 3, "cut at {end}");
        }
    }

    #[test]
    fn what_is_no_journal_is_said_with_its_line() {
        let text = journal(&events());
        let (_, rest) = text.split_once('\n').unwrap();
        let newer = text.replacen("\"format\":1", "\"format\":2", 1);
        let broken = "{\"event\":\"run-started\" \"pages\"}".to_owned();
        insta::assert_snapshot!(
            ["", rest, &newer, &broken, "<html>"].map(complaint).join("\n"),
            @r#"
        it is empty: the run was ended before it began
        its first line is not `run-started`: it is no journal, or not from its beginning
        it is of format 2, and this `smokestack` reads up to 1: use the one that wrote it
        line 1, column 24 is no event of a journal: expected `,` or `}`
        line 1, column 1 is no event of a journal: expected value
        "#
        );
    }

    #[test]
    fn keys_that_nobody_knows_are_no_error() {
        let text = journal(&events()).replace("\"event\":", "\"colour\":\"blue\",\"event\":");
        assert_eq!(read(&text).unwrap(), read(&journal(&events())).unwrap());
    }
}
