//! A shape as a list of lines, one for each place and what is there: to be compared line by line.

use serde_json::Value;

use super::{Kind, escaped};

/// `/records/*/note?: null | string`: where, and what is there. A list is `*`, a key that not every item has ends in `?`.
pub(crate) fn flat(value: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    flatten(&Kind::of(value), "", &mut lines);
    lines
}

/// The lines of one that say something else than those of the other. Of a list that is empty nobody knows what is in it.
pub(crate) fn lacking<'l>(lines: &'l [String], other: &[String]) -> Vec<&'l str> {
    let empty = |lines: &[String]| -> Vec<String> {
        lines.iter().filter_map(|line| Some(format!("{}*", line.strip_suffix("*: any")?))).collect()
    };
    let unknown = [empty(lines), empty(other)].concat();
    let is_known = |line: &str| !unknown.iter().any(|list| line.starts_with(list.as_str()));
    let lines = lines.iter().filter(|line| !other.contains(line) && is_known(line));
    lines.map(String::as_str).collect()
}

fn flatten(kind: &Kind, at: &str, lines: &mut Vec<String>) {
    match kind {
        Kind::List(kind) => flatten(kind, &format!("{at}/*"), lines),
        Kind::Object { keys, .. } if !keys.is_empty() => {
            for (name, key) in keys {
                let mark = if key.optional { "?" } else { "" };
                flatten(&key.kind, &format!("{at}/{}{mark}", escaped(name)), lines);
            }
        }
        Kind::OneOf(kinds) => {
            let is_plain = |kind: &&Kind| !matches!(kind, Kind::List(_) | Kind::Object { .. });
            let plain: Vec<String> = kinds.iter().filter(is_plain).map(Kind::to_string).collect();
            if !plain.is_empty() {
                lines.push(format!("{at}: {}", plain.join(" | ")));
            }
            kinds.iter().filter(|kind| !is_plain(kind)).for_each(|kind| flatten(kind, at, lines));
        }
        Kind::Object { .. } => lines.push(format!("{at}: an empty object")),
        plain => lines.push(format!("{at}: {plain}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_shape_is_a_line_a_place() {
        let value = json!({
            "count": 2,
            "none": {},
            "rows": [{ "id": 1, "note": null, "a/b": [true] }, { "id": 2, "note": "x", "more": "x", "a/b": [] }],
        });
        insta::assert_snapshot!(flat(&value).join("\n"), @r"
        /count: number
        /none: an empty object
        /rows/*/a~1b/*: boolean
        /rows/*/id: number
        /rows/*/more?: string
        /rows/*/note: null | string
        ");
    }

    #[test]
    fn of_two_lists_one_of_which_is_empty_nothing_is_said() {
        let shape = |value: Value| flat(&value);
        let (full, empty) =
            (shape(json!({ "n": 1, "rows": [{ "id": 1 }] })), shape(json!({ "n": "1", "rows": [] })));
        assert_eq!(lacking(&full, &empty), ["/n: number"]);
        assert_eq!(lacking(&empty, &full), ["/n: string"]);
    }
}
