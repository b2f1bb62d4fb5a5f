//! What a page costs against bare scraper: `cargo xtask bench page` runs this.

use std::hint::black_box;
use std::time::{Duration, Instant};

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use scraper::{Html, Selector};
use smokestack_core::Exchange;

use super::Page;
use super::odd_bodies::visitor;
use crate::http::Answer;

const ROUNDS: usize = 401;

/// Ten questions and the answers to them.
const FINDS: [(&str, &str); 10] = [
    ("h1", "Work orders"),
    ("title", "Work orders - Facilities"),
    ("nav a", "Home"),
    ("[data-user]", "Alice"),
    ("table.orders thead th:first-child", "Order"),
    ("table.orders tbody tr:first-child td", "WO-0"),
    ("table.orders tbody tr:nth-child(40) td.status", "open"),
    ("form#search input[name=q] + button", "Search"),
    ("main > p.hint", "All orders of your halls"),
    ("footer .release", "2023.32"),
];

/// A list as platforms have it, of 30 KB.
fn text() -> String {
    let row = |number: usize| {
        format!(
            "<tr id=\"order-{number}\" class=\"order\"><td><a href=\"/orders/{number}\">WO-{number}</a></td>\
             <td class=\"title\">Lamp in hall {number} &amp; its switch</td><td class=\"status\"><span class=\"badge \
             badge-open\">open</span></td><td><time datetime=\"2023-08-08\">8 August</time></td></tr>\n"
        )
    };
    let mut page = String::from(
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>Work orders - Facilities</title></head><body>\
         <nav><a href=\"/\">Home</a><a href=\"/orders\">Orders</a></nav><p data-user=alice>Alice</p><main>\
         <h1>Work orders</h1><p class=hint>All orders of your halls</p><form id=search><input name=q><button>Search\
         </button></form><table class=orders><thead><tr><th>Order<th>Title<th>Status<th>Due</thead><tbody>\n",
    );
    let mut number = 0;
    while page.len() < 30_000 {
        page.push_str(&row(number));
        number += 1;
    }
    page + "</tbody></table></main><footer><span class=release>2023.32</span></footer></body></html>"
}

fn bare(text: &str) -> usize {
    let html = Html::parse_document(text);
    let met = FINDS.iter().filter(|(selector, expected)| {
        let selector = Selector::parse(selector).unwrap();
        let found = html.select(&selector).next().unwrap();
        found.text().collect::<String>().trim() == *expected
    });
    met.count()
}

fn ours(page: &Page) -> usize {
    FINDS.iter().filter(|(selector, expected)| page.find(selector).text().is(expected).is_met()).count()
}

#[test]
#[ignore = "a measurement, for `cargo xtask bench page`"]
fn a_page_and_ten_finds_against_bare_scraper() {
    let (session, log) = visitor("http://127.0.0.1:9");
    let text = text();
    let url = url::Url::parse("http://127.0.0.1:9/orders").unwrap();
    let made = |session| {
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, html)]);
        let answer =
            Answer { status: 200, headers, body: text.clone().into_bytes(), timing: Default::default() };
        let exchange = Exchange { component: None, hops: Vec::new(), took: Duration::ZERO };
        Page::new(session, answer, url.clone(), exchange, 0)
    };
    let (mut bare_times, mut our_times) = (Vec::new(), Vec::new());
    // In turn, so that what disturbs the machine disturbs both.
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        assert_eq!(black_box(bare(black_box(&text))), FINDS.len());
        bare_times.push(begun.elapsed());
        // Making the page decodes the body, which a bare parse is given as text already; it counts for us.
        let begun = Instant::now();
        let page = made(session.clone());
        assert_eq!(black_box(ours(&page)), FINDS.len());
        drop(page);
        our_times.push(begun.elapsed());
    }
    assert!(!log.has_failed());
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2].as_nanos()
    };
    println!(
        "bench page: {} bytes, bare {} ns, ours {} ns",
        text.len(),
        median(bare_times),
        median(our_times)
    );
}
