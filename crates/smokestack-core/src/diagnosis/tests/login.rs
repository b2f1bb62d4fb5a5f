//! A login that failed.

use super::*;
use crate::{Blame, CaseRecord, Class, FailedCheck, Hop, Outcome, Probe};

#[test]
fn a_failed_login_is_the_finding_and_whoever_is_blocked_by_it_is_not_named() {
    let mut login = CaseRecord { cell: None, component: None, ..wrong("portal", Probe::Page) };
    let mut check = FailedCheck::new(Blame::Wrong, Class::Login, "login as `dispatcher` fails").about(0);
    check.found = Some("the platform answers with its login form again (status 401)".into());
    check.notes = vec!["the page says \"Wrong user name or password.\"".into()];
    let Outcome::Failed { last, .. } = &mut login.outcome else { unreachable!() };
    last.first = check;
    login.notes.exchanges[0].hops[0] =
        Hop { method: "POST".into(), url: "https://portal.test/login".into(), ..hop("portal", 401) };
    let told = told([login, blocked("invoices", Probe::Page), blocked("portal", Probe::Page)], []);
    let (title, rest) = told.split_once('\n').unwrap();
    assert!(title.starts_with("finding: login as `dispatcher` fails"), "{title}");
    insta::assert_snapshot!(rest, @r#"
        cause   likely: the platform answers with its login form again (status 401)
        proof   POST https://portal.test/login answered 401
                the page says "Wrong user name or password."
    "#);
}

#[test]
fn trouble_of_the_harness_with_a_login_blames_nobody() {
    let mut case = hindered("portal", Probe::Page);
    let Outcome::Errored { last, .. } = &mut case.outcome else { unreachable!() };
    last.first.class = Class::Login;
    assert_eq!(diagnose(&record([case])), []);
}
