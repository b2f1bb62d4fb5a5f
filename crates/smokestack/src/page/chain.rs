//! The redirects that led to a page, and what can be expected of them. Every check shows the hops as a table and names the
//! first wrong one.

use smokestack_core::{Blame, Class, FailedCheck, Hop, Place};
use url::Url;

use super::{Judged, Page};
use crate::session::circle;
use crate::session::location::is_downgrade;

/// The requests of one exchange: the one that was asked for, and one for each redirect that was followed.
#[derive(Clone)]
pub struct Chain {
    page: Page,
}

/// How many requests a chain has.
#[derive(Clone)]
pub struct Hops {
    chain: Chain,
}

impl Page {
    /// The redirects that led here: `page.chain().stays_within()`.
    ///
    /// A redirect from https to http, or out of the target, is not followed: it ends the chain, and the page is that answer.
    pub fn chain(&self) -> Chain {
        Chain { page: self.clone() }
    }

    /// Where the answer of this exchange leads from https to http, or to an address inside the platform: neither is a way
    /// to refuse anybody.
    pub(crate) fn wrong_turn(&self) -> Option<String> {
        let next = self.leads_to()?;
        let status = self.code();
        if is_downgrade(self.address(), &next) && !self.session().scope.run.is_known_elsewhere(&next) {
            return Some(format!("status {status} from https to {next}"));
        }
        let why = self.inside().why(&next)?;
        Some(format!("status {status} to {next}, {why}"))
    }
}

impl Chain {
    /// How many requests it has, the first one included.
    pub fn hops(&self) -> Hops {
        Hops { chain: self.clone() }
    }

    /// Checks where the chain ends: at this path of the target or whole address. A query counts if one is given.
    #[track_caller]
    pub fn ends_at(&self, address: &str) -> Judged {
        let place = Place::caller();
        let Ok(wanted) = self.page.session().scope.run.url().join(address) else {
            let what = format!("`{address}` is no address that a chain could end at");
            return self.page.fail(FailedCheck::new(Blame::Harness, Class::Harness, what), place);
        };
        let end = self.page.address();
        let comparable = |url: &Url| {
            let mut url = url.clone();
            url.set_fragment(None);
            if wanted.query().is_none() {
                url.set_query(None);
            }
            url
        };
        let met = comparable(end) == comparable(&wanted);
        let status = self.page.code();
        let found = match self.left_out() {
            Some((number, next)) => format!("hop {number} leads to {next}, where nobody went"),
            None => format!("{end} with status {status}"),
        };
        self.expect(
            met && self.left_out().is_none(),
            "end of the chain",
            wanted.as_str(),
            || found.clone(),
            place,
        )
    }

    /// Checks that no request of the chain is made twice, unless an answer in between has set or deleted a cookie, and that
    /// the page does not lead back at once by `<meta http-equiv="refresh">`, which browsers follow without end.
    ///
    /// A chain without end never becomes a page: it fails at the line that asked.
    #[track_caller]
    pub fn has_no_loop(&self) -> Judged {
        let back = circle::back(&self.page.exchange().hops).or_else(|| self.page.leads_back());
        let found = || back.clone().unwrap_or_default();
        self.expect(back.is_none(), "chain", "no request made twice", found, Place::caller())
    }

    /// Checks that no hop leads from https to http, other than to the identity provider as `[login]` names it.
    #[track_caller]
    pub fn stays_secure(&self) -> Judged {
        let run = &self.page.session().scope.run;
        let mut steps = self.steps();
        let down = steps.find(|(_, from, to)| is_downgrade(from, to) && !run.is_known_elsewhere(to));
        let found = || {
            let (number, _, to) = down.as_ref()?;
            Some(format!("hop {number} leads from https to http: {to}"))
        };
        let found = || found().unwrap_or_default();
        self.expect(down.is_none(), "chain", "https, once it is https", found, Place::caller())
    }

    /// Checks that every hop stays within the target: its host and those below it, and the hosts that the platform file
    /// gives to components. The identity provider of `[login]` is no other site either.
    #[track_caller]
    pub fn stays_within(&self) -> Judged {
        let run = &self.page.session().scope.run;
        // The same host over http is told by `stays_secure`.
        let is_own = |from: &Url, to: &Url| {
            let only_downgraded = is_downgrade(from, to) && same_host(from, to);
            run.is_own(to) || run.is_known_elsewhere(to) || only_downgraded
        };
        let away = self.steps().find(|(_, from, to)| !is_own(from, to));
        let expected = format!("addresses of target `{}`", run.target.name);
        let found = || {
            let (number, _, to) = away.as_ref()?;
            let what = self.page.inside().why(to).unwrap_or_else(|| "another site".to_owned());
            Some(format!("hop {number} leads to {to}, {what}"))
        };
        let found = || found().unwrap_or_default();
        self.expect(away.is_none(), "chain", &expected, found, Place::caller())
    }

    /// Each hop's number with where it was and where it leads, also where nobody went.
    fn steps(&self) -> impl Iterator<Item = (usize, Url, Url)> + '_ {
        let hops = self.page.exchange().hops.iter().enumerate();
        hops.filter_map(|(at, hop)| Some((at + 1, Url::parse(&hop.url).ok()?, next(hop)?)))
    }

    /// The redirect at the end of the chain that was not followed.
    fn left_out(&self) -> Option<(usize, Url)> {
        Some((self.page.exchange().hops.len(), self.page.leads_to()?))
    }

    fn expect(
        &self,
        met: bool,
        what: &str,
        expected: &str,
        found: impl Fn() -> String,
        place: Place,
    ) -> Judged {
        let failed = || {
            let what = format!("{what} of {}", first(&self.page));
            Box::new(FailedCheck::new(Blame::Wrong, Class::Redirect, what).expected_found(expected, found()))
        };
        self.page.judge(if met { Ok(()) } else { Err(failed()) }, place)
    }
}

impl Hops {
    /// Checks that there are so many or fewer: `page.chain().hops().at_most(2)` allows for one redirect.
    #[track_caller]
    pub fn at_most(&self, expected: usize) -> Judged {
        self.expect(self.value() <= expected, &format!("{expected} or fewer"), Place::caller())
    }

    /// Checks that there are exactly so many.
    #[track_caller]
    pub fn is(&self, expected: usize) -> Judged {
        self.expect(self.value() == expected, &expected.to_string(), Place::caller())
    }

    /// The number itself.
    pub fn value(&self) -> usize {
        self.chain.page.exchange().hops.len()
    }

    fn expect(&self, met: bool, expected: &str, place: Place) -> Judged {
        self.chain.expect(met, "number of hops", expected, || self.value().to_string(), place)
    }
}

/// `GET https://platform.test/work-orders/`.
fn first(page: &Page) -> String {
    page.exchange().hops.first().map(|hop| format!("{} {}", hop.method, hop.url)).unwrap_or_default()
}

fn next(hop: &Hop) -> Option<Url> {
    let is_redirect = hop.status.is_some_and(|status| matches!(status, 301 | 302 | 303 | 307 | 308));
    let location = hop.location.as_deref().filter(|_| is_redirect)?;
    Url::parse(&hop.url).ok()?.join(location).ok()
}

fn same_host(one: &Url, other: &Url) -> bool {
    one.host_str() == other.host_str()
}
