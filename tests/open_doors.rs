//! Platforms that refuse visitors in words and show them everything all the same.

use harness_tests::{Ran, run};

use crate::handmade::{html, suites_at, with_orders};

const ORDERS: &str =
    "<title>Orders</title><h1>Orders</h1><table><tr><th>Order</th></tr><tr><td>17</td></tr></table>";
const ASKS: &str =
    "<form action=/login method=post><input name=username><input type=password name=password></form>";

/// What is asked of the orders without a session, where a visitor gets this.
fn without(orders: fn() -> Vec<u8>) -> Ran {
    let port = with_orders(move |known| match known {
        true => html("200 OK", &[], &format!("{ORDERS}<p data-user=alice>Alice</p>")),
        false => orders(),
    });
    let (mut suites, _folder) = suites_at(port, "", "");
    run(suites.args(["session::orders::page", "session::orders::without"]))
}

#[test]
fn a_redirect_with_the_whole_page_in_it_lets_everybody_in() {
    let ran = without(|| html("302 Found", &[("location", "/login")], ORDERS));
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    let found = "status 302 to /login, and its body has a table of \"Order\"";
    assert!(ran.stdout.contains(found) && ran.stderr.contains("OPEN"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn data_above_a_login_form_lets_everybody_in() {
    let ran = without(|| html("200 OK", &[], &format!("{ORDERS}{ASKS}")));
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    let found = "status 200, and beside the login form the page has a table of \"Order\"";
    assert!(ran.stdout.contains(found) && ran.stderr.contains("OPEN"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_redirect_or_a_login_form_alone_lets_nobody_in() {
    for orders in [
        || html("302 Found", &[("location", "/login")], "<h1>Found</h1><a href=/login>here</a>"),
        || html("200 OK", &[], &format!("<h1>Sign in</h1>{ASKS}")),
    ] {
        let ran = without(orders);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    }
}
