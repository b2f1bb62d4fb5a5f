//! Whether an answer is that of somebody signed in. A 200 that is a login form is not a page.

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::impostor::{self, Disguise};
use super::judged::Judged;
use super::{Page, identity, open};
use crate::{Checked, Stop, cookies};

impl Page {
    /// Checks that the platform knows who is signed in: not a login page, an error page or somebody's public page.
    ///
    /// A page must show the platform file's `signed_in` marker; a JSON answer must come with a good status, and give more than a
    /// complaint such as `{"error": "unauthorized"}`.
    #[track_caller]
    pub fn signed_in(&self) -> Judged {
        self.settle(&[Disguise::Login]);
        self.judge(self.accepted(), Place::caller())
    }

    /// Checks that what a form sent was accepted, by somebody who is signed in. A 403 is no word about the session, which
    /// was accepted for the form's own page: what was sent is refused, such as for its token.
    #[track_caller]
    pub fn accepted_as_sent(&self) -> Judged {
        self.judge(self.accepted_write().and_then(|()| self.accepted()), Place::caller())
    }

    /// Checks that a session from before a deploy is accepted. Where the platform file says `expect_relogin`, a clean
    /// way to the login page will do as well; an error of the server never does.
    #[track_caller]
    pub fn signed_in_or_relogin(&self) -> Judged {
        self.settle(&[Disguise::Login]);
        self.judge(survived(self), Place::caller())
    }

    /// Checks that what a form from before a deploy sent was accepted, as [`Page::accepted_as_sent`] does; a clean way to the
    /// login page will do where [`Page::signed_in_or_relogin`] takes one.
    #[track_caller]
    pub fn accepted_as_sent_or_relogin(&self) -> Judged {
        self.settle(&[Disguise::Login]);
        let relogin = self.session().scope.run.platform.session.expect_relogin && refusal(self).is_some();
        let written = if relogin { Ok(()) } else { accepted_write(self) };
        self.judge(written.and_then(|()| survived(self)), Place::caller())
    }

    /// Checks that the platform refuses this visitor: a way to the login page, a login form, 401 or 403. What shows data all the
    /// same, beside the form or in the body of a redirect, has let the visitor in.
    #[track_caller]
    pub fn refused(&self) -> Judged {
        self.settle(&[Disguise::Login]);
        self.judge(refused(self), Place::caller())
    }

    /// Checks as [`Page::signed_in`] does, and ends the case if that fails: what it wants to look at cannot be
    /// judged. Where the run has a case of this name for the same component, which tells of it, this one is blocked
    /// by it and does not tell it again. `session::page` is the case `page` of suite `session`.
    ///
    /// # Errors
    ///
    /// The platform does not know who is signed in.
    #[track_caller]
    pub fn signed_in_or_blocked_by(&self, case: &str) -> Checked {
        self.signed_in_or_blocked_at(case, Place::caller())
    }

    pub(crate) fn signed_in_or_blocked_at(&self, case: &str, place: Place) -> Checked {
        self.settle(&[Disguise::Login]);
        let Err(check) = self.accepted() else {
            self.session().scope.log.met();
            return Ok(());
        };
        let scope = &self.session().scope;
        match scope.sibling(case) {
            Some(sibling) => {
                let check = check.at(place).about(self.index());
                scope.log.held(sibling.clone(), check);
                Err(Stop::blocked(format!("`{sibling}`")))
            }
            None => {
                self.fail(*check, place);
                Err(Stop::failed())
            }
        }
    }

    /// Checks as [`Page::signed_in`] does, and that the page is this account's: it shows what the platform file's `who`
    /// finds on the account's pages, which is its user name, or `shows` in `[accounts.NAME]`. The case has asked for a
    /// session of the account before.
    #[track_caller]
    pub fn signed_in_as(&self, account: &str) -> Judged {
        let place = Place::caller();
        self.settle(&[Disguise::Login]);
        let judged = self.accepted().and_then(|()| identity::belongs_to(self, account));
        self.judge(judged, place)
    }

    /// Whether [`Page::signed_in`] would pass, without judging.
    pub fn is_signed_in(&self) -> bool {
        accepted(self).is_ok()
    }

    /// How the component said that it does not know the session, if it did.
    pub(crate) fn session_lost(&self) -> Option<String> {
        let check = accepted(self).err().filter(|check| check.class == Class::SessionLost)?;
        check.found
    }

    /// Whether this is a page to log in on: it has a password field, or is the one that the platform file names.
    pub(crate) fn is_login_page(&self) -> bool {
        let asks = self.document().count("input[type=password]").unwrap_or(0) > 0;
        let named = self.address().path() == self.session().scope.run.platform.login.page;
        (asks || named) && !self.has_marker()
    }

    /// Whether the visitor is known; all forks of the session learn of it.
    pub(crate) fn accepted(&self) -> Result<(), Box<FailedCheck>> {
        let judged = accepted(self);
        let class = judged.as_ref().err().map(|check| check.class);
        if class == Some(Class::Impostor) {
            // Told by whoever judges this.
            self.settle(&[Disguise::Maintenance, Disguise::Gateway, Disguise::Error]);
        }
        let lost = class == Some(Class::SessionLost);
        if judged.is_ok() || lost {
            let by = self.exchange().component.as_deref();
            self.session().heard(judged.is_ok(), by, self.first_asked());
        }
        judged
    }

    /// The component accepted what was sent to it.
    pub(crate) fn accepted_write(&self) -> Result<(), Box<FailedCheck>> {
        accepted_write(self)
    }

    pub(crate) fn has_marker(&self) -> bool {
        let marker = self.session().scope.run.platform.session.signed_in.as_deref();
        marker.is_some_and(|marker| self.document().count(marker).unwrap_or(0) > 0)
    }
}

/// The visitor is known to the component.
pub(super) fn accepted(page: &Page) -> Result<(), Box<FailedCheck>> {
    let failed = |class, found: String, mut notes: Vec<String>| {
        notes.extend(page.session().about().map(str::to_owned));
        let what = format!("signed in at {}", page.asked());
        let check = FailedCheck::new(Blame::Wrong, class, what).expected_found("somebody signed in", found);
        Err(Box::new(FailedCheck { notes, ..check }))
    };
    if let Some(turn) = page.wrong_turn() {
        return failed(Class::Redirect, turn, Vec::new());
    }
    let cookies = || cookies::told(&page.exchange().hops, page.deciding());
    let status = page.code();
    if let Some(how) = refusal(page) {
        return failed(Class::SessionLost, how, cookies());
    }
    if status >= 400 {
        return failed(Class::Value, format!("status {status}"), page.heading_notes());
    }
    if let Some((_, said)) = page.complaint() {
        return failed(Class::Value, format!("status {status}, and {said}"), Vec::new());
    }
    if page.is_json() || page.has_marker() {
        return Ok(());
    }
    if let Some((disguise, found)) =
        impostor::unmasked(page).filter(|(disguise, _)| *disguise != Disguise::Login)
    {
        return Err(Box::new(impostor::told(page, disguise, &found)));
    }
    // Neither a way to the login nor somebody signed in: another page in its place.
    let found = match &page.session().scope.run.platform.session.signed_in {
        Some(marker) => format!("status {status}, a page without `{marker}`"),
        None => format!("status {status} and no JSON; `signed_in` in `[session]` says how a page is known"),
    };
    let mut notes = page.heading_notes();
    // A finding takes the first note for what the page shows.
    if !notes.is_empty() {
        notes.extend(cookies());
    }
    failed(Class::Value, found, notes)
}

/// The component accepted what was sent to it. 403 is no word about the session, which was accepted before.
fn accepted_write(page: &Page) -> Result<(), Box<FailedCheck>> {
    let status = page.code();
    if status != 403 && refusal(page).is_some() {
        return accepted(page);
    }
    if (200..300).contains(&status) {
        return Ok(());
    }
    let request = page.exchange().hops.first().map(|hop| format!("{} {}", hop.method, hop.url));
    let check = FailedCheck::new(Blame::Wrong, Class::Value, request.unwrap_or_default());
    let check = check.expected_found("status 200 to 299", format!("status {status}"));
    Err(Box::new(FailedCheck { notes: page.alerts(), ..check }))
}

/// A session from before a deploy is of use, or cleanly sent to the login where that was meant to happen.
fn survived(page: &Page) -> Result<(), Box<FailedCheck>> {
    let run = &page.session().scope.run;
    if run.platform.session.expect_relogin && refusal(page).is_some() {
        return Ok(());
    }
    let saved = run.carried().map(|carried| carried.told(crate::run::now()));
    accepted(page).map_err(|check| {
        let mut check = *check;
        if run.platform.session.expect_relogin {
            check.expected = Some("somebody signed in, or a way to the login page".to_owned());
        }
        check.notes.extend(saved.map(|saved| format!("the session is one from before the deploy, {saved}")));
        Box::new(check)
    })
}

/// The visitor is refused.
fn refused(page: &Page) -> Result<(), Box<FailedCheck>> {
    let shown = open::shown_to_a_visitor(page);
    if shown.is_none() && refusal(page).is_some() {
        return Ok(());
    }
    let status = page.code();
    let what = format!("refused at {}", page.asked());
    let gives = page.is_json() && status < 300 && page.complaint().is_none();
    let lets_in = shown.is_some() || page.has_marker() || gives;
    // An error page, or one of maintenance, lets nobody in; but it is no answer to somebody who has to sign in.
    let (class, found) = match lets_in {
        true => {
            let found = shown.unwrap_or_else(|| format!("status {status}: it let the visitor in"));
            (Class::SessionNotRefused, found)
        }
        false if status >= 500 => (Class::Value, format!("status {status}, an error where a refusal is due")),
        false => {
            (Class::Value, format!("status {status}, neither a refusal nor a page of somebody signed in"))
        }
    };
    let check = FailedCheck::new(Blame::Wrong, class, what);
    let check = check.expected_found("a way to the login page, 401 or 403", found);
    let mut notes = page.heading_notes();
    notes.extend(page.session().about().map(str::to_owned));
    if lets_in {
        notes.extend(cookies::told(&page.exchange().hops, page.deciding()));
    }
    Err(Box::new(FailedCheck { notes, ..check }))
}

/// How the component said that it does not know the visitor.
pub(super) fn refusal(page: &Page) -> Option<String> {
    let hops = &page.exchange().hops;
    let status = page.code();
    if status >= 500 {
        return None;
    }
    if matches!(status, 401 | 403) {
        return Some(format!("status {status}"));
    }
    if let (300..400, Some(location)) = (status, hops.last().and_then(|hop| hop.location.as_deref())) {
        return Some(format!("status {status} to another site, {location}"));
    }
    if let Some((_, said)) = page.complaint().filter(|(complaint, _)| complaint.refuses) {
        return Some(format!("status {status}, and {said}"));
    }
    if !page.is_login_page() {
        let login = &page.session().scope.run.platform.login.page;
        let next = page.leads_on_to().filter(|next| next.path() == login && !page.has_marker())?;
        return Some(format!("status {status}, and the page leads on to {}", next.path()));
    }
    let led_there = page.exchange().refusing().and_then(|hop| hop.status.zip(hop.location.as_deref()));
    Some(match led_there {
        Some((status, location)) => format!("status {status} to {location}"),
        None => format!("a login form with status {status}"),
    })
}
