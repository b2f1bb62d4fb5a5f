//! `[[pages]]`: pages and what has to be on them, in the platform file or in files beside it.

use std::collections::BTreeMap;

use smokestack_core::{Mistake, Place};
use toml::de::DeTable;

use super::{known_name, valid_name};
use crate::platform::ComponentConfig;
use crate::platform::pages::{Expectation, PageRow, SeenBy, Wanted};
use crate::platform::reader::{Reader, Table, Text};
use crate::session::{Tries, every};

/// What rows may name.
pub(super) struct Known<'k> {
    pub(super) components: &'k [ComponentConfig],
    pub(super) accounts: &'k [String],
}

/// The rows of one file, those of all files so far before them.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) rows: Vec<PageRow>,
    /// Where each name was given first.
    named: BTreeMap<(String, String), Place>,
}

impl Rows {
    /// Adds the rows of a table `pages`.
    pub(super) fn add(&mut self, reader: &Reader, document: &Table<'_>, known: &Known<'_>) {
        for table in document.tables("pages") {
            let Some((name, row)) = row(reader, table, known) else { continue };
            let key = (row.component.clone(), row.name.clone());
            match self.named.get(&key) {
                Some(first) => {
                    let what = format!("{} has two pages of the name `{}`", row.component, row.name);
                    reader.mistake(what, name.range, format!("the first is in {first}"));
                }
                None => {
                    self.named.insert(key, row.place.clone());
                    self.rows.push(row);
                }
            }
        }
    }

    /// Adds the rows of a file that holds nothing else.
    pub(super) fn add_file(&mut self, path: &str, text: &str, known: &Known<'_>) -> Vec<Mistake> {
        let reader = Reader::new(path, text);
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let range = error.span().unwrap_or(0..0);
            reader.mistake("the file with pages is not TOML", range, error.message());
        }
        if errors.is_empty() {
            let document = reader.document(&root);
            if !document.has("pages") {
                document.missing("pages", "[[pages]]");
            }
            self.add(&reader, &document, known);
            document.finish();
        }
        reader.into_mistakes()
    }
}

fn row(reader: &Reader, table: Table<'_>, known: &Known<'_>) -> Option<(Text, PageRow)> {
    let name = table.required_text("name", "name = \"list\"");
    let path = table.required_path("path", "path = \"/orders\"");
    let names: Vec<&str> = known.components.iter().map(|component| component.name.as_str()).collect();
    let component = match table.text("component") {
        Some(text) => known_name(reader, "component", &text, &names).then_some(text.value),
        None => path.as_deref().and_then(|path| owner(known.components, path)),
    };
    let seen_by = seen_by(reader, &table, known);
    let tags = table.texts("tags").unwrap_or_default();
    let place = reader.place_of(table.range());
    let expectations = expectations(reader, &table, &place);
    let placed = |key| reader.place_of(table.place(key).unwrap_or_default());
    let eventually = eventually(&table).map(|tries| (placed("eventually"), tries));
    let budget = table.duration("budget").map(|budget| (placed("budget"), budget));
    if let Some(name) = &name {
        valid_name(reader, "a page", name);
    }
    if let (Some(path), None) = (&path, &component)
        && !table.has("component")
    {
        let what = format!("`{path}` is a path of no component");
        let range = table.place("path").unwrap_or_default();
        reader.mistake_with_help(what, range, "whose page is it?", "say it: `component = \"…\"`");
    }
    table.finish();
    let (name, path, component) = (name?, path?, component?);
    let row = PageRow {
        name: name.value.clone(),
        component,
        path,
        seen_by,
        tags,
        expectations,
        eventually,
        budget,
        place,
    };
    Some((name, row))
}

/// The component with the longest path that covers it, wherever it lives.
fn owner(components: &[ComponentConfig], path: &str) -> Option<String> {
    // Behind a `?` stands no path.
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let covering = components.iter().filter(|component| component.covers(path));
    covering.max_by_key(|component| component.path.len()).map(|component| component.name.clone())
}

fn seen_by(reader: &Reader, table: &Table<'_>, known: &Known<'_>) -> SeenBy {
    let is_visitor = table.flag("visitor").unwrap_or(false);
    let Some(account) = table.text("account") else {
        return if is_visitor { SeenBy::Visitor } else { SeenBy::FirstAccount };
    };
    if is_visitor {
        let what = "a visitor has no account";
        reader.mistake(what, account.range.clone(), "leave out this key or `visitor`");
    }
    let names: Vec<&str> = known.accounts.iter().map(String::as_str).collect();
    known_name(reader, "account", &account, &names);
    SeenBy::Account(account.value)
}

fn expectations(reader: &Reader, table: &Table<'_>, row: &Place) -> Vec<(Place, Expectation)> {
    let mut expected = Vec::new();
    let mut add = |key, expectation: Option<Expectation>| {
        let place = table.place(key).map_or_else(|| row.clone(), |range| reader.place_of(range));
        expected.extend(expectation.map(|expectation| (place, expectation)));
    };
    let status = match table.has("status") {
        true => table.whole("status", 100..=599).map(|status| status as u16),
        false => Some(200),
    };
    add("status", status.map(Expectation::Status));
    add("ends_at", table.path("ends_at").map(Expectation::EndsAt));
    add("title", wanted(table, "title").map(Expectation::Title));
    add("heading", wanted(table, "heading").map(Expectation::Heading));
    for selector in selectors(table) {
        add("selector", Some(Expectation::Selector(selector)));
    }
    add("rows", rows(table));
    for text in table.one_or_more_texts("text").unwrap_or_default() {
        add("text", Some(Expectation::Text(text)));
    }
    for text in table.one_or_more_texts("lacks").unwrap_or_default() {
        add("lacks", Some(Expectation::Lacks(text)));
    }
    add("within", table.duration("within").map(Expectation::Within));
    expected
}

/// `{ every = "1s", within = "30s" }`.
fn eventually(table: &Table<'_>) -> Option<Tries> {
    let inner = table.table("eventually")?;
    let required = |key: &'static str, example| {
        if !inner.has(key) {
            inner.missing(key, example);
        }
        inner.duration(key)
    };
    let (pause, within) = (required("every", "every = \"1s\""), required("within", "within = \"30s\""));
    inner.finish();
    Some(every(pause?).within(within?))
}

/// One selector, or a list of them.
fn selectors(table: &Table<'_>) -> Vec<String> {
    if !table.is_list("selector") {
        return table.selector("selector").into_iter().collect();
    }
    table.selectors("selector").unwrap_or_default()
}

/// The whole text, or `{ contains = ".." }`.
fn wanted(table: &Table<'_>, key: &'static str) -> Option<Wanted> {
    if !table.is_table(key) {
        return table.text(key).map(|text| Wanted::Whole(text.value));
    }
    let inner = table.table(key)?;
    let part = inner.required_text("contains", "contains = \"Orders\"").map(|text| Wanted::Part(text.value));
    inner.finish();
    part
}

/// A number of rows of the page's first table, or `{ of = "table.orders", at_least = 3 }`.
fn rows(table: &Table<'_>) -> Option<Expectation> {
    if !table.is_table("rows") {
        return table.count("rows").map(|at_least| Expectation::Rows { of: "table".to_owned(), at_least });
    }
    let inner = table.table("rows")?;
    let of = inner.required_selector("of", "of = \"table.orders\"");
    if !inner.has("at_least") {
        inner.missing("at_least", "at_least = 1");
    }
    let at_least = inner.count("at_least");
    inner.finish();
    Some(Expectation::Rows { of: of?, at_least: at_least? })
}
