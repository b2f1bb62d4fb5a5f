//! Sessions that end too soon: by time, by a deploy, by somebody's hand.

use super::*;
use crate::{Class, CookieAction, CookieNote};

fn all(probe: Probe, case: fn(&str, Probe) -> CaseRecord) -> Vec<CaseRecord> {
    ["portal", "work-orders", "invoices", "assets"].map(|name| case(name, probe)).into()
}

fn both(probe: Probe, case: fn(&str, Probe) -> CaseRecord) -> Vec<CaseRecord> {
    let mut cases = all(Probe::Page, accepted);
    cases.extend(all(probe, case));
    cases
}

#[test]
fn a_session_that_does_not_outlast_a_pause_is_the_issuers() {
    let mut cases = both(Probe::Idle, refused);
    for case in &mut cases[4..] {
        case.notes.phases =
            vec![Phase { what: "a pause".into(), began: Duration::ZERO, took_ms: Some(5003.5) }];
    }
    let facts = [signed_in(None), settings("portal", [("session.ttl", "3s"), ("session.store", STORE)])];
    insta::assert_snapshot!(told(cases.clone(), facts), @r"
        finding: portal ends sessions too soon
          cause   the session is refused after 5 s: its `session.ttl` is 3s
                    portal   session.ttl = 3s
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://portal.test/: answer 302 to /login
                  after the pause refused by assets, invoices, portal, work-orders; accepted there at once
    ");
    let Fact::SignedIn { mut cookies, .. } = signed_in(None) else { unreachable!() };
    cookies[0].lifetime = Some(3);
    let told = told(cases, [signed_in_with(cookies)]);
    assert!(
        told.contains("cause   the session is refused after 5 s: cookie `platform_session` lives for 3 s"),
        "{told}"
    );
}

#[test]
fn a_component_that_alone_forgets_a_session_is_named_itself() {
    let mut cases = all(Probe::Page, accepted);
    cases.extend([
        accepted("portal", Probe::Idle),
        accepted("assets", Probe::Idle),
        refused("invoices", Probe::Idle),
    ]);
    assert_eq!(named(cases, []), ["invoices"]);
}

#[test]
fn who_refuses_a_new_session_is_not_said_to_end_it_after_a_pause() {
    let mut cases = one_refuses();
    cases.push(refused("work-orders", Probe::Idle));
    let told = told(cases, []);
    assert!(told.starts_with("finding: work-orders does not accept the platform session\n"), "{told}");
    assert_eq!(told.matches("finding:").count(), 1);
}

#[test]
fn a_session_from_before_the_deploy_that_is_refused_everywhere_is_the_issuers() {
    insta::assert_snapshot!(told(both(Probe::Carried, refused), [signed_in(None)]), @r"
        finding: portal refuses sessions from before the deploy
          cause   likely: a session from before the deploy is refused: the signing key or the session's format changed without a time in which both are read
          proof   GET https://assets.test/: answer 302 to /login
                  GET https://invoices.test/: answer 302 to /login
                  GET https://portal.test/: answer 302 to /login
                  a session from before the deploy is refused by assets, invoices, portal, work-orders; a new one is accepted
          note    everybody who was signed in when the deploy began is signed out by it
    ");
}

#[test]
fn another_cookie_since_the_deploy_is_seen_by_its_name() {
    let mut cases = both(Probe::Carried, refused);
    for case in &mut cases[4..] {
        case.notes.exchanges[0].hops[0].cookies =
            vec![CookieNote::new("platform_sid", CookieAction::Sent, "host match")];
    }
    let told = told(cases, [signed_in(None)]);
    let cause =
        "cause   the session's cookie was `platform_sid` before the deploy and is `platform_session` now";
    assert!(told.contains(cause), "{told}");
}

#[test]
fn an_error_for_old_sessions_is_told_from_a_refusal() {
    let failing = |name: &str, probe| {
        failed_by(name, probe, check(Class::Value, "status", "500"), vec![hop(name, 500)])
    };
    let mut cases = all(Probe::Page, accepted);
    cases.extend(["portal", "assets"].map(|name| failing(name, Probe::Carried)));
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: portal answers sessions from before the deploy with an error
          cause   likely: what cannot be read of a session from before the deploy is an error there, not a way to the login
          proof   GET https://assets.test/: answer 500
                  GET https://portal.test/: answer 500
                  a session from before the deploy is answered with an error by assets, portal; a new one is accepted
          note    everybody who was signed in when the deploy began is signed out by it
    ");
}

/// Signing in in a browser with old cookies ends with two of one name.
fn twice_after_a_new_login() -> CaseRecord {
    let notes = ["Domain portal.test, Path /", "host portal.test, Path /"];
    let mut check =
        check(Class::Contract, "two cookies of one name: `platform_session`", "2 at https://portal.test/");
    check.notes =
        notes.map(|scope| format!("cookie `platform_session`: {scope}, set by POST /login (303)")).to_vec();
    failed_by("portal", Probe::Carried, check, vec![posted(303, set(&["Domain portal.test, Path /"]))])
}

/// Answers set cookies with these scopes.
fn set(scopes: &[&str]) -> Vec<CookieNote> {
    let one = |scope: &&str| CookieNote {
        scope: Some((*scope).into()),
        ..CookieNote::new(COOKIE, CookieAction::Stored, "Path=/")
    };
    scopes.iter().map(one).collect()
}

#[test]
fn two_cookies_of_one_login_are_no_matter_of_the_deploy() {
    let mut twice = twice_after_a_new_login();
    twice.notes.exchanges[0].hops[0].cookies =
        set(&["Domain portal.test, Path /", "host portal.test, Path /"]);
    let told = told([accepted("portal", Probe::Page), twice], [signed_in(None)]);
    assert!(told.starts_with("finding: portal leaves people with two cookies of one name\n"), "{told}");
    assert!(!told.contains("deploy"), "{told}");
}

#[test]
fn what_a_new_session_meets_is_not_said_where_nobody_has_one() {
    let failing = |name: &str| {
        failed_by(name, Probe::Carried, check(Class::Value, "status", "500"), vec![hop(name, 500)])
    };
    insta::assert_snapshot!(told(["portal", "assets"].map(failing), []), @r"
        finding: portal answers sessions from before the deploy with an error
          cause   possibly: what cannot be read of a session from before the deploy is an error there, not a way to the login
          proof   GET https://assets.test/: answer 500
                  GET https://portal.test/: answer 500
                  a session from before the deploy is answered with an error by assets, portal
          note    nobody has signed in by this process: whether new sessions are accepted is not known
    ");
}

#[test]
fn a_login_over_old_cookies_that_is_an_error_too_is_told_with_it() {
    let failing =
        |name: &str, hop| failed_by(name, Probe::Carried, check(Class::Value, "status", "500"), vec![hop]);
    let login = failed_by(
        "portal",
        Probe::Carried,
        check(Class::Login, "login as `dispatcher` fails", "status 500"),
        vec![posted(500, Vec::new())],
    );
    let cases = [accepted("assets", Probe::Page), failing("assets", hop("assets", 500)), login];
    let told = told(cases, [signed_in(None)]);
    let nor = "nor does signing in over the old cookies work: POST https://portal.test/login: answer 500";
    assert!(told.contains(nor) && told.matches("finding:").count() == 1, "{told}");
}

#[test]
fn a_cookie_of_visitors_is_not_taken_for_the_sessions() {
    let mut cases = both(Probe::Carried, refused);
    for case in &mut cases[4..] {
        case.notes.exchanges[0].hops[0].cookies = ["platform_csrf", "platform_sid"]
            .map(|name| CookieNote::new(name, CookieAction::Sent, "host match"))
            .to_vec();
    }
    let mut login = signed_in(None);
    if let Fact::SignedIn { cookies, anonymous, .. } = &mut login {
        anonymous.push(crate::SessionCookie { name: "platform_csrf".into(), ..cookies[0].clone() });
    }
    let told = told(cases, [login]);
    assert!(told.contains("the session's cookie was `platform_sid` before the deploy"), "{told}");
}

#[test]
fn two_cookies_of_one_name_after_a_new_login_with_old_cookies_are_the_issuers() {
    let mut cases = vec![accepted("portal", Probe::Page), accepted("assets", Probe::Page)];
    cases.push(twice_after_a_new_login());
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: portal leaves people who come from before the deploy with two cookies of one name
          cause   two cookies of one name for one URL: `platform_session` has another Domain or Path than before, and the old one stays beside it
          proof   cookie `platform_session`: Domain portal.test, Path /, set by POST /login (303)
                  cookie `platform_session`: host portal.test, Path /, set by POST /login (303) before the deploy
                  POST https://portal.test/login: answer 303 to /home
          note    a cookie is replaced by one of the same name, Domain and Path: the release has to end the old one, or to name the new one otherwise
    ");
}

#[test]
fn a_login_that_old_cookies_send_in_circles_is_told_with_both() {
    let sent = |scope: &str| crate::CookieNote {
        scope: Some(scope.into()),
        set_by: Some("POST /login (303)".into()),
        ..crate::CookieNote::new(COOKIE, CookieAction::Sent, "match")
    };
    let both = vec![sent("Domain portal.test, Path /"), sent("host portal.test, Path /")];
    let found = "the platform shows the form again (status 200)";
    let check = check(Class::Login, "login as `dispatcher` fails", found);
    let circle = |cookies| {
        failed_by(
            "portal",
            Probe::Carried,
            check.clone(),
            vec![posted(303, set(&["Domain portal.test, Path /"])), Hop { cookies, ..hop("portal", 302) }],
        )
    };
    let well = || vec![accepted("portal", Probe::Page), accepted("assets", Probe::Page)];
    let mut cases = well();
    cases.push(circle(both));
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: portal leaves people who come from before the deploy with two cookies of one name
          cause   two cookies of one name for one URL: `platform_session` has another Domain or Path than before, and the old one stays beside it
          proof   cookie `platform_session`: Domain portal.test, Path /, set by POST /login (303)
                  cookie `platform_session`: host portal.test, Path /, set by POST /login (303) before the deploy
                  POST https://portal.test/login: answer 303 to /home
          note    a cookie is replaced by one of the same name, Domain and Path: the release has to end the old one, or to name the new one otherwise
    ");
    let mut cases = well();
    cases.push(circle(Vec::new()));
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: portal does not let people in again who come from before the deploy
          cause   likely: login as `dispatcher` fails: the platform shows the form again (status 200)
          proof   POST https://portal.test/login: answer 303 to /home
                  whoever has no old cookies signs in
    ");
}

#[test]
fn a_cookie_that_is_wrong_for_everybody_is_told_of_them() {
    let mut cases: Vec<_> =
        ["work-orders", "invoices", "assets"].map(|name| withheld(name, Probe::Page)).into();
    cases.extend([accepted("portal", Probe::Page), twice_after_a_new_login()]);
    let told = told(cases, [signed_in(Some("portal.test"))]);
    assert_eq!(told.matches("finding: ").count(), 1, "{told}");
    assert!(told.starts_with("finding: the session cookie of portal does not reach work-orders"), "{told}");
}

#[test]
fn who_alone_refuses_old_sessions_is_named_itself() {
    let mut cases = all(Probe::Page, accepted);
    cases.extend([
        accepted("portal", Probe::Carried),
        accepted("assets", Probe::Carried),
        refused("invoices", Probe::Carried),
    ]);
    assert_eq!(named(cases, []), ["invoices"]);
}

#[test]
fn who_refuses_every_session_refuses_old_ones_for_the_same_cause() {
    let mut cases = one_refuses();
    cases.extend([refused("work-orders", Probe::Carried), accepted("portal", Probe::Carried)]);
    assert_eq!(named(cases, []), ["work-orders"]);
}

#[test]
fn who_ends_the_session_is_named_and_whoever_loses_it_is_not() {
    let cases = [
        accepted("work-orders", Probe::Page),
        ended("work-orders"),
        refused("assets", Probe::Page),
        refused("invoices", Probe::Page),
        accepted("portal", Probe::Page),
    ];
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: work-orders ends the platform session
          cause   likely: it deletes the session in the store, or writes it back so that the issuer cannot read it
          proof   after a visit to work-orders-1, portal does not know the session
                  GET https://work-orders.test/: answer 200
    ");
}

#[test]
fn who_ends_the_session_is_compared_with_the_issuer() {
    let cases =
        || [accepted("portal", Probe::Page), accepted("work-orders", Probe::Page), ended("work-orders")];
    let compared = |key: &str, ours: &str, theirs: &str| {
        let facts = [settings("portal", [(key, ours)]), settings("work-orders", [(key, theirs)])];
        told(cases(), facts.into_iter().chain([signed_in(None)]))
    };
    insta::assert_snapshot!(compared("session.format", "v2", "v3"), @r"
        finding: work-orders ends the platform session
          cause   it writes sessions back in another format than the component that issues them reads
                    portal        session.format = v2
                    work-orders   session.format = v3
          proof   after a visit to work-orders-1, portal does not know the session
                  GET https://work-orders.test/: answer 200
    ");
    insta::assert_snapshot!(compared("session.ttl", "30m", "2s"), @r"
        finding: work-orders ends the platform session
          cause   likely: it ends sessions after another time than the component that issues them
                    portal        session.ttl = 30m
                    work-orders   session.ttl = 2s
          proof   after a visit to work-orders-1, portal does not know the session
                  GET https://work-orders.test/: answer 200
    ");
    let equal = compared("session.format", "v2", "v2");
    assert!(
        equal.contains("likely: it deletes the session in the store") && !equal.contains(" = "),
        "{equal}"
    );
    insta::assert_snapshot!(told(cases(), [signed_in(None), unreadable("work-orders")]), @r"
        finding: work-orders ends the platform session
          cause   likely: it deletes the session in the store, or writes it back so that the issuer cannot read it
          proof   after a visit to work-orders-1, portal does not know the session
                  GET https://work-orders.test/: answer 200
          note    settings of work-orders could not be read from https://work-orders.test/settings: status 404
    ");
}

#[test]
fn who_loses_sessions_by_settings_of_its_own_is_named_beside_who_ends_them() {
    let cases = [
        accepted("invoices", Probe::Page),
        ended("invoices"),
        accepted("portal", Probe::Page),
        refused("work-orders", Probe::Page),
    ];
    let facts = [
        settings("portal", [("session.store", STORE)]),
        settings("work-orders", [("session.store", "redis://old:6379/0")]),
    ];
    assert_eq!(named(cases, facts), ["invoices", "work-orders"]);
}

#[test]
fn who_ends_the_session_of_all_is_named_whoever_is_refused_with_it_afterwards() {
    // A visit with a session of its own was accepted before the issuer refused it.
    let mut cases = one_refuses();
    cases.push(ended("work-orders"));
    assert_eq!(named(cases, []), ["work-orders"]);
    let mut cases = all(Probe::Page, refused);
    cases.extend([ended("work-orders"), accepted("invoices", Probe::Kept), accepted("assets", Probe::Kept)]);
    let told = told(cases, []);
    assert!(told.starts_with("finding: work-orders ends the platform session\n"), "{told}");
    assert_eq!(told.matches("finding:").count(), 1, "{told}");
}

#[test]
fn a_session_that_no_visit_leaves_alone_is_the_issuers() {
    let mut cases = all(Probe::Page, accepted);
    cases.extend(["work-orders", "invoices", "assets"].map(ended));
    assert_eq!(named(cases, []), ["portal"]);
}

#[test]
fn a_case_that_took_longer_than_the_session_lasts_has_no_finding_of_its_own() {
    let mut cases = both(Probe::Idle, refused);
    cases[4].notes.phases =
        vec![Phase { what: "a pause".into(), began: Duration::ZERO, took_ms: Some(5003.5) }];
    cases.push(refused("work-orders", Probe::Again));
    cases.push(ended("invoices"));
    assert_eq!(named(cases, [settings("portal", [("session.ttl", "3s")])]), ["portal"]);
}

#[test]
fn errors_for_old_sessions_alone_are_not_the_stores() {
    let failing = |name: &str| {
        failed_by(name, Probe::Carried, check(Class::Value, "status", "500"), vec![hop(name, 500)])
    };
    let told = told(["portal", "assets", "invoices"].map(failing), []);
    assert!(
        told.starts_with("finding: portal answers sessions from before the deploy with an error\n"),
        "{told}"
    );
}

#[test]
fn an_instance_is_not_said_to_refuse_what_it_was_not_sent() {
    let mut without = refused("work-orders", Probe::Again);
    without.notes.exchanges[0].hops[0].cookies.clear();
    let mut lost = refused("work-orders", Probe::Api);
    lost.notes.exchanges[0].hops[0].instance = Some("work-orders-2".into());
    let cases = [accepted("work-orders", Probe::Page), without, lost, accepted("portal", Probe::Page)];
    let findings = diagnose(&Record { evidence: vec![signed_in(None)], ..record(cases) });
    assert_eq!(findings[0].instance.as_deref(), Some("work-orders-2"));
}

#[test]
fn a_session_that_somebody_ended_was_not_ended_by_the_pause() {
    let mut cases = both(Probe::Idle, refused);
    cases.push(ended("invoices"));
    assert_eq!(named(cases, [settings("portal", [("session.ttl", "1800")])]), ["invoices"]);
}

#[test]
fn what_the_harness_could_not_do_with_an_old_session_is_nobodys_fault() {
    let mut cases = all(Probe::Page, accepted);
    cases.push(hindered("assets", Probe::Carried));
    assert!(named(cases, []).is_empty());
}
