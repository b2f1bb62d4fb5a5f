//! Redirects that lead astray, and refusals that only look so.

use super::*;
use crate::Class;

fn led(name: &str, url: &str, location: &str) -> Hop {
    Hop { url: url.into(), location: Some(location.into()), ..hop(name, 302) }
}

fn astray(name: &str, found: &str, hops: Vec<Hop>) -> CaseRecord {
    let check = check(Class::Redirect, "chain of GET https://assets.test/", found);
    CaseRecord { cell: None, ..failed_by(name, Probe::Page, check, hops) }
}

fn lost(name: &str, hops: Vec<Hop>) -> CaseRecord {
    failed_by(name, Probe::Page, check(Class::SessionLost, "signed in at", "status 302"), hops)
}

#[test]
fn the_first_wrong_hop_is_named_with_the_table_of_hops() {
    let hops = || {
        vec![led("assets", "https://assets.test/", "/list"), led("assets", "https://assets.test/list", "/")]
    };
    let found = "hop 2 leads back to hop 1 again and again";
    let cases = [accepted("portal", Probe::Page), astray("assets", found, hops())];
    insta::assert_snapshot!(told(cases, [health("assets", Some(200))]), @r"
        finding: assets redirects in circles
          cause   hop 2 leads back to hop 1 again and again: GET https://assets.test/list answers 302
          proof   hop 1  GET https://assets.test/: answer 302 to /list
                  hop 2  GET https://assets.test/list: answer 302 to /
          note    its health check answers 200 (https://assets.test/healthz)
    ");
}

#[test]
fn of_a_circle_the_hop_that_only_adds_a_slash_is_not_the_wrong_one() {
    let hops = || {
        let slash = Hop { status: Some(308), ..led("assets", "https://assets.test/list", "/list/") };
        vec![led("assets", "https://assets.test/list/", "/list"), slash]
    };
    let found = "hop 2 leads back to hop 1 again and again";
    let cases = [accepted("portal", Probe::Page), astray("assets", found, hops())];
    insta::assert_snapshot!(told(cases, []), @r"
        finding: assets redirects in circles
          cause   hop 2 leads back to hop 1 again and again: hop 1, GET https://assets.test/list/ answers 302
          proof   hop 1  GET https://assets.test/list/: answer 302 to /list
                  hop 2  GET https://assets.test/list: answer 308 to /list/
    ");
}

#[test]
fn a_page_that_leads_back_to_itself_is_told_as_that() {
    let found = "the page leads back to itself at once, by `meta refresh`";
    let cases = [accepted("portal", Probe::Page), astray("assets", found, vec![hop("assets", 200)])];
    insta::assert_snapshot!(told(cases, []), @r"
        finding: assets shows a page that loads itself again and again
          cause   the page leads back to itself at once, by `meta refresh`
          proof   hop 1  GET https://assets.test/: answer 200
    ");
}

#[test]
fn whoever_is_sent_to_another_site_has_one_finding_without_a_check_of_the_chain_too() {
    let away = |url: &str| {
        let hops = vec![led("assets", url, "https://old.example/assets/")];
        let found = "status 302 to another site, https://old.example/assets/";
        failed_by("assets", Probe::Page, check(Class::SessionLost, "signed in at", found), hops)
    };
    let mut visitor = accepted("assets", Probe::Without);
    visitor.notes.exchanges[0].hops = vec![led("assets", "https://assets.test/", "/login")];
    let cases = [
        accepted("portal", Probe::Page),
        visitor,
        away("https://assets.test/"),
        away("https://assets.test/new"),
    ];
    insta::assert_snapshot!(told(cases, [signed_in(None)]), @r"
        finding: assets redirects to another site
          cause   status 302 to another site, https://old.example/assets/: GET https://assets.test/ answers 302
          proof   hop 1  GET https://assets.test/: answer 302 to https://old.example/assets/
    ");
    let unknown = [accepted("portal", Probe::Page), away("https://assets.test/")];
    let told = told(unknown, [signed_in(None)]);
    assert!(told.starts_with("finding: assets does not accept the platform session\n"), "{told}");
}

#[test]
fn whoever_is_sent_to_another_site_has_not_lost_the_session() {
    let hops = || vec![led("assets", "https://assets.test/", "https://old.example/assets/")];
    let found = "hop 1 leads to https://old.example/assets/, another site";
    let cases = [accepted("portal", Probe::Page), lost("assets", hops()), astray("assets", found, hops())];
    insta::assert_snapshot!(told(cases, []), @r"
        finding: assets redirects to another site
          cause   hop 1 leads to https://old.example/assets/, another site: GET https://assets.test/ answers 302
          proof   hop 1  GET https://assets.test/: answer 302 to https://old.example/assets/
    ");
}

#[test]
fn whoever_is_sent_where_visitors_sign_in_has_lost_it() {
    let hops = || vec![led("assets", "https://assets.test/", "https://sso.example/start?back=1")];
    let found = "hop 1 leads to https://sso.example/start?back=1, another site";
    let mut visitor = accepted("assets", Probe::Without);
    visitor.notes.exchanges[0].hops =
        vec![led("assets", "https://assets.test/", "https://sso.example/start")];
    let cases =
        [accepted("portal", Probe::Page), visitor, lost("assets", hops()), astray("assets", found, hops())];
    let told = told(cases, []);
    assert!(told.starts_with("finding: assets does not accept the platform session\n"), "{told}");
    assert_eq!(told.matches("finding:").count(), 1);
}

#[test]
fn addresses_from_inside_are_a_finding_of_their_own() {
    let found = "http://10.0.0.7:8080, a private address (RFC 1918)";
    let cases = [accepted("portal", Probe::Page), astray("assets", found, vec![hop("assets", 200)])];
    insta::assert_snapshot!(told(cases, []), @r"
        finding: assets shows addresses from inside the platform
          cause   http://10.0.0.7:8080, a private address (RFC 1918)
          proof   hop 1  GET https://assets.test/: answer 200
    ");
}

#[test]
fn of_two_components_the_one_that_sends_people_away_is_named() {
    let hops = vec![
        led("portal", "https://portal.test/go", "/a"),
        led("assets", "https://assets.test/a", "http://x.example/"),
    ];
    let found = "hop 2 leads from https to http: http://x.example/";
    assert_eq!(named([astray("portal", found, hops)], []), ["assets"]);
}
