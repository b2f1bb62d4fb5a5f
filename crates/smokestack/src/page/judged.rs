//! What came of a check, and how a case ends that makes no sense without it.

use std::fmt::Display;
use std::sync::Arc;

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::Page;
use crate::{Checked, Stop};

/// What came of a check. It was written down already: a case may drop this and go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    met: bool,
}

impl Judged {
    pub(crate) fn of(met: bool) -> Judged {
        Judged { met }
    }

    /// Whether the check was met.
    pub fn is_met(self) -> bool {
        self.met
    }

    /// Ends the case if the check was not met, where going on makes no sense.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let page = cx.anonymous().get("/work-orders/").await?;
    /// page.status().is(200).required()?; // of an error page nothing below can be expected
    /// page.find("h1").text().is("Work orders");
    /// # cx.done() }
    /// ```
    ///
    /// # Errors
    ///
    /// The check was not met. It is told already; nothing more is.
    pub fn required(self) -> Checked {
        if self.met { Ok(()) } else { Err(Stop::failed()) }
    }
}

/// What a subject is of, and what its failed checks are remembered by.
#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) page: Page,
    /// Parts go by the name of the whole: the text of `h1` by that of `h1`.
    whole: Arc<str>,
    /// Not where the question was none, such as by a selector that is no selector: its line has failed already.
    judged: bool,
}

impl Subject {
    pub(super) fn new(page: &Page, whole: &str) -> Subject {
        Subject { page: page.clone(), whole: whole.into(), judged: true }
    }

    /// A subject that nothing can be asked of. Whoever asked for it is told why.
    pub(super) fn wrong(page: &Page, whole: &str, check: FailedCheck, place: Place) -> Subject {
        page.fail(check, place);
        Subject { judged: false, ..Subject::new(page, whole) }
    }

    /// Whether anything can be asked of it.
    pub(crate) fn is_judged(&self) -> bool {
        self.judged
    }

    /// Judges one expectation. Notes are gathered only where they are needed.
    pub(super) fn expect(
        &self,
        met: bool,
        what: &str,
        expected: impl Display,
        found: impl Display,
        notes: impl FnOnce() -> Vec<String>,
        place: Place,
    ) -> Judged {
        if met && self.judged {
            return self.page.judge(Ok(()), place);
        }
        let check = FailedCheck::new(Blame::Wrong, Class::Value, what);
        let check = check.expected_found(expected.to_string(), found.to_string());
        self.fail(|| FailedCheck { notes: notes(), ..check }, place)
    }

    /// Writes down a failed check.
    pub(crate) fn fail(&self, check: impl FnOnce() -> FailedCheck, place: Place) -> Judged {
        if self.judged {
            self.page.remember(&self.whole);
            self.page.fail(check(), place);
        }
        Judged::of(false)
    }

    /// Checks that something is there: that there is no reason why it is not.
    pub(super) fn expect_there(
        &self,
        missing: Option<&String>,
        what: &str,
        wanted: &str,
        notes: &[String],
        place: Place,
    ) -> Judged {
        let found = missing.map(String::as_str).unwrap_or_default();
        let notes = || [self.page.heading_notes(), notes.to_vec()].concat();
        self.expect(missing.is_none(), what, wanted, found, notes, place)
    }

    /// Ends the case if a check of this subject failed before, or else if this one does.
    pub(super) fn required(&self, is_there: impl FnOnce() -> Judged) -> Checked {
        match self.judged && !self.page.has_failed(&self.whole) {
            true => is_there().required(),
            false => Err(Stop::failed()),
        }
    }
}

impl Page {
    /// Ends the case if a check of this page failed.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let page = cx.anonymous().get("/work-orders/").await?;
    /// page.status().is(200);
    /// page.find("h1").text().is("Work orders");
    /// page.required()?; // both are told if both fail
    /// # cx.done() }
    /// ```
    ///
    /// # Errors
    ///
    /// A check of it failed, which is told already.
    pub fn required(&self) -> Checked {
        Judged::of(!self.has_failed_at_all()).required()
    }
}
