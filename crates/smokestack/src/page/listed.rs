//! A page judged as its row in the page tables says.

use std::fmt::Display;

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::Page;
use super::document::{self, View};
use super::judged::Subject;
use crate::Checked;
use crate::platform::pages::{Expectation, PageRow, SeenBy, Wanted};

/// Judges a page by its row; each check is told with its line of the file.
pub(crate) fn judge(page: &Page, row: &PageRow) -> Checked {
    let is_html = page.media_type() == "text/html";
    // Before anything else: of somebody else's page nothing else is worth saying.
    if row.seen_by != SeenBy::Visitor && (200..300).contains(&page.code()) && is_html {
        // The case about the component's landing page tells it, where the run has it.
        page.signed_in_or_blocked_at("session::page", row.place.clone())?;
    }
    for (place, expectation) in &row.expectations {
        one(page, expectation, place.clone());
        // Of an error page nothing else is worth saying either.
        if matches!(expectation, Expectation::Status(status) if *status != page.code()) && page.code() >= 400
        {
            break;
        }
    }
    Ok(())
}

fn one(page: &Page, expectation: &Expectation, place: Place) {
    let notes = || page.heading_notes();
    match expectation {
        Expectation::Status(status) => {
            let found = page.code();
            expect(page, found == *status, "status", status, found, notes(), place);
        }
        Expectation::EndsAt(path) => {
            let found = page.address().path().to_owned();
            expect(page, found == *path, "path of the last hop", path, found, notes(), place);
        }
        Expectation::Title(wanted) => text(page, "title", page.first("title"), wanted, place),
        Expectation::Heading(wanted) => text(page, "`h1`", page.first("h1"), wanted, place),
        Expectation::Selector(selector) => {
            let count = page.document().count(selector).unwrap_or(0);
            let what = format!("`{selector}`");
            expect(page, count > 0, &what, "an element", "no element matches", notes(), place);
        }
        Expectation::Rows { of, at_least } => {
            let found = rows(&page.document(), of);
            let expected = format!("{at_least} or more");
            let notes = if found == 0 { notes() } else { Vec::new() };
            let check = FailedCheck::new(Blame::Wrong, Class::Records, format!("rows of `{of}`"))
                .expected_found(expected, found.to_string());
            let failed = Box::new(FailedCheck { notes, ..check });
            page.judge(if found >= *at_least { Ok(()) } else { Err(failed) }, place);
        }
        Expectation::Text(text) => {
            let met = page.document().visible_text().contains(text.as_str());
            let expected = format!("a text with {text:?} in it");
            expect(page, met, "text of the page", expected, "no such text", notes(), place);
        }
        Expectation::Lacks(text) => {
            let shown = page.document().visible_text();
            let found = shown.find(text.as_str()).map(|at| around(&shown, at, text.len()));
            let expected = format!("a text without {text:?}");
            let met = found.is_none();
            expect(page, met, "text of the page", expected, found.unwrap_or_default(), notes(), place);
        }
        Expectation::Within(limit) => {
            let shown = |time: std::time::Duration| format!("{} ms", time.as_millis());
            let took = page.took();
            let check = FailedCheck::new(Blame::Wrong, Class::Slow, "duration")
                .expected_found(format!("within {}", shown(*limit)), shown(took));
            page.judge(if took <= *limit { Ok(()) } else { Err(Box::new(check)) }, place);
        }
    }
}

fn expect(
    page: &Page,
    met: bool,
    what: &str,
    expected: impl Display,
    found: impl Display,
    notes: Vec<String>,
    place: Place,
) {
    Subject::new(page, what).expect(met, what, expected, found, || notes, place);
}

fn text(page: &Page, what: &str, found: Option<String>, wanted: &Wanted, place: Place) {
    let met = found.as_deref().is_some_and(|found| match wanted {
        Wanted::Whole(whole) => found == whole,
        Wanted::Part(part) => found.contains(part.as_str()),
    });
    let expected = match wanted {
        Wanted::Whole(whole) => format!("{whole:?}"),
        Wanted::Part(part) => format!("a text with {part:?} in it"),
    };
    let missing = format!("the page has no {what}");
    let found = found.map_or(missing, |found| page.shown(&found));
    expect(page, met, what, expected, found, Vec::new(), place);
}

/// Rows with cells of the first table that matches, or else how many elements match.
fn rows(document: &View<'_>, of: &str) -> usize {
    let is_table = document.select(of, 1, |element| element.value().name() == "table").unwrap_or_default();
    if is_table != [true] {
        return document.count(of).unwrap_or(0);
    }
    let counted = document.select(of, 1, |table| {
        // A row of headings is no row of data.
        let rows = document::descendants(table, "tr");
        rows.filter(|row| document::descendants(*row, "td").next().is_some()).count()
    });
    counted.unwrap_or_default().into_iter().sum()
}

/// A stretch of a text with what stands around it.
fn around(text: &str, at: usize, length: usize) -> String {
    const CONTEXT: usize = 40;
    let start = text[..at].char_indices().rev().take(CONTEXT).last().map_or(at, |(start, _)| start);
    let rest = &text[at + length..];
    let end = rest.char_indices().nth(CONTEXT).map_or(text.len(), |(end, _)| at + length + end);
    let (before, after) = (if start > 0 { "…" } else { "" }, if end < text.len() { "…" } else { "" });
    format!("{before}{:?}{after}", &text[start..end])
}
