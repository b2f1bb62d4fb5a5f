//! Answers that are wrong in a way of their own: somebody else's page, refused forms, errors, delays, other targets.

use super::*;
use crate::{Class, CookieAction, CookieNote, Hop, Outcome};

fn mixed(name: &str, notes: &[&str]) -> CaseRecord {
    let mut check = check(Class::Identity, &format!("whose page it is at https://{name}.test/"), "\"bob\"");
    check.expected = Some("\"alice\"".into());
    check.notes = notes.iter().map(|note| (*note).to_owned()).collect();
    failed_by(name, Probe::Accounts, check, vec![hop(name, 200)])
}

fn sent(name: &str, status: u16, class: Class) -> CaseRecord {
    let hop = Hop { method: "POST".into(), ..hop(name, status) };
    failed_by(name, Probe::Write, check(class, "signed in at", &format!("status {status}")), vec![hop])
}

fn error_at(name: &str, probe: Probe, path: &str) -> CaseRecord {
    let hop = Hop { url: format!("https://{name}.test{path}"), ..hop(name, 500) };
    failed_by(name, probe, check(Class::Value, "refused at", "status 500"), vec![hop])
}

#[test]
fn a_page_from_a_cache_for_somebody_else_is_the_edges_and_comes_before_all() {
    let cases = [
        refused("assets", Probe::Page),
        accepted("portal", Probe::Page),
        let_in("invoices", Probe::Without),
        mixed("invoices", &["answered from a cache: `x-cache: HIT`"]),
    ];
    insta::assert_snapshot!(told(cases, []).split("\n\n").next().unwrap(), @r#"
        finding: the edge shows pages of invoices to the wrong people: stop the line
          cause   a page of somebody signed in is kept in a cache and given to others
          proof   GET https://invoices.test/: answer 200
                  answered by invoices-1, release 2023.8
                  whose page it is at https://invoices.test/: expected "alice", found "bob"
                  answered from a cache: `x-cache: HIT`
          note    people see other people's data: take the release back first, then look further
    "#);
}

#[test]
fn a_component_that_mixes_people_up_by_itself_is_named() {
    let cases = [accepted("portal", Probe::Page), mixed("invoices", &[]), let_in("invoices", Probe::Without)];
    insta::assert_snapshot!(told(cases, []), @r#"
        finding: invoices shows pages to the wrong people: stop the line
          cause   likely: it mixes up whose request it answers; no answer said that it came from a cache
          proof   GET https://invoices.test/: answer 200
                  answered by invoices-1, release 2023.8
                  whose page it is at https://invoices.test/: expected "alice", found "bob"
          note    people see other people's data: take the release back first, then look further
    "#);
}

#[test]
fn forms_that_are_refused_while_pages_are_shown_are_about_the_sender() {
    let cases = [
        accepted("portal", Probe::Page),
        accepted("assets", Probe::Page),
        sent("assets", 403, Class::SessionLost),
    ];
    insta::assert_snapshot!(told(cases, []), @r"
        finding: assets refuses what is sent to it
          cause   likely: GET passes, POST is 403: it takes the sender for another site, by its CSRF token or by Origin and the scheme that the edge tells it
          proof   GET https://assets.test/: answer 200
                  POST https://assets.test/: answer 403
    ");
}

#[test]
fn who_refuses_pages_too_is_not_said_to_refuse_forms_alone() {
    let mut cases = one_refuses();
    cases.push(sent("work-orders", 403, Class::SessionLost));
    let told = told(cases, []);
    assert!(told.starts_with("finding: work-orders does not accept the platform session\n"), "{told}");
    assert_eq!(told.matches("finding:").count(), 1);
}

#[test]
fn an_error_where_a_refusal_is_due_is_told_as_that() {
    let cases = [
        accepted("portal", Probe::Page),
        accepted("assets", Probe::Page),
        error_at("assets", Probe::Without, "/"),
    ];
    insta::assert_snapshot!(told(cases, []), @r"
        finding: assets answers an error to visitors whom it has to refuse at /
          cause   likely: 500 where 401 is due: a secret or a setting that it needs to check who asks is not there
          proof   not signed in: GET https://assets.test/: answer 500
                  signed in: GET https://assets.test/: answer 200
    ");
}

#[test]
fn an_error_to_people_who_are_signed_in_too_is_one_to_everybody() {
    let cases = [
        accepted("portal", Probe::Page),
        accepted("assets", Probe::Page),
        error_at("assets", Probe::Without, "/api/records"),
        error_at("assets", Probe::Api, "/api/records"),
    ];
    insta::assert_snapshot!(told(cases, [health("assets", Some(200))]), @r"
        finding: assets answers an error to everybody at /api/records
          cause   likely: 500 to everybody, where visitors are due 401: a secret or a setting that it needs to check who asks is not there
          proof   not signed in: GET https://assets.test/api/records: answer 500
                  signed in: GET https://assets.test/api/records: answer 500
                  signed in: GET https://assets.test/: answer 200
          note    its health check answers 200 (https://assets.test/healthz)
    ");
}

#[test]
fn an_error_for_people_who_are_signed_in_is_an_error() {
    let cases = [accepted("portal", Probe::Page), error_at("assets", Probe::Api, "/api/records")];
    let told = told(cases, []);
    assert!(told.starts_with("finding: assets answers status 500\n"), "{told}");
}

#[test]
fn a_session_of_another_target_that_is_accepted_is_the_fault_of_both() {
    let cases =
        [let_in("portal", Probe::Foreign), let_in("assets", Probe::Foreign), accepted("assets", Probe::Page)];
    let other = Fact::OtherTarget { target: "staging".into(), component: "assets".into(), accepted: true };
    insta::assert_snapshot!(told(cases, [signed_in(None), other]), @r"
        finding: a session of staging opens prod
          cause   likely: both targets keep sessions in one store and verify them with one key: a session from the other target is accepted
          proof   accepted by assets, portal
                  refused at https://portal.test/: status 200: it let the visitor in
                  refused at https://assets.test/: status 200: it let the visitor in
                  cookie `platform_session` was sent (Domain, Path match)
    ");
}

#[test]
fn who_lets_in_everybody_is_not_said_to_share_a_store() {
    let cases = [let_in("assets", Probe::Foreign), let_in("assets", Probe::Without)];
    assert_eq!(named(cases, []), ["assets"]);
}

#[test]
fn a_login_over_its_budget_is_the_issuers() {
    let check = check(Class::Slow, "duration of the login as `dispatcher`", "4.1 s");
    let check = FailedCheck { expected: Some("at most 3 s".into()), ..check };
    let login =
        CaseRecord { cell: None, component: None, ..failed_by("portal", Probe::Page, check, Vec::new()) };
    insta::assert_snapshot!(told([login, accepted("assets", Probe::Page)], []), @r"
        finding: portal is slow to sign people in
          cause   duration of the login as `dispatcher`: expected at most 3 s, found 4.1 s
    ");
}

#[test]
fn a_page_over_its_budget_is_told_with_its_address() {
    let check = check(Class::Slow, "usual duration", "2 of 2 answers took longer: 2204, 2210 ms");
    let check = FailedCheck { expected: Some("under 2000 ms".into()), ..check };
    let slow = failed_by("assets", Probe::Page, check, vec![hop("assets", 200)]);
    let slow = CaseRecord { cell: None, ..slow };
    insta::assert_snapshot!(told([slow.clone(), slow, accepted("portal", Probe::Page)], []), @r"
        finding: assets is slow
          cause   GET https://assets.test/: usual duration: expected under 2000 ms, found 2 of 2 answers took longer: 2204, 2210 ms
    ");
}

#[test]
fn another_target_that_accepts_its_own_session_is_worth_a_note() {
    let other =
        |accepted| Fact::OtherTarget { target: "staging".into(), component: "work-orders".into(), accepted };
    assert!(told(one_refuses(), [other(true)]).contains("note    staging accepts its own session there"));
    assert!(!told(one_refuses(), [other(false)]).contains("staging"));
}

#[test]
fn a_login_form_that_is_refused_may_be_the_edges_doing_too() {
    let refused = || {
        let mut login = form_refused(vec![CookieNote::new("csrf", CookieAction::Stored, "new")]);
        login.notes.exchanges[1].hops[0].cookies =
            vec![CookieNote::new("csrf", CookieAction::Sent, "host, Path match")];
        [login]
    };
    insta::assert_snapshot!(told(refused(), []), @r"
        finding: nobody can sign in: portal refuses the form to sign in with
          cause   possibly: the edge, which may drop cookies on the way to portal; or GET passes, POST is 403: it takes the sender for another site, by its CSRF token or by Origin and the scheme that the edge tells it
          proof   GET https://portal.test/: answer 200
                  cookie `csrf` was sent (host, Path match)
                  POST https://portal.test/login: answer 403
          note    with `origins` in the platform file the run asks portal past the edge, and tells one from the other
    ");
    let past_the_edge = Fact::LoginPastEdge {
        account: "dispatcher".into(),
        component: "portal".into(),
        through: "https://portal.test/login".into(),
        origin: "http://10.0.0.8:9001".into(),
        instance: None,
        signed_in: false,
        cookies: Vec::new(),
    };
    let told = told(refused(), [past_the_edge]);
    assert!(
        told.contains("cause   likely: GET passes, POST is 403: ") && !told.contains("origins"),
        "{told}"
    );
    assert!(told.contains("so it does straight at http://10.0.0.8:9001"), "{told}");
}

#[test]
fn a_refused_form_without_any_cookie_set_on_the_way_is_told_as_that() {
    insta::assert_snapshot!(told([form_refused(Vec::new())], []), @r"
        finding: nobody can sign in, and no answer sets a cookie
          cause   possibly: the edge drops `Set-Cookie`, or portal no longer sets what the login is compared with
          proof   login as `dispatcher` fails: posting the login form answers status 403
                  POST https://portal.test/login: answer 403
          note    with `origins` in the platform file the run asks portal past the edge, and tells one from the other
    ");
}

/// A login whose form is served with these cookies and whose submission is a 403.
fn form_refused(cookies: Vec<CookieNote>) -> CaseRecord {
    let page = Hop { cookies, ..hop("portal", 200) };
    let mut login =
        login_failed("posting the login form answers status 403", &[], vec![posted(403, Vec::new())]);
    login.notes.exchanges.insert(0, crate::Exchange { hops: vec![page], ..login.notes.exchanges[0].clone() });
    let Outcome::Failed { last, .. } = &mut login.outcome else { unreachable!() };
    last.first = last.first.clone().about(1);
    login
}

fn changed(component: &str, name: &str) -> CaseRecord {
    let check =
        check(Class::Snapshot, &format!("snapshot `{name}`, outline of the page"), "1 line gone, 1 line new");
    let diff = ["  main", "-   button \"Apply\"", "+   button \"Filter\""].map(str::to_owned).to_vec();
    let hop = hop(component, 200);
    failed_by(component, Probe::Page, FailedCheck { diff, ..check }, vec![hop])
}

#[test]
fn whoever_is_not_as_accepted_is_named_once_with_what_changed() {
    let cases = [changed("invoices", "bills"), changed("invoices", "bill"), accepted("portal", Probe::Page)];
    insta::assert_snapshot!(told(cases, []), @r#"
        finding: invoices is not as it was accepted
          cause   snapshot `bills`, outline of the page: 1 line gone, 1 line new
          proof   - button "Apply"
                  + button "Filter"
                  GET https://invoices.test/: answer 200
                  snapshot `bill`, outline of the page: 1 line gone, 1 line new
    "#);
}

#[test]
fn a_page_that_is_another_because_the_session_was_lost_is_not_told_again() {
    let cases = one_refuses().into_iter().chain([changed("work-orders", "orders")]);
    assert_eq!(named(cases, []), ["work-orders"]);
}

#[test]
fn a_failed_case_about_whom_nobody_is_told_is_explained_by_no_finding() {
    let value = |component: &str, what: &str| {
        let check = check(Class::Value, what, "3");
        failed_by(component, Probe::Page, check, vec![hop(component, 200)])
    };
    let unexplained = |cases: Vec<CaseRecord>| {
        let record = record(cases);
        let cases = crate::diagnosis::unexplained(&record).into_iter();
        cases.map(|(case, checks)| (case.full_name.clone(), checks)).collect::<Vec<_>>()
    };
    let lone = || value("invoices", "rows of the table");
    let beside = unexplained(one_refuses().into_iter().chain([lone()]).collect());
    assert_eq!(beside, [("session::invoices::page".to_owned(), 1)]);
    let hindered = hindered("reports", Probe::Form);
    assert_eq!(unexplained(one_refuses().into_iter().chain([hindered]).collect()), []);
    let same = value("work-orders", "rows of the table");
    assert_eq!(
        unexplained(one_refuses().into_iter().chain([same]).collect()),
        [],
        "whoever is named already"
    );
}
