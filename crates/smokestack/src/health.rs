//! A component's health check, and whether it says what the component's pages show.

use reqwest::Method;
use smokestack_core::{Blame, Class, FailedCheck, Place};

use crate::page::{Judged, Page};
use crate::session::{Pending, SessionRequest};
use crate::{Cx, Stop};

/// What a component's health check answered.
#[derive(Clone)]
pub struct Health {
    page: Page,
}

impl Cx {
    /// Asks this row's component how it feels, as an orchestrator does: without a session, and no redirect counts.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let page = cx.session("dispatcher").await?.get(cx.component()?.landing()).await?;
    /// cx.health().await?.agrees_with(&page);
    /// # cx.done() }
    /// ```
    ///
    /// # Errors
    ///
    /// No answer came. The platform file names no health check of the component: list the case with
    /// `.each_component_with(Component::has_health)`.
    #[track_caller]
    pub fn health(&self) -> Pending<'_, Health> {
        let (component, place) = (self.component(), Place::caller());
        Box::pin(async move {
            let Some(address) = component?.health() else {
                let what = "this case asks for a health check, and the platform file names none";
                let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(place);
                self.scope.log.failed(check.help("add `health` in `[components.NAME]`"));
                return Err(Stop::failed());
            };
            let page = self.anonymous().send(SessionRequest::new(Method::GET, &address), place).await?;
            Ok(Health { page })
        })
    }
}

impl Health {
    /// The status that it gave, before any redirect.
    pub fn status(&self) -> u16 {
        let first = self.page.exchange().hops.first();
        first.and_then(|hop| hop.status).unwrap_or_default()
    }

    /// Checks that it says of the component what this page of it shows: a status of success while the page works, none while
    /// the page is an error of the server (500 and above).
    #[track_caller]
    pub fn agrees_with(&self, page: &Page) -> Judged {
        let place = Place::caller();
        let (says_well, works) = ((200..300).contains(&self.status()), page.code() < 500);
        if says_well == works {
            return page.judge(Ok(()), place);
        }
        let expected = match works {
            true => "a status of success, as its page works",
            false => "an error, as its page is one",
        };
        let found = format!("status {}, while its page answers {}", self.status(), page.code());
        let what = format!("health check {}", self.page.asked());
        let check = FailedCheck::new(Blame::Wrong, Class::Health, what)
            .expected_found(expected, found)
            .note(format!("the page: GET {}", page.asked()));
        // About the answer that is wrong.
        if works { self.page.fail(check, place) } else { page.fail(check, place) }
    }
}
