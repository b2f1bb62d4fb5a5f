//! The order of findings: what hurts most comes first, whatever the order of the patterns.

use super::*;

fn form_refused(component: &str) -> CaseRecord {
    let post = Hop { method: "POST".into(), ..hop(component, 403) };
    let mut case = failed_by(component, Probe::Write, check(Class::Value, "status", "403"), vec![post]);
    case.notes.exchanges.insert(0, accepted(component, Probe::Page).notes.exchanges.remove(0));
    let crate::Outcome::Failed { last, .. } = &mut case.outcome else { unreachable!() };
    last.first = last.first.clone().about(1);
    case
}

#[test]
fn a_lost_session_is_told_before_a_form_that_is_refused() {
    let mut cases = one_refuses();
    cases.push(form_refused("assets"));
    assert_eq!(named(cases, [signed_in(None)]), ["work-orders", "assets"]);
}

#[test]
fn an_error_is_told_before_a_cookie_that_is_not_as_agreed() {
    let cookie = failed_by("portal", Probe::Page, check(Class::Contract, "`Secure`", "missing"), Vec::new());
    let broken = vec![hop("invoices", 500)];
    let error = failed_by("invoices", Probe::Page, check(Class::Value, "status", "500"), broken);
    let cases = [accepted("assets", Probe::Page), accepted("portal", Probe::Page), cookie, error];
    assert_eq!(named(cases, [signed_in(None)]), ["invoices", "portal"]);
}

#[test]
fn of_two_that_weigh_the_same_the_root_is_told_first() {
    let cases = [
        accepted("portal", Probe::Page),
        refused("invoices", Probe::Page),
        accepted("assets", Probe::Page),
        refused("work-orders", Probe::Page),
    ];
    assert_eq!(named(cases, [signed_in(None)]), ["work-orders", "invoices"]);
}
