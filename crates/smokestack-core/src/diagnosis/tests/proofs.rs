//! What findings show for proof: the exchange, what became of the cookie, and the settings or release where they are known.

use super::*;
use crate::{CookieAction, CookieNote, Exchange};

fn note(action: CookieAction) -> CookieNote {
    CookieNote::new(COOKIE, action, "match")
}

fn exchange(hop: Hop) -> Exchange {
    Exchange { component: hop.component.clone(), hops: vec![hop], took: Duration::ZERO }
}

/// The same case, in which this was asked before.
fn after(hop: Hop, mut case: CaseRecord) -> CaseRecord {
    case.notes.exchanges.insert(0, exchange(hop));
    let crate::Outcome::Failed { last, .. } = &mut case.outcome else { unreachable!() };
    last.first = last.first.clone().about(1);
    case
}

fn assert_told(told: &str, lines: &[&str]) {
    for line in lines {
        assert!(told.contains(line), "{line}\n{told}");
    }
}

#[test]
fn a_logout_that_a_component_does_not_hear_of_is_shown_with_what_came_after_it() {
    let logout = Hop { cookies: vec![note(CookieAction::Deleted)], ..posted(303, Vec::new()) };
    let facts = [
        signed_in(None),
        settings("portal", [("session.cache", "false")]),
        settings("assets", [("session.cache", "true")]),
    ];
    let cases = [accepted("portal", Probe::Logout), after(logout, let_in("assets", Probe::Logout))];
    assert_told(
        &told(cases, facts),
        &[
            "portal   session.cache = false",
            "assets   session.cache = true",
            "the logout: POST https://portal.test/login: answer 303",
            "cookie `platform_session` was deleted: match",
            "cookie `platform_session` was sent (Domain, Path match)",
            "after it: GET https://assets.test/: answer 200 (assets-1, release 2023.8)",
        ],
    );
}

#[test]
fn a_login_that_keeps_the_id_is_shown_with_its_cookie_and_the_setting() {
    let found = "the same id before and after login";
    let fixed = check(Class::Contract, "id of the session", found);
    let login = posted(303, vec![note(CookieAction::Sent), note(CookieAction::Replaced)]);
    let cases = [failed_by("portal", Probe::Page, fixed, vec![login]), accepted("assets", Probe::Page)];
    let facts = [signed_in(None), settings("portal", [("session.rotate", "false")])];
    assert_told(
        &told(cases, facts),
        &[
            "portal   session.rotate = false",
            "POST https://portal.test/login: answer 303",
            "cookie `platform_session` was sent (match)",
            "cookie `platform_session` was replaced: match",
        ],
    );
}

#[test]
fn an_instance_that_rewrites_sessions_is_shown_with_the_visit_and_its_format() {
    let visit = Hop { instance: Some("work-orders-2".into()), ..hop("work-orders", 200) };
    let format = |number: u8, format: &str| {
        let Fact::Settings { component, source, values, .. } =
            settings("work-orders", [("session.format", format)])
        else {
            unreachable!()
        };
        Fact::Settings { component, instance: Some(format!("work-orders-{number}")), source, values }
    };
    let facts = [
        signed_in(None),
        sampled("work-orders", 1, "2023.8", true),
        sampled("work-orders", 2, "2023.9", true),
        format(1, "v2"),
        format(2, "v3"),
    ];
    let mut visited = after(visit, ended("work-orders"));
    visited.notes.exchanges[1] = exchange(hop("portal", 302));
    visited.notes.exchanges[0].hops[0].release = Some("2023.9".into());
    let cases = [accepted("portal", Probe::Page), accepted("assets", Probe::Page), visited];
    assert_told(
        &told(cases, facts),
        &[
            "work-orders-1   session.format = v2",
            "work-orders-2   session.format = v3",
            "the visit: GET https://work-orders.test/: answer 200 by work-orders-2",
            "after the visit: GET https://portal.test/: answer 302",
        ],
    );
}

#[test]
fn a_component_that_mixes_people_up_is_shown_with_cookie_release_and_caches() {
    let mut mixed = check(Class::Identity, "account shown", "\"bob\"");
    mixed.expected = Some("\"alice\"".into());
    let cases = [failed_by("invoices", Probe::Accounts, mixed, vec![hop("invoices", 200)])];
    let facts = [
        signed_in(None),
        settings("portal", [("page.cache", "false")]),
        settings("invoices", [("page.cache", "true")]),
    ];
    assert_told(
        &told(cases, facts),
        &[
            "invoices   page.cache = true",
            "cookie `platform_session` was sent (Domain, Path match)",
            "answered by invoices-1, release 2023.8",
        ],
    );
}
