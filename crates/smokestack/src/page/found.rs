//! What a CSS selector found.

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::judged::{Judged, Subject};
use super::{Count, Each, Page, Text, Texts};
use crate::Checked;

/// What a CSS selector found.
#[derive(Clone)]
pub struct Found {
    pub(super) subject: Subject,
    pub(super) selector: String,
}

impl Page {
    /// What a CSS selector finds: `page.find("h1").text().is("Work orders")`.
    ///
    /// A selector that is not one fails at this line.
    #[track_caller]
    pub fn find(&self, selector: &str) -> Found {
        let place = Place::caller();
        let whole = format!("`{selector}`");
        let subject = match self.session().scope.run.selectors.get(selector) {
            Ok(_) => Subject::new(self, &whole),
            Err(why) => {
                let what = format!("`{selector}` is not a CSS selector");
                let check = FailedCheck::new(Blame::Harness, Class::Harness, what);
                Subject::wrong(self, &whole, FailedCheck { found: Some(why), ..check }, place)
            }
        };
        Found { subject, selector: selector.to_owned() }
    }
}

impl Found {
    /// The text of the first element.
    pub fn text(&self) -> Text {
        let text = self.page().document().texts(&self.selector, 1).ok().and_then(|mut texts| texts.pop());
        let near = if text.is_none() { self.near() } else { Vec::new() };
        let what = format!("text of `{}`", self.selector);
        Text::of(self.subject.clone(), what, text, "no element matches").told(near)
    }

    /// An attribute of the first element.
    pub fn attribute(&self, name: &str) -> Text {
        let attribute = |element: scraper::ElementRef<'_>| element.attr(name).map(str::to_owned);
        let first = self.page().document().select(&self.selector, 1, attribute);
        let first = first.ok().and_then(|mut found| found.pop());
        let missing =
            if first.is_some() { "the element has no such attribute" } else { "no element matches" };
        let what = format!("attribute `{name}` of `{}`", self.selector);
        let near = if first.is_none() { self.near() } else { Vec::new() };
        Text::of(self.subject.clone(), what, first.flatten(), missing).told(near)
    }

    /// The texts of all elements that match.
    pub fn texts(&self) -> Texts {
        let texts = self.page().document().texts(&self.selector, usize::MAX).unwrap_or_default();
        self.all(format!("texts of `{}`", self.selector), texts)
    }

    /// The text of each element that matches: `page.find("td.status").each().is("open")`.
    pub fn each(&self) -> Each {
        self.texts().each()
    }

    /// An attribute of all elements that match; empty where one has no such attribute.
    pub fn attributes(&self, name: &str) -> Texts {
        let attribute = |element: scraper::ElementRef<'_>| element.attr(name).unwrap_or_default().to_owned();
        let values = self.page().document().select(&self.selector, usize::MAX, attribute).unwrap_or_default();
        self.all(format!("attributes `{name}` of `{}`", self.selector), values)
    }

    /// How many elements match.
    pub fn count(&self) -> Count {
        let count = self.number();
        let near = if count == 0 { self.near() } else { Vec::new() };
        Count::of(self.subject.clone(), format!("number of `{}`", self.selector), count).told(near)
    }

    /// Checks that an element matches.
    #[track_caller]
    pub fn exists(&self) -> Judged {
        self.expect_some(Place::caller())
    }

    /// Ends the case if a check of what this selector finds failed before, or else if no element matches.
    ///
    /// # Errors
    ///
    /// It is told already.
    #[track_caller]
    pub fn required(&self) -> Checked {
        let place = Place::caller();
        self.subject.required(|| self.expect_some(place))
    }

    fn expect_some(&self, place: Place) -> Judged {
        let what = format!("`{}`", self.selector);
        let notes = || [self.page().heading_notes(), self.near()].concat();
        self.subject.expect(self.number() > 0, &what, "an element", "no element matches", notes, place)
    }

    fn all(&self, what: String, texts: Vec<String>) -> Texts {
        let near = if texts.is_empty() { self.near() } else { Vec::new() };
        Texts::of(self.subject.clone(), what, texts).told(near)
    }

    pub(super) fn near(&self) -> Vec<String> {
        if self.subject.is_judged() { self.page().near(&self.selector) } else { Vec::new() }
    }

    fn number(&self) -> usize {
        self.page().document().count(&self.selector).unwrap_or(0)
    }

    fn page(&self) -> &Page {
        &self.subject.page
    }
}
