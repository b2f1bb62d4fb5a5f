//! A session cookie that browsers do not keep, do not send, or keep too freely.

use super::*;
use crate::{Class, CookieAction, CookieNote};

fn note(action: CookieAction, why: &str) -> CookieNote {
    CookieNote::new(COOKIE, action, why)
}

#[test]
fn a_cookie_that_does_not_reach_the_others_is_the_issuers() {
    let others = ["work-orders", "invoices", "assets"].map(|name| withheld(name, Probe::Page));
    let cases = others.into_iter().chain([accepted("portal", Probe::Page)]);
    insta::assert_snapshot!(told(cases, [signed_in(Some("portal.test"))]), @r"
        finding: the session cookie of portal does not reach work-orders, invoices, assets
          cause   cookie `platform_session` is not sent there: Domain `portal.test` does not cover `work-orders.test`
          proof   the login set cookie `platform_session`: Domain=portal.test, Path=/
                  GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal
    ");
}

#[test]
fn a_cookie_with_a_domain_too_narrow_is_the_cause_whatever_the_settings() {
    let mut cases = one_refuses();
    cases[3] = withheld("work-orders", Probe::Page);
    let facts = [
        signed_in(Some("portal.test")),
        settings("portal", [("session.cookie.domain", "portal.test"), ("session.store", STORE)]),
        settings("work-orders", [("session.cookie.domain", "acme.test"), ("session.store", STORE)]),
    ];
    insta::assert_snapshot!(told(cases, facts), @r"
        finding: the session cookie of portal does not reach work-orders
          cause   cookie `platform_session` is not sent there: Domain `portal.test` does not cover `work-orders.test`
          proof   the login set cookie `platform_session`: Domain=portal.test, Path=/
                  GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
    ");
}

#[test]
fn who_gets_the_cookie_at_some_addresses_is_not_listed_among_those_it_does_not_reach() {
    let mut cases: Vec<_> = ["work-orders", "assets"].map(|name| withheld(name, Probe::Page)).into();
    let mut profile = withheld("portal", Probe::Api);
    profile.notes.exchanges[0].hops[0].url = "https://portal.test/profile".into();
    cases.extend([accepted("portal", Probe::Page), profile]);
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: the session cookie of portal does not reach work-orders, assets
          cause   cookie `platform_session` is not sent there: Domain `portal.test` does not cover `work-orders.test`
          proof   the login set cookie `platform_session`: host-only, Path=/
                  GET https://work-orders.test/: answer 302 to /login
                  of portal it reaches some addresses, and not /profile
                  the same login's session is accepted by portal
    ");
}

#[test]
fn a_cookie_that_went_out_is_not_said_to_be_withheld() {
    assert_eq!(named(one_refuses(), [signed_in(Some("portal.test"))]), ["work-orders"]);
}

#[test]
fn a_cookie_that_others_do_without_is_not_the_cause() {
    let mut cases = one_refuses();
    for case in &mut cases[1..] {
        let theme = CookieNote::new("theme", CookieAction::Withheld, "Path `/portal`");
        case.notes.exchanges[0].hops[0].cookies.push(theme);
    }
    let Fact::SignedIn { mut cookies, .. } = signed_in(None) else { unreachable!() };
    cookies.insert(0, SessionCookie { name: "theme".into(), ..cookies[0].clone() });
    let told = told(cases, [signed_in_with(cookies)]);
    assert!(!told.contains("theme"), "{told}");
}

#[test]
fn a_cookie_that_browsers_do_not_keep_is_why_the_login_fails() {
    let refused = note(CookieAction::Refused, "4213 bytes, browsers keep at most 4096");
    let hops = vec![posted(303, vec![refused]), hop("portal", 200)];
    let cases = [
        login_failed("the login set no cookie that a browser keeps", &[], hops),
        blocked("assets", Probe::Page),
    ];
    insta::assert_snapshot!(told(cases, []), @r"
        finding: browsers do not keep the session cookie of portal
          cause   cookie `platform_session` is refused: 4213 bytes, browsers keep at most 4096
          proof   POST https://portal.test/login: answer 303 to /home sets cookie `platform_session`
                  login as `dispatcher` fails: the login set no cookie that a browser keeps
    ");
}

#[test]
fn a_cookie_that_the_next_page_does_not_get_is_why_the_login_fails() {
    let withheld = vec![note(CookieAction::Withheld, "Path `/account` does not cover `/home`")];
    let landed = Hop { cookies: withheld, ..hop("portal", 302) };
    let hops = vec![posted(303, vec![note(CookieAction::Stored, "new")]), landed, hop("portal", 200)];
    insta::assert_snapshot!(told([login_failed("the platform answers with its login form again", &[], hops)], []), @r"
        finding: the session cookie of portal does not reach its own pages
          cause   cookie `platform_session` is not sent to the page after the login: Path `/account` does not cover `/home`
          proof   GET https://portal.test/: answer 200
                  login as `dispatcher` fails: the platform answers with its login form again
    ");
}

#[test]
fn a_wrong_password_is_not_the_cookies_fault() {
    let hops = vec![posted(401, vec![note(CookieAction::Stored, "new")])];
    let told = told([login_failed("the platform answers with its login form again", &[], hops)], []);
    assert!(told.starts_with("finding: login as `dispatcher` fails at portal\n"), "{told}");
}

#[test]
fn attributes_that_are_missing_are_one_finding_about_the_issuer() {
    let broken = |what: &str| {
        let check = check(Class::Contract, what, "missing").note("it was set by POST /login (303)");
        let check = FailedCheck { expected: Some("set".into()), ..check };
        failed_by("portal", Probe::Page, check, Vec::new())
    };
    let cases = [
        broken("`Secure` of cookie `platform_session`"),
        broken("`HttpOnly` of cookie `platform_session`"),
        accepted("assets", Probe::Page),
    ];
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: the session cookie of portal is not as its contract says
          cause   `Secure` of cookie `platform_session` should be set, is missing; `HttpOnly` of cookie `platform_session` should be set, is missing
          proof   it was set by POST /login (303)
    ");
}

#[test]
fn what_an_accepted_text_does_not_say_is_told_as_the_change_that_it_is() {
    let change =
        check(Class::Contract, "session contract", "cookie `platform_session`: `Secure` was set, is missing");
    let diff = vec!["- Secure  set".into(), "+ Secure  missing".into()];
    let change = FailedCheck { diff, ..change }.note("accepted: snapshots/acme__session-contract.snap");
    let cases = [failed_by("portal", Probe::Page, change, Vec::new()), accepted("assets", Probe::Page)];
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: the session cookie of portal is not as its contract says
          cause   cookie `platform_session`: `Secure` was set, is missing
          proof   accepted: snapshots/acme__session-contract.snap
    ");
}

#[test]
fn a_cookie_that_a_component_gives_to_visitors_is_that_components() {
    let check = check(Class::Contract, "a cookie for visitors who never signed in", "track");
    let check = FailedCheck { expected: Some("none".into()), ..check };
    let set = CookieNote::new("track", CookieAction::Stored, "host assets.test, Path /");
    let answer = Hop { cookies: vec![set], ..hop("assets", 200) };
    let cases = [accepted("portal", Probe::Page), failed_by("assets", Probe::Page, check, vec![answer])];
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: the cookies that assets gives to visitors are not as agreed
          cause   a cookie for visitors who never signed in should be none, is track
          proof   GET https://assets.test/: answer 200
    ");
}

#[test]
fn many_changes_are_counted() {
    let cases = ["a", "b", "c", "d", "e", "f"].map(|name| {
        let check = check(Class::Contract, &format!("`Path` of cookie `{name}`"), "/home");
        failed_by("portal", Probe::Page, FailedCheck { expected: Some("/".into()), ..check }, Vec::new())
    });
    assert!(told(cases, []).contains("`d` should be /, is /home; and 2 more"));
}

#[test]
fn what_breaks_the_contract_is_told_with_what_it_does() {
    let check = check(Class::Contract, "`Domain` of cookie `platform_session`", "none: host-only");
    let mut cases = vec![failed_by("portal", Probe::Page, check, Vec::new())];
    cases.extend(["work-orders", "invoices", "assets"].map(|name| withheld(name, Probe::Page)));
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: the session cookie of portal does not reach work-orders, invoices, assets
          cause   cookie `platform_session` is not sent there: Domain `portal.test` does not cover `work-orders.test`
          proof   the login set cookie `platform_session`: host-only, Path=/
                  GET https://work-orders.test/: answer 302 to /login
                  `Domain` of cookie `platform_session`: none: host-only
    ");
}

/// The cookie goes out twice: once for every path, once for the component's own.
fn twice(mut case: CaseRecord, name: &str) -> CaseRecord {
    let scoped = |scope: &str| CookieNote {
        scope: Some(scope.into()),
        ..CookieNote::new(name, CookieAction::Sent, "Path match")
    };
    case.notes.exchanges[0].hops[0].cookies =
        vec![scoped("Domain acme.test, Path /work-orders"), scoped("Domain acme.test, Path /")];
    case
}

#[test]
fn two_cookies_of_one_name_are_the_issuers_fault_and_not_of_who_reads_the_wrong_one() {
    let mut cases = one_refuses();
    cases[3] = twice(refused("work-orders", Probe::Page), COOKIE);
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: portal leaves people with two session cookies of one name
          cause   two cookies of one name for one URL: `platform_session` is sent twice, and the wrong one is read
          proof   cookie `platform_session`: Domain acme.test, Path /work-orders
                  cookie `platform_session`: Domain acme.test, Path /
                  GET https://work-orders.test/: answer 302 to /login
    ");
}

#[test]
fn a_component_that_sets_another_cookie_of_the_sessions_name_is_named() {
    let mut cases = one_refuses();
    let set = CookieNote {
        scope: Some("Domain acme.test, Path /work-orders".into()),
        ..CookieNote::new(COOKIE, CookieAction::Stored, "Path=/work-orders")
    };
    let mut sets = accepted("work-orders", Probe::Again);
    sets.notes.exchanges[0].hops[0].cookies = vec![set];
    cases[3] = twice(refused("work-orders", Probe::Page), COOKIE);
    cases.push(sets);
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: work-orders sets another cookie of the name that the session of portal has
          cause   two cookies of one name for one URL: `platform_session` is sent twice, and the wrong one is read
          proof   cookie `platform_session`: Domain acme.test, Path /work-orders
                  cookie `platform_session`: Domain acme.test, Path /
                  GET https://work-orders.test/: answer 302 to /login
    ");
}

#[test]
fn two_cookies_that_are_not_the_sessions_are_nobodys_fault() {
    let mut cases = one_refuses();
    cases[3] = twice(refused("work-orders", Probe::Page), "theme");
    assert_eq!(named(cases, [signed_in(None)]), ["work-orders"]);
}

#[test]
fn a_logout_that_was_sent_without_the_cookie_is_not_told_beside_it() {
    let mut stays = let_in("portal", Probe::Logout);
    let mut exchange = stays.notes.exchanges[0].clone();
    exchange.hops =
        vec![posted(303, vec![note(CookieAction::Withheld, "Path `/home` does not cover `/logout`")])];
    stays.notes.exchanges.push(exchange);
    let cases = [accepted("portal", Probe::Page), withheld("assets", Probe::Page), stays.clone()];
    assert_eq!(named(cases, [signed_in(None)]), ["portal"]);
    assert!(told([stays], [signed_in(None)]).contains("the session still works there after logout"));
}
