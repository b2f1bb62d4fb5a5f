//! The times of a page that is asked for several times.

use std::time::Duration;

use reqwest::Method;
use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::shown;
use crate::Stop;
use crate::page::{Judged, Page};
use crate::session::{Pending, Session, SessionRequest};

/// The answers to one request, made several times one after the other.
#[derive(Clone)]
pub struct Repeats {
    /// The fastest first.
    pages: Vec<Page>,
}

/// The time that so many of a hundred answers do not exceed.
#[derive(Clone)]
pub struct Percentile {
    /// The answer that took it.
    page: Page,
    rank: u8,
    answers: usize,
    /// The shortest time, the one in the middle, the longest.
    spread: [Duration; 3],
}

impl Session {
    /// Asks for a page so many times, one after the other, no faster than the target's `per_second` allows.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let answers = cx.anonymous().repeat("/work-orders/", 20).await?;
    /// answers.p50().under(ms(200));
    /// answers.p95().under(ms(800));
    /// # cx.done() }
    /// ```
    ///
    /// # Errors
    ///
    /// A request got no answer; that is written down as a failure of this line. None was asked for.
    #[track_caller]
    pub fn repeat(&self, address: impl AsRef<str>, times: usize) -> Pending<'_, Repeats> {
        let (address, place) = (address.as_ref().to_owned(), Place::caller());
        Box::pin(async move {
            if times == 0 {
                let what = "no answer has no percentile: ask once or more";
                let check = FailedCheck::new(Blame::Harness, Class::Harness, what);
                self.scope.log.failed(check.at(place));
                return Err(Stop::failed());
            }
            let mut pages = Vec::with_capacity(times);
            for _ in 0..times {
                let _turn = self.scope.run.pace.turn().await;
                pages.push(self.send(SessionRequest::new(Method::GET, &address), place.clone()).await?);
            }
            pages.sort_by_key(Page::took);
            Ok(Repeats { pages })
        })
    }
}

impl Repeats {
    /// The time in the middle: half of the answers take no longer.
    pub fn p50(&self) -> Percentile {
        self.percentile(50)
    }

    /// The time that nineteen of twenty answers do not exceed.
    pub fn p95(&self) -> Percentile {
        self.percentile(95)
    }

    /// The time that so many of a hundred answers do not exceed, by nearest rank: always one that was measured.
    pub fn percentile(&self, rank: u8) -> Percentile {
        let at = |rank: u8| &self.pages[index(rank, self.pages.len())];
        let spread = [0, 50, 100].map(|rank| at(rank).took());
        Percentile { page: at(rank).clone(), rank: rank.min(100), answers: self.pages.len(), spread }
    }

    /// The answers, the fastest first.
    pub fn pages(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter()
    }
}

impl Percentile {
    /// Checks that it is less than this.
    #[track_caller]
    pub fn under(&self, limit: Duration) -> Judged {
        let place = Place::caller();
        if self.value() < limit {
            return self.page.judge(Ok(()), place);
        }
        let [shortest, middle, longest] = self.spread.map(shown);
        let what = format!("{}th percentile of {} durations", self.rank, self.answers);
        let check = FailedCheck::new(Blame::Wrong, Class::Slow, what)
            .expected_found(format!("under {}", shown(limit)), shown(self.value()))
            .note(format!("from {shortest} to {longest}, the middle one {middle}"));
        self.page.fail(check, place)
    }

    /// The time itself.
    pub fn value(&self) -> Duration {
        self.page.took()
    }
}

/// The place of a percentile among so many values in their order; there is at least one.
fn index(rank: u8, values: usize) -> usize {
    let nearest = (usize::from(rank.min(100)) * values).div_ceil(100);
    nearest.saturating_sub(1).min(values - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_was_measured() {
        let of_twenty: Vec<_> = [0, 1, 5, 50, 95, 96, 100, 200].map(|rank| index(rank, 20)).into();
        assert_eq!(of_twenty, [0, 0, 0, 9, 18, 19, 19, 19]);
        assert_eq!([0, 50, 95, 100].map(|rank| index(rank, 1)), [0; 4]);
        assert_eq!(index(50, 4), 1);
    }
}
