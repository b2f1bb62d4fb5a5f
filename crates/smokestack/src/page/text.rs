//! A text of a page: a title, an element's text, an attribute, a cell.

use smokestack_core::Place;

use super::excerpt::{difference, nearest, quoted};
use super::judged::{Judged, Subject};
use super::{Page, Texts};
use crate::Checked;

/// A text of a page: a title, an element's text, an attribute, a cell.
#[derive(Clone)]
pub struct Text {
    subject: Subject,
    what: String,
    value: Option<String>,
    /// Why there is none.
    missing: String,
    /// What was there instead.
    notes: Vec<String>,
}

impl Page {
    /// The title of an HTML page.
    pub fn title(&self) -> Text {
        let title = self.document().texts("title", 1).ok().and_then(|texts| texts.into_iter().next());
        Text::new(self, "title", title, "the page has no title")
    }

    /// The text of the page that a person can read.
    pub fn text(&self) -> Text {
        Text::new(self, "text of the page", Some(self.document().visible_text()), "")
    }
}

impl Text {
    pub(super) fn new(
        page: &Page,
        what: impl Into<String>,
        value: Option<String>,
        missing: impl Into<String>,
    ) -> Text {
        let what = what.into();
        Text::of(Subject::new(page, &what), what, value, missing)
    }

    /// A text that is a part of a subject.
    pub(super) fn of(
        subject: Subject,
        what: impl Into<String>,
        value: Option<String>,
        missing: impl Into<String>,
    ) -> Text {
        Text { subject, what: what.into(), value, missing: missing.into(), notes: Vec::new() }
    }

    /// The same with what is to be told where the text is missing.
    pub(super) fn told(self, notes: Vec<String>) -> Text {
        Text { notes, ..self }
    }

    /// Checks that the text is this one; white space is folded.
    #[track_caller]
    pub fn is(&self, expected: &str) -> Judged {
        self.is_at(expected, Place::caller())
    }

    pub(super) fn is_at(&self, expected: &str, place: Place) -> Judged {
        self.expect(
            |text| text == expected,
            |text| quoted(expected, difference(expected, text)),
            |text| difference(text, expected),
            place,
        )
    }

    /// Checks that the text has this in it.
    #[track_caller]
    pub fn contains(&self, expected: &str) -> Judged {
        self.contains_at(expected, Place::caller())
    }

    pub(super) fn contains_at(&self, expected: &str, place: Place) -> Judged {
        self.expect(
            |text| text.contains(expected),
            |_| format!("a text with {} in it", quoted(expected, 0)),
            |text| nearest(text, expected),
            place,
        )
    }

    /// Checks that the text does not have this in it. A text that is not there has nothing in it.
    #[track_caller]
    pub fn lacks(&self, unwanted: &str) -> Judged {
        self.lacks_at(unwanted, Place::caller())
    }

    pub(super) fn lacks_at(&self, unwanted: &str, place: Place) -> Judged {
        if self.value.is_none() {
            return self.subject.expect(true, &self.what, "", "", Vec::new, place);
        }
        self.expect(
            |text| !text.contains(unwanted) && self.subject.page.is_whole(),
            |_| format!("a text without {}", quoted(unwanted, 0)),
            |text| text.find(unwanted).unwrap_or(0),
            place,
        )
    }

    /// Checks that the text begins so.
    #[track_caller]
    pub fn starts_with(&self, expected: &str) -> Judged {
        let place = Place::caller();
        self.expect(
            |text| text.starts_with(expected),
            |_| format!("a text that begins with {}", quoted(expected, 0)),
            |text| difference(text, expected),
            place,
        )
    }

    /// Checks that there is a text and it is not empty.
    #[track_caller]
    pub fn is_present(&self) -> Judged {
        let place = Place::caller();
        self.expect(|text| !text.is_empty(), |_| "a text".to_owned(), |_| 0, place)
    }

    /// Ends the case if a check of this text failed before, or else if there is none.
    ///
    /// # Errors
    ///
    /// It is told already.
    #[track_caller]
    pub fn required(&self) -> Checked {
        let place = Place::caller();
        self.subject.required(|| self.expect(|text| !text.is_empty(), |_| "a text".to_owned(), |_| 0, place))
    }

    /// Its lines, without blanks at their ends; empty ones are left out.
    pub fn lines(&self) -> Texts {
        let what = format!("lines of {}", self.what);
        let lines = |text: &str| {
            text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
        };
        match &self.value {
            Some(text) => Texts::of(self.subject.clone(), what, lines(text)),
            None => Texts::missing(self.subject.clone(), what, self.missing.clone()).told(self.notes.clone()),
        }
    }

    /// The text itself.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// `expected` and `place_of` look at the text as it may be shown: the second gives the byte that matters.
    fn expect(
        &self,
        met: impl Fn(&str) -> bool,
        expected: impl Fn(&str) -> String,
        place_of: impl Fn(&str) -> usize,
        place: Place,
    ) -> Judged {
        let page = &self.subject.page;
        let Some(text) = &self.value else {
            let notes = || [page.heading_notes(), self.notes.clone()].concat();
            return self.subject.expect(false, &self.what, expected(""), &self.missing, notes, place);
        };
        if met(text) {
            return self.subject.expect(true, &self.what, "", "", Vec::new, place);
        }
        let text = page.without_secrets(text);
        let found = quoted(&text, place_of(&text));
        self.subject.expect(false, &self.what, expected(&text), found, || page.oddities(), place)
    }
}
