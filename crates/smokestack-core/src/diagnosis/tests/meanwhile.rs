//! Sessions that end by their time while the run goes on: the issuer's doing, whoever is asked then.

use super::*;

/// The same case, which began so many seconds after the run.
fn after(seconds: i64, case: CaseRecord) -> CaseRecord {
    CaseRecord { started_unix_ms: STARTED + seconds * 1000, ..case }
}

fn accepted_at_first() -> Vec<CaseRecord> {
    ["portal", "work-orders", "invoices", "assets"].map(|name| accepted(name, Probe::Page)).into()
}

fn ttl(ours: &str, theirs: &str) -> Vec<Fact> {
    let others = ["work-orders", "invoices", "assets"].map(|name| settings(name, [("session.ttl", theirs)]));
    others.into_iter().chain([signed_in(None), settings("portal", [("session.ttl", ours)])]).collect()
}

#[test]
fn who_is_asked_after_the_time_of_the_session_is_not_blamed_for_its_end() {
    let mut cases = accepted_at_first();
    cases.push(after(3, refused("invoices", Probe::Write)));
    cases.extend(["work-orders", "assets"].map(|name| after(4, ended(name))));
    insta::assert_snapshot!(told(cases, ttl("2", "1800")), @r"
        finding: portal ends sessions too soon
          cause   sessions end while the run goes on: its `session.ttl` is 2
                    portal   session.ttl = 2
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://invoices.test/: answer 302 to /login
                  refused in the course of the run by assets, invoices, work-orders, which accepted it before
    ");
}

#[test]
fn who_refuses_the_session_before_its_time_has_a_cause_of_its_own() {
    let mut cases = accepted_at_first();
    cases.push(after(3, refused("invoices", Probe::Write)));
    assert_eq!(named(cases, ttl("1800", "1800")), ["invoices"]);
}

#[test]
fn who_never_accepted_it_is_named_beside_the_issuer_whose_sessions_end_early() {
    let mut cases = vec![accepted("portal", Probe::Page), accepted("assets", Probe::Page)];
    cases.extend([after(3, refused("invoices", Probe::Page)), after(4, refused("assets", Probe::Api))]);
    assert_eq!(named(cases, ttl("2", "1800")), ["portal", "invoices"]);
}

#[test]
fn a_component_that_lets_sessions_live_longer_than_the_issuer_is_not_said_to_end_them_by_that() {
    let cases = [accepted("portal", Probe::Page), accepted("work-orders", Probe::Page), ended("work-orders")];
    let told = told(cases, ttl("30m", "1h"));
    assert!(told.contains("cause   likely: it deletes the session in the store"), "{told}");
}
