//! Walks a TOML document and collects everything that is wrong with it, each with its place.

mod compound;

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use smokestack_core::{Mistake, Place, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::hidden;
use super::nearest::nearest;

/// Collects mistakes in one file.
pub(super) struct Reader {
    path: String,
    text: Arc<str>,
    mistakes: RefCell<Vec<Mistake>>,
    /// What may be a secret though it stands where a name belongs.
    secrets: RefCell<Vec<Range<usize>>>,
}

/// One table of the document. Keys that nobody asked for are mistakes.
pub(super) struct Table<'r> {
    reader: &'r Reader,
    /// `targets.demo`; empty for the document.
    name: String,
    entries: &'r DeTable<'r>,
    range: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
}

/// A text with its place.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) value: String,
    pub(super) range: Range<usize>,
}

/// One key of a table whose keys are names of the user's.
pub(super) struct Entry<'r> {
    reader: &'r Reader,
    pub(super) name: Text,
    full: String,
    value: &'r Spanned<DeValue<'r>>,
}

impl Entry<'_> {
    /// Its value, a text.
    pub(super) fn text(&self) -> Option<Text> {
        self.one(self.value, "a text in quotes")
    }

    /// Its values, a list of texts.
    pub(super) fn texts(&self) -> Option<Vec<Text>> {
        match self.value.get_ref().as_array() {
            Some(list) => list.iter().map(|value| self.one(value, "a list of texts in quotes")).collect(),
            None => self.wrong(self.value, "a list of texts"),
        }
    }

    fn one(&self, value: &Spanned<DeValue<'_>>, wanted: &str) -> Option<Text> {
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => {
                Some(Text { value: text.to_string(), range: value.span() })
            }
            _ => self.wrong(value, wanted),
        }
    }

    fn wrong<T>(&self, value: &Spanned<DeValue<'_>>, wanted: &str) -> Option<T> {
        let what = format!("`{}` must be {wanted}", self.full);
        self.reader.mistake(what, value.span(), format!("this is {}", described(value.get_ref())));
        None
    }
}

impl Reader {
    pub(super) fn new(path: &str, text: &str) -> Reader {
        Reader {
            path: path.to_owned(),
            text: text.into(),
            mistakes: RefCell::default(),
            secrets: RefCell::default(),
        }
    }

    pub(super) fn mistake(&self, what: impl Into<String>, range: Range<usize>, label: impl Into<String>) {
        self.add(Mistake::new(what), range, label);
    }

    pub(super) fn mistake_with_help(
        &self,
        what: impl Into<String>,
        range: Range<usize>,
        label: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(Mistake::new(what).help(help), range, label);
    }

    /// The line of a stretch of the file.
    pub(super) fn place_of(&self, range: Range<usize>) -> Place {
        let before = self.text.get(..range.start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.matches('\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        Place { file: self.path.clone(), line: line as u32, column: column as u32 }
    }

    /// A mistake of the file as a whole.
    pub(super) fn about_file(&self, what: String) {
        self.mistakes.borrow_mut().push(Mistake::new(what));
    }

    fn add(&self, mistake: Mistake, range: Range<usize>, label: impl Into<String>) {
        let span = Span { path: self.path.clone(), text: self.text.clone(), range };
        self.mistakes.borrow_mut().push(mistake.at(span, label));
    }

    /// A mistake about a quoted text that no message may show.
    pub(super) fn mistake_about_secret(&self, what: &str, text: &Text, label: &str, help: String) {
        self.secrets.borrow_mut().push(text.range.start + 1..text.range.end.saturating_sub(1));
        self.mistake_with_help(what, text.range.clone(), label, help);
    }

    /// The mistakes in the order of their places.
    pub(super) fn into_mistakes(self) -> Vec<Mistake> {
        let mut mistakes = self.mistakes.into_inner();
        let mut bytes = self.text.as_bytes().to_vec();
        let stretches = hidden::stretches(&self.text).into_iter().chain(self.secrets.into_inner());
        for byte in stretches.flatten() {
            // Lines stay lines.
            if bytes[byte] != b'\n' {
                bytes[byte] = b'*';
            }
        }
        // A secret of several bytes a character becomes as many stars, so that every place stays where it is.
        let text: Arc<str> = String::from_utf8_lossy(&bytes).into();
        for span in mistakes.iter_mut().filter_map(|mistake| mistake.span.as_mut()) {
            span.text = text.clone();
        }
        mistakes.sort_by_key(|mistake| mistake.span.as_ref().map_or(0, |span| span.range.start));
        mistakes
    }

    pub(super) fn document<'r>(&'r self, root: &'r Spanned<DeTable<'r>>) -> Table<'r> {
        Table {
            reader: self,
            name: String::new(),
            entries: root.get_ref(),
            range: 0..0,
            asked: RefCell::default(),
        }
    }
}

impl<'r> Table<'r> {
    /// The place of the table's head.
    pub(super) fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    pub(super) fn text(&self, key: &'static str) -> Option<Text> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                self.wrong(key, value, "a text that is not empty")
            }
            DeValue::String(text) => Some(Text { value: text.to_string(), range: value.span() }),
            _ => self.wrong(key, value, "a text in quotes"),
        }
    }

    pub(super) fn required_text(&self, key: &'static str, example: &str) -> Option<Text> {
        if !self.has(key) {
            self.missing(key, example);
        }
        self.text(key)
    }

    /// A path on the platform: begins with `/`.
    pub(super) fn path(&self, key: &'static str) -> Option<String> {
        let text = self.text(key)?;
        if !text.value.starts_with('/') || text.value.starts_with("//") {
            let what = format!("`{}` is not a path", self.full(key));
            self.reader.mistake(what, text.range, "a path begins with one `/`");
            return None;
        }
        Some(text.value)
    }

    pub(super) fn required_path(&self, key: &'static str, example: &str) -> Option<String> {
        if !self.has(key) {
            self.missing(key, example);
        }
        self.path(key)
    }

    /// A CSS selector.
    pub(super) fn selector(&self, key: &'static str) -> Option<String> {
        self.text(key).filter(|text| self.is_selector(key, text)).map(|text| text.value)
    }

    /// Whether a text is a CSS selector; a mistake is told if not.
    fn is_selector(&self, key: &'static str, text: &Text) -> bool {
        let checked = crate::page::document::checked(&text.value);
        if let Err(why) = &checked {
            let what = format!("`{}` is not a CSS selector", self.full(key));
            self.reader.mistake(what, text.range.clone(), why);
        }
        checked.is_ok()
    }

    /// All keys of a table whose keys are names of the user's; every one of them is known.
    pub(super) fn entries(&self) -> Vec<Entry<'r>> {
        let entries = self.entries.iter().map(|(name, value)| Entry {
            reader: self.reader,
            name: Text { value: name.get_ref().to_string(), range: name.span() },
            full: self.full(name.get_ref()),
            value,
        });
        let mut entries: Vec<_> = entries.collect();
        // The order of the file, not of the map.
        entries.sort_by_key(|entry| entry.name.range.start);
        entries
    }

    pub(super) fn required_selector(&self, key: &'static str, example: &str) -> Option<String> {
        if !self.has(key) {
            self.missing(key, example);
        }
        self.selector(key)
    }

    pub(super) fn flag(&self, key: &'static str) -> Option<bool> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            _ => self.wrong(key, value, "`true` or `false`"),
        }
    }

    pub(super) fn count(&self, key: &'static str) -> Option<usize> {
        self.whole(key, 1..=10_000)
    }

    pub(super) fn duration(&self, key: &'static str) -> Option<Duration> {
        let text = self.text(key)?;
        match humantime::parse_duration(&text.value) {
            Ok(duration) if !duration.is_zero() => Some(duration),
            Ok(_) => {
                let what = format!("`{}` must be longer than nothing", self.full(key));
                self.reader.mistake(what, text.range, "zero");
                None
            }
            Err(error) => {
                let what = format!("`{}` is not a duration", self.full(key));
                self.reader.mistake_with_help(
                    what,
                    text.range,
                    error.to_string(),
                    "write it as `500ms`, `10s` or `1m 30s`",
                );
                None
            }
        }
    }

    pub(super) fn table(&self, key: &'static str) -> Option<Table<'r>> {
        let value = self.value(key)?;
        match value.get_ref() {
            DeValue::Table(_) => self.sub(key, value),
            _ => self.wrong(key, value, "a table"),
        }
    }

    /// The tables below this key, by name: `[targets.demo]`, `[targets.prod]`. None is a mistake.
    pub(super) fn named_tables(&self, key: &'static str) -> Vec<(Text, Table<'r>)> {
        let entries = self.table(key).map(|table| table.entries);
        let Some(entries) = entries.filter(|entries| !entries.is_empty()) else {
            if !self.has(key) {
                self.missing(key, &format!("[{key}.NAME]"));
            }
            return Vec::new();
        };
        let mut tables = Vec::new();
        for (name, value) in entries.iter() {
            let full = format!("{key}.{}", name.get_ref());
            match value.get_ref() {
                DeValue::Table(entries) => {
                    let text = Text { value: name.get_ref().to_string(), range: name.span() };
                    let asked = RefCell::default();
                    let range = name.span();
                    tables.push((text, Table { reader: self.reader, name: full, entries, range, asked }));
                }
                other => {
                    let what = format!("`{full}` must be a table");
                    self.reader.mistake(what, value.span(), format!("this is {}", described(other)));
                }
            }
        }
        // The order of the file, not of the map.
        tables.sort_by_key(|(name, _)| name.range.start);
        tables
    }

    pub(super) fn missing(&self, key: &str, example: &str) {
        let what = match self.name.as_str() {
            "" => format!("`{key}` is missing"),
            name => format!("`{key}` is missing in `[{name}]`"),
        };
        self.reader.mistake_with_help(what, self.range(), "in this table", format!("add `{example}`"));
    }

    /// Tells of every key that nobody asked for.
    pub(super) fn finish(self) {
        let asked = self.asked.borrow();
        for (key, _) in self.entries.iter() {
            let name: &str = key.get_ref();
            if !asked.contains(&name) {
                let what = match self.name.as_str() {
                    "" => format!("unknown key `{name}`"),
                    table => format!("unknown key `{name}` in `[{table}]`"),
                };
                let (label, help) = match nearest(name, &asked) {
                    Some(near) => (format!("did you mean `{near}`?"), None),
                    None => ("not known here".to_owned(), Some(format!("known keys: {}", asked.join(", ")))),
                };
                match help {
                    Some(help) => self.reader.mistake_with_help(what, key.span(), label, help),
                    None => self.reader.mistake(what, key.span(), label),
                }
            }
        }
    }

    pub(super) fn has(&self, key: &'static str) -> bool {
        self.value(key).is_some()
    }

    /// The place of a key's value.
    pub(super) fn place(&self, key: &'static str) -> Option<Range<usize>> {
        self.value(key).map(Spanned::span)
    }

    pub(super) fn is_table(&self, key: &'static str) -> bool {
        self.value(key).is_some_and(|value| value.get_ref().is_table())
    }

    fn value(&self, key: &'static str) -> Option<&'r Spanned<DeValue<'r>>> {
        if !self.asked.borrow().contains(&key) {
            self.asked.borrow_mut().push(key);
        }
        self.entries.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    fn sub(&self, key: &'static str, value: &'r Spanned<DeValue<'r>>) -> Option<Table<'r>> {
        let entries = value.get_ref().as_table()?;
        let head = self.entries.iter().find(|(name, _)| name.get_ref() == key).map(|(name, _)| name.span());
        let range = head.unwrap_or_else(|| value.span());
        Some(Table { reader: self.reader, name: self.full(key), entries, range, asked: RefCell::default() })
    }

    /// A key with the tables that it stands in.
    pub(super) fn full(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    fn wrong<T>(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) -> Option<T> {
        let what = format!("`{}` must be {wanted}", self.full(key));
        self.reader.mistake(what, value.span(), format!("this is {}", described(value.get_ref())));
        None
    }
}

fn described(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) if text.trim().is_empty() => "an empty text".to_owned(),
        other => format!(
            "{} {}",
            if matches!(other.type_str(), "integer" | "array") { "an" } else { "a" },
            other.type_str()
        ),
    }
}
