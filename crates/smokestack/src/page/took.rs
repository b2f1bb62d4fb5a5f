//! How long an exchange took.

use std::time::Duration;

use smokestack_core::Place;

use super::Page;
use super::judged::{Judged, Subject};

/// How long an exchange took.
#[derive(Clone)]
pub struct Took {
    subject: Subject,
}

impl Page {
    /// How long the exchange took, redirects included.
    pub fn duration(&self) -> Took {
        Took { subject: Subject::new(self, "duration") }
    }
}

impl Took {
    /// Checks that the exchange, redirects included, took less than this.
    #[track_caller]
    pub fn under(&self, limit: Duration) -> Judged {
        let took = self.value();
        let shown = |duration: Duration| format!("{} ms", duration.as_millis());
        let expected = format!("under {}", shown(limit));
        self.subject.expect(took < limit, "duration", expected, shown(took), Vec::new, Place::caller())
    }

    /// The time itself.
    pub fn value(&self) -> Duration {
        self.subject.page.took()
    }
}
