//! Headers by which a page says to browsers what nobody may do with it: one check each.

use std::time::Duration;

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::{Judged, Page};

/// The headers of a page that protect it.
#[derive(Clone)]
pub struct Security {
    page: Page,
}

/// `Strict-Transport-Security`: that browsers come over https only (RFC 6797).
#[derive(Clone)]
pub struct Hsts {
    page: Page,
}

impl Page {
    /// The headers that protect the page: `page.security().forbids_sniffing()`.
    pub fn security(&self) -> Security {
        Security { page: self.clone() }
    }

    /// Whether browsers are told to come over https only: `page.hsts().lasts(days(180))`.
    pub fn hsts(&self) -> Hsts {
        Hsts { page: self.clone() }
    }

    /// A header as a check shows it.
    fn shown_header(&self, name: &str) -> String {
        match self.header_value(name) {
            Some(value) => format!("`{name}: {value}`"),
            None => format!("no `{name}`"),
        }
    }

    fn protects(&self, met: bool, what: &str, expected: String, headers: &[&str], place: Place) -> Judged {
        if met {
            return self.judge(Ok(()), place);
        }
        let found: Vec<String> = headers.iter().map(|name| self.shown_header(name)).collect();
        let check = FailedCheck::new(Blame::Wrong, Class::Transport, what);
        self.fail(check.expected_found(expected, found.join(", ")), place)
    }
}

impl Hsts {
    /// Checks that browsers remember it for this long or longer, and that it was said over https: over http they do not heed it.
    #[track_caller]
    pub fn lasts(&self, time: Duration) -> Judged {
        self.lasts_at(time, Place::caller())
    }

    /// Checks that it counts for the hosts below this one, too.
    #[track_caller]
    pub fn covers_subdomains(&self) -> Judged {
        self.covers_subdomains_at(Place::caller())
    }

    fn lasts_at(&self, time: Duration, place: Place) -> Judged {
        let page = &self.page;
        let is_https = page.address().scheme() == "https";
        let age = self.directive("max-age").and_then(|age| age.trim_matches('"').parse::<u64>().ok());
        let met = is_https && age.is_some_and(|age| age >= time.as_secs());
        let expected = format!("`max-age` of {} or more, over https", time.as_secs());
        let what = if is_https { "HSTS" } else { "HSTS, asked over http" };
        page.protects(met, what, expected, &[HSTS], place)
    }

    fn covers_subdomains_at(&self, place: Place) -> Judged {
        let met = self.directive("includesubdomains").is_some();
        self.page.protects(met, "HSTS", "`includeSubDomains`".to_owned(), &[HSTS], place)
    }

    /// The value of a directive, empty where it has none.
    fn directive(&self, name: &str) -> Option<String> {
        let header = self.page.header_value(HSTS)?;
        let mut directives = header.split(';').map(|part| part.split_once('=').unwrap_or((part, "")));
        let found = directives.find(|(key, _)| key.trim().eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_owned())
    }
}

const HSTS: &str = "strict-transport-security";
const CSP: &str = "content-security-policy";
const FRAMES: &str = "x-frame-options";
const REFERRERS: &str = "referrer-policy";
const SNIFFING: &str = "x-content-type-options";

/// Policies that tell no other site the path of a page.
const DISCREET: [&str; 6] = [
    "no-referrer",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
];

impl Security {
    /// Checks that browsers may not guess another type than the page says.
    #[track_caller]
    pub fn forbids_sniffing(&self) -> Judged {
        self.forbids_sniffing_at(Place::caller())
    }

    /// Checks that other sites may not show the page in a frame: `frame-ancestors` without `*`, or `X-Frame-Options`.
    #[track_caller]
    pub fn forbids_foreign_frames(&self) -> Judged {
        self.forbids_foreign_frames_at(Place::caller())
    }

    /// Checks that the page says what other sites learn of its address, and that this is no path of it.
    #[track_caller]
    pub fn limits_referrers(&self) -> Judged {
        self.limits_referrers_at(Place::caller())
    }

    /// Checks that there is a Content Security Policy which is enforced, and not only reported.
    #[track_caller]
    pub fn has_content_policy(&self) -> Judged {
        self.has_content_policy_at(Place::caller())
    }

    /// Checks what `[transport]` of the platform file demands, each header by itself.
    #[track_caller]
    pub fn is_as_demanded(&self) -> Judged {
        let place = Place::caller();
        let demands = self.page.session().scope.run.platform.transport.clone();
        let at = || place.clone();
        let judged = [
            demands.hsts.map(|time| self.page.hsts().lasts_at(time, at())),
            demands.hsts_subdomains.then(|| self.page.hsts().covers_subdomains_at(at())),
            demands.no_sniffing.then(|| self.forbids_sniffing_at(at())),
            demands.no_foreign_frames.then(|| self.forbids_foreign_frames_at(at())),
            demands.referrer_policy.then(|| self.limits_referrers_at(at())),
            demands.content_policy.then(|| self.has_content_policy_at(at())),
        ];
        Judged::of(judged.into_iter().flatten().all(Judged::is_met))
    }

    fn forbids_sniffing_at(&self, place: Place) -> Judged {
        let met = self
            .page
            .header_value(SNIFFING)
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("nosniff"));
        self.page.protects(met, "sniffing", "`nosniff`".to_owned(), &[SNIFFING], place)
    }

    fn forbids_foreign_frames_at(&self, place: Place) -> Judged {
        let ancestors = self.policies().find_map(|policy| {
            let mut words = policy.split_whitespace();
            let is_it = words.next().is_some_and(|name| name.eq_ignore_ascii_case("frame-ancestors"));
            is_it.then(|| words.map(str::to_owned).collect::<Vec<String>>())
        });
        let met = match ancestors {
            // Browsers that know it leave the older header aside (CSP 3, section 6.4.2).
            Some(sources) => {
                !sources.iter().any(|source| matches!(source.as_str(), "*" | "http:" | "https:"))
            }
            None => self.page.header_value(FRAMES).is_some_and(|value| {
                matches!(value.trim().to_ascii_lowercase().as_str(), "deny" | "sameorigin")
            }),
        };
        let expected = "`frame-ancestors` without other sites, or `DENY` or `SAMEORIGIN`".to_owned();
        self.page.protects(met, "frames of other sites", expected, &[CSP, FRAMES], place)
    }

    fn limits_referrers_at(&self, place: Place) -> Judged {
        // Of several the last that a browser knows counts.
        let value = self.page.header_value(REFERRERS).unwrap_or_default().to_ascii_lowercase();
        let last = value.split(',').map(str::trim).next_back().unwrap_or_default().to_owned();
        let met = DISCREET.contains(&last.as_str());
        let expected = "a policy that tells other sites no path".to_owned();
        self.page.protects(met, "referrers", expected, &[REFERRERS], place)
    }

    fn has_content_policy_at(&self, place: Place) -> Judged {
        let met = self.policies().next().is_some();
        self.page.protects(met, "content policy", "a policy that is enforced".to_owned(), &[CSP], place)
    }

    /// The directives of all policies.
    fn policies(&self) -> impl Iterator<Item = String> {
        let headers = self.page.header_values(CSP);
        let directives = headers.into_iter().flat_map(|header| {
            header.split([';', ',']).map(|part| part.trim().to_owned()).collect::<Vec<_>>()
        });
        directives.filter(|directive| !directive.is_empty())
    }
}
