//! A shape as a suite writes it: `{ id: number, note?: string | null, ... }`.

use std::collections::BTreeMap;

use super::{Key, Kind};

/// Deeper than any real shape; a text that opens brackets without end is none.
const DEEPEST: usize = 64;

/// Reads a shape; the error says at which byte it goes wrong, and why.
pub(super) fn read(text: &str) -> Result<Kind, (usize, String)> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let kind = reader.kind()?;
    match reader.peek() {
        None => Ok(kind),
        Some(_) => reader.wrong("nothing more"),
    }
}

/// Whether a key can stand without quotes.
pub(super) fn is_name(key: &str) -> bool {
    let first = key.chars().next().is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '$' | '@'));
    first && key.chars().all(is_name_part)
}

fn is_name_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '@' | '-')
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

type Read<T> = Result<T, (usize, String)>;

impl<'t> Reader<'t> {
    fn kind(&mut self) -> Read<Kind> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.wrong("fewer brackets in each other");
        }
        let mut kinds = vec![self.single()?];
        while self.took('|') {
            kinds.push(self.single()?);
        }
        self.depth -= 1;
        kinds.sort_by_key(Kind::to_string);
        kinds.dedup();
        Ok(if kinds.len() == 1 { kinds.remove(0) } else { Kind::OneOf(kinds) })
    }

    fn single(&mut self) -> Read<Kind> {
        if self.took('[') {
            let kind = self.kind()?;
            self.must(']')?;
            return Ok(Kind::List(Box::new(kind)));
        }
        if self.took('{') {
            return self.object();
        }
        let start = self.start();
        let kind = match self.name() {
            "string" => Kind::Text,
            "number" => Kind::Number,
            "boolean" => Kind::Boolean,
            "null" => Kind::Null,
            "any" => Kind::Any,
            _ => {
                self.at = start;
                return self.wrong("`string`, `number`, `boolean`, `null`, `any`, `[` or `{`");
            }
        };
        Ok(kind)
    }

    fn object(&mut self) -> Read<Kind> {
        let mut keys = BTreeMap::new();
        let mut open = false;
        while !self.took('}') {
            if self.rest().starts_with("...") {
                self.at += 3;
                open = true;
            } else {
                let name = self.key()?;
                let optional = self.took('?');
                self.must(':')?;
                let kind = self.kind()?;
                keys.insert(name, Key { kind, optional });
            }
            if !self.took(',') {
                self.must('}')?;
                break;
            }
        }
        Ok(Kind::Object { keys, open })
    }

    fn key(&mut self) -> Read<String> {
        let start = self.start();
        if self.peek() == Some('"') {
            // A key in quotes is JSON.
            let mut parts = serde_json::Deserializer::from_str(&self.text[start..]).into_iter::<String>();
            return match parts.next() {
                Some(Ok(key)) => {
                    self.at = start + parts.byte_offset();
                    Ok(key)
                }
                _ => self.wrong("a key in quotes"),
            };
        }
        match self.name() {
            "" => self.wrong("a key, `...` or `}`"),
            name => Ok(name.to_owned()),
        }
    }

    fn name(&mut self) -> &'t str {
        let start = self.start();
        let rest = &self.text[start..];
        let end = rest.find(|c: char| !is_name_part(c)).unwrap_or(rest.len());
        self.at = start + end;
        &rest[..end]
    }

    fn must(&mut self, c: char) -> Read<()> {
        if self.took(c) { Ok(()) } else { self.wrong(&format!("`{c}`")) }
    }

    fn took(&mut self, c: char) -> bool {
        let there = self.peek() == Some(c);
        if there {
            self.at += c.len_utf8();
        }
        there
    }

    fn peek(&mut self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&mut self) -> &'t str {
        let start = self.start();
        &self.text[start..]
    }

    /// Where the next word begins.
    fn start(&mut self) -> usize {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        self.at
    }

    fn wrong<T>(&self, expected: &str) -> Read<T> {
        Err((self.at, format!("expected {expected}")))
    }
}
