//! What becomes true after a while: asked again in sight, with the number of tries and the time in the report.

use std::sync::Arc;
use std::time::{Duration, Instant};

use smokestack_core::{Blame, BoxFuture, CaseLog, CaseNotes, Class, Ending, Fact, FailedCheck, Place};

use super::{Pending, Session};
use crate::{Checked, Stop};

/// How often something is tried; for how long is still to be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Every {
    pause: Duration,
}

/// How often and for how long something is tried: `every(secs(1)).within(secs(30))`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    every: Duration,
    within: Duration,
}

/// With this pause between two tries.
pub const fn every(pause: Duration) -> Every {
    Every { pause }
}

impl Every {
    /// And no longer than this, the last try included.
    pub const fn within(self, time: Duration) -> Tries {
        Tries { every: self.pause, within: time }
    }
}

type Judge<'s, T> = dyn Fn(Session) -> BoxFuture<'s, Checked<T>> + Send + Sync + 's;

impl Session {
    /// Tries what needs time, such as a search that finds a new record once its index was made: at once, and again after each
    /// pause, until all checks of one try are met or the time is up. A try that is still under way then is ended; so is one that
    /// would outlast the case's own time limit.
    ///
    /// Ask with the session that is handed in: of all tries the checks of the last one count, and so do those of the page that
    /// it hands back. How many tries it took, and how long, is in the report. A write is refused, as it would be sent with every try.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let session = cx.session("dispatcher").await?;
    /// let page = session.eventually(every(secs(1)).within(secs(30)), |session| async move {
    ///     let page = session.get("/work-orders/?search=lamp").await?;
    ///     page.find("table.orders tbody tr").count().at_least(1);
    ///     Ok(page)
    /// });
    /// page.await?.find("h1").text().is("Work orders");
    /// # cx.done() }
    /// ```
    ///
    /// # Errors
    ///
    /// What the last try ended with. A mistake of the suite's is not tried again, and neither is a try that another case
    /// blocks.
    #[track_caller]
    pub fn eventually<'s, T, F, W>(&'s self, tries: Tries, judge: F) -> Pending<'s, T>
    where
        T: Send + 's,
        F: Fn(Session) -> W + Send + Sync + 's,
        W: Future<Output = Checked<T>> + Send + 's,
    {
        self.eventually_at(tries, Box::new(move |session| Box::pin(judge(session))), Place::caller())
    }

    pub(crate) fn eventually_at<'s, T: Send + 's>(
        &'s self,
        tries: Tries,
        judge: Box<Judge<'s, T>>,
        place: Place,
    ) -> Pending<'s, T> {
        let time = tries.within.min(self.scope.patience());
        let waiting = Waiting { session: self, tries, time, began: Instant::now(), place };
        Box::pin(async move { waiting.until_met(&*judge).await })
    }
}

/// What follows a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Met,
    Again,
    NotMet,
}

/// The tries of one line.
struct Waiting<'s> {
    session: &'s Session,
    tries: Tries,
    /// How long the case's own limit leaves of it.
    time: Duration,
    began: Instant,
    place: Place,
}

/// A try that came to its end.
struct Ended<T> {
    log: Arc<CaseLog>,
    said: Checked<T>,
}

impl Waiting<'_> {
    async fn until_met<'s, T>(&self, judge: &Judge<'s, T>) -> Checked<T> {
        let (mut number, mut first, mut before) = (0, None, None);
        loop {
            number += 1;
            let log = Arc::new(CaseLog::default());
            let scope = Arc::new(self.session.scope.of_try(log.clone()));
            let left = self.time.saturating_sub(self.began.elapsed());
            let asking = judge(self.session.within_scope(scope.clone()));
            let Ok(said) = tokio::time::timeout(left, asking).await else {
                return self.cut_off(number, &log, first, before);
            };
            let stop = said.as_ref().err();
            if !stop.is_some_and(is_no_word) {
                scope.tell_suspicions();
            }
            let seen = log.notes();
            let told = seen.failed.first().map(FailedCheck::headline);
            let next = next(&seen, stop, self.began.elapsed(), self.tries.every, self.time);
            let ended = Ended { log, said };
            if next != Next::Again {
                return self.end(number, ended, first, next == Next::Met, None);
            }
            first = first.or(told);
            before = Some(ended);
            self.pause(number).await;
        }
    }

    async fn pause(&self, number: usize) {
        let scope = &self.session.scope;
        let phase = scope.log.entered(format!("the pause before try {}", number + 1), scope.elapsed());
        tokio::time::sleep(self.tries.every).await;
        scope.log.left(phase, scope.elapsed());
    }

    /// The time is up in the middle of a try: the one before it counts, where there is one.
    fn cut_off<T>(
        &self,
        number: usize,
        log: &Arc<CaseLog>,
        first: Option<String>,
        before: Option<Ended<T>>,
    ) -> Checked<T> {
        log.recall();
        let going_on = log.notes().phases.into_iter().rfind(|phase| phase.took_ms.is_none());
        let going_on = going_on.map(|phase| format!("{} was still going on", phase.what));
        if let Some(before) = before {
            let doing = going_on.unwrap_or_else(|| "it was still going on".to_owned());
            return self.end(
                number,
                before,
                first,
                false,
                Some(format!("try {number} came to no end: {doing}")),
            );
        }
        // Whoever waits for no request has itself to blame.
        let blame = if going_on.is_some() { Blame::Silent } else { Blame::Harness };
        let check = FailedCheck::new(blame, Class::TimeLimit, "the first try came to no end");
        log.failed(FailedCheck { notes: going_on.into_iter().collect(), ..check }.at(self.place.clone()));
        self.end(number, Ended { log: log.clone(), said: Err(Stop::failed()) }, None, false, None)
    }

    /// The case goes on with this try.
    fn end<T>(
        &self,
        tries: usize,
        ended: Ended<T>,
        first: Option<String>,
        met: bool,
        cut_off: Option<String>,
    ) -> Checked<T> {
        let whole = &self.session.scope.log;
        let took = self.began.elapsed();
        let cut_short = self.cut_short(&ended, took);
        let notes: Vec<String> =
            [Some(self.told(tries, took)), cut_off, cut_short].into_iter().flatten().collect();
        ended.log.annotate(&notes);
        ended.log.join(whole);
        let (place, took_ms) = (self.place.clone(), took.as_secs_f64() * 1000.0);
        whole.learned(Fact::Eventually { place, tries, took_ms, met, first });
        ended.said
    }

    fn told(&self, tries: usize, took: Duration) -> String {
        let tries = if tries == 1 { "1 try".to_owned() } else { format!("{tries} tries") };
        let took = match took.as_millis() {
            ms @ 0..10_000 => format!("{ms} ms"),
            _ => format!("{:.0} s", took.as_secs_f64()),
        };
        let [pause, within] = [self.tries.every, self.tries.within].map(humantime::format_duration);
        format!("after {tries} in {took}: every {pause} within {within}")
    }

    /// Whether it would have been tried again, had the case's own limit left the time that was asked for.
    fn cut_short<T>(&self, ended: &Ended<T>, took: Duration) -> Option<String> {
        let limit = humantime::format_duration(self.session.scope.log.limit()?);
        let (seen, stop) = (ended.log.notes(), ended.said.as_ref().err());
        let with_time = next(&seen, stop, took, self.tries.every, self.tries.within);
        (with_time == Next::Again)
            .then(|| format!("the case's own time limit of {limit} left no time for more"))
    }
}

/// Whether a case that ends so says nothing of the platform.
fn is_no_word(stop: &Stop) -> bool {
    matches!(stop.ending, Ending::Blocked { .. } | Ending::Skipped { .. })
}

fn next(seen: &CaseNotes, stop: Option<&Stop>, took: Duration, pause: Duration, time: Duration) -> Next {
    if seen.failed.is_empty() && stop.is_none() {
        return Next::Met;
    }
    // What the suite itself gets wrong does not come right, and what is blocked is another case's to tell.
    let is_hopeless = seen.failed.iter().any(|check| check.blame == Blame::Harness);
    if is_hopeless || stop.is_some_and(is_no_word) || took + pause >= time {
        return Next::NotMet;
    }
    Next::Again
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What follows a try that found this, after so many milliseconds of 3000 with a pause of 1000.
    fn follows(blames: &[Blame], stop: Option<Stop>, after: u64) -> Next {
        let failed = blames.iter().map(|blame| FailedCheck::new(*blame, Class::Value, "a check")).collect();
        let seen = CaseNotes { failed, ..CaseNotes::default() };
        let [took, pause, time] = [after, 1000, 3000].map(Duration::from_millis);
        next(&seen, stop.as_ref(), took, pause, time)
    }

    #[test]
    fn a_try_whose_checks_are_met_is_the_last() {
        assert_eq!(follows(&[], None, 2900), Next::Met);
    }

    #[test]
    fn a_wrong_answer_and_silence_are_tried_again_while_there_is_time() {
        assert_eq!(follows(&[Blame::Wrong], None, 1999), Next::Again);
        assert_eq!(follows(&[Blame::Silent], Some(Stop::failed()), 0), Next::Again);
        assert_eq!(follows(&[Blame::Wrong], None, 2000), Next::NotMet);
    }

    #[test]
    fn a_mistake_of_the_suite_and_a_blocked_try_are_not_tried_again() {
        assert_eq!(follows(&[Blame::Wrong, Blame::Harness], None, 0), Next::NotMet);
        assert_eq!(follows(&[], Some(Stop::blocked("`login::alice`")), 0), Next::NotMet);
    }
}
