//! What of a contract is not kept, one failed check for each attribute.

use std::collections::BTreeSet;

use smokestack_core::{Blame, Class, CookieAction, Exchange, FailedCheck, SessionCookie};

use super::{Contract, Domain, Lifetime};

/// What a login set.
pub(crate) struct Circumstances<'a> {
    /// The target's host.
    pub(crate) host: &'a str,
    /// Whether the target speaks https: over plain http no browser takes a `Secure` cookie.
    pub(crate) secure: bool,
    /// The cookies that the login set.
    pub(crate) cookies: &'a [SessionCookie],
    /// Whether a session that was there before got a new id; none if none was there.
    pub(crate) renewed: Option<bool>,
}

/// What a login did that the contract does not say.
pub(crate) fn of_login(contract: &Contract, login: &Circumstances<'_>) -> Vec<FailedCheck> {
    let name = &contract.cookie;
    let mut broken = Vec::new();
    if let Some(others) = &contract.others {
        let unknown = login.cookies.iter().map(|cookie| &cookie.name);
        let unknown: BTreeSet<&str> =
            unknown.filter(|set| *set != name && !others.contains(set)).map(String::as_str).collect();
        for set in unknown {
            let check = broken_check("cookies that a login sets".to_owned(), named(name, others), set);
            broken.push(check.help("`others` in `[session.contract]` names those that may be there"));
        }
    }
    let named: Vec<&SessionCookie> = login.cookies.iter().filter(|cookie| cookie.name == *name).collect();
    if named.is_empty() {
        let set: Vec<&str> = login.cookies.iter().map(|cookie| cookie.name.as_str()).collect();
        let found = if set.is_empty() { "none".to_owned() } else { set.join(", ") };
        broken.push(broken_check("name of the session cookie".to_owned(), name.clone(), found));
    }
    for cookie in named {
        attributes(contract, login, cookie, &mut broken);
    }
    if let (Some(true), Some(false)) = (contract.renewed, login.renewed) {
        let what = "the same id before and after login".to_owned();
        let check = broken_check(what, "a new session id", format!("`{name}` has the value of before"));
        broken.push(check.help("whoever planted the id before the login is signed in with it after it"));
    }
    broken
}

fn attributes(
    contract: &Contract,
    login: &Circumstances<'_>,
    cookie: &SessionCookie,
    broken: &mut Vec<FailedCheck>,
) {
    let mut compare = |attribute: &str, expected: Option<String>, found: String, fits: bool| {
        if let Some(expected) = expected.filter(|_| !fits) {
            broken.push(broken_check(format!("{attribute} of cookie `{}`", cookie.name), expected, found));
        }
    };
    if let Some(domain) = &contract.domain {
        let expected = match domain {
            Domain::HostOnly => None,
            Domain::Covers(domain) => Some(domain.replace("{host}", login.host)),
        };
        let shown = |domain: &Option<String>| domain.clone().unwrap_or_else(|| "none: host-only".to_owned());
        compare("`Domain`", Some(shown(&expected)), shown(&cookie.domain), cookie.domain == expected);
    }
    if let Some(path) = &contract.path {
        compare("`Path`", Some(path.clone()), cookie.path.clone(), cookie.path == *path);
    }
    let flag = |flag: bool| if flag { "present" } else { "absent" }.to_owned();
    if let Some(secure) = contract.secure.filter(|secure| login.secure || !secure) {
        compare("`Secure`", Some(flag(secure)), flag(cookie.secure), cookie.secure == secure);
    }
    if let Some(http_only) = contract.http_only {
        compare("`HttpOnly`", Some(flag(http_only)), flag(cookie.http_only), cookie.http_only == http_only);
    }
    let same_site = cookie.same_site.as_deref().unwrap_or("unset");
    let fits = |expected: &String| expected.eq_ignore_ascii_case(same_site);
    compare(
        "`SameSite`",
        contract.same_site.clone(),
        same_site.to_owned(),
        contract.same_site.as_ref().is_some_and(fits),
    );
    if let Some(lifetime) = contract.lifetime {
        let found = cookie.lifetime.map_or(Lifetime::Browser, Lifetime::Seconds);
        compare("lifetime", Some(shown(lifetime)), shown(found), as_long(lifetime, found));
    }
    if let Some(most) = contract.max_size {
        compare(
            "size",
            Some(format!("at most {most} bytes")),
            format!("{} bytes", cookie.size),
            cookie.size <= most,
        );
    }
    let fits = contract.shape.as_ref() == Some(&cookie.shape);
    compare("shape of the value", contract.shape.clone(), cookie.shape.clone(), fits);
    let setter = cookie.set_by.rsplit_once(" (").map_or(cookie.set_by.as_str(), |(request, _)| request);
    let fits = contract.set_by.as_deref() == Some(setter);
    compare("the answer that sets it,", contract.set_by.clone(), cookie.set_by.clone(), fits);
}

/// What pages set for visitors who have not signed in, and may not.
pub(crate) fn anonymous<'e>(
    contract: &Contract,
    exchanges: impl Iterator<Item = &'e Exchange>,
) -> Vec<FailedCheck> {
    let Some(allowed) = &contract.anonymous else { return Vec::new() };
    let notes = exchanges.flat_map(|exchange| &exchange.hops).flat_map(|hop| &hop.cookies);
    let set = notes.filter(|note| matches!(note.action, CookieAction::Stored | CookieAction::Replaced));
    let set: BTreeSet<&str> = set.map(|note| note.name.as_str()).collect();
    let unknown = set.into_iter().filter(|name| !allowed.iter().any(|known| known == name));
    let expected = if allowed.is_empty() { "none".to_owned() } else { allowed.join(", ") };
    unknown
        .map(|name| {
            broken_check("cookies for visitors who never signed in".to_owned(), expected.clone(), name)
        })
        .collect()
}

/// Cookies of one name that went out with one request: servers read one of them, and not always the same.
pub(crate) fn twice(exchange: &Exchange) -> Vec<FailedCheck> {
    let mut broken = Vec::new();
    for hop in &exchange.hops {
        let sent = hop.cookies.iter().filter(|note| note.action == CookieAction::Sent);
        let mut seen: Vec<&smokestack_core::CookieNote> = Vec::new();
        for note in sent {
            if let Some(first) = seen.iter().find(|first| first.name == note.name) {
                let what = format!("two cookies of one name: `{}`", note.name);
                let check = broken_check(what, "one for one address", format!("two at {}", hop.url));
                broken.push(check.note(first.sentence()).note(note.sentence()));
            }
            seen.push(note);
        }
    }
    broken
}

/// Servers set what is left of a session's time, and clocks differ.
fn as_long(expected: Lifetime, found: Lifetime) -> bool {
    match (expected, found) {
        (Lifetime::Seconds(expected), Lifetime::Seconds(found)) => {
            (expected - found).abs() <= (expected / 20).max(5)
        }
        (expected, found) => expected == found,
    }
}

fn shown(lifetime: Lifetime) -> String {
    match lifetime {
        Lifetime::Browser => "that of the browser".to_owned(),
        Lifetime::Seconds(seconds) => {
            let duration = std::time::Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
            humantime::format_duration(duration).to_string()
        }
    }
}

fn named(name: &str, others: &[String]) -> String {
    std::iter::once(name).chain(others.iter().map(String::as_str)).collect::<Vec<_>>().join(", ")
}

fn broken_check(what: String, expected: impl Into<String>, found: impl Into<String>) -> FailedCheck {
    FailedCheck::new(Blame::Wrong, Class::Contract, what).expected_found(expected, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie() -> SessionCookie {
        SessionCookie {
            name: "sid".into(),
            domain: Some("platform.test".into()),
            path: "/".into(),
            secure: true,
            http_only: true,
            same_site: Some("Lax".into()),
            lifetime: Some(1790),
            size: 67,
            shape: "32 hex".into(),
            set_by: "POST /login (303)".into(),
        }
    }

    fn contract() -> Contract {
        Contract {
            cookie: "sid".into(),
            others: Some(vec!["csrf".into()]),
            domain: Some(Domain::Covers("{host}".into())),
            path: Some("/".into()),
            secure: Some(true),
            http_only: Some(true),
            same_site: Some("lax".into()),
            lifetime: Some(Lifetime::Seconds(1800)),
            max_size: Some(100),
            shape: Some("32 hex".into()),
            set_by: Some("POST /login".into()),
            renewed: Some(true),
            anonymous: None,
        }
    }

    fn told(cookies: &[SessionCookie], secure: bool, renewed: Option<bool>) -> String {
        let login = Circumstances { host: "platform.test", secure, cookies, renewed };
        let lines: Vec<_> = of_login(&contract(), &login).iter().map(FailedCheck::headline).collect();
        lines.join("\n")
    }

    #[test]
    fn what_is_as_agreed_is_not_told() {
        let csrf = SessionCookie { name: "csrf".into(), ..cookie() };
        assert_eq!(told(&[cookie(), csrf], true, Some(true)), "");
        assert_eq!(told(&[cookie()], true, None), "");
    }

    #[test]
    fn each_attribute_that_differs_is_a_check_of_its_own() {
        let other = SessionCookie {
            domain: None,
            path: "/home".into(),
            secure: false,
            http_only: false,
            same_site: None,
            lifetime: None,
            size: 101,
            shape: "16 hex".into(),
            set_by: "GET /home (200)".into(),
            ..cookie()
        };
        insta::assert_snapshot!(told(&[other], true, Some(false)), @r"
        `Domain` of cookie `sid`: expected platform.test, found none: host-only
        `Path` of cookie `sid`: expected /, found /home
        `Secure` of cookie `sid`: expected present, found absent
        `HttpOnly` of cookie `sid`: expected present, found absent
        `SameSite` of cookie `sid`: expected lax, found unset
        lifetime of cookie `sid`: expected 30m, found that of the browser
        size of cookie `sid`: expected at most 100 bytes, found 101 bytes
        shape of the value of cookie `sid`: expected 32 hex, found 16 hex
        the answer that sets it, of cookie `sid`: expected POST /login, found GET /home (200)
        the same id before and after login: expected a new session id, found `sid` has the value of before
        ");
    }

    #[test]
    fn names_are_compared_in_both_directions() {
        let other = SessionCookie { name: "track".into(), ..cookie() };
        insta::assert_snapshot!(told(&[other], true, None), @r"
        cookies that a login sets: expected sid, csrf, found track
        name of the session cookie: expected sid, found track
        ");
    }

    #[test]
    fn over_plain_http_nobody_can_be_asked_for_secure() {
        let plain = SessionCookie { secure: false, ..cookie() };
        assert_eq!(told(&[plain], false, None), "");
    }
}
