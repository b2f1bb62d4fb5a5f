//! A write by JSON, as `api_write` in `[components.NAME]` describes it.

use reqwest::Method;
use reqwest::header::HeaderName;
use serde_json::Value;

/// A request that a component's JSON API accepts from somebody signed in.
#[derive(Clone, Debug)]
pub(crate) struct ApiWrite {
    pub(crate) method: Method,
    pub(crate) url: String,
    /// The made-up text stands where `{text}` is.
    pub(crate) body: Value,
    pub(crate) token: Option<ApiToken>,
    /// A JSON address that shows the text once it was written, and no more once it was taken away.
    pub(crate) list: Option<String>,
    pub(crate) undo: Option<ApiUndo>,
}

/// A token against requests of other sites.
#[derive(Clone, Debug)]
pub(crate) struct ApiToken {
    /// The header that it is sent in.
    pub(crate) header: HeaderName,
    /// The address whose answer has it, or sets the cookie that is it.
    pub(crate) from: Option<String>,
    pub(crate) place: TokenPlace,
}

/// Where a token stands.
#[derive(Clone, Debug)]
pub(crate) enum TokenPlace {
    /// In a JSON answer, by JSON pointer.
    Pointer(String),
    /// On a page; without an attribute it is the element's text.
    Selector { selector: String, attribute: Option<String> },
    /// In the cookie of this name, percent-encoded or not.
    Cookie(String),
}

/// What takes away what was written.
#[derive(Clone, Debug)]
pub(crate) struct ApiUndo {
    pub(crate) method: Method,
    /// With `{location}` or JSON pointers in braces, both of the answer to the write.
    pub(crate) url: String,
    pub(crate) body: Option<Value>,
}

/// The word for the answer's `Location`.
pub(crate) const LOCATION: &str = "location";

/// A piece of an address with braces in it.
enum Piece<'u> {
    Text(&'u str),
    /// What stands between braces.
    Braces(&'u str),
}

impl ApiUndo {
    /// The address with what `of` says in place of the braces; `of` tells what is missing.
    pub(crate) fn address<E>(&self, of: impl Fn(&str) -> Result<String, E>) -> Result<String, E> {
        let pieces = pieces(&self.url).into_iter().map(|piece| match piece {
            Piece::Text(text) => Ok(text.to_owned()),
            Piece::Braces(word) => of(word),
        });
        pieces.collect()
    }
}

/// What stands between the braces of an address: `location`, or JSON pointers.
pub(crate) fn braces(url: &str) -> Vec<&str> {
    let words = pieces(url).into_iter().filter_map(|piece| match piece {
        Piece::Braces(word) => Some(word),
        Piece::Text(_) => None,
    });
    words.collect()
}

fn pieces(url: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest) = (Vec::new(), url);
    while let Some((before, word, after)) = rest
        .split_once('{')
        .and_then(|(before, rest)| rest.split_once('}').map(|(word, after)| (before, word, after)))
    {
        pieces.extend([Piece::Text(before), Piece::Braces(word)]);
        rest = after;
    }
    pieces.push(Piece::Text(rest));
    pieces
}

/// The body with the text where `{text}` stands.
pub(crate) fn filled(body: &Value, text: &str) -> Value {
    match body {
        Value::String(template) => Value::String(template.replace(TEXT, text)),
        Value::Array(list) => list.iter().map(|item| filled(item, text)).collect(),
        Value::Object(object) => {
            let entries = object.iter().map(|(key, value)| (key.clone(), filled(value, text)));
            Value::Object(entries.collect())
        }
        other => other.clone(),
    }
}

/// Stands for the made-up text.
pub(crate) const TEXT: &str = "{text}";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn undo(url: &str) -> ApiUndo {
        ApiUndo { method: Method::DELETE, url: url.into(), body: None }
    }

    #[test]
    fn what_stands_in_braces_is_put_in_from_the_answer() {
        let of = |word: &str| Ok::<_, ()>(word.len().to_string());
        assert_eq!(undo("/records/{/id}?v={/meta/version}").address(of), Ok("/records/3?v=13".to_owned()));
        assert_eq!(undo("{location}").address(of), Ok("8".to_owned()));
        assert_eq!(undo("/records/last").address(of), Ok("/records/last".to_owned()));
    }

    #[test]
    fn what_the_answer_puts_in_is_not_looked_into_again() {
        let of = |word: &str| Ok::<_, ()>(if word == "/a" { "{/b}" } else { "x" }.to_owned());
        assert_eq!(undo("/{/a}/{/b}").address(of), Ok("/{/b}/x".to_owned()));
    }

    #[test]
    fn what_the_answer_lacks_is_told() {
        let of = |word: &str| Err(word.to_owned());
        assert_eq!(undo("/records/{/id}").address(of), Err("/id".to_owned()));
    }

    #[test]
    fn the_text_stands_wherever_the_body_asks_for_it() {
        let body =
            json!({ "title": "{text}", "tags": ["a", "about {text}"], "count": 3, "inner": { "x": "{y}" } });
        let expected =
            json!({ "title": "lamp", "tags": ["a", "about lamp"], "count": 3, "inner": { "x": "{y}" } });
        assert_eq!(filled(&body, "lamp"), expected);
    }
}
