//! How many there are of something on a page.

use smokestack_core::Place;

use super::judged::{Judged, Subject};
use crate::Checked;

/// How many there are.
#[derive(Clone)]
pub struct Count {
    subject: Subject,
    what: String,
    count: usize,
    /// Why nothing can be counted.
    missing: Option<String>,
    /// What helps to understand a number that is not the expected one.
    notes: Vec<String>,
}

impl Count {
    pub(super) fn of(subject: Subject, what: impl Into<String>, count: usize) -> Count {
        Count { subject, what: what.into(), count, missing: None, notes: Vec::new() }
    }

    /// The count of what cannot be counted: no number is right, not even 0.
    pub(super) fn missing(subject: Subject, what: impl Into<String>, why: String) -> Count {
        Count { missing: Some(why), ..Count::of(subject, what, 0) }
    }

    /// The same with what is to be told where it is not the expected number.
    pub(super) fn told(self, notes: Vec<String>) -> Count {
        Count { notes, ..self }
    }

    /// Checks that there are exactly so many.
    #[track_caller]
    pub fn is(&self, expected: usize) -> Judged {
        let met = self.count == expected && self.is_whole();
        self.expect(met, expected.to_string(), Place::caller())
    }

    /// Checks that there are so many or more.
    #[track_caller]
    pub fn at_least(&self, expected: usize) -> Judged {
        self.expect(self.count >= expected, format!("{expected} or more"), Place::caller())
    }

    /// Checks that there are so many or fewer.
    #[track_caller]
    pub fn at_most(&self, expected: usize) -> Judged {
        let met = self.count <= expected && self.is_whole();
        self.expect(met, format!("{expected} or fewer"), Place::caller())
    }

    /// Ends the case if a check of what is counted failed before, or else if there is none.
    ///
    /// # Errors
    ///
    /// It is told already.
    #[track_caller]
    pub fn required(&self) -> Checked {
        let place = Place::caller();
        self.subject.required(|| self.expect(self.count > 0, "1 or more".to_owned(), place))
    }

    /// The number itself.
    pub fn value(&self) -> usize {
        self.count
    }

    /// Of a page that was not read to its end nothing can be said to be all.
    fn is_whole(&self) -> bool {
        self.subject.page.is_whole()
    }

    fn expect(&self, met: bool, expected: String, place: Place) -> Judged {
        let notes = || {
            let page = &self.subject.page;
            let heading = if self.count == 0 { page.heading_notes() } else { page.oddities() };
            [heading, self.notes.clone()].concat()
        };
        match &self.missing {
            Some(why) => self.subject.expect(false, &self.what, expected, why, notes, place),
            None if !met && !self.is_whole() => {
                let found = format!("{} in what was read", self.count);
                self.subject.expect(false, &self.what, expected, found, notes, place)
            }
            None => self.subject.expect(met, &self.what, expected, self.count, notes, place),
        }
    }
}
