//! What a page usually takes: one answer that comes late is a hiccup, two of five are not.

use std::time::Duration;

use reqwest::Method;
use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::{Took, shown};
use crate::page::{Judged, Page};
use crate::session::{Pending, SessionRequest};

/// How many answers are looked at, the first one included.
const MOST: usize = 5;
/// How many of them may be late.
const MAY_BE_LATE: usize = 1;

/// What can be said after some answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Usual {
    Within,
    Over,
    Unclear,
}

impl Took {
    /// Checks that it usually takes less than this. If this answer took longer, the page is asked for again until two of five
    /// answers came late, which fails, or four in time. An answer in time is not asked again.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let page = cx.anonymous().get("/work-orders/").await?;
    /// page.duration().usually_under(ms(800)).await?;
    /// # cx.done() }
    /// ```
    ///
    /// # Errors
    ///
    /// A later request got no answer; that is written down as a failure of this line.
    #[track_caller]
    pub fn usually_under(&self, budget: Duration) -> Pending<'_, Judged> {
        self.usually_under_at(budget, Place::caller())
    }

    pub(crate) fn usually_under_at(&self, budget: Duration, place: Place) -> Pending<'_, Judged> {
        Box::pin(async move {
            let page = &self.subject.page;
            let mut times = vec![self.value()];
            while usual(&times, budget) == Usual::Unclear {
                let Some(address) = asked_again(page) else { return Ok(self.not_asked_again(place)) };
                let _turn = page.session().scope.run.pace.turn().await;
                let request = SessionRequest::new(Method::GET, address);
                let again = page.session().send(request, place.clone()).await?;
                times.push((self.of)(&again));
            }
            let late = times.iter().filter(|time| **time >= budget).count();
            let each: Vec<String> = times.iter().map(|time| time.as_millis().to_string()).collect();
            let found = format!("{late} of {} answers took longer: {} ms", times.len(), each.join(", "));
            let (met, what) = (usual(&times, budget) == Usual::Within, format!("usual {}", self.what));
            Ok(self.expect(met, &what, format!("under {}", shown(budget)), found, place))
        })
    }

    fn not_asked_again(&self, place: Place) -> Judged {
        let what = format!("usual {}", self.what);
        let check = FailedCheck::new(Blame::Harness, Class::Harness, what)
            .expected_found("a page that can be asked for again", "the answer to a form")
            .help("`under(..)` judges a single answer");
        self.subject.fail(|| check, place)
    }
}

/// The address of a page that may be asked for again.
fn asked_again(page: &Page) -> Option<&str> {
    let first = page.exchange().hops.first()?;
    (first.method == "GET").then_some(first.url.as_str())
}

fn usual(times: &[Duration], budget: Duration) -> Usual {
    let late = times.iter().filter(|time| **time >= budget).count();
    match late {
        0 => Usual::Within,
        late if late > MAY_BE_LATE => Usual::Over,
        late if times.len() - late >= MOST - MAY_BE_LATE => Usual::Within,
        _ => Usual::Unclear,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of answers that took so many milliseconds, with a budget of ten.
    fn said(millis: &[u64]) -> Usual {
        let times: Vec<_> = millis.iter().copied().map(Duration::from_millis).collect();
        usual(&times, Duration::from_millis(10))
    }

    #[test]
    fn an_answer_in_time_is_enough() {
        assert_eq!(said(&[9]), Usual::Within);
    }

    #[test]
    fn one_late_answer_is_a_hiccup_if_four_come_in_time() {
        assert_eq!(said(&[10]), Usual::Unclear);
        assert_eq!(said(&[90, 1, 1, 1]), Usual::Unclear);
        assert_eq!(said(&[90, 1, 1, 1, 1]), Usual::Within);
    }

    #[test]
    fn two_late_answers_are_none() {
        assert_eq!(said(&[90, 90]), Usual::Over);
        assert_eq!(said(&[90, 1, 1, 1, 90]), Usual::Over);
    }
}
