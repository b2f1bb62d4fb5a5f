//! Who hears of a run. Every event is redacted first: no text that holds a secret reaches a reporter.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use smokestack_core::{
    Attempt, Blame, CaseNotes, CaseRecord, Class, Event, FailedCheck, Outcome, Record, Redactor,
};

use crate::console::Console;
use crate::panics;

/// Something that hears events, and nothing else of the run.
pub(crate) trait Reporter: Send {
    /// Its name, for when it is in trouble.
    fn name(&self) -> &'static str;

    /// Hears an event, and the record that it has just become part of. What it says when it fails goes to stderr, and it
    /// hears no more.
    fn hear(&mut self, event: &Event, record: &Record) -> Result<(), String>;
}

/// The reporters of a run, and the record that events fold into.
pub(crate) struct Reporters {
    redactor: Arc<Redactor>,
    console: Console,
    heard: Mutex<Heard>,
}

struct Heard {
    record: Record,
    reporters: Vec<Box<dyn Reporter>>,
}

/// Keys whose values are words of our own enums, or names from the platform file and the suites. They hold no text of
/// the platform's, and an account's password may well be the word `page` or the name of a component: hidden there,
/// the component would be missing from table and findings.
const WORDS: [&str; 15] = [
    "event",
    "fact",
    "outcome",
    "blame",
    "class",
    "probe",
    "action",
    "stage",
    "suite",
    "component",
    "full_name",
    "case",
    "program",
    "target",
    "signal",
];

/// Maps whose keys are text of the platform's.
const MAPS: [&str; 1] = ["values"];

impl Reporters {
    /// Reporters that have heard nothing yet.
    pub(crate) fn new(
        redactor: Arc<Redactor>,
        console: Console,
        reporters: Vec<Box<dyn Reporter>>,
    ) -> Reporters {
        Reporters { redactor, console, heard: Mutex::new(Heard { record: Record::default(), reporters }) }
    }

    /// Tells everybody, and returns what was told.
    pub(crate) fn tell(&self, event: Event) -> Event {
        let event = redacted(event, &self.redactor);
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        let Heard { record, reporters } = &mut *heard;
        record.hear(&event);
        // A reporter's trouble is not the platform's: it is named, the others go on, the verdict stays.
        reporters.retain_mut(|reporter| {
            let result = catch_unwind(AssertUnwindSafe(|| reporter.hear(&event, record)));
            let why = match result {
                Ok(Ok(())) => return true,
                Ok(Err(why)) => self.redact(&why),
                Err(payload) => format!("it panicked: {}", self.redact(&panics::message(&*payload))),
            };
            self.console.complain(&format!("the {} report is in trouble: {why}", reporter.name()));
            false
        });
        event
    }

    /// Tells how a case ended, and returns what was told.
    pub(crate) fn tell_end(&self, case: CaseRecord) -> Box<CaseRecord> {
        match self.tell(Event::CaseFinished(Box::new(case))) {
            Event::CaseFinished(case) => case,
            // Redaction keeps the kind of an event.
            other => unreachable!("{other:?}"),
        }
    }

    /// The text without secrets.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.redactor.redact(text).into_owned()
    }

    /// Whether the reporter of this name has heard everything so far.
    pub(crate) fn is_well(&self, name: &str) -> bool {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.reporters.iter().any(|reporter| reporter.name() == name)
    }

    /// The record so far.
    pub(crate) fn record(&self) -> Record {
        self.look_at(Record::clone)
    }

    /// What is to be known of the record so far. Nobody tells anything meanwhile.
    pub(crate) fn look_at<T>(&self, look: impl FnOnce(&Record) -> T) -> T {
        look(&self.heard.lock().unwrap_or_else(PoisonError::into_inner).record)
    }
}

fn redacted(event: Event, redactor: &Redactor) -> Event {
    let clean = serde_json::to_value(&event).and_then(|mut value| {
        redact_value(&mut value, redactor);
        serde_json::from_value(value)
    });
    clean.unwrap_or_else(|error| unspeakable(event, &error))
}

fn redact_value(value: &mut Value, redactor: &Redactor) {
    match value {
        Value::String(text) => {
            if let std::borrow::Cow::Owned(clean) = redactor.redact(text) {
                *text = clean;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| redact_value(value, redactor)),
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                match value {
                    Value::String(_) if WORDS.contains(&key.as_str()) => {}
                    Value::Object(map) if MAPS.contains(&key.as_str()) => redact_map(map, redactor),
                    value => redact_value(value, redactor),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn redact_map(map: &mut serde_json::Map<String, Value>, redactor: &Redactor) {
    let entries = std::mem::take(map).into_iter().map(|(key, value)| match value {
        Value::String(text) => {
            (redactor.redact(&key).into_owned(), redactor.redact(&text).into_owned().into())
        }
        other => (key, other),
    });
    *map = entries.collect();
}

/// What is told in place of an event that could not be redacted: nothing of its text, but that it was.
fn unspeakable(event: Event, error: &serde_json::Error) -> Event {
    match event {
        Event::CaseFinished(mut case) => {
            let what = format!("the case's record could not be redacted: {error}");
            let first = FailedCheck::new(Blame::Harness, Class::Harness, what);
            let last = Attempt { first, others: Vec::new(), answered: false, took: case.took };
            case.notes = CaseNotes::default();
            case.outcome = Outcome::Errored { last, earlier: Vec::new() };
            Event::CaseFinished(case)
        }
        Event::CaseStarted { .. } => Event::CaseStarted { case: String::new(), started_unix_ms: 0 },
        Event::RunStarted(_) => Event::RunStarted(smokestack_core::RunInfo::default()),
        Event::EvidenceFound(_) => Event::EvidenceFound(smokestack_core::Fact::SettingsUnreadable {
            component: String::new(),
            source: String::new(),
            why: format!("the fact could not be redacted: {error}"),
        }),
        Event::Interrupted { signal } => Event::Interrupted { signal },
        Event::Trouble { .. } => {
            Event::Trouble { what: format!("the trouble could not be redacted: {error}") }
        }
        Event::CasesFinished => Event::CasesFinished,
        Event::RunFinished { .. } => Event::RunFinished { took_ms: 0.0 },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use smokestack_core::{Cell, Fact, Place, Probe};

    use super::*;

    struct Broken;

    impl Reporter for Broken {
        fn name(&self) -> &'static str {
            "broken"
        }

        fn hear(&mut self, _: &Event, _: &Record) -> Result<(), String> {
            Err("no room".into())
        }
    }

    struct Counting(Arc<Mutex<usize>>);

    impl Reporter for Counting {
        fn name(&self) -> &'static str {
            "counting"
        }

        fn hear(&mut self, _: &Event, _: &Record) -> Result<(), String> {
            *self.0.lock().unwrap() += 1;
            Ok(())
        }
    }

    fn reporters(secret: &str, list: Vec<Box<dyn Reporter>>) -> Reporters {
        let redactor = Redactor::default();
        redactor.learn(secret, "password of `alice`");
        Reporters::new(Arc::new(redactor), Console { colour: false }, list)
    }

    fn failed(found: &str) -> CaseRecord {
        let first = FailedCheck::new(Blame::Wrong, Class::Value, "title").expected_found("a", found);
        let last = Attempt { first, others: Vec::new(), answered: false, took: Duration::from_millis(3) };
        CaseRecord {
            full_name: "s::a".into(),
            suite: "s".into(),
            component: None,
            name: "a".into(),
            place: Place::caller(),
            tags: Vec::new(),
            cell: Some(Cell { component: "portal".into(), probe: Probe::Page }),
            started_unix_ms: 0,
            took: Duration::from_millis(3),
            outcome: Outcome::Failed { last, earlier: Vec::new() },
            notes: CaseNotes::default(),
        }
    }

    #[test]
    fn a_secret_in_any_text_of_an_event_is_hidden() {
        let reporters = reporters("hunter22", Vec::new());
        let case = reporters.tell_end(failed("welcome aHVudGVyMjI and hunter22"));
        let found = case.outcome.reason().unwrap().first.found.clone().unwrap();
        assert_eq!(found, "welcome [password of `alice`] and [password of `alice`]");
        assert!(!format!("{:?}", reporters.record()).contains("hunter22"));
    }

    #[test]
    fn a_password_that_is_a_word_of_ours_loses_no_event() {
        for word in ["page", "failed", "wrong", "value", "case-finished"] {
            let reporters = reporters(word, Vec::new());
            let case = reporters.tell_end(failed("x"));
            assert_eq!(case.cell, failed("x").cell, "{word}");
            assert_eq!(case.outcome.word(), "failed", "{word}");
        }
    }

    #[test]
    fn settings_are_redacted_whatever_their_keys_are_called() {
        let reporters = reporters("hunter22", Vec::new());
        reporters.tell(Event::EvidenceFound(Fact::Settings {
            component: "portal".into(),
            instance: None,
            source: "/settings".into(),
            values: [("class".into(), "hunter22".into()), ("hunter22.url".into(), "x".into())].into(),
        }));
        assert!(!format!("{:?}", reporters.record()).contains("hunter22"));
    }

    #[test]
    fn a_reporter_in_trouble_leaves_the_others_alone() {
        let count = Arc::new(Mutex::new(0));
        let list: Vec<Box<dyn Reporter>> = vec![Box::new(Broken), Box::new(Counting(Arc::clone(&count)))];
        let reporters = reporters("hunter22", list);
        for _ in 0..3 {
            reporters.tell(Event::CaseStarted { case: "a".into(), started_unix_ms: 0 });
        }
        assert_eq!(*count.lock().unwrap(), 3);
        assert!(!reporters.is_well("broken") && reporters.is_well("counting"));
    }

    #[test]
    fn an_event_that_cannot_be_written_down_is_told_without_its_text() {
        let mut case = failed("x");
        case.notes.phases.push(smokestack_core::Phase {
            what: "x".into(),
            began: Duration::ZERO,
            took_ms: Some(f64::NAN),
        });
        // NaN becomes null, which reads back as an absent end: nothing is lost.
        assert_eq!(reporters("hunter22", Vec::new()).tell_end(case).outcome.word(), "failed");
    }
}
