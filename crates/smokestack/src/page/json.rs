//! What can be expected of a JSON answer.

use serde_json::Value;
use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::count::Count;
use super::judged::{Judged, Subject};
use super::not_json::NotJson;
use super::{Page, Text, redacted};
use crate::Checked;
use crate::snapshot::{Built, Snapshot};

/// A value in a JSON answer.
#[derive(Clone)]
pub struct Json {
    pub(super) subject: Subject,
    pub(super) what: String,
    /// The value, or why there is none.
    pub(super) value: Result<Value, NotJson>,
}

/// What an answer in JSON says went wrong, in the words of most interfaces (RFC 6749, section 5.2; RFC 9457).
pub(super) fn complaints(body: &str) -> Vec<String> {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let words = ["/error", "/error_description", "/error/message", "/message", "/detail", "/title"];
    let said = words.iter().filter_map(|pointer| json.pointer(pointer)?.as_str());
    said.map(|text| format!("the answer says {text:?}")).collect()
}

/// Whether a body says this text: as part of a text in it where it is JSON, anywhere where it is not.
pub(crate) fn said(body: &str, text: &str) -> bool {
    fn within(json: &Value, text: &str) -> bool {
        match json {
            Value::String(value) => value.contains(text),
            Value::Array(list) => list.iter().any(|item| within(item, text)),
            Value::Object(object) => object.values().any(|value| within(value, text)),
            _ => false,
        }
    }
    serde_json::from_str(body).map_or_else(|_| body.contains(text), |json| within(&json, text))
}

impl Page {
    /// A value in a JSON answer, by JSON pointer (RFC 6901); the empty pointer is the whole.
    ///
    /// A pointer that is none fails at this line. For more than one value there is [`Page::json_path`].
    #[track_caller]
    pub fn json(&self, pointer: &str) -> Json {
        let what = if pointer.is_empty() { "JSON".to_owned() } else { format!("JSON `{pointer}`") };
        if !pointer.is_empty() && !pointer.starts_with('/') {
            let check = FailedCheck::new(
                Blame::Harness,
                Class::Harness,
                format!("`{pointer}` is not a JSON pointer"),
            );
            let help = match pointer.starts_with('$') {
                true => "a JSONPath goes into `json_path`",
                false => "it begins with `/`: `/orders/0/id`",
            };
            let subject = Subject::wrong(self, &what, check.help(help), Place::caller());
            return Json { subject, what, value: Err(NotJson::missing("it is not a JSON pointer")) };
        }
        let value = self.json_value().and_then(|json| match json.pointer(pointer) {
            Some(value) => Ok(value.clone()),
            None => Err(NotJson::missing("no such value").told(nearest(json, pointer))),
        });
        Json { subject: Subject::new(self, &what), what, value }
    }
}

impl Json {
    /// Checks that the value is this one.
    ///
    /// ```no_run
    /// # fn check(page: &smokestack::Page) {
    /// page.json("/count").is(3);
    /// page.json("/user").is("alice");
    /// # }
    /// ```
    #[track_caller]
    pub fn is(&self, expected: impl Into<Value>) -> Judged {
        let expected = expected.into();
        self.expect(|value| *value == expected, shown(&expected), Place::caller())
    }

    /// Checks that the value is there and not null.
    #[track_caller]
    pub fn is_present(&self) -> Judged {
        self.expect(|value| !value.is_null(), "a value".to_owned(), Place::caller())
    }

    /// Checks that there is no such value in the JSON; null is one.
    #[track_caller]
    pub fn is_absent(&self) -> Judged {
        let place = Place::caller();
        match &self.value {
            Err(why) if why.is_json => self.subject.expect(true, &self.what, "", "", Vec::new, place),
            _ => self.expect(|_| false, "no such value".to_owned(), place),
        }
    }

    /// How many entries a list or an object has.
    pub fn count(&self) -> Count {
        let what = format!("entries of {}", self.what);
        match &self.value {
            Ok(Value::Array(list)) => Count::of(self.subject.clone(), what, list.len()),
            Ok(Value::Object(object)) => Count::of(self.subject.clone(), what, object.len()),
            Ok(other) => {
                Count::missing(self.subject.clone(), what, format!("{}, which has none", self.shown(other)))
            }
            Err(why) => Count::missing(self.subject.clone(), what, why.why.clone()).told(why.notes.clone()),
        }
    }

    /// The value as a text, to ask more of it: `page.json("/title").text().contains("lamp")`.
    pub fn text(&self) -> Text {
        let text = self.value.as_ref().ok().filter(|value| !value.is_null()).map(plain);
        let (missing, notes) = match &self.value {
            Ok(_) => ("null".to_owned(), Vec::new()),
            Err(why) => (why.why.clone(), why.notes.clone()),
        };
        Text::of(self.subject.clone(), self.what.clone(), text, missing).told(notes)
    }

    /// The value itself.
    pub fn value(&self) -> Option<&Value> {
        self.value.as_ref().ok()
    }

    /// The value as a text, or why there is none.
    pub(super) fn pretty(&self) -> Snapshot {
        let text = match &self.value {
            Ok(value) => Built::Text(redacted::pretty(value)),
            Err(why) => {
                let check = FailedCheck::new(Blame::Wrong, Class::Value, self.what.as_str())
                    .expected_found("a value", why.why.as_str());
                Built::None(Box::new(FailedCheck { notes: self.subject.page.heading_notes(), ..check }))
            }
        };
        Snapshot::of_page(self.subject.clone(), &self.what, text)
    }

    /// Ends the case if a check of this value failed before, or else if there is none.
    ///
    /// # Errors
    ///
    /// It is told already.
    #[track_caller]
    pub fn required(&self) -> Checked {
        let place = Place::caller();
        self.subject.required(|| self.expect(|value| !value.is_null(), "a value".to_owned(), place))
    }

    pub(super) fn expect(&self, met: impl Fn(&Value) -> bool, expected: String, place: Place) -> Judged {
        match &self.value {
            Ok(value) if met(value) => self.subject.expect(true, &self.what, "", "", Vec::new, place),
            Ok(value) => self.subject.expect(false, &self.what, expected, self.shown(value), Vec::new, place),
            Err(why) => self.lacking(why, expected, place),
        }
    }

    /// Fails a check for which there is no value.
    pub(super) fn lacking(&self, why: &NotJson, expected: String, place: Place) -> Judged {
        let notes = || [why.notes.clone(), self.subject.page.heading_notes()].concat();
        self.subject.expect(false, &self.what, expected, &why.why, notes, place)
    }

    fn shown(&self, value: &Value) -> String {
        self.subject.page.shown_json(value)
    }
}

impl Page {
    /// A value, shortened where it is long. Secrets go first.
    pub(super) fn shown_json(&self, value: &Value) -> String {
        shortened(&self.without_secrets(&value.to_string()))
    }
}

/// A text without quotes, all else as it is written.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

pub(super) fn shown(value: &Value) -> String {
    shortened(&value.to_string())
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}… ({} characters)", &text[..cut], text.chars().count()),
        None => text.to_owned(),
    }
}

/// What is there where a pointer finds nothing: the longest beginning of it that leads somewhere.
fn nearest(json: &Value, pointer: &str) -> Vec<String> {
    const MOST: usize = 12;
    let starts = pointer.match_indices('/').map(|(at, _)| &pointer[..at]).collect::<Vec<_>>();
    let Some((start, value)) = starts.iter().rev().find_map(|start| Some((*start, json.pointer(start)?)))
    else {
        return Vec::new();
    };
    let name = if start.is_empty() { "the whole".to_owned() } else { format!("`{start}`") };
    vec![match value {
        Value::Object(object) => {
            let more =
                if object.len() > MOST { format!(", … ({} in all)", object.len()) } else { String::new() };
            let keys: Vec<String> = object.keys().take(MOST).map(|key| format!("{key:?}")).collect();
            format!(
                "{name} has {}{more}",
                if keys.is_empty() { "no keys".to_owned() } else { keys.join(", ") }
            )
        }
        Value::Array(list) if list.len() == 1 => format!("{name} is a list of 1"),
        Value::Array(list) => format!("{name} is a list of {}", list.len()),
        other => format!("{name} is {}", shown(other)),
    }]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_is_found_wherever_it_stands_however_it_is_escaped() {
        assert!(said(r#"{"records": [{"id": 1}, {"title": "Caf\u00e9 \"Nord\""}]}"#, "Café \"Nord\""));
        assert!(!said(r#"{"Lamp": [1, null, "Lam"]}"#, "Lamp"), "a key is no value");
        assert!(said("<p>Lamp</p>", "Lamp"), "what is no JSON is looked at as it is");
    }

    #[test]
    fn the_nearest_is_the_longest_way_that_leads_somewhere() {
        let json = json!({"orders": [{"id": 1}], "user": "alice", "none": {}});
        assert_eq!(nearest(&json, "/orders/0/title"), ["`/orders/0` has \"id\""]);
        assert_eq!(nearest(&json, "/orders/7/title"), ["`/orders` is a list of 1"]);
        assert_eq!(nearest(&json, "/user/name"), ["`/user` is \"alice\""]);
        assert_eq!(nearest(&json, "/none/x"), ["`/none` has no keys"]);
        assert_eq!(nearest(&json, "/total"), ["the whole has \"none\", \"orders\", \"user\""]);
    }
}
