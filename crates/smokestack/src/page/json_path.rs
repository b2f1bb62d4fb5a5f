//! Values in a JSON answer by JSONPath (RFC 9535).

use serde_json::Value;
use serde_json_path::JsonPath;
use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::count::Count;
use super::json::{plain, shown};
use super::judged::{Judged, Subject};
use super::not_json::NotJson;
use super::{Json, Page, Texts};
use crate::Checked;

/// The values in a JSON answer that a JSONPath finds.
#[derive(Clone)]
pub struct JsonValues {
    subject: Subject,
    what: String,
    /// Each with its place in the document, or why there can be none.
    found: Result<Vec<(String, Value)>, NotJson>,
}

/// Every one of the values that a JSONPath finds. Of none, nothing is true.
#[derive(Clone)]
pub struct EachJson {
    values: JsonValues,
}

impl Page {
    /// The values in a JSON answer that a JSONPath finds (RFC 9535). A path that is none fails at this line.
    ///
    /// ```no_run
    /// # fn check(page: &smokestack::Page) {
    /// page.json_path("$.orders[*]").count().at_least(3);
    /// page.json_path("$.orders[?@.status == 'open'].total").each().is_present();
    /// page.json_path("$..currency").each().is("EUR");
    /// page.json_path("$.orders[*].title").texts().include("Lamp in hall 3");
    /// # }
    /// ```
    #[track_caller]
    pub fn json_path(&self, path: &str) -> JsonValues {
        let what = format!("JSON `{path}`");
        let parsed = match JsonPath::parse(path) {
            Ok(parsed) => parsed,
            Err(error) => {
                let check =
                    FailedCheck::new(Blame::Harness, Class::Harness, format!("`{path}` is not a JSONPath"));
                let check = FailedCheck { found: Some(error.message().to_owned()), ..check };
                let check = check.note(pointed(path, error.position()));
                let help = match path.starts_with('/') {
                    true => "a JSON pointer goes into `json`",
                    false => "it begins with `$`: `$.orders[*].id`",
                };
                let subject = Subject::wrong(self, &what, check.help(help), Place::caller());
                return JsonValues { subject, what, found: Err(NotJson::missing("it is not a JSONPath")) };
            }
        };
        let found = self.json_value().map(|json| {
            let nodes = parsed.query_located(json);
            nodes.iter().map(|node| (node.location().to_string(), node.node().clone())).collect()
        });
        JsonValues { subject: Subject::new(self, &what), what, found }
    }
}

impl JsonValues {
    /// Every one of them.
    pub fn each(&self) -> EachJson {
        EachJson { values: self.clone() }
    }

    /// How many there are.
    pub fn count(&self) -> Count {
        let what = format!("number of {}", self.what);
        match &self.found {
            Ok(found) => Count::of(self.subject.clone(), what, found.len()),
            Err(why) => Count::missing(self.subject.clone(), what, why.why.clone()).told(why.notes.clone()),
        }
    }

    /// The first of them.
    pub fn first(&self) -> Json {
        let value = match &self.found {
            Ok(found) => found.first().map(|(_, value)| value.clone()).ok_or(NotJson::missing(NONE)),
            Err(why) => Err(why.clone()),
        };
        Json { subject: self.subject.clone(), what: format!("first {}", self.what), value }
    }

    /// The values as texts, to ask more of them.
    pub fn texts(&self) -> Texts {
        match &self.found {
            Ok(found) => {
                let texts = found.iter().map(|(_, value)| plain(value));
                Texts::of(self.subject.clone(), self.what.clone(), texts.collect())
            }
            Err(why) => {
                let texts = Texts::missing(self.subject.clone(), self.what.clone(), why.why.clone());
                texts.told(why.notes.clone())
            }
        }
    }

    /// Checks that one of them is this.
    #[track_caller]
    pub fn include(&self, expected: impl Into<Value>) -> Judged {
        let place = Place::caller();
        let expected = expected.into();
        let met = self.values().any(|value| *value == expected);
        self.expect(met, format!("{} among them", shown(&expected)), self.shown(), place)
    }

    /// Checks that none of them is this.
    #[track_caller]
    pub fn lack(&self, unwanted: impl Into<Value>) -> Judged {
        let place = Place::caller();
        let unwanted = unwanted.into();
        let met = !self.values().any(|value| *value == unwanted);
        self.expect(met, format!("not {} among them", shown(&unwanted)), self.shown(), place)
    }

    /// Ends the case if a check of them failed before, or else if there is none.
    ///
    /// # Errors
    ///
    /// It is told already.
    #[track_caller]
    pub fn required(&self) -> Checked {
        let place = Place::caller();
        let some = self.values().next().is_some();
        self.subject.required(|| self.expect(some, "one or more".to_owned(), NONE.to_owned(), place))
    }

    /// The values themselves.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.found.iter().flatten().map(|(_, value)| value)
    }

    fn expect(&self, met: bool, expected: String, found: String, place: Place) -> Judged {
        match &self.found {
            Ok(_) => self.subject.expect(met, &self.what, expected, found, Vec::new, place),
            Err(why) => {
                let notes = || [why.notes.clone(), self.subject.page.heading_notes()].concat();
                self.subject.expect(false, &self.what, expected, &why.why, notes, place)
            }
        }
    }

    fn shown(&self) -> String {
        let all: Vec<Value> = self.values().cloned().collect();
        if all.is_empty() { NONE.to_owned() } else { self.subject.page.shown_json(&Value::Array(all)) }
    }
}

impl EachJson {
    /// Checks that every one is this.
    #[track_caller]
    pub fn is(&self, expected: impl Into<Value>) -> Judged {
        let expected = expected.into();
        self.expect(|value| *value == expected, shown(&expected), Place::caller())
    }

    /// Checks that none is null.
    #[track_caller]
    pub fn is_present(&self) -> Judged {
        self.expect(|value| !value.is_null(), "a value".to_owned(), Place::caller())
    }

    fn expect(&self, met: impl Fn(&Value) -> bool, expected: String, place: Place) -> Judged {
        let JsonValues { subject, what, found } = &self.values;
        let found = match found {
            Ok(found) if !found.is_empty() => found,
            _ => return self.values.expect(false, expected, NONE.to_owned(), place),
        };
        let wrong: Vec<&(String, Value)> = found.iter().filter(|(_, value)| !met(value)).collect();
        let Some((at, value)) = wrong.first() else {
            return subject.expect(true, what, "", "", Vec::new, place);
        };
        let words = format!("{} at `{at}`", subject.page.shown_json(value));
        let several = || vec![format!("{} of {} are not so", wrong.len(), found.len())];
        let notes = || if wrong.len() > 1 { several() } else { Vec::new() };
        subject.expect(false, &format!("each of {what}"), expected, words, notes, place)
    }
}

const NONE: &str = "the path finds nothing";

/// The path with a caret below the place, counted from 1.
fn pointed(path: &str, position: usize) -> String {
    let before = path.chars().take(position.saturating_sub(1)).count();
    format!("{path}\n{}^", " ".repeat(before))
}
