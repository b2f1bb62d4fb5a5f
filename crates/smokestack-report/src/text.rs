//! The text of a case that did not pass: the one place that knows its layout.

use smokestack_core::{Attempt, CaseRecord, Class, FailedCheck, Place};

use crate::exchange;
pub use crate::page_text::one_line;
use crate::page_text::{clean, escape};
use crate::paint::{GONE, NEW, Paint};

/// How wide the text is, where words allow.
const WIDTH: usize = 100;
/// Where values begin, after the word that says what they are.
const INDENT: usize = 12;

/// The reason why a case did not pass, with the source line that asked where `line_of` knows it.
pub fn failure(case: &CaseRecord, line_of: &dyn Fn(&Place) -> Option<String>, paint: Paint) -> String {
    let Some(last) = case.outcome.reason() else { return String::new() };
    let mut text = checks(last, case, line_of, paint);
    for (index, attempt) in case.outcome.earlier().iter().enumerate() {
        let took = exchange::time(attempt.took);
        let line = format!("{} ({took})", one_line(&attempt.first.headline()));
        item(&mut text, &format!("attempt {}", index + 1), &line);
    }
    text.truncate(text.trim_end().len());
    text
}

/// The failed checks of an attempt that is not the last: its exchanges are gone.
pub fn attempt(attempt: &Attempt) -> String {
    let mut text = String::new();
    for failed in attempt.failed() {
        check(&mut text, failed, None, &|_| None, Paint::PLAIN);
    }
    text.truncate(text.trim_end().len());
    text
}

/// The exchanges of a case, the last ones if there are many.
pub fn transcript(case: &CaseRecord) -> String {
    const MOST: usize = 20;
    let exchanges = &case.notes.exchanges;
    let left_out = exchanges.len().saturating_sub(MOST);
    let mut lines = Vec::new();
    if left_out > 0 {
        lines.push(format!("… ({left_out} exchanges before)"));
    }
    lines.extend(exchanges[left_out..].iter().flat_map(exchange::lines));
    lines.join("\n")
}

fn checks(
    attempt: &Attempt,
    case: &CaseRecord,
    line_of: &dyn Fn(&Place) -> Option<String>,
    paint: Paint,
) -> String {
    let mut text = String::new();
    let mut failed = attempt.failed().peekable();
    while let Some(this) = failed.next() {
        check(&mut text, this, Some(&case.place), line_of, paint);
        // Checks of one answer follow each other: what was asked is shown once, below the last of them.
        let shown_later = failed.peek().is_some_and(|next| next.exchange == this.exchange);
        let exchange = this.exchange.and_then(|index| case.notes.exchanges.get(index));
        if let Some(exchange) = exchange.filter(|_| !shown_later) {
            let lines = match this.class {
                Class::Redirect => exchange::numbered(exchange),
                _ => exchange::lines(exchange),
            };
            for (index, line) in lines.iter().enumerate() {
                row(&mut text, if index == 0 { "exchange" } else { "" }, line);
            }
        }
        if failed.peek().is_some() {
            text.push('\n');
        }
    }
    text
}

/// A check that no line asked for, such as a time limit, shows where its case is listed.
fn check(
    text: &mut String,
    check: &FailedCheck,
    listed: Option<&Place>,
    line_of: &dyn Fn(&Place) -> Option<String>,
    paint: Paint,
) {
    text.push_str(&clean(&check.what));
    text.push('\n');
    if let Some(place) = check.place.as_ref().or(listed) {
        text.push_str(&format!("  --> {}\n", one_line(&place.to_string())));
        if let Some(line) = line_of(place) {
            text.push_str(&format!("{:>5} | {}\n", place.line, escape(line.trim())));
        }
    }
    let parts = [("expected", &check.expected), ("found", &check.found)];
    for (head, value) in parts {
        if let Some(value) = value {
            item(text, head, value);
        }
    }
    for (index, line) in check.diff.iter().enumerate() {
        let line = clean(line);
        let line = match line.chars().next() {
            Some('-') => paint.paint(GONE, line.trim_end()),
            Some('+') => paint.paint(NEW, line.trim_end()),
            _ => line,
        };
        row(text, if index == 0 { "diff" } else { "" }, &line);
    }
    for note in &check.notes {
        item(text, "note", note);
    }
    if let Some(help) = &check.help {
        item(text, "help", help);
    }
}

/// A word and its value, wrapped.
fn item(text: &mut String, head: &str, value: &str) {
    let value = clean(value);
    let mut head = head;
    if value.is_empty() {
        row(text, head, "(nothing)");
    }
    for line in value.lines().flat_map(|line| wrapped(line, WIDTH - INDENT)) {
        row(text, head, &line);
        head = "";
    }
}

fn row(text: &mut String, head: &str, line: &str) {
    let row = format!("  {head:<width$} {line}", width = INDENT - 3);
    text.push_str(row.trim_end());
    text.push('\n');
}

/// The line in pieces no wider than `width`, broken at blanks; a longer word stays whole.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    if line.chars().count() <= width {
        return vec![line.to_owned()];
    }
    let mut pieces = vec![String::new()];
    for word in line.split(' ') {
        let piece = pieces.last().map_or(0, |piece| piece.chars().count());
        if piece > 0 && piece + 1 + word.chars().count() > width {
            pieces.push(String::new());
        }
        if let Some(piece) = pieces.last_mut() {
            if !piece.is_empty() {
                piece.push(' ');
            }
            piece.push_str(word);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use smokestack_core::{
        Blame, CaseNotes, CookieAction, CookieNote, Exchange, Hop, NoAnswer, Outcome, Stage,
    };

    use super::*;

    fn place(line: u32) -> Place {
        Place { file: "suites/src/session.rs".into(), line, column: 5 }
    }

    fn hop(url: &str, status: Option<u16>) -> Hop {
        Hop {
            method: "GET".into(),
            url: url.into(),
            component: Some("work-orders".into()),
            status,
            location: None,
            instance: None,
            release: None,
            login: false,
            cookies: Vec::new(),
            took: Duration::from_millis(12),
            timing: Default::default(),
            no_answer: None,
        }
    }

    fn case(checks: Vec<FailedCheck>, hops: Vec<Hop>, earlier: Vec<Attempt>) -> CaseRecord {
        let exchange = Exchange { component: None, hops, took: Duration::from_millis(20) };
        let notes = CaseNotes { failed: checks, exchanges: vec![exchange], ..CaseNotes::default() };
        let last = Attempt::of(&notes, Duration::from_millis(40)).unwrap();
        CaseRecord {
            full_name: "session::work-orders::page".into(),
            suite: "session".into(),
            component: Some("work-orders".into()),
            name: "page".into(),
            place: place(7),
            tags: Vec::new(),
            cell: None,
            started_unix_ms: 0,
            took: Duration::from_millis(40),
            outcome: Outcome::Failed { last, earlier },
            notes,
        }
    }

    #[test]
    fn a_failure_shows_the_line_that_asked_what_was_expected_what_came_and_the_exchange() {
        let mut first = hop("https://platform.test/work-orders", Some(302));
        first.location = Some("/login".into());
        first.instance = Some("work-orders-1".into());
        first.release = Some("2023.32".into());
        let why = "Domain `platform.test` covers the host".to_owned();
        first.cookies = vec![CookieNote::new("platform_session", CookieAction::Sent, why)];
        let checks = vec![
            FailedCheck::new(Blame::Wrong, Class::SessionLost, "signed in as `dispatcher`")
                .at(place(12))
                .expected_found("a page of `dispatcher`", "the login page")
                .note("the answer came from https://platform.test/login")
                .about(0),
            FailedCheck::new(Blame::Wrong, Class::Value, "text of `h1`")
                .at(place(13))
                .expected_found("`Work orders`", "`Sign in`")
                .help("if the heading was renamed, change the check")
                .about(0),
        ];
        let case = case(checks, vec![first, hop("https://platform.test/login", Some(200))], Vec::new());
        let line_of = |place: &Place| (place.line == 12).then(|| "    page.signed_in();".to_owned());
        insta::assert_snapshot!(failure(&case, &line_of, Paint::PLAIN), @r#"
        signed in as `dispatcher`
          --> suites/src/session.rs:12
           12 | page.signed_in();
          expected  a page of `dispatcher`
          found     the login page
          note      the answer came from https://platform.test/login

        text of `h1`
          --> suites/src/session.rs:13
          expected  `Work orders`
          found     `Sign in`
          help      if the heading was renamed, change the check
          exchange  GET https://platform.test/work-orders  302 -> /login  12 ms  (work-orders-1, release 2023.32)
                      cookie platform_session sent: Domain `platform.test` covers the host
                    GET https://platform.test/login  200  12 ms
        "#);
    }

    #[test]
    fn no_answer_shows_how_far_it_came_and_the_tries_before() {
        let mut silent = hop("http://127.0.0.1:1/", None);
        silent.no_answer = Some(NoAnswer {
            stage: Stage::Connect,
            address: "127.0.0.1:1".into(),
            cause: "connection refused".into(),
        });
        let check = || FailedCheck::new(Blame::Silent, Class::NoAnswer, "no answer from `portal`").about(0);
        let earlier = Attempt {
            first: check(),
            others: Vec::new(),
            answered: false,
            took: Duration::from_millis(1500),
        };
        insta::assert_snapshot!(failure(&case(vec![check()], vec![silent], vec![earlier]), &|_| None, Paint::PLAIN), @r#"
        no answer from `portal`
          --> suites/src/session.rs:7
          exchange  GET http://127.0.0.1:1/  no answer  12 ms
                      connect 127.0.0.1:1: connection refused
          attempt 1 no answer from `portal` (1.5 s)
        "#);
    }

    #[test]
    fn page_text_cannot_write_to_the_terminal_and_long_values_are_wrapped() {
        let check = FailedCheck::new(Blame::Wrong, Class::Value, "text of `p`")
            .expected_found("`a`\n`b`", format!("\u{1b}]0;owned\u{7} {}", "word ".repeat(30)))
            .note("");
        insta::assert_snapshot!(failure(&case(vec![check], Vec::new(), Vec::new()), &|_| None, Paint::PLAIN), @r#"
        text of `p`
          --> suites/src/session.rs:7
          expected  `a`
                    `b`
          found     \u{1b}]0;owned\u{7} word word word word word word word word word word word word word
                    word word word word word word word word word word word word word word word word word
          note      (nothing)
        "#);
    }
    #[test]
    fn a_diff_has_colour_in_the_console_and_nowhere_else() {
        let diff = ["  main", "-   button \"Go\"", "+   button \"Apply\""].map(str::to_owned);
        let mut check = FailedCheck::new(Blame::Wrong, Class::Snapshot, "snapshot `orders`");
        check.diff = diff.to_vec();
        let case = case(vec![check], Vec::new(), Vec::new());
        let coloured = failure(&case, &|_| None, Paint { colour: true });
        assert!(coloured.contains("\u{1b}[31m-   button \"Go\"\u{1b}[0m\n"), "{}", coloured.escape_debug());
        assert!(coloured.contains("\u{1b}[32m+   button \"Apply\"\u{1b}[0m"), "{}", coloured.escape_debug());
        insta::assert_snapshot!(failure(&case, &|_| None, Paint::PLAIN), @r#"
        snapshot `orders`
          --> suites/src/session.rs:7
          diff        main
                    -   button "Go"
                    +   button "Apply"
        "#);
    }
}
