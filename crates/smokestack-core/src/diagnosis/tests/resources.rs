//! Files that pages name: whose fault it is that they do not come.

use super::*;
use crate::Class;

/// A case about one component, whose page names a file of another.
fn named(name: &str, owner: &str, check: FailedCheck, status: u16) -> CaseRecord {
    let file = Hop { url: format!("https://{owner}.test/static/app.3f2a9c1b.js"), ..hop(owner, status) };
    CaseRecord { cell: None, ..failed_by(name, Probe::Page, check, vec![file]) }
}

fn script(expected: &str, found: &str, notes: &[&str]) -> FailedCheck {
    let check = check(Class::Resource, "script https://assets.test/static/app.3f2a9c1b.js", found);
    let notes = notes.iter().map(|note| (*note).to_owned()).collect();
    FailedCheck { expected: Some(expected.into()), notes, ..check }
}

#[test]
fn whoever_lacks_a_file_is_named_whichever_page_names_it() {
    let gone = || script("a script", "status 404", &["named by `script[src]` of https://portal.test/home"]);
    let cases = [named("portal", "assets", gone(), 404), named("invoices", "assets", gone(), 404)];
    insta::assert_snapshot!(told(cases, [health("assets", Some(200))]), @r"
        finding: assets lacks a file that pages name
          cause   script https://assets.test/static/app.3f2a9c1b.js: expected a script, found status 404
          proof   GET https://assets.test/static/app.3f2a9c1b.js: answer 404
                  named by `script[src]` of https://portal.test/home
          note    its health check answers 200 (https://assets.test/healthz)
    ");
}

#[test]
fn other_bytes_than_a_page_means_are_told_with_both_hashes() {
    let old = script("sha384-AAAA", "sha384-BBBB", &["what came: 1026 bytes, sha256-CCCC"]);
    insta::assert_snapshot!(told([named("assets", "assets", old, 200)], []), @r"
        finding: assets serves other bytes than its pages mean
          cause   script https://assets.test/static/app.3f2a9c1b.js: expected sha384-AAAA, found sha384-BBBB
          proof   GET https://assets.test/static/app.3f2a9c1b.js: answer 200
                  what came: 1026 bytes, sha256-CCCC
    ");
}

#[test]
fn a_page_of_before_is_the_fault_of_whoever_shows_it() {
    let before = "the page may be one of before, from a cache: `age: 5400`";
    let gone =
        script("a script", "status 404", &["named by `script[src]` of https://invoices.test/", before]);
    insta::assert_snapshot!(told([named("invoices", "assets", gone, 404)], []), @r"
        finding: invoices shows a page of before, whose files are gone
          cause   its page is one of before, from a cache: it names script https://assets.test/static/app.3f2a9c1b.js: expected a script, found status 404
          proof   GET https://assets.test/static/app.3f2a9c1b.js: answer 404
                  named by `script[src]` of https://invoices.test/
                  the page may be one of before, from a cache: `age: 5400`
    ");
}

#[test]
fn a_link_that_leads_nowhere_is_told_as_a_link() {
    let check = check(Class::Resource, "link to https://assets.test/7", "status 404");
    let told = told([named("portal", "assets", check, 404)], []);
    assert!(told.starts_with("finding: a link to assets leads to no page\n"), "{told}");
}
