//! How fast files and linked pages are asked for: so many at once, so many in a second.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::platform::Target;

/// As many as browsers open to one host.
const AT_ONCE: usize = 6;

/// The pace of a run; all its cases keep it together.
pub(crate) struct Pace {
    at_once: Semaphore,
    apart: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(crate) fn of(target: &Target) -> Pace {
        let apart =
            target.per_second.map_or(Duration::ZERO, |count| Duration::from_secs(1) / count.max(1) as u32);
        let at_once = Semaphore::new(target.concurrency.unwrap_or(AT_ONCE).min(AT_ONCE));
        Pace { at_once, apart, next: Mutex::default() }
    }

    /// Waits for its turn, which lasts until the permit is dropped.
    pub(crate) async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        // Nobody ever closes it.
        let permit = self.at_once.acquire().await.ok();
        let wait = self.wait(Instant::now());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        permit
    }

    /// How long whoever comes now has to wait; the next one waits for it too.
    fn wait(&self, now: Instant) -> Duration {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.map_or(now, |next| next.max(now));
        *next = Some(turn + self.apart);
        turn - now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace(apart: Duration) -> Pace {
        Pace { at_once: Semaphore::new(1), apart, next: Mutex::default() }
    }

    #[test]
    fn whoever_comes_too_soon_waits_for_those_before() {
        let (pace, now, ms) = (pace(Duration::from_millis(100)), Instant::now(), Duration::from_millis);
        let waits: Vec<_> = [0, 0, 50, 1000].map(|after| pace.wait(now + ms(after))).into();
        assert_eq!(waits, [ms(0), ms(100), ms(150), ms(0)]);
    }

    #[test]
    fn nobody_waits_where_there_is_no_limit() {
        let (pace, now) = (pace(Duration::ZERO), Instant::now());
        assert!((0..3).all(|_| pace.wait(now).is_zero()));
    }
}
