//! What can be expected of a part of a page. Every check is soft and remembers the line that asked.

use std::fmt::Display;
use std::time::Duration;

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::Page;

/// The status of an answer.
#[derive(Clone)]
pub struct Status {
    pub(super) page: Page,
}

impl Status {
    /// Checks that the status is this one.
    #[track_caller]
    pub fn is(&self, expected: u16) {
        let status = self.page.code();
        let notes = self.page.heading_notes();
        self.page.expect(status == expected, "status", expected, status, notes, Place::caller());
    }

    /// Checks that the status is 200 to 299.
    #[track_caller]
    pub fn is_success(&self) {
        let status = self.page.code();
        let notes = self.page.heading_notes();
        self.page.expect(
            (200..300).contains(&status),
            "status",
            "200 to 299",
            status,
            notes,
            Place::caller(),
        );
    }

    /// The number itself.
    pub fn code(&self) -> u16 {
        self.page.code()
    }
}

/// A text of a page: a title, an element's text, an attribute, a header.
#[derive(Clone)]
pub struct Text {
    page: Page,
    what: String,
    value: Option<String>,
    missing: String,
    judged: bool,
}

impl Text {
    pub(super) fn new(
        page: &Page,
        what: impl Into<String>,
        value: Option<String>,
        missing: impl Into<String>,
    ) -> Text {
        Text { page: page.clone(), what: what.into(), value, missing: missing.into(), judged: true }
    }

    /// The same, judged only if its selector was one.
    fn judged(self, judged: bool) -> Text {
        Text { judged, ..self }
    }

    /// Checks that the text is this one; white space is folded.
    #[track_caller]
    pub fn is(&self, expected: &str) {
        self.expect(|text| text == expected, format!("{expected:?}"), Place::caller());
    }

    /// Checks that the text has this in it.
    #[track_caller]
    pub fn contains(&self, expected: &str) {
        self.expect(
            |text| text.contains(expected),
            format!("a text with {expected:?} in it"),
            Place::caller(),
        );
    }

    /// Checks that the text does not have this in it. A text that is not there has nothing in it.
    #[track_caller]
    pub fn lacks(&self, unwanted: &str) {
        let found = self.value.as_deref().unwrap_or_default();
        if !self.judged {
            return;
        }
        let met = !found.contains(unwanted);
        self.page.expect(
            met,
            &self.what,
            format!("a text without {unwanted:?}"),
            self.page.shown(found),
            vec![],
            Place::caller(),
        );
    }

    /// Checks that the text begins so.
    #[track_caller]
    pub fn starts_with(&self, expected: &str) {
        self.expect(
            |text| text.starts_with(expected),
            format!("a text that begins with {expected:?}"),
            Place::caller(),
        );
    }

    /// Checks that there is a text and it is not empty.
    #[track_caller]
    pub fn is_present(&self) {
        self.expect(|text| !text.is_empty(), "a text".to_owned(), Place::caller());
    }

    /// The text itself.
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    fn expect(&self, met: impl Fn(&str) -> bool, expected: String, place: Place) {
        if !self.judged {
            return;
        }
        match &self.value {
            Some(text) => {
                self.page.expect(met(text), &self.what, expected, self.page.shown(text), vec![], place)
            }
            None => {
                self.page.expect(false, &self.what, expected, &self.missing, self.page.heading_notes(), place)
            }
        }
    }
}

/// What a CSS selector found.
#[derive(Clone)]
pub struct Found {
    pub(super) page: Page,
    pub(super) selector: String,
    /// Whether the selector is one; nothing is judged by one that is not, its line has failed already.
    pub(super) judged: bool,
}

impl Found {
    /// The text of the first element.
    pub fn text(&self) -> Text {
        let text =
            self.page.document().texts(&self.selector, 1).ok().and_then(|texts| texts.into_iter().next());
        Text::new(&self.page, format!("text of `{}`", self.selector), text, "no element matches")
            .judged(self.judged)
    }

    /// An attribute of the first element.
    pub fn attribute(&self, name: &str) -> Text {
        let first =
            self.page.document().select(&self.selector, 1, |element| element.attr(name).map(str::to_owned));
        let first = first.ok().and_then(|found| found.into_iter().next());
        let missing =
            if first.is_some() { "the element has no such attribute" } else { "no element matches" };
        Text::new(&self.page, format!("attribute `{name}` of `{}`", self.selector), first.flatten(), missing)
            .judged(self.judged)
    }

    /// How many elements match.
    pub fn count(&self) -> Count {
        let count = self.page.document().count(&self.selector).unwrap_or(0);
        Count {
            page: self.page.clone(),
            what: format!("number of `{}`", self.selector),
            count,
            judged: self.judged,
        }
    }

    /// Checks that an element matches.
    #[track_caller]
    pub fn exists(&self) {
        if !self.judged {
            return;
        }
        let count = self.page.document().count(&self.selector).unwrap_or(0);
        let what = format!("`{}`", self.selector);
        self.page.expect(
            count > 0,
            &what,
            "an element",
            "no element matches",
            self.page.heading_notes(),
            Place::caller(),
        );
    }
}

/// How many there are.
#[derive(Clone)]
pub struct Count {
    pub(super) page: Page,
    pub(super) what: String,
    pub(super) count: usize,
    pub(super) judged: bool,
}

impl Count {
    /// Checks that there are exactly so many.
    #[track_caller]
    pub fn is(&self, expected: usize) {
        self.expect(self.count == expected, expected.to_string(), Place::caller());
    }

    /// Checks that there are so many or more.
    #[track_caller]
    pub fn at_least(&self, expected: usize) {
        self.expect(self.count >= expected, format!("{expected} or more"), Place::caller());
    }

    /// Checks that there are so many or fewer.
    #[track_caller]
    pub fn at_most(&self, expected: usize) {
        self.expect(self.count <= expected, format!("{expected} or fewer"), Place::caller());
    }

    /// The number itself.
    pub fn value(&self) -> usize {
        self.count
    }

    fn expect(&self, met: bool, expected: String, place: Place) {
        if !self.judged {
            return;
        }
        let notes = if self.count == 0 { self.page.heading_notes() } else { Vec::new() };
        self.page.expect(met, &self.what, expected, self.count, notes, place);
    }
}

/// How long an exchange took.
#[derive(Clone)]
pub struct Took {
    pub(super) page: Page,
}

impl Took {
    /// Checks that the exchange, redirects included, took less than this.
    #[track_caller]
    pub fn under(&self, limit: Duration) {
        let took = self.page.took();
        let shown = |duration: Duration| format!("{} ms", duration.as_millis());
        let expected = format!("under {}", shown(limit));
        self.page.expect(took < limit, "duration", expected, shown(took), vec![], Place::caller());
    }

    /// The time itself.
    pub fn value(&self) -> Duration {
        self.page.took()
    }
}

impl Page {
    /// Judges one expectation and writes down what came of it.
    pub(super) fn expect(
        &self,
        met: bool,
        what: &str,
        expected: impl Display,
        found: impl Display,
        notes: Vec<String>,
        place: Place,
    ) {
        if met {
            self.judge(Ok(()), place);
            return;
        }
        let check = FailedCheck::new(Blame::Wrong, Class::Value, what)
            .expected_found(expected.to_string(), found.to_string());
        self.judge(Err(Box::new(FailedCheck { notes, ..check })), place);
    }
}

impl Page {
    /// Judges whether it came in time.
    pub(super) fn slow(&self, met: bool, expected: String, found: String, place: Place) {
        let check = FailedCheck::new(Blame::Wrong, Class::Slow, "duration").expected_found(expected, found);
        self.judge(if met { Ok(()) } else { Err(Box::new(check)) }, place);
    }

    /// A text in quotes, shortened where it is long. Secrets go first: a part of one would not be known again.
    pub(super) fn shown(&self, text: &str) -> String {
        const LONGEST: usize = 200;
        let text = self.session().scope.run.redactor.redact(text);
        match text.char_indices().nth(LONGEST) {
            Some((cut, _)) => format!("{:?}… ({} characters)", &text[..cut], text.chars().count()),
            None => format!("{text:?}"),
        }
    }
}
