//! Components that let in whom they have to refuse.

use super::*;
use crate::Probe;

#[test]
fn a_component_that_lets_in_who_signed_out_is_named() {
    let others = ["portal", "invoices"].map(|name| accepted(name, Probe::Logout));
    insta::assert_snapshot!(told(others.into_iter().chain([let_in("assets", Probe::Logout)]), []), @r"
        finding: assets lets in whom it has to refuse
          cause   likely: the session still works there after logout
          proof   refused at https://assets.test/: status 200: it let the visitor in
                  after it: GET https://assets.test/: answer 200 (assets-1, release 2023.8)
    ");
}

#[test]
fn a_component_that_lets_in_everybody_is_named_for_that() {
    let cases = [
        let_in("assets", Probe::Logout),
        let_in("assets", Probe::Without),
        accepted("portal", Probe::Logout),
    ];
    insta::assert_snapshot!(told(cases, []), @r"
        finding: assets lets in whom it has to refuse
          cause   likely: it answers visitors who never signed in
          proof   refused at https://assets.test/: status 200: it let the visitor in
                  refused at https://assets.test/: status 200: it let the visitor in
    ");
}

#[test]
fn a_logout_that_ends_nothing_is_the_issuers_fault_and_not_each_components() {
    let cases = ["invoices", "portal", "assets"].map(|name| let_in(name, Probe::Logout));
    insta::assert_snapshot!(told(cases, []), @r"
        finding: logout does not end the platform session
          cause   likely: it leaves the session in the store, or no component asks the store again
          proof   after it, the session still works in portal, invoices, assets
                  refused at https://portal.test/: status 200: it let the visitor in
                  refused at https://invoices.test/: status 200: it let the visitor in
                  refused at https://assets.test/: status 200: it let the visitor in
    ");
    let others = [let_in("work-orders", Probe::Logout), let_in("work-orders", Probe::Without)];
    let cases = ["invoices", "assets"].map(|name| let_in(name, Probe::Logout)).into_iter().chain(others);
    let findings = diagnose(&record(cases));
    let named: Vec<_> = findings.iter().map(|finding| finding.component.as_str()).collect();
    assert_eq!(named, ["portal", "work-orders"], "who lets in everybody is named as well");
}

#[test]
fn components_that_each_let_somebody_in_are_named_if_another_refuses() {
    let let_in = ["invoices", "assets"].map(|name| let_in(name, Probe::Logout));
    let findings = diagnose(&record(let_in.into_iter().chain([accepted("portal", Probe::Logout)])));
    let named: Vec<_> = findings.iter().map(|finding| finding.component.as_str()).collect();
    assert_eq!(named, ["invoices", "assets"]);
}
