//! Components without an answer, and what is no finding at all.

use super::*;
use crate::{Probe, Stage};

#[test]
fn a_component_that_is_silent_while_others_answer_is_named() {
    let cases = [
        accepted("portal", Probe::Page),
        silent("assets", Probe::Page, Stage::Connect),
        silent("assets", Probe::Form, Stage::Connect),
    ];
    insta::assert_snapshot!(told(cases, []), @r"
        finding: assets gives no answer
          cause   likely: it takes no connections
          proof   connect assets.test:443: connection refused
          note    2 of 2 requests to assets got no answer
    ");
}

#[test]
fn a_component_that_is_silent_now_and_then_is_named() {
    let cases = [
        accepted("portal", Probe::Page),
        accepted("assets", Probe::Page),
        silent("assets", Probe::Form, Stage::TimeLimit),
    ];
    insta::assert_snapshot!(told(cases, []), @r"
        finding: assets gives no answer now and then
          cause   likely: it does not answer in time
          proof   time limit assets.test:443: nothing came
          note    1 of 2 requests to assets got no answer
    ");
}

#[test]
fn connections_that_are_reset_now_and_then_are_counted_on_new_ones() {
    let cases = [
        accepted("portal", Probe::Page),
        accepted("assets", Probe::Page),
        silent("assets", Probe::Form, Stage::BrokenOff),
    ];
    let sampled = |broken| Fact::Connections {
        component: "assets".into(),
        url: "https://assets.test/".into(),
        tried: 20,
        broken,
        cause: None,
    };
    insta::assert_snapshot!(told(cases.clone(), [sampled(7)]), @r"
        finding: assets gives no answer now and then
          cause   its connections are reset now and then: 7 of 20; not a session fault
          proof   connection broken off assets.test:443: nothing came
                  7 of 20 new connections without a session ended so (https://assets.test/)
          note    1 of 2 requests to assets got no answer
    ");
    let told = told(cases, [sampled(0)]);
    assert!(told.contains("likely: it breaks connections off") && told.contains("0 of 20"), "{told}");
}

#[test]
fn a_request_that_is_never_answered_is_named() {
    let mut login = silent("portal", Probe::Page, Stage::Protocol);
    let hop = &mut login.notes.exchanges[0].hops[0];
    (hop.method, hop.url) = ("POST".into(), "https://portal.test/login?next=%2Fhome".into());
    let findings = diagnose(&record([accepted("portal", Probe::Form), login.clone(), login]));
    let titles: Vec<&str> = findings.iter().map(|finding| finding.title.as_str()).collect();
    assert_eq!(titles, ["portal gives no answer to POST /login"]);
}

#[test]
fn an_answer_that_is_cut_short_is_told_as_that_and_as_what_happens_always() {
    let cut = |path: &str| {
        let mut case = silent("assets", Probe::Page, Stage::CutShort);
        case.notes.exchanges[0].hops[0].url = format!("https://assets.test{path}");
        case
    };
    let cases = [accepted("portal", Probe::Page), accepted("assets", Probe::Api)];
    let pages = ["/1", "/2", "/3", "/4"].map(cut);
    insta::assert_snapshot!(told(cases.into_iter().chain(pages), []), @r"
        finding: assets cuts its answers short to GET /1, GET /2, GET /3 and 1 more
          cause   likely: its answers end before they are complete, and the connection does not
          proof   answer cut short assets.test:443: nothing came
          note    4 of 5 requests to assets got an answer that is cut short
    ");
}

#[test]
fn nobody_is_named_where_nobody_answered() {
    let cases = ["portal", "assets"].map(|name| silent(name, Probe::Page, Stage::Dns));
    assert_eq!(diagnose(&record(cases)), []);
}

#[test]
fn wrong_values_alone_are_no_finding() {
    assert_eq!(diagnose(&record([accepted("portal", Probe::Page), wrong("assets", Probe::Page)])), []);
    assert_eq!(diagnose(&record([])), []);
}
