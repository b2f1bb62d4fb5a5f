//! What stands before all components: certificates, https, headers.

use super::*;
use crate::{Class, Stage};

fn certificate(what: &str, expected: &str, found: &str) -> CaseRecord {
    let what = format!("{what} the certificate of platform.test");
    let check = FailedCheck { expected: Some(expected.into()), ..check(Class::Transport, &what, found) };
    let case = failed_by("portal", Probe::Page, check, Vec::new());
    CaseRecord { full_name: "transport::certificates".into(), cell: None, component: None, ..case }
}

#[test]
fn a_certificate_for_another_name_is_why_nobody_got_an_answer() {
    let wrong = certificate("names of", "`platform.test`", "old.test");
    let nobody = [silent("portal", Probe::Page, Stage::Tls), blocked("assets", Probe::Page)];
    insta::assert_snapshot!(told(nobody.into_iter().chain([wrong]), []), @r"
        finding: the certificate of platform.test is for other names
          cause   names of the certificate of platform.test: expected `platform.test`, found old.test
    ");
}

#[test]
fn a_certificate_that_ends_soon_is_told_with_the_days_left() {
    let soon = certificate("days left of", "14 or more", "3: it ends on 2026-11-27");
    let ended = certificate("days left of", "14 or more", "none: it ended on 2026-11-21");
    let told = |case| told([case, accepted("portal", Probe::Page)], []);
    assert!(told(soon).starts_with("finding: the certificate of platform.test ends soon\n"));
    assert!(told(ended).starts_with("finding: the certificate of platform.test has ended\n"));
}

#[test]
fn pages_without_their_headers_are_their_components() {
    let check = check(Class::Transport, "sniffing", "no `x-content-type-options`");
    let case = failed_by("assets", Probe::Page, check, vec![hop("assets", 200)]);
    insta::assert_snapshot!(told([CaseRecord { cell: None, ..case }, accepted("portal", Probe::Page)], []), @r"
        finding: assets lacks headers that protect its pages
          cause   sniffing: no `x-content-type-options`
          proof   GET https://assets.test/: answer 200
    ");
}
