//! Why a JSON value is not there: a body that is no JSON, with the place where it breaks, or no such value in it.

use serde_json::Value;

use super::Page;

/// How much of a line is shown around the place that matters.
const AROUND: usize = 35;

/// Why a JSON value is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotJson {
    /// Whether the body is JSON at least.
    pub(super) is_json: bool,
    pub(super) why: String,
    pub(super) notes: Vec<String>,
}

impl NotJson {
    pub(super) fn missing(why: impl Into<String>) -> NotJson {
        NotJson { is_json: true, why: why.into(), notes: Vec::new() }
    }

    /// The same with what was there instead.
    pub(super) fn told(self, notes: Vec<String>) -> NotJson {
        NotJson { notes, ..self }
    }
}

impl Page {
    /// The body as JSON, read once.
    pub(super) fn json_value(&self) -> Result<&Value, NotJson> {
        self.json_once(|| self.read_json()).as_ref().map_err(Clone::clone)
    }

    fn read_json(&self) -> Result<Value, NotJson> {
        let body = self.body();
        serde_json::from_str(body).map_err(|error| {
            let no = |why: String, notes| NotJson { is_json: false, why, notes };
            if body.trim().is_empty() {
                return no("the body is empty".to_owned(), Vec::new());
            }
            if !self.is_json() {
                let mime = Some(self.content_type_header()).filter(|mime| !mime.is_empty());
                return no(
                    format!("the answer is not JSON but {}", mime.unwrap_or("of no type")),
                    Vec::new(),
                );
            }
            let words = error.to_string();
            let words = words.split(" at line ").next().unwrap_or_default();
            let (line, column) = (error.line(), error.column());
            // Secrets go before the line is cut; what was cut away moves the place, which is then not shown.
            let shown = self.without_secrets(body);
            let place = if shown == body { excerpt(body, line, column) } else { Vec::new() };
            no(format!("the body is not JSON: {words} at line {line}, column {column}"), place)
        })
    }
}

/// The line with a caret below the place.
fn excerpt(body: &str, line: usize, column: usize) -> Vec<String> {
    let Some(text) = body.lines().nth(line.saturating_sub(1)) else { return Vec::new() };
    // Columns are counted in bytes, from 1.
    let mut at = column.saturating_sub(1).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, after) = text.split_at(at);
    let skipped = before.chars().count().saturating_sub(AROUND);
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    let before: String = before.chars().skip(skipped).map(visible).collect();
    let after: String = after.chars().take(AROUND).map(visible).collect();
    // A wide character may move the caret; nothing is lost but looks.
    let caret = " ".repeat(before.chars().count());
    let begin = if skipped > 0 { "…" } else { "" };
    let pad = if skipped > 0 { " " } else { "" };
    vec![format!("{begin}{before}{after}\n{pad}{caret}^")]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(body: &str) -> String {
        let error = serde_json::from_str::<Value>(body).unwrap_err();
        excerpt(body, error.line(), error.column()).join("|")
    }

    #[test]
    fn the_place_is_shown_with_a_caret() {
        insta::assert_snapshot!(shown("{\n  \"total\": 12 \"currency\": \"EUR\"\n}"), @r#"
            "total": 12 "currency": "EUR"
                        ^
        "#);
        insta::assert_snapshot!(shown("{\"user\":"), @r#"
            {"user":
                   ^
        "#);
        let long = format!("[{}oops]", "\"ä\", ".repeat(100));
        insta::assert_snapshot!(shown(&long), @r#"
            …"ä", "ä", "ä", "ä", "ä", "ä", "ä", oops]
                                                ^
        "#);
    }
}
