//! Health checks that say the opposite of what pages show.

use super::*;
use crate::Class;

/// The case about health of a component, failed about a request that was answered so.
fn disagrees(name: &str, expected: &str, found: &str, hop: Hop) -> CaseRecord {
    let check = FailedCheck { expected: Some(expected.into()), ..check(Class::Health, "health", found) };
    CaseRecord { cell: None, ..failed_by(name, Probe::Page, check, vec![hop]) }
}

fn lies_up() -> CaseRecord {
    let found = "status 200, while its page answers 500";
    disagrees("assets", "an error, as its page is one", found, hop("assets", 500))
}

fn error(name: &str) -> CaseRecord {
    let check = check(Class::Value, "signed in at https://assets.test/", "status 500");
    failed_by(name, Probe::Page, check, vec![hop(name, 500)])
}

#[test]
fn who_says_that_all_is_well_while_pages_are_errors_is_told_once() {
    let cases = [error("assets"), lies_up(), accepted("portal", Probe::Page)];
    insta::assert_snapshot!(told(cases, [health("assets", Some(200))]), @r"
        finding: assets says that it is well, and its pages are errors
          cause   health and pages disagree: status 200, while its page answers 500
          proof   GET https://assets.test/: answer 500
                  2 of 2 requests to it ended in an error
          note    its health check answers 200 (https://assets.test/healthz)
    ");
}

#[test]
fn who_says_that_it_is_not_well_while_pages_work_is_told() {
    let url = "https://assets.test/healthz".to_owned();
    let hop = Hop { url, ..hop("assets", 503) };
    let found = "status 503, while its page answers 200";
    let case = disagrees("assets", "a status of success, as its page works", found, hop);
    insta::assert_snapshot!(told([case, accepted("assets", Probe::Page)], []), @r"
        finding: assets says that it is not well, and its pages work
          cause   health and pages disagree: status 503, while its page answers 200
          proof   GET https://assets.test/healthz: answer 503
                  1 of 2 requests to it ended in an error
    ");
}

#[test]
fn a_page_that_was_an_error_for_a_while_makes_nobody_a_liar() {
    let late =
        Fact::Recovered { component: "assets".into(), url: "https://assets.test/".into(), after_ms: 900.0 };
    let told = told([error("assets"), lies_up()], [late]);
    assert!(told.starts_with("finding: assets answers status 500 for a while\n"), "{told}");
    assert_eq!(told.matches("finding: ").count(), 1);
}

#[test]
fn who_is_named_for_another_reason_is_not_named_again() {
    let cases = [refused("assets", Probe::Page), accepted("portal", Probe::Page), lies_up()];
    assert_eq!(named(cases, []), ["assets"]);
}
