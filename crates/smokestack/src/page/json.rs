//! What can be expected of a JSON answer.

use serde_json::Value;
use smokestack_core::Place;

use super::judged::{Judged, Subject};
use super::{Count, Page};
use crate::Checked;

/// A value in a JSON answer.
#[derive(Clone)]
pub struct Json {
    subject: Subject,
    what: String,
    value: Result<Value, String>,
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

impl Json {
    pub(super) fn new(page: &Page, pointer: &str) -> Json {
        let parsed = serde_json::from_str::<Value>(page.body()).map_err(|error| match page.is_json() {
            true => format!("the body is not JSON: {error}"),
            false => format!(
                "the answer is not JSON but {}",
                Some(page.content_type()).filter(|t| !t.is_empty()).unwrap_or("of no type")
            ),
        });
        let value =
            parsed.and_then(|json| json.pointer(pointer).cloned().ok_or_else(|| "no such value".to_owned()));
        let what = if pointer.is_empty() { "JSON".to_owned() } else { format!("JSON `{pointer}`") };
        Json { subject: Subject::new(page, &what), what, value }
    }

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
        self.expect(|value| *value == expected, expected.to_string(), Place::caller())
    }

    /// Checks that the value is there and not null.
    #[track_caller]
    pub fn is_present(&self) -> Judged {
        self.expect(|value| !value.is_null(), "a value".to_owned(), Place::caller())
    }

    /// How many entries a list or an object has; 0 for anything else.
    pub fn count(&self) -> Count {
        let count = match &self.value {
            Ok(Value::Array(list)) => list.len(),
            Ok(Value::Object(object)) => object.len(),
            _ => 0,
        };
        Count::of(self.subject.clone(), format!("entries of {}", self.what), count)
    }

    /// The value itself.
    pub fn value(&self) -> Option<&Value> {
        self.value.as_ref().ok()
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

    fn expect(&self, met: impl Fn(&Value) -> bool, expected: String, place: Place) -> Judged {
        let subject = &self.subject;
        match &self.value {
            Ok(value) => subject.expect(met(value), &self.what, expected, value, Vec::new, place),
            Err(why) => {
                subject.expect(false, &self.what, expected, why, || subject.page.heading_notes(), place)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_wherever_it_stands_however_it_is_escaped() {
        assert!(said(r#"{"records": [{"id": 1}, {"title": "Caf\u00e9 \"Nord\""}]}"#, "Café \"Nord\""));
        assert!(!said(r#"{"Lamp": [1, null, "Lam"]}"#, "Lamp"), "a key is no value");
        assert!(said("<p>Lamp</p>", "Lamp"), "what is no JSON is looked at as it is");
    }
}
