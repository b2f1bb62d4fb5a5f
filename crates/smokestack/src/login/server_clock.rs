//! How far the platform's clock is from this machine's, by the `Date` of its answers.

use std::time::{SystemTime, UNIX_EPOCH};

/// From here on it is worth a note: a `Date` is cut to whole seconds, and an answer takes its time.
const NOTED: i64 = 5;

/// The other clock, in seconds before this one; negative is behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ServerClock {
    ahead: i64,
}

impl ServerClock {
    /// From a `Date` header (RFC 9110, section 6.6.1) that came at this time.
    pub(super) fn read(date: &str, at: SystemTime) -> Option<ServerClock> {
        let date = httpdate::parse_http_date(date).ok()?;
        Some(ServerClock { ahead: seconds(date) - seconds(at) })
    }

    /// Its time, in seconds since 1970.
    pub(super) fn now(self) -> u64 {
        u64::try_from(seconds(SystemTime::now()) + self.ahead).unwrap_or_default()
    }

    /// A line about it, if it is far off.
    pub(super) fn note(self) -> Option<String> {
        let side = if self.ahead > 0 { "ahead of" } else { "behind" };
        let seconds = self.ahead.unsigned_abs();
        (self.ahead.abs() > NOTED).then(|| {
            format!("the clock of the platform is {seconds} s {side} this machine's, by its `Date` header")
        })
    }
}

fn seconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs() as i64,
        Err(before) => -(before.duration().as_secs() as i64),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn read(date: &str) -> Option<ServerClock> {
        // Sun, 06 Nov 1994 08:49:37 GMT
        ServerClock::read(date, UNIX_EPOCH + Duration::from_millis(784_111_777_400))
    }

    #[test]
    fn a_clock_is_read_from_the_date_of_an_answer() {
        let ahead = read("Sun, 06 Nov 1994 08:51:07 GMT").unwrap();
        assert_eq!(ahead, ServerClock { ahead: 90 });
        assert_eq!(
            ahead.note().unwrap(),
            "the clock of the platform is 90 s ahead of this machine's, by its `Date` header"
        );
        assert!(read("Sun, 06 Nov 1994 08:48:37 GMT").unwrap().note().unwrap().contains("60 s behind"));
        assert_eq!(read("yesterday"), None);
    }

    #[test]
    fn some_seconds_are_not_worth_a_note() {
        assert_eq!(read("Sun, 06 Nov 1994 08:49:40 GMT").unwrap().note(), None);
    }
}
