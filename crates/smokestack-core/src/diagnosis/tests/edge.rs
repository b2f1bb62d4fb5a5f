//! What stands before all components: named only if behind it all is well.

use super::*;
use crate::{Class, CookieAction, CookieNote};

fn sent_to_one_instance() -> FailedCheck {
    check(Class::Contract, "affinity cookie `edge_affinity`", "not set by any answer")
}

#[test]
fn what_is_refused_through_the_edge_and_accepted_behind_it_is_the_edges() {
    let facts = [signed_in(None), compared("work-orders", false, true)];
    insta::assert_snapshot!(told(one_refuses(), facts), @r"
        finding: the edge does not pass the platform session on
          cause   the session is sent by the client and not seen by the origin: straight at the origin it is accepted
          proof   cookie `platform_session` was sent (Domain, Path match)
                  https://work-orders.test/: refused; work-orders-1 at http://10.0.0.8:9001: accepted
    ");
}

#[test]
fn the_edge_is_not_named_if_the_origin_refuses_too() {
    assert_eq!(named(one_refuses(), [compared("work-orders", false, false)]), ["work-orders"]);
    assert_eq!(
        named(one_refuses(), [compared("assets", false, true)]),
        ["work-orders"],
        "somebody else's comparison"
    );
}

#[test]
fn a_missing_affinity_cookie_explains_who_is_signed_out_now_and_then() {
    let mut lost = refused("work-orders", Probe::Again);
    lost.notes.exchanges[0].hops[0].instance = Some("work-orders-2".into());
    let cases = [
        failed_by("portal", Probe::Page, sent_to_one_instance(), Vec::new()),
        accepted("work-orders", Probe::Page),
        lost,
    ];
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: the edge no longer keeps a visitor on one instance
          cause   affinity cookie `edge_affinity`: not set by any answer
          proof   work-orders: the session is lost as often as another instance answers
    ");
}

#[test]
fn a_missing_affinity_cookie_does_not_explain_who_refuses_everything() {
    let mut cases = one_refuses();
    cases.push(failed_by("portal", Probe::Form, sent_to_one_instance(), Vec::new()));
    assert_eq!(named(cases, []), ["work-orders", "edge"]);
}

fn past_edge(signed_in: bool) -> Fact {
    Fact::LoginPastEdge {
        account: "dispatcher".into(),
        component: "portal".into(),
        through: "https://portal.test/login".into(),
        origin: "http://10.0.0.8:9001".into(),
        instance: Some("portal-1".into()),
        signed_in,
        cookies: vec!["csrf".into(), COOKIE.into()],
    }
}

/// The form was refused; these cookies went out with it.
fn form_refused(sent: &[&str]) -> [CaseRecord; 2] {
    let sent = sent.iter().map(|name| CookieNote::new(*name, CookieAction::Sent, "host, Path match"));
    [
        login_failed("sending it answers status 403", &[], vec![posted(403, sent.collect())]),
        blocked("assets", Probe::Page),
    ]
}

#[test]
fn an_edge_that_drops_the_cookies_of_requests_is_named_for_a_login_that_fails() {
    insta::assert_snapshot!(told(form_refused(&["csrf"]), [past_edge(true)]), @r"
        finding: the edge drops `Cookie` of the login's requests
          cause   sent by the client and not seen by the origin: `csrf`
          proof   https://portal.test/login: login as `dispatcher` fails: sending it answers status 403
                  POST https://portal.test/login: answer 403
                  straight at portal-1 at http://10.0.0.8:9001: `dispatcher` is signed in
    ");
}

#[test]
fn an_edge_that_drops_the_cookies_of_answers_is_told_from_one_that_drops_those_of_requests() {
    let told = told(form_refused(&[]), [past_edge(true)]);
    assert!(told.starts_with("finding: the edge drops `Set-Cookie` of the login's answers\n"), "{told}");
    let cause = format!("cause   set by the origin and not seen by the client: `csrf`, `{COOKIE}`\n");
    assert!(told.contains(&cause), "{told}");
}

#[test]
fn a_login_that_fails_past_the_edge_too_is_not_the_edges() {
    assert_eq!(named(form_refused(&["csrf"]), [past_edge(false)]), ["portal"]);
}
