//! What of a declared contract is not kept, one failed check for each attribute.

use std::collections::BTreeSet;

use smokestack_core::{Blame, Class, CookieAction, Exchange, FailedCheck, SessionCookie};

use super::{Contract, Domain, Lifetime, spoken};

/// What a login left.
pub(super) struct Circumstances<'a> {
    /// The target's host.
    pub(super) host: &'a str,
    /// Whether the target speaks https: over plain http no browser takes a `Secure` cookie.
    pub(super) secure: bool,
    /// The cookies that the login set.
    pub(super) cookies: &'a [SessionCookie],
    /// The cookies that pages had set before it.
    pub(super) anonymous: &'a [SessionCookie],
    /// Whether a session that was there before got a new id; none if none was there.
    pub(super) renewed: Option<bool>,
}

/// What a login did that the contract does not say.
pub(super) fn of_login(contract: &Contract, login: &Circumstances<'_>) -> Vec<FailedCheck> {
    let mut broken = Vec::new();
    if let Some(name) = &contract.cookie {
        names(contract, name, login, &mut broken);
        login
            .cookies
            .iter()
            .filter(|cookie| cookie.name == *name)
            .for_each(|cookie| attributes(contract, login, cookie, &mut broken));
    }
    if let (Some(true), Some(false)) = (contract.renewed, login.renewed) {
        let check = broken_check("id of the session", "a new one after login", spoken::SAME_ID);
        broken.push(check.help("whoever planted the id before the login is signed in with it after it"));
    }
    broken
}

fn names(contract: &Contract, name: &str, login: &Circumstances<'_>, broken: &mut Vec<FailedCheck>) {
    let set: BTreeSet<&str> = login.cookies.iter().map(|cookie| cookie.name.as_str()).collect();
    if let Some(others) = &contract.others {
        let known: Vec<&str> = std::iter::once(name).chain(others.iter().map(String::as_str)).collect();
        for unknown in set.iter().filter(|set| !known.contains(set)) {
            let check = broken_check("a cookie that the login sets", one_of(&known), *unknown);
            broken.push(check.help("`others` in `[session.contract]` names those that may be there"));
        }
    }
    if !set.contains(name) {
        let found =
            if set.is_empty() { "none".to_owned() } else { set.into_iter().collect::<Vec<_>>().join(", ") };
        broken.push(broken_check("name of the session cookie", name, found));
    }
}

fn attributes(
    contract: &Contract,
    login: &Circumstances<'_>,
    cookie: &SessionCookie,
    broken: &mut Vec<FailedCheck>,
) {
    let mut compare = |attribute: &str, expected: Option<String>, found: String, fits: bool| {
        if let Some(expected) = expected.filter(|_| !fits) {
            let check = broken_check(format!("{attribute} of cookie `{}`", cookie.name), expected, found);
            broken.push(check.note(format!("`{}` was set by {}", cookie.name, cookie.set_by)));
        }
    };
    if let Some(domain) = &contract.domain {
        let expected = match domain {
            Domain::HostOnly => None,
            Domain::Covers(domain) => Some(domain.replace("{host}", login.host)),
        };
        let shown = |domain: &Option<String>| domain.clone().unwrap_or_else(|| spoken::HOST_ONLY.to_owned());
        compare("`Domain`", Some(shown(&expected)), shown(&cookie.domain), cookie.domain == expected);
    }
    if let Some(path) = &contract.path {
        compare("`Path`", Some(path.clone()), cookie.path.clone(), cookie.path == *path);
    }
    let flag = |is_set: bool| spoken::flag(is_set).to_owned();
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
        let found = Lifetime::of(cookie.lifetime);
        let fits = lifetime.is_as_long_as(found);
        compare("lifetime", Some(spoken::lifetime(lifetime)), spoken::lifetime(found), fits);
    }
    if let Some(most) = contract.max_size {
        let fits = cookie.size <= most;
        compare("size", Some(spoken::at_most(most)), format!("{} bytes", cookie.size), fits);
    }
    let fits = contract.shape.as_ref() == Some(&cookie.shape);
    compare("shape of the value", contract.shape.clone(), cookie.shape.clone(), fits);
    let setter = cookie.set_by.rsplit_once(" (").map_or(cookie.set_by.as_str(), |(request, _)| request);
    let fits = contract.set_by.as_deref() == Some(setter);
    compare("the setter", contract.set_by.clone(), cookie.set_by.clone(), fits);
}

/// What pages set for visitors who have not signed in, and may not.
pub(crate) fn anonymous<'e>(
    contract: &Contract,
    exchanges: impl Iterator<Item = &'e Exchange>,
) -> Vec<FailedCheck> {
    let Some(allowed) = &contract.anonymous else { return Vec::new() };
    let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
    let unknown = set_by(exchanges).into_iter().filter(|name| !allowed.contains(&name.as_str()));
    let check =
        |name: String| broken_check("a cookie for visitors who never signed in", one_of(&allowed), name);
    unknown.map(check).collect()
}

/// The names of the cookies that answers set.
pub(super) fn set_by<'e>(exchanges: impl Iterator<Item = &'e Exchange>) -> BTreeSet<String> {
    let notes = exchanges.flat_map(|exchange| &exchange.hops).flat_map(|hop| &hop.cookies);
    let set = notes.filter(|note| matches!(note.action, CookieAction::Stored | CookieAction::Replaced));
    set.map(|note| note.name.clone()).collect()
}

fn one_of(names: &[&str]) -> String {
    match names {
        [] => "none".to_owned(),
        [only] => (*only).to_owned(),
        names => format!("one of {}", names.join(", ")),
    }
}

fn broken_check(
    what: impl Into<String>,
    expected: impl Into<String>,
    found: impl Into<String>,
) -> FailedCheck {
    FailedCheck::new(Blame::Wrong, Class::Contract, what).expected_found(expected, found)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in super::super) fn cookie() -> SessionCookie {
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
            cookie: Some("sid".into()),
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
            ..Contract::default()
        }
    }

    fn told(cookies: &[SessionCookie], secure: bool, renewed: Option<bool>) -> String {
        let login = Circumstances { host: "platform.test", secure, cookies, anonymous: &[], renewed };
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
        `Domain` of cookie `sid`: expected platform.test, found none, host-only
        `Path` of cookie `sid`: expected /, found /home
        `Secure` of cookie `sid`: expected set, found missing
        `HttpOnly` of cookie `sid`: expected set, found missing
        `SameSite` of cookie `sid`: expected lax, found unset
        lifetime of cookie `sid`: expected 30m, found ends with the browser
        size of cookie `sid`: expected at most 100 bytes, found 101 bytes
        shape of the value of cookie `sid`: expected 32 hex, found 16 hex
        the setter of cookie `sid`: expected POST /login, found GET /home (200)
        id of the session: expected a new one after login, found the same id before and after login
        ");
    }

    #[test]
    fn names_are_compared_in_both_directions() {
        let other = SessionCookie { name: "track".into(), ..cookie() };
        insta::assert_snapshot!(told(&[other], true, None), @r"
        a cookie that the login sets: expected one of sid, csrf, found track
        name of the session cookie: expected sid, found track
        ");
    }

    #[test]
    fn over_plain_http_nobody_can_be_asked_for_secure() {
        let plain = SessionCookie { secure: false, ..cookie() };
        assert_eq!(told(&[plain], false, None), "");
    }
}
