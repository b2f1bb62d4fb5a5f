//! JSON as a text, with what differs from run to run replaced.

use serde_json::Value;

use super::Json;
use super::judged::Judged;
use crate::snapshot::Snapshot;

impl Json {
    /// The same with a value replaced wherever this JSON pointer leads to one; `*` in it is any key or index.
    ///
    /// ```no_run
    /// # fn check(page: &smokestack::Page) {
    /// page.json("").redact("/records/*/id", "[id]").matches("records");
    /// # }
    /// ```
    pub fn redact(&self, pointer: &str, with: &str) -> Json {
        let mut json = self.clone();
        if let Ok(value) = &mut json.value {
            let keys: Vec<String> =
                pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
            replace(value, &keys, with);
        }
        json
    }

    /// The value as a text, indented, its keys in order: for [`Snapshot::per_target`] and rules of its own.
    pub fn snapshot(&self) -> Snapshot {
        self.pretty()
    }

    /// Checks that the value is the one that was accepted by this name: [`Snapshot::matches`].
    #[track_caller]
    pub fn matches(&self, name: &str) -> Judged {
        self.snapshot().matches(name)
    }
}

fn replace(value: &mut Value, keys: &[String], with: &str) {
    let Some((key, rest)) = keys.split_first() else {
        *value = Value::from(with);
        return;
    };
    match value {
        Value::Object(object) if key == "*" => {
            object.values_mut().for_each(|value| replace(value, rest, with));
        }
        Value::Array(list) if key == "*" => list.iter_mut().for_each(|value| replace(value, rest, with)),
        Value::Object(object) => {
            if let Some(value) = object.get_mut(key) {
                replace(value, rest, with);
            }
        }
        Value::Array(list) => {
            if let Some(value) = key.parse().ok().and_then(|index: usize| list.get_mut(index)) {
                replace(value, rest, with);
            }
        }
        _ => {}
    }
}

/// Indented, keys in order.
pub(super) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(&ordered(value)).unwrap_or_default()
}

/// Whatever order the map of this build keeps.
fn ordered(value: &Value) -> Value {
    match value {
        Value::Array(list) => list.iter().map(ordered).collect(),
        Value::Object(object) => {
            let mut entries: Vec<(&String, &Value)> = object.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            entries.into_iter().map(|(key, value)| (key.clone(), ordered(value))).collect()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn redacted(pointer: &str) -> Value {
        let mut value = json!({"id": 1, "rows": [{"id": 2, "a/b": 1}, {"id": 3}], "by": {"x": {"id": 4}}});
        let keys: Vec<String> =
            pointer.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
        replace(&mut value, &keys, "-");
        value
    }

    #[test]
    fn what_a_pointer_leads_to_is_replaced_and_nothing_else() {
        assert_eq!(redacted("/id")["id"], "-");
        assert_eq!(redacted("/rows/1/id")["rows"], json!([{"id": 2, "a/b": 1}, {"id": "-"}]));
        assert_eq!(redacted("/rows/*/id")["rows"], json!([{"id": "-", "a/b": 1}, {"id": "-"}]));
        assert_eq!(redacted("/by/*/id")["by"]["x"]["id"], "-");
        assert_eq!(redacted("/rows/0/a~1b")["rows"][0]["a/b"], "-");
        assert_eq!(redacted(""), "-");
        for nowhere in ["/no", "/rows/7/id", "/rows/x", "/id/deeper", "/*/no/no"] {
            assert_eq!(redacted(nowhere), redacted("/no"), "{nowhere}");
        }
    }

    #[test]
    fn keys_are_in_order_and_lists_stay_as_they_are() {
        insta::assert_snapshot!(pretty(&json!({"b": [2, 1], "a": {"d": null, "c": "x"}})), @r#"
        {
          "a": {
            "c": "x",
            "d": null
          },
          "b": [
            2,
            1
          ]
        }
        "#);
    }
}
