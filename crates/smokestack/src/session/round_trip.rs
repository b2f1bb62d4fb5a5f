//! Visits to a component, each followed by a look at the issuer: whoever ends a session that it only should have read is
//! the one that was visited last.

use smokestack_core::{Class, CookieAction, Place};

use super::{Pending, Session, sample};
use crate::page::{Judged, Page};
use crate::{Checked, Component};

/// Visits to a component and the issuer's answers after them.
#[derive(Clone)]
pub struct RoundTrip {
    component: Component,
    there: Vec<Page>,
    back: Vec<Page>,
}

impl Session {
    /// Visits a component with one and the same session, instance by instance, and the issuer after each visit, until
    /// all instances were seen or one of the two refuses the session. As patient as [`Session::sample`].
    ///
    /// # Errors
    ///
    /// A request got no answer; that is written down as a failure of this line.
    #[track_caller]
    pub fn there_and_back(&self, component: &Component, issuer: &Component) -> Pending<'_, RoundTrip> {
        let (component, issuer, place) = (component.clone(), issuer.clone(), Place::caller());
        Box::pin(async move {
            let mut trip = RoundTrip { component, there: Vec::new(), back: Vec::new() };
            let session = self.freshly();
            for _ in 0..sample::most(self, &trip.component) {
                trip.there.push(session.fetch(&trip.component.entry(), &place).await?);
                if !trip.last_was_accepted() {
                    break;
                }
                trip.back.push(session.fetch(&issuer.entry(), &place).await?);
                let refused = trip.back.last().is_some_and(|page| !page.is_signed_in());
                if refused || trip.saw_all() {
                    break;
                }
            }
            Ok(trip)
        })
    }
}

impl RoundTrip {
    /// Checks that the component accepts the session, and ends the case if not: see
    /// [`Page::signed_in_or_blocked_by`].
    ///
    /// # Errors
    ///
    /// An instance of the component does not accept the session.
    #[track_caller]
    pub fn signed_in_or_blocked_by(&self, case: &str) -> Checked {
        match self.there.last() {
            Some(page) => page.signed_in_or_blocked_at(case, Place::caller()),
            None => Ok(()),
        }
    }

    /// Checks that the issuer still accepts the session after every visit.
    #[track_caller]
    pub fn kept(&self) -> Judged {
        let place = Place::caller();
        let Some((page, visit)) = self.back.last().zip(self.there.last()) else { return Judged::of(true) };
        let Err(mut check) = page.accepted() else { return page.judge(Ok(()), place) };
        if check.class == Class::SessionLost {
            check.class = Class::SessionDestroyed;
        }
        check.what = format!("{} after a visit to {}", check.what, self.component.name());
        let who = visit.instance().unwrap_or_else(|| self.component.name().to_owned());
        check.notes.push(format!("{who} was visited last and accepted the session"));
        let notes = visit.exchange().hops.iter().flat_map(|hop| &hop.cookies);
        for note in notes.filter(|note| note.action == CookieAction::Deleted) {
            check.notes.push(format!("its answer deleted cookie `{}`", note.name));
        }
        page.fail(*check, place)
    }

    fn last_was_accepted(&self) -> bool {
        self.there.last().is_some_and(Page::is_signed_in)
    }

    fn saw_all(&self) -> bool {
        let mut seen: Vec<String> = self.there.iter().filter_map(Page::instance).collect();
        seen.sort();
        seen.dedup();
        seen.len() >= self.component.instances().unwrap_or(1)
    }
}
