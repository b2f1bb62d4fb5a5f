//! An issuer that moved away from the others at the deploy: who still accepts old sessions did not move.

use super::*;

/// All but the issuer accept what it issued before, and refuse what it issues now.
fn the_issuer_moved() -> Vec<CaseRecord> {
    let others = ["work-orders", "invoices", "assets"];
    let mut cases = vec![accepted("portal", Probe::Page), refused("portal", Probe::Carried)];
    cases.extend(others.map(|name| refused(name, Probe::Page)));
    cases.extend(others.map(|name| accepted(name, Probe::Carried)));
    cases
}

#[test]
fn an_issuer_with_another_store_since_the_deploy_has_one_finding_with_the_store_as_its_cause() {
    let facts = ["portal", "work-orders", "invoices", "assets"].map(|name| {
        let store = if name == "portal" { "redis://old:6379/0" } else { STORE };
        settings(name, [("session.store", store)])
    });
    insta::assert_snapshot!(told(the_issuer_moved(), facts.into_iter().chain([signed_in(None)])), @r"
        finding: no component but the issuer accepts the platform session
          cause   portal issues the session, and its `session.store` is that of no other component
                    portal        session.store = redis://old:6379/0
                    assets        session.store = redis://sessions:6379/0
                    invoices      session.store = redis://sessions:6379/0
                    work-orders   session.store = redis://sessions:6379/0
          proof   refused by assets, invoices, work-orders
                  a session from before the deploy is accepted by work-orders, invoices, assets and refused by portal
          note    the login set cookie `platform_session`: host-only, Path=/
    ");
}

#[test]
fn without_settings_too_the_issuer_is_the_one_that_moved() {
    insta::assert_snapshot!(told(the_issuer_moved(), [signed_in(None)]), @r"
        finding: no component but the issuer accepts the platform session
          cause   likely: since the deploy portal keeps sessions where the others do not look, or signs them with a key that they do not have
          proof   refused by assets, invoices, work-orders
                  a session from before the deploy is accepted by work-orders, invoices, assets and refused by portal
          note    the login set cookie `platform_session`: host-only, Path=/
    ");
}

#[test]
fn who_accepts_old_sessions_alone_is_not_said_to_accept_the_session_now_and_then() {
    let mut cases = one_refuses();
    cases.extend([accepted("work-orders", Probe::Carried), accepted("portal", Probe::Carried)]);
    let told = told(cases, [signed_in(None)]);
    assert!(told.starts_with("finding: work-orders does not accept the platform session\n"), "{told}");
    assert!(!told.contains("accepted on: carried"), "{told}");
}
