//! The JUnit report of records made by hand.

use std::time::Duration;

use smokestack_core::{CaseNotes, Class, Exchange, FailedCheck, Hop, Place, RunInfo};

use super::*;

fn attempt(blame: Blame, class: Class, what: &str) -> Attempt {
    let place = Place { file: "suites/src/session.rs".into(), line: 12, column: 5 };
    let first = FailedCheck::new(blame, class, what).at(place).expected_found("`a`", "`b`");
    Attempt { first, others: Vec::new(), answered: false, took: Duration::from_millis(1500) }
}

fn case(name: &str, component: Option<&str>, outcome: Outcome) -> CaseRecord {
    CaseRecord {
        full_name: format!("session::{name}"),
        suite: "session".into(),
        component: component.map(Into::into),
        name: name.into(),
        place: Place { file: "suites/src/session.rs".into(), line: 7, column: 5 },
        tags: Vec::new(),
        cell: None,
        started_unix_ms: 1_691_496_000_123,
        took: Duration::from_millis(40),
        outcome,
        notes: CaseNotes { checks: 2, ..CaseNotes::default() },
    }
}

fn record(cases: Vec<CaseRecord>) -> Record {
    let run = RunInfo {
        program: "suites".into(),
        platform: "facilities".into(),
        target: "demo".into(),
        url: "http://127.0.0.1:1".into(),
        seed: 7,
        started_unix_ms: 1_691_496_000_000,
        ..RunInfo::default()
    };
    Record { run, cases, took_ms: Some(1234.5), ..Record::default() }
}

#[test]
fn every_outcome_has_its_element() {
    let wrong = attempt(Blame::Wrong, Class::SessionLost, "signed in");
    let silent = || attempt(Blame::Silent, Class::NoAnswer, "no answer");
    let mut failed =
        case("page", Some("work-orders"), Outcome::Failed { last: wrong, earlier: vec![silent()] });
    failed.notes.exchanges.push(Exchange {
        component: None,
        hops: vec![Hop {
            method: "GET".into(),
            url: "http://127.0.0.1:1/work-orders".into(),
            component: Some("work-orders".into()),
            status: Some(302),
            location: Some("/login".into()),
            instance: None,
            release: Some("2023.32".into()),
            login: false,
            cookies: Vec::new(),
            took: Duration::from_millis(3),
            timing: Default::default(),
            no_answer: None,
        }],
        took: Duration::from_millis(3),
    });
    let record = record(vec![
        case("green", None, Outcome::Passed { earlier: Vec::new() }),
        case("flaky", None, Outcome::Passed { earlier: vec![silent()] }),
        failed,
        case("silent", None, Outcome::Errored { last: silent(), earlier: Vec::new() }),
        case("blocked", None, Outcome::Blocked { by: "`login::dispatcher`".into() }),
        case("skipped", None, Outcome::Skipped { why: "no form".into() }),
    ]);
    insta::assert_snapshot!(xml(&record).unwrap(), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="suites on demo" tests="6" skipped="2" failures="1" errors="1" timestamp="2023-08-08T12:00:00.000Z" time="1.234">
            <testsuite name="session" tests="6" skipped="2" errors="1" failures="1" timestamp="2023-08-08T12:00:00.123Z" time="0.240">
                <properties>
                    <property name="platform" value="facilities"/>
                    <property name="target" value="demo"/>
                    <property name="url" value="http://127.0.0.1:1"/>
                    <property name="seed" value="7"/>
                    <property name="releases" value="work-orders 2023.32"/>
                    <property name="verdict" value="fail"/>
                </properties>
                <testcase name="green" classname="suites.session" assertions="2" timestamp="2023-08-08T12:00:00.123Z" time="0.040" file="suites/src/session.rs" line="7"/>
                <testcase name="flaky" classname="suites.session" assertions="2" timestamp="2023-08-08T12:00:00.123Z" time="0.040" file="suites/src/session.rs" line="7">
                    <properties>
                        <property name="attempts" value="2"/>
                        <property name="flaky" value="true"/>
                    </properties>
                    <flakyFailure time="1.500" message="no answer: expected `a`, found `b`" type="no-answer">
                        <stackTrace>no answer
          --&gt; suites/src/session.rs:12
          expected  `a`
          found     `b`</stackTrace>
                    </flakyFailure>
                    <system-out>flaky: passed on attempt 2, first: no answer: expected `a`, found `b`</system-out>
                </testcase>
                <testcase name="page" classname="suites.session" assertions="2" timestamp="2023-08-08T12:00:00.123Z" time="0.040" file="suites/src/session.rs" line="7">
                    <properties>
                        <property name="attempts" value="2"/>
                    </properties>
                    <failure message="signed in: expected `a`, found `b`" type="session-lost">signed in: expected `a`, found `b`

        signed in
          --&gt; suites/src/session.rs:12
          expected  `a`
          found     `b`
          attempt 1 no answer: expected `a`, found `b` (1.5 s)</failure>
                    <rerunFailure time="1.500" message="no answer: expected `a`, found `b`" type="no-answer">
                        <stackTrace>no answer
          --&gt; suites/src/session.rs:12
          expected  `a`
          found     `b`</stackTrace>
                    </rerunFailure>
                    <system-out>GET http://127.0.0.1:1/work-orders  302 -&gt; /login  3 ms  (release 2023.32)</system-out>
                </testcase>
                <testcase name="silent" classname="suites.session" assertions="2" timestamp="2023-08-08T12:00:00.123Z" time="0.040" file="suites/src/session.rs" line="7">
                    <error message="no answer: expected `a`, found `b`" type="no-answer">no answer: expected `a`, found `b`

        no answer
          --&gt; suites/src/session.rs:12
          expected  `a`
          found     `b`</error>
                </testcase>
                <testcase name="blocked" classname="suites.session" assertions="2" timestamp="2023-08-08T12:00:00.123Z" time="0.040" file="suites/src/session.rs" line="7">
                    <skipped message="blocked by `login::dispatcher`">blocked by `login::dispatcher`</skipped>
                </testcase>
                <testcase name="skipped" classname="suites.session" assertions="2" timestamp="2023-08-08T12:00:00.123Z" time="0.040" file="suites/src/session.rs" line="7">
                    <skipped message="no form">no form</skipped>
                </testcase>
            </testsuite>
        </testsuites>
    "#);
}

#[test]
fn odd_page_text_keeps_the_file_readable() {
    let odd = "a\u{0}b\u{1b}[31mc\u{fffe}d\u{ffff}e\u{9b}f]]>g<h>&\"i\r\n timestamp=\"+00:00\"";
    let mut last = attempt(Blame::Wrong, Class::Value, odd);
    last.first.found = Some(odd.into());
    let mut case = case(odd, Some(odd), Outcome::Failed { last, earlier: Vec::new() });
    case.place.file = odd.into();
    let xml = xml(&record(vec![case])).unwrap();
    assert!(xml.chars().all(|c| matches!(c, '\n' | '\t' | ' '..='\u{7e}' | '\u{a0}'..='\u{fffd}')), "{xml}");
    assert!(!xml.contains("]]>"), "{xml}");
    let again = Report::deserialize_from_str(&xml).unwrap();
    assert_eq!((again.tests, again.failures), (1, 1));
}

#[test]
fn a_run_without_cases_has_no_suite() {
    let report = report(&record(Vec::new()));
    assert_eq!((report.tests, report.test_suites.len()), (0, 0));
}

#[test]
fn what_needed_time_is_told_with_its_tries_whether_it_came_or_not() {
    let place = Place { file: "suites/src/search.rs".into(), line: 12, column: 5 };
    let fact = |tries, met, first: Option<&str>| Fact::Eventually {
        place: place.clone(),
        tries,
        took_ms: 2140.0,
        met,
        first: first.map(str::to_owned),
    };
    let mut green = case("found", None, Outcome::Passed { earlier: Vec::new() });
    green.notes.facts = vec![fact(1, true, None), fact(3, true, Some("rows: expected 1, found 0"))];
    let wrong = attempt(Blame::Wrong, Class::Value, "rows");
    let mut red = case("never-found", None, Outcome::Failed { last: wrong, earlier: Vec::new() });
    red.notes.facts = vec![fact(12, false, None)];
    let xml = xml(&record(vec![green, red])).unwrap();
    let told = xml.lines().map(str::trim).filter(|line| line.contains("eventually"));
    insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r#"
        <property name="eventually" value="suites/src/search.rs:12: met at try 1, after 2.1 s"/>
        <property name="eventually" value="suites/src/search.rs:12: met at try 3, after 2.1 s; try 1: rows: expected 1, found 0"/>
        <system-out>eventually: suites/src/search.rs:12: met at try 1, after 2.1 s
        eventually: suites/src/search.rs:12: met at try 3, after 2.1 s; try 1: rows: expected 1, found 0</system-out>
        <property name="eventually" value="suites/src/search.rs:12: not met by 12 tries in 2.1 s"/>
        <system-out>eventually: suites/src/search.rs:12: not met by 12 tries in 2.1 s</system-out>
    "#);
}
