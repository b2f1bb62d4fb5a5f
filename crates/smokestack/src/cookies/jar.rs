//! The cookies of one session.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use smokestack_core::{CookieAction, CookieNote, SessionCookie};

use super::decide;
use super::duplicate::{Duplicate, duplicates};
use super::explain::Explanation;
use super::occasion::Occasion;
use super::parse::{self, SetCookie};
use super::shape;
use super::stored::{Scope, Stored};

/// The cookies of one session, in the order in which they were created. They belong to one target: nothing here
/// knows of another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Jar {
    cookies: Vec<Stored>,
}

impl Jar {
    /// The `Cookie` header for a request, and what was decided about each cookie.
    pub(crate) fn header(&self, occasion: &Occasion<'_>) -> (Option<Vec<u8>>, Vec<CookieNote>) {
        let mut pairs = Vec::new();
        let mut notes = Vec::new();
        for (cookie, decision) in self.decided(occasion) {
            let (action, why) = match decision {
                Ok(why) => {
                    pairs.push(cookie.pair());
                    (CookieAction::Sent, why)
                }
                Err(why) => (CookieAction::Withheld, why),
            };
            notes.push(CookieNote {
                scope: Some(cookie.scope.to_string()),
                set_by: Some(cookie.set_by.clone()),
                ..CookieNote::new(cookie.shown(), action, why)
            });
        }
        ((!pairs.is_empty()).then(|| pairs.join(&b"; "[..])), notes)
    }

    /// Takes a `Set-Cookie` header of an answer with this status, as a browser would.
    pub(crate) fn take(&mut self, header: &[u8], status: u16, occasion: &Occasion<'_>) -> CookieNote {
        let refused = |why| CookieNote::new(parse::name(header), CookieAction::Refused, why);
        let cookie = match parse::parse(header) {
            Ok(cookie) => cookie,
            Err(no_cookie) => return refused(no_cookie.to_string()),
        };
        let scope = match decide::accept(&cookie, &self.cookies, occasion) {
            Ok(scope) => scope,
            Err(why) => return refused(why),
        };
        let set_by = format!("{} {} ({status})", occasion.method, occasion.url.path());
        let ignored = cookie.ignored.clone();
        let (action, mut why) = self.store(stored(cookie, scope.clone(), set_by, occasion.now), occasion.now);
        if !ignored.is_empty() {
            why.push_str(&format!(" (ignored: {})", ignored.join(", ")));
        }
        CookieNote { scope: Some(scope.to_string()), ..CookieNote::new(parse::name(header), action, why) }
    }

    /// How many cookies there are.
    pub(crate) fn len(&self) -> usize {
        self.cookies.len()
    }

    /// The values of all cookies: secrets.
    pub(crate) fn values(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.cookies.iter().map(|cookie| cookie.value.text())
    }

    /// The same cookies as if the host of this address had set them for itself alone: all that they are but where they
    /// go.
    pub(crate) fn brought_to(&self, there: &Occasion<'_>) -> Jar {
        let scope = Scope { domain: there.host().to_owned(), host_only: true, path: "/".to_owned() };
        let mut brought = Jar::default();
        for cookie in self.cookies.iter().filter(|cookie| !cookie.has_expired(there.now)) {
            let secure = there.is_secure();
            brought.store(Stored { scope: scope.clone(), secure, ..cookie.clone() }, there.now);
        }
        brought
    }

    /// The values of the stored cookies of this name, to see whether they change.
    pub(crate) fn values_of(&self, name: &str) -> Vec<Cow<'_, str>> {
        let named = self.cookies.iter().filter(|cookie| cookie.shown() == name);
        named.map(|cookie| cookie.value.text()).collect()
    }

    /// The value of the first cookie of this name that goes to an address.
    pub(crate) fn sent(&self, name: &str, occasion: &Occasion<'_>) -> Option<Cow<'_, str>> {
        let mut sent = self.decided(occasion).into_iter().filter(|(_, decision)| decision.is_ok());
        sent.find(|(cookie, _)| cookie.shown() == name).map(|(cookie, _)| cookie.value.text())
    }

    /// The attributes of the stored cookies of this name.
    pub(crate) fn described(&self, name: &str, now: i64) -> Vec<SessionCookie> {
        let describe = |cookie: &Stored| SessionCookie {
            name: cookie.shown(),
            domain: (!cookie.scope.host_only).then(|| cookie.scope.domain.clone()),
            path: cookie.scope.path.clone(),
            secure: cookie.secure,
            http_only: cookie.http_only,
            same_site: cookie.same_site.map(|same_site| same_site.word().to_owned()),
            // As it was set, so that it is the same whenever it is asked for.
            lifetime: cookie.expires.map(|expires| expires.saturating_sub(cookie.set_at)),
            size: cookie.name.len() + cookie.value.len(),
            shape: shape::of(&cookie.value),
            set_by: cookie.set_by.clone(),
        };
        let alive = self.cookies.iter().filter(|cookie| cookie.shown() == name && !cookie.has_expired(now));
        alive.map(describe).collect()
    }

    /// The cookies of one name that would go to one address together: servers read one of them, and not always the
    /// same.
    pub(crate) fn duplicates(&self, occasion: &Occasion<'_>) -> Vec<Duplicate> {
        let sent = self.decided(occasion).into_iter().filter(|(_, decision)| decision.is_ok());
        duplicates(sent.map(|(cookie, _)| cookie))
    }

    /// What would become of every cookie at a request.
    pub(crate) fn explain(&self, occasion: &Occasion<'_>) -> Explanation {
        Explanation::of(occasion, &self.decided(occasion), &self.duplicates(occasion))
    }

    /// Every cookie with what is decided about it. Longer paths come first, then older cookies (RFC 6265bis, section
    /// 5.8.3).
    fn decided(&self, occasion: &Occasion<'_>) -> Vec<(&Stored, Result<String, String>)> {
        let mut cookies: Vec<&Stored> = self.cookies.iter().collect();
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.scope.path.len()));
        cookies.into_iter().map(|cookie| (cookie, decide::send(cookie, occasion))).collect()
    }

    /// Puts the cookie in the place of an older one, or at the end; or takes the older one away, if it ends at once.
    fn store(&mut self, cookie: Stored, now: i64) -> (CookieAction, String) {
        let same = |other: &Stored| other.name == cookie.name && other.scope == cookie.scope;
        let old = self.cookies.iter().position(same);
        // One that has expired is gone already: what takes its place is new.
        let expired = old.filter(|index| self.cookies[*index].has_expired(now));
        if let Some(index) = expired {
            self.cookies.remove(index);
        }
        let old = old.filter(|_| expired.is_none());
        let scope = cookie.scope.to_string();
        let namesakes = self.cookies.iter().filter(|other| other.name == cookie.name && !same(other));
        let alive: Vec<&Stored> = namesakes.filter(|other| !other.has_expired(now)).collect();
        match (cookie.has_expired(now), old) {
            (true, Some(index)) => {
                self.cookies.remove(index);
                (CookieAction::Deleted, format!("the answer ends it ({scope})"))
            }
            (true, None) => {
                let mut why = format!("it has ended already, and none is stored for {scope}");
                if let Some(other) = alive.first() {
                    why.push_str(&format!(", but one for {}", other.scope));
                }
                (CookieAction::Refused, why)
            }
            (false, Some(index)) => {
                self.cookies[index] = cookie;
                (CookieAction::Replaced, scope)
            }
            (false, None) => {
                let beside = alive.iter().find(|other| decide::overlap(&other.scope, &cookie.scope));
                let why = match beside {
                    Some(other) => {
                        format!("{scope}, beside the one for {}, set by {}", other.scope, other.set_by)
                    }
                    None => scope,
                };
                self.cookies.push(cookie);
                (CookieAction::Stored, why)
            }
        }
    }
}

fn stored(cookie: SetCookie, scope: Scope, set_by: String, now: i64) -> Stored {
    let SetCookie { name, value, secure, http_only, same_site, lifetime, .. } = cookie;
    let expires = decide::expiry(lifetime, now);
    Stored { name, value, scope, secure, http_only, same_site, expires, set_at: now, set_by }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_session_that_is_brought_elsewhere_keeps_all_but_where_it_goes() {
        let (here, there) = (url("https://staging.example.com/"), url("http://prod.example.net:8080/"));
        let mut jar = Jar::default();
        let at_login = Occasion { method: "POST", ..Occasion::typed(&here, 1000) };
        jar.take(
            b"sid=abc; Domain=example.com; Secure; HttpOnly; SameSite=Strict; Max-Age=60",
            303,
            &at_login,
        );
        jar.take(b"gone=1; Max-Age=5", 303, &at_login);
        let brought = jar.brought_to(&Occasion::typed(&there, 1010));
        let cookie = brought.described("sid", 1010).remove(0);
        assert_eq!(
            (cookie.http_only, cookie.same_site.as_deref(), cookie.lifetime),
            (true, Some("Strict"), Some(60))
        );
        assert_eq!((cookie.domain, cookie.path.as_str(), cookie.secure), (None, "/", false));
        let sent = |address: &str| brought.header(&Occasion::typed(&url(address), 1010)).0;
        assert_eq!(sent("http://prod.example.net:8080/orders").as_deref(), Some(&b"sid=abc"[..]));
        assert_eq!(sent("https://staging.example.com/"), None);
    }
}
