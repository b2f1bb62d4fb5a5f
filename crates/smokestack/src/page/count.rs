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
    /// What helps to understand a number that is not the expected one.
    notes: Vec<String>,
}

impl Count {
    pub(super) fn of(subject: Subject, what: impl Into<String>, count: usize) -> Count {
        Count { subject, what: what.into(), count, notes: Vec::new() }
    }

    /// The same with what is to be told where it is not the expected number.
    pub(super) fn told(self, notes: Vec<String>) -> Count {
        Count { notes, ..self }
    }

    /// Checks that there are exactly so many.
    #[track_caller]
    pub fn is(&self, expected: usize) -> Judged {
        self.expect(self.count == expected, expected.to_string(), Place::caller())
    }

    /// Checks that there are so many or more.
    #[track_caller]
    pub fn at_least(&self, expected: usize) -> Judged {
        self.expect(self.count >= expected, format!("{expected} or more"), Place::caller())
    }

    /// Checks that there are so many or fewer.
    #[track_caller]
    pub fn at_most(&self, expected: usize) -> Judged {
        self.expect(self.count <= expected, format!("{expected} or fewer"), Place::caller())
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

    fn expect(&self, met: bool, expected: String, place: Place) -> Judged {
        let notes = || {
            let heading = if self.count == 0 { self.subject.page.heading_notes() } else { Vec::new() };
            heading.into_iter().chain(self.notes.iter().cloned()).collect()
        };
        self.subject.expect(met, &self.what, expected, self.count, notes, place)
    }
}
