//! How long an exchange took, and what that is made of.

mod repeats;
mod usual;

use std::time::Duration;

use smokestack_core::{Blame, Class, FailedCheck, Hop, Place, Timing};

use super::Page;
use super::judged::{Judged, Subject};
pub use repeats::{Percentile, Repeats};

/// How long an exchange took, or its last request until the first byte of the answer.
#[derive(Clone)]
pub struct Took {
    subject: Subject,
    what: &'static str,
    of: fn(&Page) -> Duration,
}

/// How long it took to open the connection of a page's last request.
#[derive(Clone)]
pub struct ConnectTime {
    subject: Subject,
}

impl Page {
    /// How long the exchange took, redirects included, to the end of the last body.
    pub fn duration(&self) -> Took {
        Took { subject: Subject::new(self, "duration"), what: "duration", of: Page::took }
    }

    /// How long it took from sending the last request to the head of its answer. The connection is in it, where one was
    /// opened.
    pub fn time_to_first_byte(&self) -> Took {
        let what = "time to first byte";
        let of = |page: &Page| page.timing().first_byte.unwrap_or_default();
        Took { subject: Subject::new(self, what), what, of }
    }

    /// How long it took to open the connection of the last request: name, TCP and TLS. There is no such time where the request
    /// went over a connection that was open already.
    pub fn connect_time(&self) -> ConnectTime {
        ConnectTime { subject: Subject::new(self, "connect time") }
    }

    fn timing(&self) -> Timing {
        self.exchange().last().map(|hop| hop.timing).unwrap_or_default()
    }
}

impl Took {
    /// Checks that it took less than this.
    #[track_caller]
    pub fn under(&self, limit: Duration) -> Judged {
        let took = self.value();
        let expected = format!("under {}", shown(limit));
        self.expect(took < limit, self.what, expected, shown(took), Place::caller())
    }

    /// The time itself.
    pub fn value(&self) -> Duration {
        (self.of)(&self.subject.page)
    }

    fn expect(&self, met: bool, what: &str, expected: String, found: String, place: Place) -> Judged {
        judge(&self.subject, met, what, expected, found, place)
    }
}

impl ConnectTime {
    /// Checks that it took less than this. Over a connection that was open already nothing can be said of it, so that the case
    /// cannot be judged.
    #[track_caller]
    pub fn under(&self, limit: Duration) -> Judged {
        let place = Place::caller();
        let expected = format!("under {}", shown(limit));
        let Some(took) = self.value() else {
            let check = FailedCheck::new(Blame::Harness, Class::Harness, "connect time")
                .expected_found(expected, "none: the request went over a connection that was open already")
                .help("`session.on_fresh_connections()` opens one for each request");
            return self.subject.fail(|| check, place);
        };
        judge(&self.subject, took < limit, "connect time", expected, shown(took), place)
    }

    /// The time itself; none where the request went over a connection that was open already.
    pub fn value(&self) -> Option<Duration> {
        self.subject.page.timing().connect
    }
}

fn judge(subject: &Subject, met: bool, what: &str, expected: String, found: String, place: Place) -> Judged {
    if met {
        return subject.page.judge(Ok(()), place);
    }
    let check = FailedCheck::new(Blame::Wrong, Class::Slow, what).expected_found(expected, found);
    let notes = parts(&subject.page.exchange().hops);
    subject.fail(|| FailedCheck { notes, ..check }, place)
}

/// What the time of each request is made of.
fn parts(hops: &[Hop]) -> Vec<String> {
    let of = |(at, hop): (usize, &Hop)| {
        let connect = match hop.timing.connect {
            Some(connect) => format!("connect {}", shown(connect)),
            None => "connection open already".to_owned(),
        };
        let first = hop.timing.first_byte.map(|first| format!(", first byte after {}", shown(first)));
        let number = if hops.len() > 1 { format!("hop {}: ", at + 1) } else { String::new() };
        format!("{number}{connect}{}, whole answer after {}", first.unwrap_or_default(), shown(hop.took))
    };
    hops.iter().enumerate().map(of).collect()
}

/// `804 ms`.
fn shown(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}
