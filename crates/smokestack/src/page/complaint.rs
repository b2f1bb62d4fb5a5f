//! Answers in JSON that say with a status of success what another status should say.

use serde_json::{Map, Value};

use super::Page;

/// An answer that gives nothing but a complaint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    /// It is about who asks, not about what was asked.
    pub(super) refuses: bool,
}

/// Keys of a complaint that say what is wrong.
const WRONG: [&str; 4] = ["error", "errors", "err", "fault"];

/// Keys that stand beside it (RFC 6749, section 5.2; RFC 9457; the frameworks' own).
const BESIDE: [&str; 24] = [
    "error_description",
    "errordescription",
    "error_uri",
    "errorcode",
    "error_code",
    "errormessage",
    "message",
    "messages",
    "msg",
    "detail",
    "details",
    "description",
    "reason",
    "title",
    "type",
    "instance",
    "code",
    "status",
    "statuscode",
    "status_code",
    "path",
    "timestamp",
    "traceid",
    "requestid",
];

/// Keys that say whether it worked.
const WORKED: [&str; 4] = ["success", "ok", "authenticated", "authorized"];

/// What is said of somebody who is not known.
const REFUSALS: [&str; 12] = [
    "unauthorized",
    "unauthorised",
    "unauthenticated",
    "not authenticated",
    "not authorized",
    "not logged in",
    "not signed in",
    "login required",
    "authentication required",
    "authentication credentials were not provided",
    "session expired",
    "forbidden",
];

impl Page {
    /// What an answer in JSON with a status of success complains of, if it gives nothing else.
    pub(super) fn complaint(&self) -> Option<(Complaint, String)> {
        if !self.is_json() || !(200..300).contains(&self.code()) {
            return None;
        }
        let value = self.json_value().ok()?;
        let complaint = of(value.as_object()?)?;
        Some((complaint, format!("the answer is {}", self.shown_json(value))))
    }
}

fn of(object: &Map<String, Value>) -> Option<Complaint> {
    let entries = object.iter().map(|(key, value)| (key.to_ascii_lowercase(), value));
    let said: Vec<(String, &Value)> = entries.filter(|(_, value)| !is_nothing(value)).collect();
    let is = |key: &str, keys: &[&str]| keys.contains(&key);
    let no = |key: &str, value: &Value| is(key, &WORKED) && value.as_bool() == Some(false);
    // Data with a word about an error in it is data.
    if !said.iter().all(|(key, value)| is(key, &WRONG) || is(key, &BESIDE) || no(key, value)) {
        return None;
    }
    let refuses = said.iter().any(|(key, value)| {
        let unknown = ["authenticated", "authorized"].contains(&key.as_str()) && no(key, value);
        unknown || refuses(value)
    });
    let wrong =
        said.iter().any(|(key, value)| (is(key, &WRONG) && value.as_bool() != Some(false)) || no(key, value));
    (refuses || wrong).then_some(Complaint { refuses })
}

/// What says nothing: `"errors": []`. What `false` says depends on its key.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Number(_) | Value::Bool(_) => false,
    }
}

/// Whether anything in it is about somebody who is not known.
fn refuses(value: &Value) -> bool {
    match value {
        Value::Number(number) => matches!(number.as_u64(), Some(401 | 403)),
        Value::String(text) if text == "401" || text == "403" => true,
        Value::String(text) => {
            let text = text.to_lowercase().replace(['_', '-'], " ");
            REFUSALS.iter().any(|words| text.contains(words))
        }
        Value::Array(list) => list.iter().any(refuses),
        Value::Object(object) => object.values().any(refuses),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Option<bool> {
        of(value.as_object().unwrap()).map(|complaint| complaint.refuses)
    }

    #[test]
    fn an_answer_that_gives_nothing_but_a_refusal_is_one() {
        for value in [
            json!({"error": "unauthorized"}),
            json!({"error": {"code": 401, "message": "who are you?"}}),
            json!({"errors": [{"message": "Not authenticated"}], "data": null}),
            json!({"status": 401, "message": "go away"}),
            json!({"statusCode": "403", "title": "no"}),
            json!({"message": "Login required"}),
            json!({"detail": "Authentication credentials were not provided."}),
            json!({"authenticated": false}),
            json!({"success": false, "error": "SESSION_EXPIRED", "data": []}),
        ] {
            assert_eq!(read(value.clone()), Some(true), "{value}");
        }
    }

    #[test]
    fn an_answer_that_gives_nothing_but_an_error_is_one_too() {
        for value in [
            json!({"error": "the database is gone"}),
            json!({"error": true}),
            json!({"success": false, "message": "please try again"}),
            json!({"ok": false}),
        ] {
            assert_eq!(read(value.clone()), Some(false), "{value}");
        }
    }

    #[test]
    fn data_is_data_whatever_it_is_about() {
        for value in [
            json!({}),
            json!({"errors": []}),
            json!({"error": null, "message": "all is well"}),
            json!({"error": false, "status": "ok"}),
            json!({"status": 200, "message": "hello"}),
            json!({"id": 7, "status": "failed", "error": "disk full"}),
            json!({"records": [{"error": "unauthorized"}]}),
            json!({"success": true}),
            json!({"user": "alice", "status": 401}),
        ] {
            assert_eq!(read(value.clone()), None, "{value}");
        }
    }
}
