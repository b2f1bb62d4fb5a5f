//! Sessions that the issuer itself loses while the run goes on.

use super::*;
fn lost(cases: &[&str]) -> Fact {
    let cases = cases.iter().map(|case| (*case).to_owned()).collect();
    Fact::SessionLost { account: "dispatcher".into(), why: "status 302 to /login".into(), cases }
}

fn all_accept() -> Vec<CaseRecord> {
    ["portal", "work-orders", "invoices", "assets"].map(|name| accepted(name, Probe::Page)).into()
}

#[test]
fn who_was_refused_with_a_session_that_the_issuer_lost_is_not_named() {
    let mut cases = all_accept();
    cases.extend([refused("invoices", Probe::Api), refused("assets", Probe::Api)]);
    insta::assert_snapshot!(told(cases, [lost(&["session::invoices::api", "session::assets::api"])]), @r"
        finding: portal loses the platform session
          cause   possibly: it no longer accepts a session that it had accepted in this run
          proof   the session of `dispatcher`, which it had accepted: status 302 to /login
                  GET https://invoices.test/: answer 302 to /login
                  refused meanwhile by assets, invoices
    ");
}

#[test]
fn who_refuses_the_session_that_was_made_anew_too_is_named_for_that() {
    let mut cases = vec![accepted("portal", Probe::Page), accepted("assets", Probe::Page)];
    cases.extend([refused("invoices", Probe::Api), refused("work-orders", Probe::Page)]);
    assert_eq!(named(cases, [lost(&["session::invoices::api"])]), ["portal", "work-orders"]);
}

#[test]
fn who_keeps_sessions_elsewhere_is_named_whatever_the_issuer_loses() {
    let mut cases = vec![accepted("portal", Probe::Page), accepted("assets", Probe::Page)];
    cases.push(refused("work-orders", Probe::Page));
    let evidence = [
        lost(&["session::work-orders::page"]),
        settings("portal", [("session.store", STORE)]),
        settings("work-orders", [("session.store", "redis://sessions-old:6379/0")]),
    ];
    assert_eq!(named(cases, evidence), ["work-orders"]);
}

#[test]
fn a_session_that_is_lost_again_is_the_issuers() {
    let mut cases = all_accept();
    cases.push(told_again("invoices"));
    let told = told(cases.clone(), [lost(&[]), settings("portal", [("session.ttl", "2s")])]);
    assert!(told.starts_with("finding: portal loses the platform session\n"), "{told}");
    assert!(told.contains("portal   session.ttl = 2s"), "{told}");
    assert_eq!(named(cases, []), ["portal"], "the case itself is enough");
}

#[test]
fn who_refuses_after_a_pause_is_not_named_where_sessions_do_not_last() {
    let mut cases = all_accept();
    cases.extend([refused("invoices", Probe::Idle), refused("invoices", Probe::Api), told_again("assets")]);
    assert_eq!(named(cases, [lost(&["session::invoices::api"])]), ["portal"]);
}

#[test]
fn nobody_is_said_to_end_a_session_that_the_issuer_never_accepts() {
    let mut cases = vec![refused("portal", Probe::Page), refused("portal", Probe::Again)];
    cases.extend([accepted("invoices", Probe::Page), ended("invoices")]);
    assert_eq!(named(cases, []), ["portal"]);
}

#[test]
fn a_component_that_ends_the_session_is_named_and_nobody_else() {
    let mut cases = all_accept();
    cases.extend([ended("assets"), refused("invoices", Probe::Api), told_again("work-orders")]);
    assert_eq!(named(cases, [lost(&["session::invoices::api"])]), ["assets"]);
}
