//! Decisions in tables, each with its reason.

use smokestack_core::CookieAction;

use super::row::{Request, bytes, rows, taken};

const TAKEN: &str = include_str!("taken.txt");
const SENT: &str = include_str!("sent.txt");
const HEADER: &str = include_str!("header.txt");

/// All that differs is told at once.
fn none_differ(differing: Vec<String>) {
    assert!(differing.is_empty(), "{} differ:\n{}", differing.len(), differing.join("\n"));
}

#[test]
fn the_tables_hold_at_least_120_decisions() {
    let decisions = rows::<4>(TAKEN).len() + rows::<5>(SENT).len();
    assert!(decisions >= 120, "{decisions}");
}

#[test]
fn a_header_is_taken_as_browsers_take_it() {
    none_differ(Vec::from_iter(rows::<4>(TAKEN).into_iter().filter_map(
        |[request, headers, action, why]| {
            let (_, note) = taken(request, headers);
            let found = (note.action.word(), note.why.as_bytes());
            let expected = (action, bytes(why));
            (found != (expected.0, &expected.1)).then(|| {
                format!(
                    "{request} | {headers}\n  expected {action}: {why}\n  found    {}: {}",
                    found.0, note.why
                )
            })
        },
    )));
}

#[test]
fn a_cookie_goes_where_browsers_send_it() {
    none_differ(Vec::from_iter(rows::<5>(SENT).into_iter().filter_map(
        |[from, headers, to, action, why]| {
            let (jar, note) = taken(from, headers);
            let (header, notes) = jar.header(&Request::read(to).occasion());
            let [found] = &notes[..] else { return Some(format!("{from} | {headers}: {note:?}")) };
            assert_eq!(header.is_some(), found.action == CookieAction::Sent);
            (found.action.word() != action || found.why != why).then(|| {
                format!(
                    "{headers} | {to}\n  expected {action}: {why}\n  found    {}: {}",
                    found.action.word(),
                    found.why
                )
            })
        },
    )));
}

#[test]
fn cookies_go_out_in_order_and_byte_for_byte() {
    none_differ(Vec::from_iter(rows::<4>(HEADER).into_iter().filter_map(|[from, headers, to, expected]| {
        let (header, _) = taken(from, headers).0.header(&Request::read(to).occasion());
        let found = header.unwrap_or_else(|| b"-".to_vec());
        (found != bytes(expected)).then(|| {
            format!("{headers} | {to}\n  expected {expected}\n  found    {}", String::from_utf8_lossy(&found))
        })
    })));
}
