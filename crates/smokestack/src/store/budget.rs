//! How many logins an account may have in a minute, all processes together.

use std::time::Duration;

use super::Holder;

/// The time that a budget is for.
const MINUTE: Duration = Duration::from_secs(60);

/// The budget is used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UsedUp {
    pub(crate) per_minute: usize,
    /// Who signed in last.
    pub(crate) last: Holder,
    /// How long until the next login is within the budget.
    pub(crate) wait: Duration,
}

/// Writes down a login that is about to be made, if the logins of the last minute leave room for it.
pub(super) fn take(logins: &mut Vec<Holder>, per_minute: usize, next: Holder) -> Result<(), UsedUp> {
    let now = next.since;
    let age = |login: &Holder| u64::try_from(now - login.since).ok().map(Duration::from_millis);
    // One from the future is of a clock that was wrong.
    logins.retain(|login| age(login).is_some_and(|age| age < MINUTE));
    let in_the_way = logins.len().checked_sub(per_minute.max(1)).and_then(|index| logins.get(index));
    match (in_the_way, logins.last()) {
        (Some(oldest), Some(last)) => {
            let wait = MINUTE.saturating_sub(age(oldest).unwrap_or_default());
            Err(UsedUp { per_minute, last: last.clone(), wait })
        }
        _ => {
            logins.push(next);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(second: i64) -> Holder {
        Holder { process: 311, case: format!("s::at_{second}"), since: second * 1000 }
    }

    /// The seconds at which logins are asked for, and what each is told: 0 for now, or the seconds to wait.
    fn waits(per_minute: usize, seconds: &[i64]) -> Vec<u64> {
        let mut logins = Vec::new();
        let told = seconds.iter().map(|second| take(&mut logins, per_minute, login(*second)));
        told.map(|told| told.err().map_or(0, |used_up| used_up.wait.as_secs())).collect()
    }

    #[test]
    fn the_login_that_would_be_too_many_waits_until_the_oldest_is_a_minute_old() {
        assert_eq!(waits(2, &[0, 10, 15, 59, 60, 61, 70]), [0, 0, 45, 1, 0, 9, 0]);
        assert_eq!(waits(1, &[0, 1]), [0, 59]);
    }

    #[test]
    fn whoever_signed_in_last_is_named() {
        let mut logins = vec![login(0), login(10)];
        let used_up = take(&mut logins, 2, login(15)).unwrap_err();
        assert_eq!((used_up.last.case.as_str(), used_up.per_minute), ("s::at_10", 2));
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        assert_eq!(waits(1, &[5000, 0]), [0, 0]);
    }
}
