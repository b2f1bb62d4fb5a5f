//! The status of an answer.

use smokestack_core::Place;

use super::Page;
use super::judged::{Judged, Subject};
use crate::Checked;

/// The status of an answer.
#[derive(Clone)]
pub struct Status {
    subject: Subject,
}

impl Page {
    /// The status: `page.status().is(200)`.
    pub fn status(&self) -> Status {
        Status { subject: Subject::new(self, "status") }
    }
}

impl Status {
    /// Checks that the status is this one.
    #[track_caller]
    pub fn is(&self, expected: u16) -> Judged {
        self.expect(self.code() == expected, &expected.to_string(), Place::caller())
    }

    /// Checks that the status is 200 to 299.
    #[track_caller]
    pub fn is_success(&self) -> Judged {
        self.expect((200..300).contains(&self.code()), "200 to 299", Place::caller())
    }

    /// The number itself.
    pub fn code(&self) -> u16 {
        self.subject.page.code()
    }

    /// Ends the case if a check of the status failed before, or else if it is not 200 to 299.
    ///
    /// # Errors
    ///
    /// It is told already.
    #[track_caller]
    pub fn required(&self) -> Checked {
        let place = Place::caller();
        // Whoever expects a refusal has said so by a check that was met.
        self.subject.required(|| self.expect(self.code() < 400, "below 400", place))
    }

    fn expect(&self, met: bool, expected: &str, place: Place) -> Judged {
        let page = &self.subject.page;
        self.subject.expect(met, "status", expected, self.code(), || page.heading_notes(), place)
    }
}
