//! What a login leaves, as a text that is the same from run to run: what may differ by chance takes the words that were
//! accepted, as long as they fit.

use smokestack_core::SessionCookie;

use super::judge::Circumstances;
use super::sheet::{Section, Sheet};
use super::{Lifetime, spoken};

/// The section with what visitors get who never signed in.
pub(super) const VISITORS: &str = "visitors";

/// What a component gave to a visitor who never signed in.
pub(super) struct Visit {
    pub(super) component: String,
    /// The names of the cookies; absent where no answer came.
    pub(super) cookies: Option<Vec<String>>,
    /// Index into the case's exchanges.
    pub(super) exchange: usize,
}

/// What is said of something.
enum Value {
    /// In these words.
    Exactly(String),
    /// It could not be seen here: in these words, unless others were accepted.
    Unseen(String),
    Lifetime(Lifetime),
    /// Bytes.
    Size(usize),
}

/// The text of what was found, in the accepted words where they fit.
pub(super) fn portrait(login: &Circumstances<'_>, visits: &[Visit], accepted: Option<&Sheet>) -> Sheet {
    let settled = |head: String, lines: Vec<(String, Value)>| {
        let lines = lines.into_iter().map(|(key, value)| {
            let value = value.settled(accepted.and_then(|accepted| accepted.get(&head, &key)));
            (key, value)
        });
        let lines = lines.collect();
        Section { head, lines }
    };
    let mut sections: Vec<Section> = Vec::new();
    for cookie in cookies(login) {
        let name = one_line(&cookie.name);
        let namesakes = sections.iter().filter(|section| {
            section.head.strip_prefix("cookie ").and_then(|head| head.split(", number ").next())
                == Some(&name)
        });
        let head = match namesakes.count() {
            0 => format!("cookie {name}"),
            more => format!("cookie {name}, number {}", more + 1),
        };
        sections.push(settled(head, attributes(login, cookie)));
    }
    let id = match login.renewed {
        Some(true) => "a new one after login",
        Some(false) => spoken::SAME_ID,
        None => "none before login",
    };
    sections
        .push(settled("login".to_owned(), vec![("session id".to_owned(), Value::Exactly(id.to_owned()))]));
    let visits = visits.iter().map(|visit| {
        let value = match &visit.cookies {
            Some(cookies) if cookies.is_empty() => Value::Exactly("no cookie".to_owned()),
            Some(cookies) => Value::Exactly(one_line(&cookies.join(", "))),
            None => Value::Unseen("no answer".to_owned()),
        };
        (visit.component.clone(), value)
    });
    sections.push(settled(VISITORS.to_owned(), visits.collect()));
    Sheet { sections }
}

/// Those that the login set, and those that pages had set before it; by name, whatever came first.
fn cookies<'a>(login: &Circumstances<'a>) -> Vec<&'a SessionCookie> {
    let same =
        |a: &SessionCookie, b: &SessionCookie| (&a.name, &a.domain, &a.path) == (&b.name, &b.domain, &b.path);
    let before = login.anonymous.iter().filter(|cookie| !login.cookies.iter().any(|set| same(set, cookie)));
    let mut cookies: Vec<&SessionCookie> = login.cookies.iter().chain(before).collect();
    cookies.sort_by_key(|cookie| (&cookie.name, &cookie.domain, &cookie.path));
    cookies
}

fn attributes(login: &Circumstances<'_>, cookie: &SessionCookie) -> Vec<(String, Value)> {
    let exactly = |text: &str| Value::Exactly(one_line(text));
    let domain = match &cookie.domain {
        Some(domain) if domain == login.host => exactly("{host}"),
        Some(domain) => exactly(domain),
        None => exactly(spoken::HOST_ONLY),
    };
    let secure = match cookie.secure || login.secure {
        true => exactly(spoken::flag(cookie.secure)),
        false => Value::Unseen(spoken::NOT_JUDGED.to_owned()),
    };
    let lines = [
        ("Domain", domain),
        ("Path", exactly(&cookie.path)),
        ("Secure", secure),
        ("HttpOnly", exactly(spoken::flag(cookie.http_only))),
        ("SameSite", exactly(cookie.same_site.as_deref().unwrap_or("unset"))),
        ("lifetime", Value::Lifetime(Lifetime::of(cookie.lifetime))),
        ("size", Value::Size(cookie.size)),
        ("value", exactly(&cookie.shape)),
        ("set by", exactly(&cookie.set_by)),
    ];
    lines.map(|(key, value)| (key.to_owned(), value)).into()
}

impl Value {
    fn settled(self, accepted: Option<&str>) -> String {
        let own = match &self {
            Value::Exactly(text) | Value::Unseen(text) => text.clone(),
            Value::Lifetime(lifetime) => spoken::lifetime(*lifetime),
            Value::Size(bytes) => spoken::at_most(bound(*bytes)),
        };
        accepted.filter(|accepted| self.fits(accepted)).map_or(own, str::to_owned)
    }

    fn fits(&self, accepted: &str) -> bool {
        match self {
            Value::Exactly(text) => text == accepted,
            Value::Unseen(_) => true,
            Value::Lifetime(found) => {
                spoken::read_lifetime(accepted).is_some_and(|accepted| accepted.is_as_long_as(*found))
            }
            // What is in a sealed cookie differs from login to login; one that is far smaller is another one.
            Value::Size(bytes) => {
                spoken::read_at_most(accepted).is_some_and(|most| *bytes <= most && *bytes > most / 4)
            }
        }
    }
}

/// The next power of two, with room above.
fn bound(bytes: usize) -> usize {
    (bytes + bytes / 8).next_power_of_two().max(64)
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::judge::tests::cookie;
    use super::*;

    fn login<'a>(cookies: &'a [SessionCookie], anonymous: &'a [SessionCookie]) -> Circumstances<'a> {
        Circumstances { host: "platform.test", secure: true, cookies, anonymous, renewed: None }
    }

    fn visit(component: &str, cookies: Option<&[&str]>) -> Visit {
        let cookies = cookies.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        Visit { component: component.into(), cookies, exchange: 0 }
    }

    #[test]
    fn a_portrait_reads_well_and_holds_no_value() {
        let csrf = SessionCookie {
            name: "csrf".into(),
            domain: None,
            http_only: false,
            same_site: None,
            lifetime: None,
            set_by: "GET /login (200)".into(),
            ..cookie()
        };
        let visits = [visit("portal", Some(&["csrf"])), visit("assets", Some(&[])), visit("reports", None)];
        insta::assert_snapshot!(portrait(&login(&[cookie()], &[csrf]), &visits, None), @r"
        cookie csrf
          Domain    none, host-only
          Path      /
          Secure    set
          HttpOnly  missing
          SameSite  unset
          lifetime  ends with the browser
          size      at most 128 bytes
          value     32 hex
          set by    GET /login (200)

        cookie sid
          Domain    {host}
          Path      /
          Secure    set
          HttpOnly  set
          SameSite  Lax
          lifetime  29m 50s
          size      at most 128 bytes
          value     32 hex
          set by    POST /login (303)

        login
          session id  none before login

        visitors
          portal   csrf
          assets   no cookie
          reports  no answer
        ");
    }

    /// What was accepted, and what is found of this cookie over this scheme by these visitors.
    fn changed(change: impl FnOnce(&mut SessionCookie), secure: bool, visits: &[Visit]) -> String {
        let before = [visit("portal", Some(&[])), visit("assets", Some(&[]))];
        let accepted = portrait(&login(&[cookie()], &[]), &before, None);
        let mut other = cookie();
        change(&mut other);
        let other = [other];
        let found = Circumstances { secure, ..login(&other, &[]) };
        let found = portrait(&found, visits, Some(&accepted));
        accepted.changes(&found).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    fn cookie_changed(change: impl FnOnce(&mut SessionCookie)) -> String {
        changed(change, true, &[visit("portal", Some(&[])), visit("assets", Some(&[]))])
    }

    #[test]
    fn each_attribute_that_changes_is_a_line() {
        let told = [
            cookie_changed(|cookie| cookie.domain = None),
            cookie_changed(|cookie| cookie.domain = Some("test".into())),
            cookie_changed(|cookie| cookie.path = "/home".into()),
            cookie_changed(|cookie| cookie.secure = false),
            cookie_changed(|cookie| cookie.http_only = false),
            cookie_changed(|cookie| cookie.same_site = Some("Strict".into())),
            cookie_changed(|cookie| cookie.lifetime = None),
            cookie_changed(|cookie| cookie.lifetime = Some(86_400)),
            cookie_changed(|cookie| cookie.size = 700),
            cookie_changed(|cookie| cookie.size = 20),
            cookie_changed(|cookie| cookie.shape = "JWT (HS256)".into()),
            cookie_changed(|cookie| cookie.set_by = "GET /callback (302)".into()),
            cookie_changed(|cookie| cookie.name = "session".into()),
        ];
        insta::assert_snapshot!(told.join("\n"), @r"
        cookie `sid`: `Domain` was {host}, is none, host-only
        cookie `sid`: `Domain` was {host}, is test
        cookie `sid`: `Path` was /, is /home
        cookie `sid`: `Secure` was set, is missing
        cookie `sid`: `HttpOnly` was set, is missing
        cookie `sid`: `SameSite` was Lax, is Strict
        cookie `sid`: `lifetime` was 29m 50s, is ends with the browser
        cookie `sid`: `lifetime` was 29m 50s, is 1day
        cookie `sid`: `size` was at most 128 bytes, is at most 1024 bytes
        cookie `sid`: `size` was at most 128 bytes, is at most 64 bytes
        cookie `sid`: `value` was 32 hex, is JWT (HS256)
        cookie `sid`: `set by` was POST /login (303), is GET /callback (302)
        cookie `sid` is gone
        cookie `session` is new
        ");
    }

    #[test]
    fn what_differs_by_chance_is_no_change() {
        assert_eq!(cookie_changed(|cookie| cookie.lifetime = Some(1799)), "");
        assert_eq!(cookie_changed(|cookie| cookie.size = 103), "");
        let quiet = [visit("portal", None), visit("assets", Some(&[]))];
        assert_eq!(changed(|_| {}, true, &quiet), "", "who gave no answer");
        assert_eq!(changed(|cookie| cookie.secure = false, false, &quiet), "", "over plain http");
    }

    #[test]
    fn a_component_that_begins_to_set_a_cookie_for_visitors_is_told() {
        let visits = [visit("portal", Some(&[])), visit("assets", Some(&["track"]))];
        assert_eq!(changed(|_| {}, true, &visits), "visitors: `assets` was no cookie, is track");
    }

    #[test]
    fn an_id_that_is_kept_over_a_login_is_told() {
        let cookies = [cookie()];
        let fresh = Circumstances { renewed: Some(true), ..login(&cookies, &[]) };
        let kept = Circumstances { renewed: Some(false), ..login(&cookies, &[]) };
        let accepted = portrait(&fresh, &[], None);
        let changes = accepted.changes(&portrait(&kept, &[], Some(&accepted)));
        let told: Vec<_> = changes.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            ["login: `session id` was a new one after login, is the same id before and after login"]
        );
    }

    #[test]
    fn cookies_of_one_name_are_told_apart_and_the_order_of_answers_does_not_count() {
        let below = SessionCookie { path: "/home".into(), ..cookie() };
        let one = portrait(&login(&[cookie(), below.clone()], &[]), &[], None);
        let other = portrait(&login(&[below, cookie()], &[]), &[], None);
        assert_eq!(one, other);
        let heads: Vec<_> = one.sections.iter().map(|section| section.head.as_str()).collect();
        assert_eq!(heads, ["cookie sid", "cookie sid, number 2", "login", "visitors"]);
    }
}
