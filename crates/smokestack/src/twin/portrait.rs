//! What is compared of an answer: all that two targets should have alike, in words that are the same for both.

use std::collections::BTreeMap;

use smokestack_core::{CookieAction, Exchange, Hop, SessionCookie};

use super::words::Words;
use crate::page::Page;
use crate::page::shape::flat;
use crate::run::{Run, now};

/// What is left of a header whose value changes from answer to answer.
const VARIES: &str = "[varies]";

/// Those whose value is a list in which the order says nothing.
const LISTS: [&str; 6] =
    ["allow", "cache-control", "clear-site-data", "permissions-policy", "vary", "x-robots-tag"];
/// Those whose value is made of directives.
const DIRECTIVES: [&str; 4] = [
    "content-security-policy",
    "content-security-policy-report-only",
    "content-type",
    "strict-transport-security",
];

/// What is compared of an answer, or of a login.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Portrait {
    /// The status of every hop.
    pub(super) status: Vec<String>,
    /// Where each hop led.
    pub(super) redirects: Vec<String>,
    /// The address of the last hop.
    pub(super) end: String,
    pub(super) cookies: BTreeMap<String, Vec<Cookie>>,
    pub(super) headers: BTreeMap<String, Vec<String>>,
    pub(super) outline: String,
    pub(super) shape: Vec<String>,
}

/// What became of a cookie that an answer set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cookie {
    /// Its attributes but for how long it lives, or what became of it.
    pub(super) lines: Vec<String>,
    /// Absent where browsers do not keep it.
    pub(super) lifetime: Option<Option<i64>>,
}

impl Portrait {
    /// Of an answer.
    pub(super) fn of(page: &Page, words: &Words<'_>) -> Portrait {
        let run = &page.session().scope.run;
        let exchange = page.exchange();
        let words = words.from(page.release(), page.instance().as_deref());
        let mut portrait = Portrait::of_hops(exchange.hops.iter(), &words);
        let state = page.session().state();
        portrait.cookies = cookies(run, exchange, &words, |name| state.jar.described(name, now()));
        drop(state);
        portrait.headers = headers(&words.text(&page.header_lines()));
        if page.is_html() {
            portrait.outline = words.outline(&page.outline_lines());
        }
        if page.is_json()
            && let Some(value) = page.json("").value()
        {
            portrait.shape = flat(value);
        }
        portrait
    }

    /// Of a login: its exchanges, and the cookies that it left.
    pub(super) fn of_login(exchanges: &[Exchange], left: &[SessionCookie], words: &Words<'_>) -> Portrait {
        let hops = exchanges.iter().flat_map(|exchange| &exchange.hops);
        let mut portrait = Portrait::of_hops(hops, words);
        for cookie in left {
            portrait.cookies.entry(cookie.name.clone()).or_default().push(Cookie::of(cookie, words));
        }
        portrait
    }

    fn of_hops<'h>(hops: impl Iterator<Item = &'h Hop> + Clone, words: &Words<'_>) -> Portrait {
        let status = |hop: &Hop| hop.status.map_or("no answer".to_owned(), |status| status.to_string());
        let leads = |hop: &Hop| Some(words.location(&hop.url, hop.location.as_deref()?));
        Portrait {
            status: hops.clone().map(status).collect(),
            redirects: hops.clone().filter_map(leads).collect(),
            end: hops.last().map(|hop| words.location(&hop.url, &hop.url)).unwrap_or_default(),
            ..Portrait::default()
        }
    }
}

impl Cookie {
    fn of(cookie: &SessionCookie, words: &Words<'_>) -> Cookie {
        use crate::contract::spoken::{HOST_ONLY, flag};
        let domain = cookie.domain.as_deref().map_or(HOST_ONLY.to_owned(), |domain| words.text(domain));
        let lines = vec![
            format!("Domain {domain}"),
            format!("Path {}", words.text(&cookie.path)),
            format!("Secure {}", flag(cookie.secure)),
            format!("HttpOnly {}", flag(cookie.http_only)),
            format!("SameSite {}", cookie.same_site.as_deref().unwrap_or("unset")),
        ];
        Cookie { lines, lifetime: Some(cookie.lifetime) }
    }
}

/// The cookies that the answers of an exchange set, those that browsers end or do not keep among them.
fn cookies(
    run: &Run,
    exchange: &Exchange,
    words: &Words<'_>,
    described: impl Fn(&str) -> Vec<SessionCookie>,
) -> BTreeMap<String, Vec<Cookie>> {
    let mut cookies: BTreeMap<String, Vec<Cookie>> = BTreeMap::new();
    let is_own = |hop: &&Hop| hop.url.parse().is_ok_and(|url| run.is_own(&url));
    for note in exchange.hops.iter().filter(is_own).flat_map(|hop| &hop.cookies) {
        let without = |line: String| vec![Cookie { lines: vec![line], lifetime: None }];
        let kept = match note.action {
            CookieAction::Stored | CookieAction::Replaced => {
                described(&note.name).iter().map(|cookie| Cookie::of(cookie, words)).collect()
            }
            CookieAction::Deleted => without("the answer ends it".to_owned()),
            CookieAction::Refused => without(format!("browsers refuse it: {}", words.text(&note.why))),
            CookieAction::Sent | CookieAction::Withheld => continue,
        };
        // The last answer that says something of it counts.
        cookies.insert(note.name.clone(), kept);
    }
    cookies
}

/// Each header with its directives, without those of which nobody expects the same.
fn headers(lines: &str) -> BTreeMap<String, Vec<String>> {
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in lines.lines().filter_map(|line| line.split_once(':')) {
        let (name, value) = (name.to_ascii_lowercase(), value.trim());
        // Cookies and the way are looked at by themselves.
        if value == VARIES || matches!(name.as_str(), "set-cookie" | "location") {
            continue;
        }
        let directives = directives(&name, value);
        headers.entry(name).or_default().extend(directives);
    }
    headers
}

fn directives(name: &str, value: &str) -> Vec<String> {
    let parts = |by: char| value.split(by).map(str::trim).filter(|part| !part.is_empty());
    if LISTS.contains(&name) {
        let mut list: Vec<String> = parts(',').map(str::to_ascii_lowercase).collect();
        list.sort();
        return list;
    }
    match DIRECTIVES.contains(&name) {
        true => parts(';').map(str::to_owned).collect(),
        false => vec![value.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_taken_apart_and_those_that_vary_are_left_aside() {
        let lines = "content-security-policy: default-src 'self'; img-src *\netag: [varies]\nvary: Cookie, Accept\n\
                     set-cookie: a=[value]\nx-frame-options: DENY\nvary: Origin";
        let told: Vec<String> =
            headers(lines).iter().map(|(name, lines)| format!("{name}: {}", lines.join(" | "))).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        content-security-policy: default-src 'self' | img-src *
        vary: accept | cookie | origin
        x-frame-options: DENY
        ");
    }
}
