//! Pages that no browser likes either: they are read within bounds, and hold nobody else up.

use harness_tests::{Ran, run};

use crate::handmade::{html, see, suites_at, with_orders};

/// All that is looked at in a session, where the page of orders has this in it and then says who is signed in, or does not.
fn ran(weight: String, marker: &'static str) -> Ran {
    let port = with_orders(move |known| match known {
        true => html("200 OK", &[], &format!("<title>Orders</title><h1>Orders</h1>{weight}{marker}")),
        false => see("/login", &[]),
    });
    let (mut suites, _folder) = suites_at(port, "", "");
    run(suites.args(["session::orders::page", "session::orders::again", "session::portal::page"]))
}

const ALICE: &str = "<p data-user=alice>Alice</p>";

/// Twenty thousand on one element.
fn attributes() -> String {
    let attributes: String = (0..20_000).map(|n| format!(" data-column-{n}=\"{n}\"")).collect();
    format!("<div{attributes}></div>")
}

#[test]
fn a_page_with_twenty_thousand_attributes_on_one_element_is_read_to_its_end() {
    let ran = ran(attributes(), ALICE);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn what_was_not_read_of_it_is_told_where_something_is_missing() {
    let ran = ran(attributes(), "");
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("an element has more than 2000 attributes"), "{}", ran.stdout);
    assert!(ran.stdout.contains("test session::portal::page  ... ok"), "{}", ran.stdout);
}

#[test]
fn a_page_that_nests_a_hundred_thousand_deep_is_read_as_deep_as_browsers_do_and_says_so() {
    let deep = "<div>".repeat(100_000);
    let ran = ran(deep, ALICE);
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("elements stand 512 deep in each other"), "{}", ran.stdout);
    assert!(ran.stdout.contains("test session::portal::page  ... ok"), "{}", ran.stdout);
}
