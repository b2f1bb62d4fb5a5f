//! Who is named, and who merely suffers.

use super::*;
use crate::{CookieAction, CookieNote, Outcome, Stage};

#[test]
fn instances_are_named_and_a_deleted_cookie_is_told() {
    let mut cases = one_refuses();
    cases.push(refused("work-orders", Probe::Again));
    cases[3].notes.exchanges[0].hops[0].cookies.push(CookieNote::new(
        COOKIE,
        CookieAction::Deleted,
        "Max-Age=0",
    ));
    cases[4].notes.exchanges[0].hops[0].instance = Some("work-orders-2".into());
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: work-orders does not accept the platform session
          cause   likely: its session settings, which could not be compared with the issuer's
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://work-orders.test/: answer 302 to /login
                  the answer deletes cookie `platform_session`
                  refused by instances work-orders-1, work-orders-2
                  the same login's session is accepted by portal, invoices, assets
          note    settings of work-orders and portal were not read: `settings` in the platform file says where they are
    ");
}

#[test]
fn several_components_that_refuse_have_a_finding_each() {
    let cases = [
        accepted("portal", Probe::Page),
        refused("invoices", Probe::Page),
        accepted("assets", Probe::Page),
        refused("work-orders", Probe::Page),
    ];
    let facts = [
        settings("portal", [("session.store", STORE)]),
        settings("invoices", [("session.store", STORE)]),
        settings("work-orders", [("session.store", "redis://old:6379/0")]),
    ];
    insta::assert_snapshot!(told(cases, facts), @r"
        finding: work-orders does not accept the platform session
          cause   it keeps sessions in another store than the component that issues them
                    portal        session.store = redis://sessions:6379/0
                    work-orders   session.store = redis://old:6379/0
          proof   GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, assets

        finding: invoices does not accept the platform session
          cause   possibly: the edge, which may drop the session's cookie on the way to it, or something other than its settings, since those about sessions equal the issuer's
          proof   GET https://invoices.test/: answer 302 to /login
                  the same login's session is accepted by portal, assets
          note    with `origins` in the platform file the run asks invoices past the edge, and tells one from the other
    ");
}

#[test]
fn an_issuer_with_settings_of_its_own_is_named_and_not_its_victims() {
    let facts = [
        settings("portal", [("session.store", "redis://old:6379/0")]),
        settings("work-orders", [("session.store", STORE)]),
        settings("invoices", [("session.store", STORE)]),
        settings("assets", [("session.store", STORE)]),
    ];
    insta::assert_snapshot!(told(all_but_the_issuer_refuse(), facts), @r"
        finding: no component but the issuer accepts the platform session
          cause   portal issues the session, and its `session.store` is that of no other component
                    portal        session.store = redis://old:6379/0
                    assets        session.store = redis://sessions:6379/0
                    invoices      session.store = redis://sessions:6379/0
                    work-orders   session.store = redis://sessions:6379/0
          proof   refused by assets, invoices, work-orders
    ");
}

#[test]
fn an_issuer_is_only_possibly_to_blame_where_settings_are_not_known() {
    insta::assert_snapshot!(told(all_but_the_issuer_refuse(), [signed_in(None)]), @r"
        finding: no component but the issuer accepts the platform session
          cause   possibly: the issuer's session settings, its cookie or the proxy in front
          proof   refused by assets, invoices, work-orders
          note    the login set cookie `platform_session`: host-only, Path=/
    ");
    let facts = [
        settings("portal", [("session.store", "redis://old:6379/0")]),
        unreadable("work-orders"),
        settings("invoices", [("session.store", STORE)]),
        settings("assets", [("session.store", STORE)]),
    ];
    insta::assert_snapshot!(told(all_but_the_issuer_refuse(), facts), @r"
        finding: no component but the issuer accepts the platform session
          cause   possibly: the issuer's session settings, its cookie or the proxy in front
          proof   refused by assets, invoices, work-orders
          note    settings of work-orders could not be read from https://work-orders.test/settings: status 404
    ");
}

#[test]
fn settings_that_are_equal_everywhere_are_not_the_cause() {
    let facts = ["portal", "work-orders", "invoices", "assets"]
        .map(|name| settings(name, [("session.store", STORE)]));
    insta::assert_snapshot!(told(all_but_the_issuer_refuse(), facts), @r"
        finding: no component but the issuer accepts the platform session
          cause   possibly: the issuer's cookie or the proxy in front, since all session settings are equal
          proof   refused by assets, invoices, work-orders
    ");
}

#[test]
fn if_the_issuer_refuses_too_nobody_is_said_to_accept() {
    let cases = ["work-orders", "portal", "invoices"].map(|name| refused(name, Probe::Page));
    insta::assert_snapshot!(told(cases, []), @r"
        finding: no component accepts the platform session
          cause   possibly: something all components share, such as the session store, its cookie or the proxy in front
          proof   refused by invoices, portal, work-orders
                  not asked in this run: assets
    ");
}

#[test]
fn components_that_were_not_asked_are_not_said_to_refuse() {
    let cases = ["work-orders", "invoices"].map(|name| refused(name, Probe::Page));
    insta::assert_snapshot!(told(cases, []), @r"
        finding: no component that was asked accepts the platform session
          cause   possibly: something all components share, such as the session store, its cookie or the proxy in front
          proof   refused by invoices, work-orders
                  not asked in this run: portal, assets
    ");
}

#[test]
fn cases_that_fill_no_cell_show_that_others_are_well() {
    let uncelled = |case: CaseRecord| CaseRecord { cell: None, ..case };
    let cases = [
        refused("work-orders", Probe::Page),
        refused("assets", Probe::Page),
        accepted("invoices", Probe::Page),
        accepted("portal", Probe::Page),
    ];
    insta::assert_snapshot!(told(cases.map(uncelled), []), @r"
        finding: work-orders does not accept the platform session
          cause   possibly: its session settings, or the edge, which may not pass the session on to it
          proof   GET https://work-orders.test/: answer 302 to /login
                  cases about portal, invoices passed with the same login
          note    settings of work-orders and portal were not read: `settings` in the platform file says where they are
                  with `origins` in the platform file the run asks work-orders past the edge, and tells one from the other

        finding: assets does not accept the platform session
          cause   possibly: its session settings, or the edge, which may not pass the session on to it
          proof   GET https://assets.test/: answer 302 to /login
                  cases about portal, invoices passed with the same login
          note    settings of assets and portal were not read: `settings` in the platform file says where they are
                  with `origins` in the platform file the run asks assets past the edge, and tells one from the other
    ");
}

#[test]
fn an_issuer_that_does_not_accept_its_own_session_is_named() {
    let others = ["work-orders", "invoices"].map(|name| accepted(name, Probe::Page));
    let cases = others.into_iter().chain([refused("portal", Probe::Page)]);
    insta::assert_snapshot!(told(cases, [settings("portal", [("session.store", STORE)])]), @r"
        finding: portal does not accept the platform session
          cause   likely: it issues the session and does not accept it itself
          proof   GET https://portal.test/: answer 302 to /login
                  the same login's session is accepted by work-orders, invoices
    ");
}

#[test]
fn a_component_that_was_asked_alone_is_named_with_what_is_known() {
    insta::assert_snapshot!(told([refused("work-orders", Probe::Form)], [signed_in(None)]), @r"
        finding: work-orders does not accept the platform session
          cause   possibly: its session settings, or the edge, which may not pass the session on to it
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://work-orders.test/: answer 302 to /login
                  no other component was asked by this process
          note    settings of work-orders and portal were not read: `settings` in the platform file says where they are
                  with `origins` in the platform file the run asks work-orders past the edge, and tells one from the other
    ");
}

#[test]
fn others_that_were_asked_and_did_not_accept_are_no_witnesses() {
    let cases = [refused("work-orders", Probe::Page), silent("portal", Probe::Page, Stage::Connect)];
    let told = told(cases, []);
    assert!(told.contains("no other component was seen to accept it by this process"), "{told}");
}

#[test]
fn whoever_deletes_the_cookie_has_been_sent_it_by_the_edge() {
    let mut refusing = refused("work-orders", Probe::Page);
    let deleted = CookieNote::new(COOKIE, CookieAction::Deleted, "Max-Age=0");
    refusing.notes.exchanges[0].hops[0].cookies.push(deleted);
    let cause = "cause   likely: its session settings, which could not be compared with the issuer's";
    let told_of = |facts: Vec<Fact>, case: CaseRecord| told([accepted("portal", Probe::Page), case], facts);
    assert!(told_of(vec![signed_in(None)], refusing).contains(cause));
    let past_the_edge = vec![signed_in(None), compared("work-orders", false, false)];
    assert!(told_of(past_the_edge, refused("work-orders", Probe::Page)).contains(cause));
}

#[test]
fn an_edge_that_may_drop_the_cookie_is_not_ruled_out_by_settings_that_are_equal() {
    let facts = || {
        let equal = ["portal", "work-orders"].map(|name| settings(name, [("session.store", STORE)]));
        equal.into_iter().chain([signed_in(None)])
    };
    insta::assert_snapshot!(told(one_refuses(), facts()), @r"
        finding: work-orders does not accept the platform session
          cause   possibly: the edge, which may drop the session's cookie on the way to it, or something other than its settings, since those about sessions equal the issuer's
          proof   cookie `platform_session` was sent (Domain, Path match)
                  GET https://work-orders.test/: answer 302 to /login
                  the same login's session is accepted by portal, invoices, assets
          note    with `origins` in the platform file the run asks work-orders past the edge, and tells one from the other
    ");
    let compared = told(one_refuses(), facts().chain([compared("work-orders", false, false)]));
    assert!(
        compared.contains("cause   likely: something other than its settings") && !compared.contains("edge"),
        "{compared}"
    );
}

#[test]
fn who_comes_after_the_cookie_was_deleted_merely_suffers() {
    let mut journey = CaseRecord { component: None, cell: None, ..refused("work-orders", Probe::Page) };
    let deleted = CookieNote::new(COOKIE, CookieAction::Deleted, "Max-Age=0");
    journey.notes.exchanges[0].hops[0].cookies.push(deleted);
    let mut next = refused("invoices", Probe::Page).notes.exchanges;
    next[0].hops[0].cookies.clear();
    journey.notes.exchanges.append(&mut next);
    let Outcome::Failed { last, .. } = &mut journey.outcome else { unreachable!() };
    last.others = vec![last.first.clone().about(1)];
    let findings = diagnose(&record([journey]));
    let named: Vec<_> = findings.iter().map(|finding| finding.component.as_str()).collect();
    assert_eq!(named, ["work-orders"]);
}

#[test]
fn who_waits_for_a_blocked_case_is_not_named() {
    let mut cases = one_refuses();
    cases.extend([blocked("work-orders", Probe::Form), blocked("assets", Probe::Form)]);
    assert_eq!(diagnose(&record(cases)).len(), 1);
}
