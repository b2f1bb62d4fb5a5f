//! The session store, and who is not to blame for it.

use super::*;
use crate::Class;

const DOWN: &str = "the page says \"session store redis://sessions:6379/0: Connection refused\"";
const READ_ONLY: &str = "the page says \"READONLY You can't write against a read only replica.\"";

fn error(name: &str, probe: Probe, note: &str) -> CaseRecord {
    failed_by(name, probe, check(Class::Value, "status", "500").note(note), vec![hop(name, 500)])
}

#[test]
fn a_store_that_is_gone_is_named_and_not_the_login() {
    let cases = [
        login_failed("posting the login form answers status 500", &[DOWN], vec![posted(500, Vec::new())]),
        blocked("assets", Probe::Page),
    ];
    insta::assert_snapshot!(told(cases, [health("portal", Some(200)), health("assets", Some(200))]), @r#"
        finding: the session store does not answer
          cause   likely: portal says that it gives no answer
          proof   signing in: POST https://portal.test/login: answer 500
                  the page says "session store redis://sessions:6379/0: Connection refused"
          note    nobody could sign in, so no component was asked with a session of now
                  health checks answer 200: assets, portal
    "#);
}

#[test]
fn of_a_store_that_takes_no_write_at_the_login_no_more_is_said_than_was_seen() {
    let found = "posting the login form answers status 500";
    let told = told([login_failed(found, &[READ_ONLY], vec![posted(500, Vec::new())])], []);
    let cause = "cause   likely: portal says that it refuses a write; that reads pass was not seen";
    assert!(told.contains(cause), "{told}");
}

#[test]
fn a_store_that_takes_no_writes_is_named_by_the_step_that_failed() {
    let write = |name: &str| {
        let hop = Hop { method: "POST".into(), ..hop(name, 500) };
        failed_by(name, Probe::Write, check(Class::Value, "status", "500").note(READ_ONLY), vec![hop])
    };
    let cases = [
        accepted("assets", Probe::Page),
        accepted("invoices", Probe::Page),
        write("assets"),
        write("invoices"),
    ];
    insta::assert_snapshot!(told(cases, []), @r#"
        finding: the session store refuses writes
          cause   a write fails while reads pass
          proof   write: POST https://assets.test/: answer 500
                  write: POST https://invoices.test/: answer 500
                  the page says "READONLY You can't write against a read only replica."
    "#);
}

#[test]
fn errors_everywhere_without_a_word_may_be_the_stores() {
    let cases =
        ["portal", "work-orders", "invoices"].map(|name| error(name, Probe::Page, "`h1` is \"Oops\""));
    insta::assert_snapshot!(told(cases, []), @r#"
        finding: no component can read or write sessions
          cause   possibly: what every component needs to know a session: the store, or a setting that all share
          proof   page: GET https://invoices.test/: answer 500
                  page: GET https://portal.test/: answer 500
                  page: GET https://work-orders.test/: answer 500
                  `h1` is "Oops"
    "#);
}

#[test]
fn who_alone_does_not_reach_the_store_is_named_itself() {
    let mut cases: Vec<_> = ["portal", "invoices"].map(|name| accepted(name, Probe::Page)).into();
    cases.push(error("assets", Probe::Page, DOWN));
    cases[0].notes.facts = vec![signed_in(None)];
    insta::assert_snapshot!(told(cases, []), @r#"
        finding: assets cannot use the session store
          cause   likely: it does not reach the store, which answers the others
          proof   page: GET https://assets.test/: answer 500
                  the page says "session store redis://sessions:6379/0: Connection refused"
    "#);
}

#[test]
fn an_error_that_is_not_about_sessions_is_not_the_stores() {
    let cases = [accepted("portal", Probe::Page), error("assets", Probe::Page, "`h1` is \"Oops\"")];
    assert_eq!(named(cases, []), ["assets"]);
    let login = login_failed(
        "posting the login form answers status 500",
        &["`h1` is \"Oops\""],
        vec![posted(500, Vec::new())],
    );
    assert_eq!(named([login], []), ["portal"]);
}

#[test]
fn a_store_of_which_a_page_only_says_that_something_is_wrong_is_named_with_that() {
    let note = "the page says \"session store: unexpected reply\"";
    let login =
        login_failed("posting the login form answers status 500", &[note], vec![posted(500, Vec::new())]);
    let told = told([login], []);
    let cause = "cause   likely: signing in: POST https://portal.test/login: answer 500: the page says \"session store: unexpected reply\"";
    assert!(told.contains(cause), "{told}");
}
