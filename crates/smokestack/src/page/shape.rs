//! The shape of JSON: keys and types, whatever the values are.

mod flat;
mod written;

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;
use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::Json;
use super::excerpt::quoted;
use super::judged::Judged;

pub(crate) use flat::{flat, lacking};

/// How many differences are told.
const MOST: usize = 8;

/// The shape of a JSON value: [`Json::shape`].
#[derive(Clone)]
pub struct Shape {
    json: Json,
}

/// Keys and types of a JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Any,
    Null,
    Boolean,
    Number,
    Text,
    List(Box<Kind>),
    Object { keys: BTreeMap<String, Key>, open: bool },
    OneOf(Vec<Kind>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    kind: Kind,
    optional: bool,
}

impl Json {
    /// The shape of the value: its keys and types.
    ///
    /// ```no_run
    /// # fn check(page: &smokestack::Page) {
    /// page.json("").shape().is("{ count: number, orders: [{ id: number, title: string, note?: string | null }] }");
    /// page.json("/orders/0").shape().is("{ id: number, ... }"); // and whatever else
    /// # }
    /// ```
    pub fn shape(&self) -> Shape {
        Shape { json: self.clone() }
    }
}

impl Shape {
    /// Checks that the value has this shape. Types are `string`, `number`, `boolean`, `null`, `any`, `[..]` for a list of one
    /// kind, `{ key: .. }` for an object with these keys and no others, and `a | b` for one or the other. `key?` may be
    /// missing; `...` in an object allows other keys. Keys that are no names stand in quotes.
    ///
    /// A shape that is not written so fails at this line.
    #[track_caller]
    pub fn is(&self, expected: &str) -> Judged {
        let place = Place::caller();
        let Json { subject, what, value } = &self.json;
        let what = format!("shape of {what}");
        let kind = match written::read(expected) {
            Ok(kind) => kind,
            Err((at, why)) => {
                let check = FailedCheck::new(
                    Blame::Harness,
                    Class::Harness,
                    format!("{} is not a shape", quoted(expected, at)),
                );
                let check = FailedCheck { found: Some(why), ..check };
                let check = check.note(format!("it goes wrong at {}", quoted(&expected[at..], 0)));
                return subject.fail(|| check, place);
            }
        };
        let value = match value {
            Ok(value) => value,
            Err(why) => return self.json.lacking(why, kind.to_string(), place),
        };
        let mut wrong = Vec::new();
        kind.differences(value, "", &mut wrong);
        if wrong.is_empty() {
            return subject.expect(true, &what, "", "", Vec::new, place);
        }
        let found = shortened(&Kind::of(value).to_string());
        let more = wrong.len().saturating_sub(MOST);
        let mut notes: Vec<String> = wrong.into_iter().take(MOST).collect();
        if more > 0 {
            notes.push(format!("… and {more} more"));
        }
        subject.expect(false, &what, shortened(&kind.to_string()), found, || notes, place)
    }

    /// The shape as it is written, to be taken over into a check.
    pub fn value(&self) -> Option<String> {
        self.json.value().map(|value| Kind::of(value).to_string())
    }
}

impl Kind {
    fn of(value: &Value) -> Kind {
        match value {
            Value::Null => Kind::Null,
            Value::Bool(_) => Kind::Boolean,
            Value::Number(_) => Kind::Number,
            Value::String(_) => Kind::Text,
            Value::Array(items) => {
                let kinds = items.iter().map(Kind::of).reduce(Kind::or);
                Kind::List(Box::new(kinds.unwrap_or(Kind::Any)))
            }
            Value::Object(object) => {
                let key = |(key, value): (&String, &Value)| {
                    (key.clone(), Key { kind: Kind::of(value), optional: false })
                };
                Kind::Object { keys: object.iter().map(key).collect(), open: false }
            }
        }
    }

    /// What is of the one kind or of the other.
    fn or(self, other: Kind) -> Kind {
        match (self, other) {
            (one, other) if one == other => one,
            (Kind::List(one), Kind::List(other)) if *one == Kind::Any => Kind::List(other),
            (Kind::List(one), Kind::List(other)) if *other == Kind::Any => Kind::List(one),
            (Kind::List(one), Kind::List(other)) => Kind::List(Box::new(one.or(*other))),
            (Kind::Object { keys: one, open }, Kind::Object { keys: other, .. }) => {
                Kind::Object { keys: together(one, other), open }
            }
            (Kind::OneOf(kinds), Kind::OneOf(others)) => {
                others.into_iter().fold(Kind::OneOf(kinds), Kind::or)
            }
            (Kind::OneOf(kinds), other) | (other, Kind::OneOf(kinds)) => one_of(kinds, other),
            (one, other) => one_of(vec![one], other),
        }
    }

    /// Where a value is not of this kind, a line each.
    fn differences(&self, value: &Value, at: &str, wrong: &mut Vec<String>) {
        let place = if at.is_empty() { "the whole".to_owned() } else { format!("`{at}`") };
        match (self, value) {
            (Kind::Any, _)
            | (Kind::Null, Value::Null)
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Number, Value::Number(_))
            | (Kind::Text, Value::String(_)) => {}
            (Kind::List(kind), Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    kind.differences(item, &format!("{at}/{index}"), wrong);
                }
            }
            (Kind::Object { keys, open }, Value::Object(object)) => {
                for (name, key) in keys {
                    match object.get(name) {
                        Some(value) => key.kind.differences(value, &format!("{at}/{}", escaped(name)), wrong),
                        None if key.optional => {}
                        None => wrong.push(format!("{place} has no {name:?}")),
                    }
                }
                let others = object.keys().filter(|name| !open && !keys.contains_key(*name));
                wrong.extend(others.map(|name| format!("{place} has {name:?} too")));
            }
            (Kind::OneOf(kinds), value) => {
                let each = kinds.iter().map(|kind| {
                    let mut wrong = Vec::new();
                    kind.differences(value, at, &mut wrong);
                    (kind, wrong)
                });
                let each: Vec<_> = each.collect();
                if each.iter().any(|(_, wrong)| wrong.is_empty()) {
                    return;
                }
                // Of the alternatives that are of the value's sort the differences help more than a bare no.
                match each.into_iter().find(|(kind, _)| kind.is_sort_of(value)) {
                    Some((_, differences)) => wrong.extend(differences),
                    None => wrong.push(format!("{place} is {}, not {self}", sort(value))),
                }
            }
            (kind, value) => wrong.push(format!("{place} is {}, not {}", sort(value), kind.sort())),
        }
    }

    fn is_sort_of(&self, value: &Value) -> bool {
        matches!((self, value), (Kind::List(_), Value::Array(_)) | (Kind::Object { .. }, Value::Object(_)))
    }

    fn sort(&self) -> String {
        match self {
            Kind::List(_) => "a list".to_owned(),
            Kind::Object { .. } => "an object".to_owned(),
            other => other.to_string(),
        }
    }
}

fn together(one: BTreeMap<String, Key>, mut other: BTreeMap<String, Key>) -> BTreeMap<String, Key> {
    let mut keys = BTreeMap::new();
    for (name, key) in one {
        let key = match other.remove(&name) {
            Some(second) => Key { kind: key.kind.or(second.kind), optional: key.optional || second.optional },
            None => Key { optional: true, ..key },
        };
        keys.insert(name, key);
    }
    keys.extend(other.into_iter().map(|(name, key)| (name, Key { optional: true, ..key })));
    keys
}

fn one_of(mut kinds: Vec<Kind>, other: Kind) -> Kind {
    let same_sort = |kind: &Kind| std::mem::discriminant(kind) == std::mem::discriminant(&other);
    match kinds.iter().position(same_sort) {
        Some(index) => {
            let kind = kinds.swap_remove(index);
            kinds.push(kind.or(other));
        }
        None => kinds.push(other),
    }
    kinds.sort_by_key(|kind| kind.to_string());
    Kind::OneOf(kinds)
}

fn sort(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => Kind::of(other).to_string(),
    }
}

/// A key within a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 400;
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}… ({} characters)", &text[..cut], text.chars().count()),
        None => text.to_owned(),
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Any => f.write_str("any"),
            Kind::Null => f.write_str("null"),
            Kind::Boolean => f.write_str("boolean"),
            Kind::Number => f.write_str("number"),
            Kind::Text => f.write_str("string"),
            Kind::List(kind) => write!(f, "[{kind}]"),
            Kind::OneOf(kinds) => {
                f.write_str(&kinds.iter().map(Kind::to_string).collect::<Vec<_>>().join(" | "))
            }
            Kind::Object { keys, open } => {
                let mut parts: Vec<String> = keys.iter().map(|(name, key)| key.written(name)).collect();
                if *open {
                    parts.push("...".to_owned());
                }
                if parts.is_empty() { f.write_str("{}") } else { write!(f, "{{ {} }}", parts.join(", ")) }
            }
        }
    }
}

impl Key {
    fn written(&self, name: &str) -> String {
        let name = if written::is_name(name) { name.to_owned() } else { Value::from(name).to_string() };
        format!("{name}{}: {}", if self.optional { "?" } else { "" }, self.kind)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn wrong(shape: &str, value: Value) -> Vec<String> {
        let mut wrong = Vec::new();
        written::read(shape).unwrap().differences(&value, "", &mut wrong);
        wrong
    }

    #[test]
    fn a_value_has_its_own_shape() {
        let value = json!({"count": 2, "rows": [{"id": 1, "note": null}, {"id": 2, "title": "x", "note": "y"}],
            "odd key": [], "ok": true, "mixed": [1, "a", {"b": 1}, {"c": [1.5]}]});
        let shape = Kind::of(&value).to_string();
        insta::assert_snapshot!(shape, @r#"
            { count: number, mixed: [number | string | { b?: number, c?: [number] }], "odd key": [any], ok: boolean, rows: [{ id: number, note: null | string, title?: string }] }
        "#);
        assert_eq!(wrong(&shape, value), [""; 0]);
    }

    #[test]
    fn differences_are_told_with_their_places() {
        let value = json!({"count": "2", "rows": [{"id": 1}, {"id": null, "more": 1}], "gone": 1});
        let told = wrong("{ count: number, rows: [{ id: number, a?: any }], title: string }", value);
        insta::assert_snapshot!(told.join("\n"), @r#"
            `/count` is string, not number
            `/rows/1/id` is null, not number
            `/rows/1` has "more" too
            the whole has no "title"
            the whole has "gone" too
        "#);
        assert_eq!(wrong("{ id: number, ... }", json!({"id": 1, "more": 2})), [""; 0]);
        assert_eq!(wrong("[string | null]", json!(["a", null, 3])), ["`/2` is number, not null | string"]);
        assert_eq!(wrong("null | { id: number }", json!({"id": "1"})), ["`/id` is string, not number"]);
        assert_eq!(wrong("[number]", json!({})), ["the whole is an object, not a list"]);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            ".{0,5}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::hash_map(".{0,4}", inner, 0..4).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn every_value_has_the_shape_that_is_told_of_it(value in any_json()) {
            let shape = Kind::of(&value).to_string();
            let read = written::read(&shape);
            prop_assert!(read.is_ok(), "{shape}");
            prop_assert_eq!(wrong(&shape, value), Vec::<String>::new());
        }

        #[test]
        fn anything_can_be_read_as_a_shape(text in ".{0,30}") {
            if let Err((at, _)) = written::read(&text) {
                prop_assert!(text.is_char_boundary(at));
            }
        }
    }
}
