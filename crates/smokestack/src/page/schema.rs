//! JSON Schema, behind the feature `jsonschema`.

use serde_json::Value;
use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::Json;
use super::judged::Judged;

/// How many violations are told.
const MOST: usize = 8;

impl Json {
    /// Checks that the value is as a JSON Schema says; drafts 4 to 2020-12. What it refers to has to stand in it: nothing is
    /// fetched. Needs the feature `jsonschema` of the crate.
    ///
    /// ```no_run
    /// # fn check(page: &smokestack::Page) {
    /// page.json("/orders/0").matches_schema(r#"{"type": "object", "required": ["id"]}"#);
    /// # }
    /// ```
    ///
    /// A schema that is none fails at this line.
    #[track_caller]
    pub fn matches_schema(&self, schema: &str) -> Judged {
        let place = Place::caller();
        let Json { subject, what, value } = self;
        let none = |why: String| {
            let check = FailedCheck::new(Blame::Harness, Class::Harness, "the schema is not a JSON Schema");
            FailedCheck { found: Some(why), ..check }
        };
        let schema: Value = match serde_json::from_str(schema) {
            Ok(schema) => schema,
            Err(error) => return subject.fail(|| none(format!("it is not JSON: {error}")), place),
        };
        let validator = match jsonschema::validator_for(&schema) {
            Ok(validator) => validator,
            Err(error) => {
                let at = error.instance_path().to_string();
                let at = if at.is_empty() { "the whole".to_owned() } else { format!("`{at}`") };
                return subject.fail(|| none(format!("{at}: {error}")), place);
            }
        };
        let value = match value {
            Ok(value) => value,
            Err(why) => return self.lacking(why, "a value as the schema says".to_owned(), place),
        };
        let wrong: Vec<String> = validator.iter_errors(value).map(|error| told(&error)).collect();
        let Some(first) = wrong.first() else {
            return subject.expect(true, what, "", "", Vec::new, place);
        };
        let others = || {
            let more = wrong.len().saturating_sub(MOST);
            let more = (more > 0).then(|| format!("… and {more} more"));
            wrong.iter().take(MOST).skip(1).cloned().chain(more).collect()
        };
        let found = subject.page.without_secrets(first);
        subject.expect(false, what, "a value as the schema says", found, others, place)
    }
}

fn told(error: &jsonschema::ValidationError<'_>) -> String {
    const LONGEST: usize = 200;
    let at = error.instance_path().to_string();
    let at = if at.is_empty() { "the whole".to_owned() } else { format!("`{at}`") };
    let words = error.to_string();
    let words = match words.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &words[..cut]),
        None => words,
    };
    format!("{at}: {words}")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use smokestack_core::{CaseLog, Exchange};

    use super::super::Page;
    use super::super::odd_bodies::{told, visitor};
    use crate::http::Answer;

    fn page(body: &str) -> (Page, Arc<CaseLog>) {
        let (session, log) = visitor("http://127.0.0.1:9");
        let answer = Answer {
            status: 200,
            headers: Default::default(),
            body: body.into(),
            timing: Default::default(),
        };
        let exchange = Exchange { component: None, hops: Vec::new(), took: Default::default() };
        let url = url::Url::parse("http://127.0.0.1:9/").unwrap();
        (Page::new(session, answer, url, exchange, 0), log)
    }

    const SCHEMA: &str = r##"{"type": "object", "required": ["id", "title"], "properties": {"id": {"type": "integer"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}}},
        "$defs": {"line": {"type": "object", "required": ["sku"]}}}"##;

    #[test]
    fn a_value_is_as_its_schema_says_or_it_is_told_where_not() {
        let (page, log) =
            page(r#"{"good": {"id": 1, "title": "Lamp", "lines": []}, "bad": {"id": "1", "lines": [{}]}}"#);
        page.json("/good").matches_schema(SCHEMA);
        assert_eq!(told(&log), "");
        page.json("/bad").matches_schema(SCHEMA);
        let bad = told(&log);
        for place in ["the whole: ", "`/id`: ", "`/lines/0`: "] {
            assert!(bad.contains(place), "{place}: {bad}");
        }
        page.json("/none").matches_schema(SCHEMA);
        assert!(
            told(&log).contains("JSON `/none`: expected a value as the schema says, found no such value")
        );
        assert_eq!(log.notes().failed.len(), 2);
    }

    #[test]
    fn a_schema_that_is_none_is_the_suite_s_mistake() {
        let (page, log) = page("{}");
        page.json("").matches_schema("{");
        page.json("").matches_schema(r#"{"type": "objekt"}"#);
        page.json("").matches_schema(r#"{"$ref": "https://schemas.example.com/order"}"#);
        assert!(log.notes().failed.iter().all(|check| check.blame == smokestack_core::Blame::Harness));
        assert_eq!(log.notes().failed.len(), 3);
        assert!(told(&log).contains("the schema is not a JSON Schema: it is not JSON: "), "{}", told(&log));
    }
}
