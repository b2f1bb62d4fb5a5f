//! The certificate of an address, and what can be expected of it.

use std::sync::Arc;

use smokestack_core::{Blame, Class, FailedCheck, Place};
use url::Url;

use super::{Facts, fail};
use crate::cx::Scope;
use crate::page::Judged;

/// How many names of a certificate are shown.
const SHOWN: usize = 8;

/// The certificate that an address shows.
#[derive(Clone)]
pub struct Certificate {
    pub(super) scope: Arc<Scope>,
    pub(super) url: Url,
    /// None over http.
    pub(super) facts: Option<Arc<Facts>>,
}

/// How many whole days a certificate is good for from now.
#[derive(Clone)]
pub struct DaysLeft {
    certificate: Certificate,
}

impl Certificate {
    /// How many days it is good for from now.
    pub fn days_left(&self) -> DaysLeft {
        DaysLeft { certificate: self.clone() }
    }

    /// Checks that it is good for this host; a `*` in a certificate stands for one label.
    #[track_caller]
    pub fn names(&self, host: &str) -> Judged {
        self.names_at(host, Place::caller())
    }

    /// Checks that it is good for the host that was asked.
    #[track_caller]
    pub fn names_its_host(&self) -> Judged {
        self.names_at(self.url.host_str().unwrap_or_default(), Place::caller())
    }

    /// Checks that it is by an authority that is trusted: the system's, or one of the target's `ca`. Whether it has ended and
    /// for whom it is are checks of their own.
    #[track_caller]
    pub fn is_trusted(&self) -> Judged {
        let place = Place::caller();
        let Some(facts) = &self.facts else { return self.none(place) };
        let Some(why) = facts.distrust() else { return self.met() };
        let check = self.wrong("trust in").expected_found("by a trusted authority", why);
        let check = check.note(format!("issued by {}", facts.issuer));
        fail(&self.scope, check.help("`ca` in `[targets.NAME]` names authorities of your own"), place)
    }

    fn names_at(&self, host: &str, place: Place) -> Judged {
        let Some(facts) = &self.facts else { return self.none(place) };
        if facts.is_for(host) {
            return self.met();
        }
        let mut found: Vec<&str> = facts.names.iter().map(String::as_str).take(SHOWN).collect();
        if facts.names.len() > SHOWN {
            found.push("…");
        }
        let found = if found.is_empty() { "none".to_owned() } else { found.join(", ") };
        let check = self.wrong("names of").expected_found(format!("`{host}`"), found);
        fail(&self.scope, check.note("browsers warn of it, and programs do not connect"), place)
    }

    fn met(&self) -> Judged {
        self.scope.log.met();
        Judged::of(true)
    }

    fn wrong(&self, what: &str) -> FailedCheck {
        let what = format!("{what} the certificate of {}", self.url.authority());
        FailedCheck::new(Blame::Wrong, Class::Transport, what)
    }

    /// Over http there is nothing to judge.
    fn none(&self, place: Place) -> Judged {
        let what = format!("the certificate of {}", self.url);
        let check = FailedCheck::new(Blame::Harness, Class::Harness, what)
            .expected_found("an address over https", "one over http");
        fail(&self.scope, check, place)
    }
}

impl DaysLeft {
    /// Checks that it is good for so many days or more.
    #[track_caller]
    pub fn at_least(&self, days: u32) -> Judged {
        let (place, certificate) = (Place::caller(), &self.certificate);
        let Some(facts) = &certificate.facts else { return certificate.none(place) };
        let left = facts.days_left();
        if left >= i64::from(days) {
            return certificate.met();
        }
        let found = match left {
            ..0 => format!("none: it ended on {}", facts.last_day()),
            _ => format!("{left}: it ends on {}", facts.last_day()),
        };
        let check = certificate.wrong("days left of").expected_found(format!("{days} or more"), found);
        fail(&certificate.scope, check.note(format!("issued by {}", facts.issuer)), place)
    }

    /// The number itself, less than 0 where it has ended; none over http.
    pub fn value(&self) -> Option<i64> {
        self.certificate.facts.as_ref().map(|facts| facts.days_left())
    }
}
