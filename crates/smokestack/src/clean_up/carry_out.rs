//! Takes the steps of a clean-up, as whoever would by hand.

use std::sync::Arc;

use reqwest::Method;
use scraper::ElementRef;
use smokestack_core::{Blame, CaseNotes, Class, FailedCheck, Place};

use super::step::Step;
use crate::cx::Login;
use crate::page::Page;
use crate::page::document::folded;
use crate::session::{Session, SessionRequest, spare, take_back};

/// What was found at the end of the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// It was there, and is gone.
    TakenAway,
    /// It was not there.
    NothingLeft,
    /// No page says that it is gone: what was opened does not show it, and may not show all that there is.
    NotFound,
}

/// Why it may still be there.
pub(super) struct Failure {
    pub(super) check: Box<FailedCheck>,
    /// Whether the session is no longer accepted.
    lost: bool,
}

/// What is said of what was not found.
pub(super) const NOT_FOUND: &str = "not found in the list, which may not show all that there is";

/// Where a text stands on a page, innermost first.
const PLACES: &str = "tr, li, article, [role=row], [role=listitem], [role=article]";

/// Takes the steps with the session that the case has, or with a new one of its account where that has ended. What was seen
/// goes into notes of its own, without checks.
pub(super) async fn for_case(
    session: &Session,
    steps: &[Step],
    place: &Place,
) -> (CaseNotes, Result<Done, Failure>) {
    let scope = Arc::new(session.scope.aside());
    let mut result = carry_out(&session.within_scope(scope.clone()), steps, place).await;
    if let (Err(Failure { lost: true, .. }), Some(account)) = (&result, session.shared_account())
        && let Ok((state, _)) = spare::signed_in(&scope, account, Login::Shared, place).await
    {
        result = carry_out(&Session::new(scope.clone(), state), steps, place).await;
    }
    let mut notes = scope.log.notes();
    notes.failed.clear();
    (notes, result)
}

/// Takes the steps.
pub(super) async fn carry_out(session: &Session, steps: &[Step], place: &Place) -> Result<Done, Failure> {
    let mut walk = Walk { session, place, page: None, within: None };
    for step in steps {
        match walk.take(step).await? {
            Going::On => {}
            Going::NothingLeft => return Ok(Done::NothingLeft),
            Going::NotFound => return Ok(Done::NotFound),
        }
    }
    Ok(Done::TakenAway)
}

#[derive(PartialEq, Eq)]
enum Going {
    On,
    NothingLeft,
    NotFound,
}

struct Walk<'w> {
    session: &'w Session,
    place: &'w Place,
    page: Option<Page>,
    within: Option<&'w str>,
}

impl<'w> Walk<'w> {
    async fn take(&mut self, step: &'w Step) -> Result<Going, Failure> {
        match step {
            Step::Open(address) => self.get(address).await,
            Step::Within(text) => {
                let there =
                    self.page()?.document().visible_text().contains(&folded(std::iter::once(text.as_str())));
                self.within = Some(text);
                Ok(if there { Going::On } else { Going::NotFound })
            }
            Step::Follow(selector) => {
                let link = self.first(selector, |link| link.attr("href").map(str::to_owned))?;
                let Some(href) = link.flatten() else { return Err(self.missing("a link", selector)) };
                let page = self.page()?;
                let address = page.address().join(&href).map_or(href, |url| url.to_string());
                self.get(&address).await
            }
            Step::Submit(selector) => {
                let id = self.first(selector, |form| form.id())?;
                let page = self.page()?;
                let form = id.and_then(|id| page.forms_among(&[id].into()).pop());
                let Some(form) = form else { return Err(self.missing("a form", selector)) };
                let request =
                    form.request().map_err(|why| self.failed(selector, "a form that is sent", why))?;
                self.send(request).await
            }
            Step::Delete(address) => self.send(SessionRequest::new(Method::DELETE, address)).await,
            Step::TakeBackListed { component, text } => {
                match take_back::listed(self.session, component, text, self.place).await {
                    Ok(Some(page)) => self.ended_with(page),
                    Ok(None) => Ok(Going::NotFound),
                    Err(_) => Err(self.told()),
                }
            }
            Step::TakeBack { component, address } => {
                match take_back::at(self.session, component, address, self.place).await {
                    Ok(page) => self.ended_with(page),
                    Err(_) => Err(self.told()),
                }
            }
        }
    }

    async fn get(&mut self, address: &str) -> Result<Going, Failure> {
        self.within = None;
        let request = SessionRequest::new(Method::GET, address);
        let Ok(page) = self.session.send(request, self.place.clone()).await else { return Err(self.told()) };
        if let 404 | 410 = page.code() {
            return Ok(Going::NothingLeft);
        }
        let judged = if self.session.is_visitor() { Ok(()) } else { page.accepted() };
        let going = judged.map(|()| Going::On).map_err(failure);
        self.page = Some(page);
        going
    }

    async fn send(&mut self, request: SessionRequest) -> Result<Going, Failure> {
        self.within = None;
        let Ok(page) = self.session.send(request, self.place.clone()).await else { return Err(self.told()) };
        self.ended_with(page)
    }

    fn ended_with(&mut self, page: Page) -> Result<Going, Failure> {
        // After a redirect it may be the page of what is gone now that is not found.
        let going = match page.exchange().hops.first().and_then(|hop| hop.status) {
            Some(404 | 410) => Ok(Going::NothingLeft),
            Some(300..400) if matches!(page.code(), 404 | 410) => Ok(Going::On),
            _ => page.accepted_write().map(|()| Going::On).map_err(failure),
        };
        self.page = Some(page);
        going
    }

    fn page(&self) -> Result<Page, Failure> {
        self.page.clone().ok_or_else(|| {
            let what = "a clean-up begins with a page: `.open(..)`".to_owned();
            Failure { check: Box::new(FailedCheck::new(Blame::Harness, Class::Harness, what)), lost: false }
        })
    }

    /// What a function makes of the first element that a selector finds where the text stands.
    fn first<T>(&self, selector: &str, make: impl Fn(ElementRef<'_>) -> T) -> Result<Option<T>, Failure> {
        let page = self.page()?;
        let document = page.document();
        let found = match self.within {
            None => document.select(selector, 1, &make).map(|mut found| found.pop()),
            Some(text) => document.first_within(PLACES, text, selector, &make),
        };
        found.map_err(|why| {
            let what = format!("`{selector}` is not a CSS selector");
            let check = FailedCheck::new(Blame::Harness, Class::Harness, what);
            Failure { check: Box::new(FailedCheck { found: Some(why), ..check }), lost: false }
        })
    }

    fn missing(&self, expected: &str, selector: &str) -> Failure {
        let within = self.within.map(|text| format!(" where {text:?} stands")).unwrap_or_default();
        self.failed(selector, &format!("{expected}{within}"), "none".to_owned())
    }

    fn failed(&self, selector: &str, expected: &str, found: String) -> Failure {
        let url = self.page.as_ref().map(|page| page.url().to_owned()).unwrap_or_default();
        let check = FailedCheck::new(Blame::Wrong, Class::LeftBehind, format!("`{selector}` of {url}"));
        let mut check = check.expected_found(expected, found);
        check.exchange = self.page.as_ref().map(Page::index);
        Failure { check: Box::new(check), lost: false }
    }

    /// What the session wrote down itself: there was no answer, or nothing was sent.
    fn told(&self) -> Failure {
        let told = self.session.scope.log.notes().failed.pop();
        let check = told.unwrap_or_else(|| FailedCheck::new(Blame::Silent, Class::NoAnswer, "no answer"));
        Failure { lost: check.class == Class::SessionLost, check: Box::new(check) }
    }
}

fn failure(check: Box<FailedCheck>) -> Failure {
    Failure { lost: check.class == Class::SessionLost, check }
}
