//! Sessions that the run itself has ended.

use super::*;
use crate::{Class, Verdict};

fn one_session_since(since_unix_ms: i64) -> Fact {
    Fact::OneSession {
        account: "dispatcher".into(),
        case: "session::assets::logout".into(),
        since_unix_ms,
        why: "status 302 to /login".into(),
        untouched: Some("viewer".into()),
    }
}

fn one_session() -> Fact {
    one_session_since(0)
}

fn verdict(cases: impl IntoIterator<Item = CaseRecord>, evidence: impl IntoIterator<Item = Fact>) -> Verdict {
    let mut record = record(cases);
    record.evidence = evidence.into_iter().collect();
    record.verdict()
}

fn some_are_refused() -> Vec<CaseRecord> {
    vec![accepted("portal", Probe::Page), refused("invoices", Probe::Api), ended("assets")]
}

#[test]
fn what_the_run_ended_itself_is_told_of_the_run_and_judges_nobody() {
    insta::assert_snapshot!(told(some_are_refused(), [one_session()]), @r"
        finding: a login as `dispatcher` ends the session before it
          cause   each account has one session at a time, and cases that sign in by themselves ended that of the others
          proof   tried with more logins as `dispatcher`: each time the session before was lost, status 302 to /login
                  the session of `viewer` stayed good meanwhile
                  `session::assets::logout` was the first to sign in as `dispatcher` for itself
                  GET https://invoices.test/: answer 302 to /login
                  refused after that by assets, invoices
          note    name spare accounts for cases that sign in by themselves with `own_logins` in `[login]` of the platform file
    ");
    let why = "a login as `dispatcher` ends the session before it: name spare accounts for cases that sign in by themselves with `own_logins` in `[login]` of the platform file";
    assert_eq!(verdict(some_are_refused(), [one_session()]), Verdict::Inconclusive { why: why.to_owned() });
    assert_eq!(verdict(some_are_refused(), []), Verdict::Fail);
}

#[test]
fn whoever_refused_the_session_before_any_such_login_has_lost_it_by_itself() {
    let cases = some_are_refused();
    let later = cases.iter().map(|case| case.started_unix_ms + 60_000).max().unwrap_or_default();
    assert_eq!(verdict(cases.clone(), [one_session_since(later)]), Verdict::Fail);
    assert!(!named(cases, [one_session_since(later)]).contains(&"this run".to_owned()));
}

#[test]
fn another_fault_beside_it_is_one_all_the_same() {
    for other in [wrong("work-orders", Probe::Page), let_in("work-orders", Probe::Logout)] {
        let cases = some_are_refused().into_iter().chain([other]);
        assert_eq!(verdict(cases, [one_session()]), Verdict::Fail);
    }
    let check = check(Class::Login, "login as `dispatcher` fails", "the login page again");
    let login = failed_by("portal", Probe::Page, check, vec![Hop { login: true, ..hop("portal", 200) }]);
    assert_eq!(verdict(some_are_refused().into_iter().chain([login]), [one_session()]), Verdict::Fail);
}

#[test]
fn a_login_that_another_one_ended_before_its_page_came_is_no_fault() {
    let check = check(Class::Login, "login as `dispatcher` fails", "the login page again");
    let taken = Hop { method: "POST".into(), login: true, ..hop("portal", 303) };
    let again = Hop { login: true, ..hop("portal", 200) };
    let login = failed_by("portal", Probe::Page, check, vec![taken, hop("portal", 302), again]);
    let cases = some_are_refused().into_iter().chain([login]);
    assert!(matches!(verdict(cases, [one_session()]), Verdict::Inconclusive { .. }));
}

#[test]
fn whoever_keeps_sessions_elsewhere_is_named_before_it() {
    let cases = || some_are_refused().into_iter().chain([refused("work-orders", Probe::Page)]);
    let evidence = || {
        let elsewhere = settings("work-orders", [("session.store", "redis://old:6379/0")]);
        [one_session(), settings("portal", [("session.store", STORE)]), elsewhere]
    };
    assert_eq!(named(cases(), evidence()), ["work-orders", "this run"]);
    assert_eq!(verdict(cases(), evidence()), Verdict::Fail);
}
