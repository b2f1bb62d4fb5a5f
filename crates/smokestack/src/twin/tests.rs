//! Two servers written by hand, side by side.

use std::sync::{Arc, Mutex};

use smokestack_core::{Selection, Wishes};

use super::Twin;
use crate::Suites;
use crate::by_hand::{answer, ok, serve_at};
use crate::prelude::*;

/// The heads of all requests.
type Heads = Arc<Mutex<Vec<String>>>;

/// Which shop.
#[derive(Clone, Copy, Default)]
struct Shop {
    /// It is another in everything that is compared.
    is_second: bool,
    /// A path at which it breaks off.
    silent: &'static str,
}

const FIRST: Shop = Shop { is_second: false, silent: "" };

fn shop(shop: Shop, heads: &Heads) -> String {
    let (heads, Shop { is_second, silent }) = (heads.clone(), shop);
    let pick = move |one: &'static str, second: &'static str| if is_second { second } else { one };
    let (url, _) = serve_at(move |_, head, _| {
        heads.lock().unwrap().push(head.to_owned());
        let page = |text: &str| {
            let headers = "content-type: text/html\r\n".to_owned() + pick("", "x-frame-options: DENY\r\n");
            let cookie = format!("set-cookie: seen=1; Path=/{}\r\n", pick("; HttpOnly", ""));
            ok(&(headers + &cookie), &format!("<p class=user>Ann</p><main>{text}</main>"))
        };
        let path = head.split(' ').nth(1).unwrap_or_default();
        let who = if head.contains("\r\nauthorization: ") { "lily of the valley" } else { "nobody" };
        match path {
            path if path == silent => String::new(),
            "/old" => answer("302 Found", &format!("location: {}\r\n", pick("/home", "/start")), ""),
            "/api" => ok("content-type: application/json\r\n", pick(r#"{"id":1}"#, r#"{"id":"1"}"#)),
            "/news" => page(&format!("<h1>{}</h1>", pick("News", "No news"))),
            _ => page(&format!("<h1>{} {who}</h1>", pick("Hello", "Bye"))),
        }
    });
    url
}

fn suites(one: &str, second: &str) -> Suites {
    let text = format!(
        r#"
        platform.name = "Shop"
        session.signed_in = ".user"
        login = {{ way = "basic", component = "shop" }}
        components.shop = {{ path = "/", landing = "/home", api = "/api" }}
        targets.one = {{ url = "{one}" }}
        targets.second = {{ url = "{second}", protected = true }}
        accounts.ann = {{ username = {{ env = "ANN" }}, password = {{ env = "ANN_PASSWORD" }} }}
        pages = [{{ name = "old", path = "/old", ends_at = "/home" }}]
        "#
    );
    let suite = Suite::new("smoke")
        .case(case!(the_news_are_there))
        .case(case!(a_note_is_written).mutates())
        .case(case!(this_one_panics));
    Suites::new("smoke", [suite]).platform(&text)
}

async fn the_news_are_there(cx: Cx) -> Checked {
    cx.anonymous().get("/news").await?.find("h1").text().is("News");
    cx.done()
}

async fn a_note_is_written(cx: Cx) -> Checked {
    cx.anonymous().get("/written").await?;
    cx.done()
}

async fn this_one_panics(_: Cx) -> Checked {
    panic!("a case of a suite's own")
}

fn told(twin: &Twin) -> String {
    let differences = twin.differences.iter().map(|difference| {
        let super::Difference { component, page, what, lines, also, .. } = difference;
        format!("{component}: {page}: {what}\n{}\nalso {also:?}", lines.join("\n"))
    });
    differences.chain(twin.unanswered.iter().cloned()).collect::<Vec<_>>().join("\n")
}

async fn twin(one: Shop, second: Shop) -> (Twin, Vec<String>) {
    let heads = Heads::default();
    let suites = suites(&shop(one, &heads), &shop(second, &heads));
    let env = [("ANN", "ann"), ("ANN_PASSWORD", "lily of the valley")];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let wishes = Wishes { env, ..Wishes::default() };
    let of = |target: &str| Wishes { target: Some(target.to_owned()), ..wishes.clone() };
    let twin = suites.twin(&[of("one"), of("second")], &Selection::default()).await.unwrap();
    let heads = heads.lock().unwrap().clone();
    (twin, heads)
}

#[tokio::test]
async fn all_that_is_compared_is_told_where_it_differs_and_no_secret_with_it() {
    let (twin, _) = twin(FIRST, Shop { is_second: true, ..FIRST }).await;
    insta::assert_snapshot!(told(&twin), @r#"
        shop: /home as `ann`: cookie seen
        - HttpOnly set
        + HttpOnly missing
        also ["/home as a visitor", "/news in `smoke::the_news_are_there`"]
        shop: /home as `ann`: header x-frame-options
        - (not set)
        + DENY
        also ["/home as a visitor", "/news in `smoke::the_news_are_there`"]
        shop: /home as `ann`: outline
          main
        -   heading 1 "Hello [password of `ann`]"
        +   heading 1 "Bye [password of `ann`]"
        also []
        shop: /api as `ann`: shape
        - /id: number
        + /id: string
        also ["/api as a visitor"]
        shop: /home as a visitor: outline
          main
        -   heading 1 "Hello nobody"
        +   heading 1 "Bye nobody"
        also []
        shop: /old as `ann`: redirect
        - to /home
        + to /start
        also []
        shop: /news in `smoke::the_news_are_there`: outline
          main
        -   heading 1 "News"
        +   heading 1 "No news"
        also []
        `smoke::this_one_panics` at one: it panicked
        `smoke::this_one_panics` at second: it panicked
    "#);
}

#[tokio::test]
async fn what_is_alike_does_not_differ_and_nothing_is_written() {
    let (twin, heads) = twin(FIRST, FIRST).await;
    assert_eq!(twin.differences, []);
    assert!(heads.iter().all(|head| head.starts_with("get ")), "{heads:?}");
    assert!(heads.iter().any(|head| head.starts_with("get /news ")), "cases that only look are run");
    assert!(!heads.iter().any(|head| head.starts_with("get /written ")), "those that write are not");
}

#[tokio::test]
async fn an_answer_that_only_one_of_them_gives_is_a_difference_and_one_that_neither_gives_is_none() {
    let silent = Shop { silent: "/old", ..FIRST };
    let (one_alone, _) = twin(FIRST, silent).await;
    insta::assert_snapshot!(told(&one_alone), @r"
        shop: /old as `ann`: status
        - 302, 200
        + no answer: connection broken off {host}: connection closed before message completed
        also []
        `smoke::this_one_panics` at one: it panicked
        `smoke::this_one_panics` at second: it panicked
    ");
    let (neither, _) = twin(silent, silent).await;
    assert_eq!(neither.differences, []);
    assert_eq!(neither.unanswered.iter().filter(|line| line.starts_with("/old as ")).count(), 1);
    assert_eq!(neither.compared, one_alone.compared - 1);
}

#[tokio::test]
async fn what_a_case_comes_to_on_one_of_them_alone_is_told() {
    let (twin, _) = twin(FIRST, Shop { silent: "/news", ..FIRST }).await;
    insta::assert_snapshot!(told(&twin), @r"
        shop: /news in `smoke::the_news_are_there`: status
        - 200
        + (the case did not get it)
        also []
        `smoke::this_one_panics` at one: it panicked
        `smoke::this_one_panics` at second: it panicked
    ");
}
