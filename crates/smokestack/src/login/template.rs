//! Texts of the platform file in which credentials are put: `{username}`.

use crate::credentials::Kind;

/// A text with placeholders for credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template(String);

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    Text(&'t str),
    /// The word between the braces.
    Placeholder(&'t str),
}

impl Template {
    pub(crate) fn new(text: &str) -> Template {
        Template(text.to_owned())
    }

    /// Its pieces. A brace that begins no placeholder is a brace.
    pub(crate) fn pieces(&self) -> Vec<Piece<'_>> {
        let (mut pieces, mut text, mut rest) = (Vec::new(), 0, 0);
        let whole = self.0.as_str();
        while let Some(open) = whole[rest..].find('{').map(|at| rest + at) {
            let word = whole[open + 1..].find('}').map(|length| &whole[open + 1..open + 1 + length]);
            let word = word.filter(|word| !word.is_empty() && word.chars().all(is_of_word));
            let Some(word) = word else {
                rest = open + 1;
                continue;
            };
            if text < open {
                pieces.push(Piece::Text(&whole[text..open]));
            }
            pieces.push(Piece::Placeholder(word));
            rest = open + word.len() + 2;
            text = rest;
        }
        if text < whole.len() {
            pieces.push(Piece::Text(&whole[text..]));
        }
        pieces
    }

    /// The first placeholder that is none.
    pub(crate) fn unknown(&self) -> Option<&str> {
        self.pieces().into_iter().find_map(|piece| match piece {
            Piece::Placeholder(word) if kind(word).is_none() => Some(word),
            _ => None,
        })
    }

    /// The credentials that it needs.
    pub(crate) fn needs(&self) -> Vec<Kind> {
        let pieces = self.pieces().into_iter();
        pieces
            .filter_map(|piece| match piece {
                Piece::Placeholder(word) => kind(word),
                Piece::Text(_) => None,
            })
            .collect()
    }
}

/// The credential that a placeholder stands for.
pub(crate) fn kind(word: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind.key() == word)
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_lowercase() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_text() {
        let template = Template::new("{password}{totp}!");
        let pieces = [Piece::Placeholder("password"), Piece::Placeholder("totp"), Piece::Text("!")];
        assert_eq!(template.pieces(), pieces);
        assert_eq!(template.needs(), [Kind::Password, Kind::Totp]);
    }

    #[test]
    fn a_brace_that_begins_no_placeholder_is_a_brace() {
        for text in ["{", "{}", "a{ b }", "{A}", "{unclosed", "}{"] {
            assert_eq!(Template::new(text).pieces(), [Piece::Text(text)]);
        }
        let twice = Template::new("{{username}}");
        let pieces = [Piece::Text("{"), Piece::Placeholder("username"), Piece::Text("}")];
        assert_eq!(twice.pieces(), pieces);
    }

    #[test]
    fn an_unknown_placeholder_is_found() {
        assert_eq!(Template::new("{username}{pasword}").unknown(), Some("pasword"));
        assert_eq!(Template::new("{username}{totp}").unknown(), None);
    }
}
