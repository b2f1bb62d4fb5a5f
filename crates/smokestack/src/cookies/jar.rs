//! The cookies of one session.

use serde::{Deserialize, Serialize};
use smokestack_core::{CookieAction, CookieNote, SessionCookie};
use url::Url;

use super::decide;

/// The cookies of one session, in the order in which they were set.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Jar {
    cookies: Vec<Stored>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) domain: String,
    pub(super) host_only: bool,
    pub(super) path: String,
    pub(super) secure: bool,
    http_only: bool,
    same_site: Option<String>,
    /// Seconds since 1970; none for a cookie that ends with the session.
    pub(super) expires: Option<i64>,
}

impl Jar {
    /// The `Cookie` header for a request, and what was decided about each cookie. Longer paths come first, then
    /// older cookies (RFC 6265, section 5.4).
    pub(crate) fn header(&self, url: &Url, now: i64) -> (Option<String>, Vec<CookieNote>) {
        let mut sent: Vec<&Stored> = Vec::new();
        let mut notes = Vec::new();
        for cookie in &self.cookies {
            let (action, why) = match decide::send(cookie, url, now) {
                Ok(why) => {
                    sent.push(cookie);
                    (CookieAction::Sent, why)
                }
                Err(why) => (CookieAction::Withheld, why),
            };
            notes.push(CookieNote::new(&cookie.name, action, why));
        }
        sent.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let header = sent
            .iter()
            .map(|cookie| format!("{}={}", cookie.name, cookie.value))
            .collect::<Vec<_>>()
            .join("; ");
        ((!header.is_empty()).then_some(header), notes)
    }

    /// Takes a `Set-Cookie` header of an answer, as a browser would.
    pub(crate) fn take(&mut self, header: &str, url: &Url, now: i64) -> CookieNote {
        let cookie = match cookie::Cookie::parse(header) {
            Ok(cookie) => cookie,
            Err(error) => {
                return CookieNote::new("?", CookieAction::Refused, error.to_string());
            }
        };
        let name = cookie.name().to_owned();
        if let Err(why) = decide::accept(&cookie, url) {
            return CookieNote::new(name, CookieAction::Refused, why);
        }
        let stored = Stored::new(&cookie, url, now);
        let gone = stored.expires.is_some_and(|expires| expires <= now);
        let same = |other: &Stored| {
            (&other.name, &other.domain, other.host_only, &other.path)
                == (&stored.name, &stored.domain, stored.host_only, &stored.path)
        };
        let old = self.cookies.iter().position(same);
        let scope = if stored.host_only {
            format!("host {}", stored.domain)
        } else {
            format!("Domain {}", stored.domain)
        };
        let scope = format!("{scope}, Path {}", stored.path);
        let (action, why) = match (gone, old) {
            (true, Some(index)) => {
                self.cookies.remove(index);
                (CookieAction::Deleted, format!("the answer ends it ({scope})"))
            }
            (true, None) => {
                (CookieAction::Refused, format!("it has ended already, and none is stored for {scope}"))
            }
            (false, Some(index)) => {
                self.cookies[index] = stored;
                (CookieAction::Replaced, scope)
            }
            (false, None) => {
                self.cookies.push(stored);
                (CookieAction::Stored, scope)
            }
        };
        CookieNote::new(name, action, why)
    }

    /// How many cookies there are.
    pub(crate) fn len(&self) -> usize {
        self.cookies.len()
    }

    /// The values of all cookies: secrets.
    pub(crate) fn values(&self) -> impl Iterator<Item = &str> {
        self.cookies.iter().map(|cookie| cookie.value.as_str())
    }

    /// The attributes of the stored cookies of this name.
    pub(crate) fn described(&self, name: &str, now: i64) -> Vec<SessionCookie> {
        let describe = |cookie: &Stored| SessionCookie {
            name: cookie.name.clone(),
            domain: (!cookie.host_only).then(|| cookie.domain.clone()),
            path: cookie.path.clone(),
            secure: cookie.secure,
            http_only: cookie.http_only,
            same_site: cookie.same_site.clone(),
            lifetime: cookie.expires.map(|expires| expires - now),
            size: cookie.name.len() + cookie.value.len(),
            shape: format!("{} bytes", cookie.value.len()),
            set_by: String::new(),
        };
        self.cookies.iter().filter(|cookie| cookie.name == name).map(describe).collect()
    }
}

impl Stored {
    fn new(cookie: &cookie::Cookie<'_>, url: &Url, now: i64) -> Stored {
        let host = url.host_str().unwrap_or_default().to_owned();
        let domain = decide::domain_attribute(cookie);
        let path = cookie.path().filter(|path| path.starts_with('/')).map(str::to_owned);
        // Max-Age wins over Expires.
        let expires = match cookie.max_age() {
            Some(age) => Some(now.saturating_add(age.whole_seconds())),
            None => cookie.expires_datetime().map(|at| at.unix_timestamp()),
        };
        Stored {
            name: cookie.name().to_owned(),
            value: cookie.value().to_owned(),
            host_only: domain.is_none(),
            domain: domain.unwrap_or(host),
            path: path.unwrap_or_else(|| decide::default_path(url)),
            secure: cookie.secure() == Some(true),
            http_only: cookie.http_only() == Some(true),
            same_site: cookie.same_site().map(|same_site| same_site.to_string()),
            expires,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn url(url: &str) -> Url {
        Url::parse(url).unwrap()
    }

    fn jar(cookies: &[(&str, &str)]) -> Jar {
        let mut jar = Jar::default();
        for (from, header) in cookies {
            jar.take(header, &url(from), NOW);
        }
        jar
    }

    fn header(jar: &Jar, to: &str) -> Option<String> {
        jar.header(&url(to), NOW).0
    }

    #[test]
    fn a_host_only_cookie_stays_with_its_host() {
        let jar = jar(&[("http://platform.test/login", "sid=1; Path=/")]);
        assert_eq!(header(&jar, "http://platform.test/invoices/").as_deref(), Some("sid=1"));
        let (none, notes) = jar.header(&url("http://work-orders.platform.test/"), NOW);
        assert_eq!(none, None);
        assert_eq!(
            notes[0].why,
            "it belongs to host `platform.test` alone, the request goes to `work-orders.platform.test`"
        );
    }

    #[test]
    fn a_cookie_with_a_domain_goes_to_every_host_below_it() {
        let jar = jar(&[("http://platform.test/login", "sid=1; Path=/; Domain=platform.test")]);
        assert_eq!(header(&jar, "http://work-orders.platform.test/").as_deref(), Some("sid=1"));
    }

    #[test]
    fn a_foreign_domain_is_refused() {
        let note = Jar::default().take("sid=1; Domain=example.com", &url("http://platform.test/"), NOW);
        assert_eq!(
            (note.action, note.why.as_str()),
            (CookieAction::Refused, "Domain `example.com` does not cover `platform.test`, which sent it")
        );
    }

    #[test]
    fn longer_paths_are_sent_first_then_older_cookies() {
        let jar = jar(&[
            ("http://platform.test/", "a=1; Path=/"),
            ("http://platform.test/", "b=2; Path=/work-orders"),
            ("http://platform.test/", "c=3; Path=/"),
        ]);
        assert_eq!(header(&jar, "http://platform.test/work-orders/1").as_deref(), Some("b=2; a=1; c=3"));
    }

    #[test]
    fn a_cookie_that_ends_at_once_deletes_the_stored_one() {
        let mut jar = jar(&[("http://platform.test/", "sid=1; Path=/")]);
        let note = jar.take("sid=; Path=/; Max-Age=0", &url("http://platform.test/"), NOW);
        assert_eq!(note.action, CookieAction::Deleted);
        assert_eq!(header(&jar, "http://platform.test/"), None);
    }

    #[test]
    fn deleting_under_another_domain_leaves_the_stored_one() {
        let mut jar = jar(&[("http://platform.test/", "sid=1; Path=/")]);
        let note =
            jar.take("sid=; Path=/; Domain=platform.test; Max-Age=0", &url("http://platform.test/"), NOW);
        assert_eq!(note.action, CookieAction::Refused);
        assert!(header(&jar, "http://platform.test/").is_some());
    }

    #[test]
    fn secure_is_not_sent_over_http() {
        let jar = jar(&[("https://platform.test/", "sid=1; Path=/; Secure")]);
        assert_eq!(
            jar.header(&url("http://platform.test/"), NOW).1[0].why,
            "it is Secure and the request is plain http"
        );
        assert!(header(&jar, "https://platform.test/").is_some());
    }

    #[test]
    fn a_cookie_over_4096_bytes_is_refused_as_browsers_do() {
        let note =
            Jar::default().take(&format!("sid={}", "x".repeat(5000)), &url("http://platform.test/"), NOW);
        assert_eq!(note.why, "name and value have 5003 bytes, browsers take 4096");
    }

    #[test]
    fn max_age_wins_over_expires() {
        let jar =
            jar(&[("http://platform.test/", "sid=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT")]);
        assert!(header(&jar, "http://platform.test/").is_some());
        assert_eq!(jar.header(&url("http://platform.test/"), NOW + 61).0, None);
    }

    proptest! {
        #[test]
        fn any_header_is_taken_or_refused_with_a_reason(header in "[ -~é;=]{0,60}", host in "[a-z]{1,5}(\\.[a-z]{1,5}){0,2}") {
            let mut jar = Jar::default();
            let address = url(&format!("http://{host}/a/b"));
            let note = jar.take(&header, &address, NOW);
            prop_assert!(!note.why.is_empty());
            let (sent, notes) = jar.header(&address, NOW);
            prop_assert!(sent.is_none() || notes.iter().any(|note| note.action == CookieAction::Sent));
        }
    }
}
