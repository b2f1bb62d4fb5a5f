//! Cases that come to no end because somebody answers too slowly.

use super::*;
use crate::Blame;

const MS: fn(u64) -> Duration = Duration::from_millis;

/// A case that was ended while it waited for the second answer.
fn out_of_time(component: &str, blame: Blame) -> CaseRecord {
    let slow = Hop { took: MS(9000), ..hop(component, 200) };
    let what = format!("no end within 15s, of which GET https://{component}.test/ took 9s");
    let mut case =
        failed_by(component, Probe::Kept, FailedCheck::new(blame, Class::TimeLimit, what), vec![slow]);
    let phase = |began: u64, took_ms| Phase {
        what: format!("GET https://{component}.test/"),
        began: MS(began),
        took_ms,
    };
    case.notes.phases = vec![phase(0, Some(9000.0)), phase(9000, None)];
    CaseRecord { took: MS(15_000), ..case }
}

#[test]
fn who_answers_so_slowly_that_cases_come_to_no_end_is_named() {
    let cases = [
        accepted("portal", Probe::Page),
        accepted("invoices", Probe::Page),
        out_of_time("assets", Blame::Silent),
    ];
    insta::assert_snapshot!(told(cases, []), @r"
        finding: assets is slow
          cause   half of its answers take 9.0 s or longer, half of the others' 10 ms
          proof   session::assets::kept: no end within 15s, of which GET https://assets.test/ took 9s
    ");
}

#[test]
fn of_a_login_that_takes_all_the_time_the_issuer_is_named() {
    let mut case = out_of_time("assets", Blame::Silent);
    case.notes.exchanges.clear();
    case.notes.phases =
        vec![Phase { what: "signing in as `dispatcher`".into(), began: MS(1), took_ms: None }];
    insta::assert_snapshot!(told([accepted("invoices", Probe::Without), case], []), @r"
        finding: portal is slow
          cause   no request to it came to an end while cases waited
          proof   session::assets::kept: no end within 15s, of which GET https://assets.test/ took 9s
    ");
}

#[test]
fn a_case_that_hangs_by_itself_is_nobodys_slowness() {
    assert_eq!(named([accepted("portal", Probe::Page), out_of_time("assets", Blame::Harness)], []), [""; 0]);
}

#[test]
fn who_gives_no_answer_in_time_is_told_once() {
    let mut case = out_of_time("assets", Blame::Silent);
    case.notes.exchanges.extend(silent("assets", Probe::Page, crate::Stage::TimeLimit).notes.exchanges);
    let told = told([accepted("portal", Probe::Page), case], []);
    assert!(told.starts_with("finding: assets gives no answer"), "{told}");
    assert_eq!(told.matches("finding:").count(), 1, "{told}");
}
