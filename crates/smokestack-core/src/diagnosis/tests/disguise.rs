//! Pages with status 200 that are not what they should be.

use super::*;
use crate::Class;

fn listed(name: &str, class: Class, what: &str, found: &str) -> CaseRecord {
    let check = check(class, what, found);
    CaseRecord { cell: None, ..failed_by(name, Probe::Page, check, vec![hop(name, 200)]) }
}

fn impostor(name: &str) -> CaseRecord {
    let found = "an error page with status 200: `h1` is \"Something went wrong\"";
    listed(name, Class::Impostor, "page at /", found)
}

fn form_at(name: &str) -> CaseRecord {
    let check = check(Class::SessionLost, "signed in at /", "a login form with status 200");
    failed_by(name, Probe::Page, check, vec![hop(name, 200)])
}

#[test]
fn an_error_in_disguise_is_told_by_its_words_and_explains_what_else_is_wrong_with_the_page() {
    let title = listed("invoices", Class::Value, "title", "\"Something went wrong\"");
    insta::assert_snapshot!(told([impostor("invoices"), title, accepted("portal", Probe::Page)], []), @r#"
        finding: invoices shows an error page with status 200 in place of its own
          cause   `h1` is "Something went wrong"
          proof   GET https://invoices.test/: answer 200
    "#);
}

#[test]
fn a_login_form_with_status_200_is_no_lost_session_where_the_api_accepts_it() {
    insta::assert_snapshot!(told([form_at("invoices"), accepted("invoices", Probe::Api)], []), @r"
        finding: invoices shows a login form in place of its pages
          cause   likely: a login form with status 200, to somebody whose session it accepts (api)
          proof   GET https://invoices.test/: answer 200
    ");
}

#[test]
fn a_login_form_is_a_lost_session_where_nothing_accepts_it() {
    let told = told([form_at("invoices"), accepted("portal", Probe::Page)], []);
    assert!(told.starts_with("finding: invoices does not accept the platform session"), "{told}");
}

#[test]
fn records_that_are_missing_are_told_with_the_database() {
    let rows = listed("assets", Class::Records, "rows of `table`", "0");
    let settings = |name: &str, database: &str| Fact::Settings {
        component: name.into(),
        instance: None,
        source: format!("https://{name}.test/config"),
        values: [("database".to_owned(), database.to_owned())].into(),
    };
    let facts = [settings("portal", "pg://db/portal"), settings("assets", "pg://db/assets-new")];
    insta::assert_snapshot!(told([rows, accepted("portal", Probe::Page)], facts), @r"
        finding: assets lacks records that are known to be there
          cause   likely: a known record is missing, and it knows who is signed in: it may read another database
                    portal   database = pg://db/portal
                    assets   database = pg://db/assets-new
          proof   GET https://assets.test/: answer 200
                  rows of `table`: 0
    ");
}

#[test]
fn another_environments_pages_are_told_before_its_records() {
    let check = FailedCheck {
        expected: Some("\"staging\"".into()),
        ..check(Class::Environment, "environment at /", "\"prod\"")
    };
    let page = CaseRecord { cell: None, ..failed_by("assets", Probe::Page, check, vec![hop("assets", 200)]) };
    let rows = listed("assets", Class::Records, "rows of `table`", "0");
    insta::assert_snapshot!(told([page, rows], []), @r#"
        finding: assets shows pages of another environment
          cause   its pages say that they are of "prod", and this is "staging"
          proof   GET https://assets.test/: answer 200
    "#);
}

#[test]
fn an_error_that_is_over_by_the_end_is_told_as_that() {
    let error = failed_by(
        "assets",
        Probe::Page,
        check(Class::Value, "signed in at /", "status 500"),
        vec![hop("assets", 500)],
    );
    let over =
        Fact::Recovered { component: "assets".into(), url: "https://assets.test/".into(), after_ms: 1240.0 };
    insta::assert_snapshot!(told([error], [over]), @r"
        finding: assets answers status 500 for a while
          cause   likely: it was not ready: green after 1.2 s (https://assets.test/), as when a migration comes later than the release
          proof   GET https://assets.test/: answer 500
    ");
}
