//! A page judged as its row in the page tables says.

use std::fmt::Display;

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::judged::Subject;
use super::{Page, Text};
use crate::Checked;
use crate::platform::pages::{Expectation, PageRow, SeenBy, Wanted};
use crate::session::{Pending, Session};

/// Asks for the page of a row and judges it.
pub(crate) fn asked(session: Session, address: String, row: &PageRow) -> Pending<'_, Page> {
    Box::pin(async move {
        let page = session.get_at(&address, row.place.clone()).await?;
        judge(&page, row)?;
        Ok(page)
    })
}

/// Judges a page by its row; each check is told with its line of the file.
fn judge(page: &Page, row: &PageRow) -> Checked {
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
        Expectation::Title(wanted) => text(&page.title(), wanted, place),
        Expectation::Heading(wanted) => {
            let heading = Text::new(page, "`h1`", page.first("h1"), "the page has no `h1`");
            text(&heading, wanted, place);
        }
        Expectation::Selector(selector) => {
            let count = page.document().count(selector).unwrap_or(0);
            let what = format!("`{selector}`");
            expect(page, count > 0, &what, "an element", "no element matches", notes(), place);
        }
        Expectation::Rows { of, at_least } => {
            let found = rows(page, of);
            let expected = format!("{at_least} or more");
            let notes = if found == 0 { notes() } else { Vec::new() };
            let check = FailedCheck::new(Blame::Wrong, Class::Records, format!("rows of `{of}`"))
                .expected_found(expected, found.to_string());
            let failed = Box::new(FailedCheck { notes, ..check });
            page.judge(if found >= *at_least { Ok(()) } else { Err(failed) }, place);
        }
        Expectation::Text(wanted) => {
            page.text().contains_at(wanted, place);
        }
        Expectation::Lacks(unwanted) => {
            page.text().lacks_at(unwanted, place);
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

fn text(text: &Text, wanted: &Wanted, place: Place) {
    match wanted {
        Wanted::Whole(whole) => text.is_at(whole, place),
        Wanted::Part(part) => text.contains_at(part, place),
    };
}

/// The rows of the first table that matches, or else how many elements match.
fn rows(page: &Page, of: &str) -> usize {
    let is_table = page.document().select(of, 1, |element| element.value().name() == "table");
    match is_table.unwrap_or_default() == [true] {
        true => page.table(of).rows().value(),
        false => page.document().count(of).unwrap_or(0),
    }
}
