//! The page as a browser would read it.

use std::time::Duration;

use base64::Engine as _;
use scraper::{ElementRef, Html, Selector};
use sha2::Digest as _;
use smokestack_core::{
    Attempt, Blame, CaseNotes, CaseRecord, Cell, Class, ComponentInfo, CookieAction, CookieNote, Exchange,
    Fact, FailedCheck, Hop, NoAnswer, Outcome, Place, Probe, Record, RunInfo, Stage, Timing,
};

use super::*;
use crate::page_text::clean;

const MS: Duration = Duration::from_millis(1);

/// One of everything; every text that may come from outside is this one.
fn record(text: &str) -> Record {
    let components = ["portal", "work-orders", "assets"];
    let components = components.map(|name| ComponentInfo { name: name.into(), issuer: name == "portal" });
    let mut flaky = case("portal", Probe::Page, Outcome::Passed { earlier: vec![attempt(text)] });
    flaky.took = 30 * MS;
    let reason = attempt(text);
    let mut lost = case(
        "work-orders",
        Probe::Page,
        Outcome::Failed { last: reason.clone(), earlier: vec![attempt(text)] },
    );
    lost.notes.exchanges = vec![exchange(text)];
    lost.notes.failed = reason.failed().cloned().collect();
    let place = lost.place.clone();
    let waited = |first| Fact::Eventually { place, tries: 3, took_ms: 70.0, met: false, first: Some(first) };
    lost.notes.facts = vec![waited(text.to_owned())];
    lost.tags = vec!["critical".into(), text.into()];
    let blocked = Outcome::Blocked { by: format!("`session::work-orders::page` {text}") };
    let never = Attempt { answered: false, took: Duration::ZERO, ..attempt(text) };
    let mut not_run = case("assets", Probe::Api, Outcome::Errored { last: never, earlier: Vec::new() });
    not_run.took = Duration::ZERO;
    let mut alone = case("portal", Probe::Api, Outcome::Skipped { why: text.into() });
    (alone.component, alone.cell) = (None, None);
    alone.full_name = format!("pages::{text}");
    let cases = vec![
        flaky,
        lost,
        case("portal", Probe::Form, Outcome::Passed { earlier: Vec::new() }),
        case("work-orders", Probe::Form, blocked),
        not_run,
        alone,
    ];
    let settings = |component: &str, value: &str| Fact::Settings {
        component: component.into(),
        instance: None,
        source: text.into(),
        values: [("session.store".to_owned(), value.to_owned())].into(),
    };
    Record {
        run: RunInfo {
            program: "suites".into(),
            platform: text.into(),
            target: text.into(),
            url: text.into(),
            components: components.to_vec(),
            started_unix_ms: 1_691_488_800_000,
            planned: 7,
            ..RunInfo::default()
        },
        cases,
        evidence: vec![
            settings("portal", "redis://new"),
            settings("work-orders", text),
            Fact::SessionRefused { account: "alice".into(), why: text.into() },
        ],
        took_ms: Some(2100.0),
        ..Record::default()
    }
}

fn case(component: &str, probe: Probe, outcome: Outcome) -> CaseRecord {
    CaseRecord {
        full_name: format!("session::{component}::{}", probe.word()),
        suite: "session".into(),
        component: Some(component.into()),
        name: probe.word().into(),
        place: Place { file: "suites/stock/session.rs".into(), line: 7, column: 1 },
        tags: Vec::new(),
        cell: Some(Cell { component: component.into(), probe }),
        started_unix_ms: 1_691_488_800_000,
        took: 12 * MS,
        outcome,
        notes: CaseNotes::default(),
    }
}

fn attempt(text: &str) -> Attempt {
    let mut first = FailedCheck::new(Blame::Wrong, Class::SessionLost, text)
        .expected_found(text, text)
        .note(text)
        .help(text)
        .about(0);
    first.diff = vec![format!("-{text}"), format!("+{text}"), format!(" {text}")];
    let others = vec![FailedCheck::new(Blame::Silent, Class::NoAnswer, text)];
    Attempt { first, others, answered: true, took: 40 * MS }
}

fn exchange(text: &str) -> Exchange {
    let hop = Hop {
        method: "GET".into(),
        url: format!("https://platform.test/?{text}"),
        component: Some("work-orders".into()),
        status: Some(302),
        location: Some(text.into()),
        instance: Some(text.into()),
        release: Some("2023.32".into()),
        login: false,
        cookies: vec![CookieNote::new(text, CookieAction::Sent, text)],
        took: 12 * MS,
        timing: Timing { connect: Some(2 * MS), first_byte: Some(9 * MS) },
        no_answer: None,
    };
    let no_answer = NoAnswer { stage: Stage::Connect, address: text.into(), cause: text.into() };
    let silent = Hop { status: None, location: None, no_answer: Some(no_answer), ..hop.clone() };
    let login = Hop { status: Some(200), location: None, login: true, ..hop.clone() };
    Exchange { component: Some("work-orders".into()), hops: vec![hop, silent, login], took: 36 * MS }
}

fn parsed(record: &Record) -> Html {
    Html::parse_document(&page(record))
}

fn all<'h>(html: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every element with the names of its attributes, in order.
fn skeleton(html: &Html) -> Vec<String> {
    let shape = |element: ElementRef<'_>| {
        let names: Vec<&str> = element.value().attrs().map(|(name, _)| name).collect();
        format!("{} {}", element.value().name(), names.join(" "))
    };
    all(html, "*").into_iter().map(shape).collect()
}

#[test]
fn what_hurts_comes_first_and_every_part_has_its_place() {
    let html = parsed(&record("x"));
    let outline =
        all(&html, "h1, h2, h3, h4, table").into_iter().map(|element| match element.value().name() {
            "table" => {
                let rows = all(&html, "tr")
                    .into_iter()
                    .filter(|row| row.ancestors().any(|node| node.id() == element.id()));
                format!("    table of {} rows", rows.count())
            }
            head => {
                let indent = "  ".repeat(head[1..].parse::<usize>().unwrap() - 1);
                format!("{indent}{head} {}", text(element))
            }
        });
    insta::assert_snapshot!(outline.collect::<Vec<_>>().join("\n"), @r"
    h1 FAIL roll back: no component but the issuer accepts the platform session, and one more finding
      h2 Findings 2
        h3 no component but the issuer accepts the platform session
        h3 work-orders gives no answer now and then
      h2 Remarks
      h2 Session across components
        table of 4 rows
      h2 Failures 1
        h3 failed session::work-orders::page
          h4 x
          h4 x
          h4 x
          h4 x
        table of 4 rows
      h2 Blocked 1
      h2 Not run 1
      h2 Flaky 1
        h3 flaky session::portal::page
          h4 x
          h4 x
      h2 Components by checks
        table of 3 rows
      h2 Slowest
        table of 6 rows
      h2 All cases 6
        table of 7 rows
      h2 Run the failed ones again
    ");
}

#[test]
fn what_a_line_waited_for_is_said_with_its_case() {
    let html = parsed(&record("x"));
    let said = "eventually: suites/stock/session.rs:7: not met by 3 tries in 70 ms; try 1: x";
    assert!(all(&html, "#failures .meta").into_iter().any(|line| text(line) == said));
    assert!(all(&html, "#cases tr.failed").into_iter().any(|row| text(row).contains("not met by 3 tries")));
}

#[test]
fn every_link_within_the_page_has_its_end_and_every_id_is_one() {
    let html = parsed(&record("x"));
    let ids: Vec<&str> = all(&html, "[id]").iter().filter_map(|element| element.value().id()).collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(ids.len(), once.len(), "{ids:?}");
    let links = all(&html, "a[href^='#']");
    assert!(links.len() > 20, "{}", links.len());
    for link in links {
        let end = &link.value().attr("href").unwrap()[1..];
        assert!(ids.contains(&end), "nothing has the id `{end}`");
    }
}

#[test]
fn a_line_for_a_terminal_has_the_request_that_was_refused_and_no_cookie_s_value() {
    let html = parsed(&record("x y's"));
    let lines: Vec<String> =
        all(&html, "#failures .command, #rerun .command").into_iter().map(text).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    curl -i -b 'x y'\''s=VALUE' --url 'https://platform.test/?x y'\''s'
    cargo test -p suites -- --target 'x y'\''s' --seed 0 --exact session::work-orders::page
    ");
}

#[test]
fn the_policy_allows_the_page_s_own_script_and_nothing_else() {
    let html = parsed(&record("x"));
    let script: String = all(&html, "script")[0].text().collect();
    let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(script));
    assert!(POLICY.contains(&format!("script-src 'sha256-{hash}';")), "the script's hash is now {hash}");
    assert_eq!(all(&html, "script, [onclick], [onload], iframe, object, form").len(), 1);
}

#[test]
fn nothing_is_fetched() {
    let html = parsed(&record("x"));
    let fetched = all(&html, "[src], [srcset], [data], link[href], [poster]");
    let addresses = fetched.iter().flat_map(|element| element.value().attrs());
    let addresses: Vec<&str> = addresses.filter(|(name, _)| *name != "rel").map(|(_, value)| value).collect();
    assert!(addresses.len() == 1 && addresses[0].starts_with("data:image/svg+xml,"), "{addresses:?}");
    assert!(["url(", "@import"].iter().all(|word| !STYLE.contains(word)));
}

#[test]
fn two_thousand_passed_cases_are_less_than_a_megabyte() {
    let passed = (0..2000).map(|number| {
        let mut case = case("work-orders", Probe::Page, Outcome::Passed { earlier: Vec::new() });
        case.full_name = format!("pages::work-orders::/orders/{number}/of-a-length-that-pages-have");
        case.name = format!("/orders/{number}/of-a-length-that-pages-have");
        (case.suite, case.cell) = ("pages".into(), None);
        case.notes.exchanges = vec![exchange("x")];
        case
    });
    let page = page(&Record { cases: passed.collect(), ..record("x") });
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
    assert_eq!(all(&Html::parse_document(&page), "#cases tbody tr").len(), 2000);
}

#[test]
fn of_many_failures_the_exchanges_of_the_first_are_shown_and_the_page_says_so() {
    let failed = (0..300).map(|number| {
        let mut case =
            case("portal", Probe::Page, Outcome::Failed { last: attempt("x"), earlier: Vec::new() });
        case.full_name = format!("pages::{number}");
        case.notes.exchanges = vec![exchange("x")];
        case
    });
    let html = parsed(&Record { cases: failed.collect(), ..record("x") });
    assert_eq!((all(&html, "#failures .failure").len(), all(&html, ".exchanges").len()), (300, 200));
    assert!(text(all(&html, "#failures .warning")[0]).contains("first 200"));
}

#[test]
fn a_run_that_has_not_ended_says_so() {
    let html = parsed(&Record { took_ms: None, ..record("x") });
    assert!(text(all(&html, "header")[0]).contains("did not come to its end"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 48, ..Default::default() })]

    #[test]
    fn no_text_leaves_its_element(pieces in proptest::collection::vec(piece(), 1..6)) {
        // The first letter keeps it from being an address, or the sign of a diff's line.
        let hostile = format!("x{}", pieces.concat());
        let html = parsed(&record(&hostile));
        proptest::prop_assert_eq!(skeleton(&html), skeleton(&parsed(&record("x"))));
        for found in all(&html, "dd.found") {
            proptest::prop_assert_eq!(found.text().collect::<String>(), clean(&hostile));
        }
        let seen: String = html.root_element().text().collect();
        let turned = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{fffe}\u{200b}".contains(c);
        proptest::prop_assert!(!seen.contains(turned));
    }
}

/// What pages hold, and what would break out of markup.
fn piece() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let known = [
        "</script>",
        "<script>alert(1)</script>",
        "</style>",
        "-->",
        "<!--",
        "]]>",
        "\"",
        "'",
        "&lt;",
        "&#60;img src=x>",
        "<b",
        "</dd>",
        "</details>",
        "\" onload=\"x",
        "`",
        "\u{202e}",
        "\u{fffe}",
        "\0",
        "\u{1b}[2J",
        "\n",
        "\r\n",
        "\t",
        "</template>",
        "<plaintext>",
    ];
    prop_oneof![proptest::sample::select(known.to_vec()).prop_map(str::to_owned), any::<String>()]
}
