//! Answers that no page should be made of, over a real socket, and what checks say of them.

use std::io::Write;
use std::sync::{Arc, mpsc};

use flate2::Compression;
use flate2::write::GzEncoder;
use smokestack_core::{CaseLog, Wishes};

use super::Page;
use crate::by_hand::{serve_bytes, serve_with};
use crate::one_component::{self, File};
use crate::scope::{Row, Scope};
use crate::session::{Session, State};

/// A visitor of a server at this address, and what the case writes down.
pub(super) fn visitor(url: &str) -> (Session, Arc<CaseLog>) {
    let file = File { portal: "path = '/'", target: "max_body = '16MiB'", ..File::default() };
    let run = one_component::run(url, file, &Wishes::default());
    let log = Arc::new(CaseLog::default());
    let scope = Arc::new(Scope::new(run, log.clone(), "pages::odd".into(), false, Row::default()));
    (Session::new(scope, State::default()).of_visitor(), log)
}

/// The page that these bytes make, and what the case writes down.
async fn fetched(answer: Vec<u8>) -> (Option<Page>, Arc<CaseLog>) {
    let url = serve_bytes(answer);
    let (session, log) = visitor(&url);
    (session.get("/").await.ok(), log)
}

async fn page(headers: &str, body: &[u8]) -> (Page, Arc<CaseLog>) {
    let (page, log) = fetched(answer(headers, body)).await;
    (page.unwrap(), log)
}

fn answer(headers: &str, body: &[u8]) -> Vec<u8> {
    let head =
        format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// What failed, without the ports of this run.
pub(super) fn told(log: &CaseLog) -> String {
    let failed = log.notes().failed;
    let lines = failed.iter().flat_map(|check| {
        let notes = check.notes.iter().map(|note| format!("  {note}"));
        std::iter::once(check.headline()).chain(notes).collect::<Vec<_>>()
    });
    let told = lines.collect::<Vec<_>>().join("\n");
    let ports = told.match_indices("127.0.0.1:").map(|(at, word)| {
        let port = &told[at + word.len()..];
        port[..port.find(|c: char| !c.is_ascii_digit()).unwrap_or(port.len())].to_owned()
    });
    ports.fold(told.clone(), |told, port| told.replace(&port, "PORT"))
}

const HTML: &str = "content-type: text/html\r\n";

#[tokio::test]
async fn a_page_in_another_encoding_is_read_by_the_charset_that_it_names() {
    let (page, log) = page("content-type: text/html; charset=iso-8859-1\r\n", b"<h1>B\xfccher</h1>").await;
    page.find("h1").text().is("Bücher");
    page.charset().is("iso-8859-1");
    assert_eq!(told(&log), "");
}

#[tokio::test]
async fn a_packed_page_that_is_cut_short_is_told_as_that() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all("<h1>Orders</h1>".repeat(200).as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let cut = &packed[..packed.len() / 2];
    let (page, log) = fetched(answer("content-type: text/html\r\ncontent-encoding: gzip\r\n", cut)).await;
    assert!(page.is_none());
    insta::assert_snapshot!(told(&log), @"GET http://127.0.0.1:PORT/: expected an answer, found none: answer cut short 127.0.0.1:PORT: the body is whole, and what is packed in it ends before its end");
    let mut broken = answer(HTML, b"<h1>Orders</h1>");
    broken.truncate(broken.len() - 4);
    let (_, log) = fetched(broken).await;
    assert!(told(&log).contains("found none: connection broken off "), "{}", told(&log));
}

#[tokio::test]
async fn two_pages_that_lead_to_each_other_at_once_are_a_loop() {
    let url = crate::by_hand::serve(|head, _| {
        let to = if head.starts_with("get /b") { "/" } else { "/b" };
        crate::by_hand::ok(HTML, &format!("<meta http-equiv=refresh content='0;url={to}'><h1>Orders</h1>"))
    });
    let (session, log) = visitor(&url.0);
    session.get("/").await.unwrap().comes_to_rest().await.unwrap();
    insta::assert_snapshot!(told(&log), @"chain of GET http://127.0.0.1:PORT/: expected a page that stays, found http://127.0.0.1:PORT/b leads on to http://127.0.0.1:PORT/ at once, by `meta refresh`, where it was before");
}

#[tokio::test]
async fn pages_that_lead_on_come_to_rest_at_the_last() {
    let url = crate::by_hand::serve(|head, _| match head.split(' ').nth(1) {
        Some("/") => crate::by_hand::ok(HTML, "<meta http-equiv=refresh content='0;url=/b'>"),
        Some("/b") => crate::by_hand::ok(HTML, "<meta http-equiv=refresh content='0;url=/c'>"),
        Some("/probe") if head.contains("seen=1") => crate::by_hand::ok(HTML, "<h1>Welcome</h1>"),
        // Whether cookies are kept: the same address shows another page then.
        Some("/probe") => {
            let set = format!("set-cookie: seen=1\r\n{HTML}");
            crate::by_hand::ok(&set, "<meta http-equiv=refresh content='0;url=/back'>")
        }
        Some("/back") => crate::by_hand::ok(HTML, "<meta http-equiv=refresh content='0;url=/probe'>"),
        _ => crate::by_hand::ok(HTML, "<meta http-equiv=refresh content='5;url=/'><h1>Rest</h1>"),
    });
    let (session, log) = visitor(&url.0);
    let page = session.get("/").await.unwrap().comes_to_rest().await.unwrap();
    page.find("h1").text().is("Rest");
    let page = session.get("/probe").await.unwrap().comes_to_rest().await.unwrap();
    page.find("h1").text().is("Welcome");
    assert_eq!(told(&log), "");
}

#[tokio::test]
async fn a_page_that_leads_back_to_itself_at_once_is_a_loop() {
    for content in ["0;url=/", "0", "0; URL='./'"] {
        let html = format!("<meta http-equiv=Refresh content=\"{content}\"><h1>Orders</h1>");
        let (page, log) = page(HTML, html.as_bytes()).await;
        page.chain().has_no_loop();
        let told = told(&log);
        assert!(told.ends_with("found the page leads back to itself at once, by `meta refresh`"), "{told}");
    }
    for content in ["30;url=/", "0;url=/elsewhere", "30"] {
        let html = format!("<meta http-equiv=refresh content=\"{content}\"><h1>Orders</h1>");
        let (page, log) = page(HTML, html.as_bytes()).await;
        page.chain().has_no_loop();
        assert_eq!(told(&log), "", "{content}");
    }
    let once = "content-type: text/html\r\nset-cookie: seen=yes-0123456789\r\n";
    let (page, log) = page(once, b"<meta http-equiv=refresh content=0><p>One moment").await;
    page.chain().has_no_loop();
    assert_eq!(told(&log), "", "whoever is given a cookie is shown another page then");
}

#[tokio::test]
async fn a_page_that_names_no_charset_is_read_as_browsers_do() {
    let (page, log) = page(HTML, "<h1>Bücher</h1>".as_bytes()).await;
    page.find("h1").text().is("Bücher");
    page.charset().is_present();
    insta::assert_snapshot!(told(&log), @r#"
        text of `h1`: expected "Bücher", found "BÃ¼cher"
          no charset is named; read as windows-1252, as browsers do
        charset: expected a text, found none is named
          `h1` is "BÃ¼cher"
          no charset is named; read as windows-1252, as browsers do
    "#);
}

#[tokio::test]
async fn a_page_that_is_not_in_its_charset_says_so() {
    let (page, log) = page("content-type: text/html; charset=utf-8\r\n", b"<h1>B\xfccher</h1>").await;
    page.find("h1").text().is("Bücher");
    insta::assert_snapshot!(told(&log), @r#"
        text of `h1`: expected "Bücher", found "B�cher"
          some of it is not utf-8, shown as �
    "#);
}

#[tokio::test]
async fn an_answer_that_ends_too_soon_is_none() {
    let mut cut = answer(HTML, b"<h1>Orders</h1>");
    cut.truncate(cut.len() - 5);
    let (page, log) = fetched(cut).await;
    assert!(page.is_none());
    insta::assert_snapshot!(told(&log), @"GET http://127.0.0.1:PORT/: expected an answer, found none: connection broken off 127.0.0.1:PORT: end of file before message length reached");
}

#[tokio::test]
async fn an_answer_that_grows_beyond_the_limit_when_unpacked_is_given_up() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let piece = vec![b' '; 1 << 20];
    (0..64).for_each(|_| packed.write_all(&piece).unwrap());
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 100_000, "{}", packed.len());
    let (page, log) = fetched(answer(&format!("{HTML}content-encoding: gzip\r\n"), &packed)).await;
    assert!(page.is_none());
    insta::assert_snapshot!(told(&log), @"GET http://127.0.0.1:PORT/: expected an answer, found none: answer too large 127.0.0.1:PORT: the body is larger than `max_body`, 16MiB");
}

#[tokio::test]
async fn an_answer_without_end_is_left_in_the_middle() {
    let (left, has_left) = mpsc::channel();
    let url = serve_with(move |stream| {
        let head = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n{HTML}content-encoding: gzip\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut packed = GzEncoder::new(stream, Compression::best());
        let piece = vec![b' '; 1 << 20];
        // Until nobody reads any more.
        while packed.write_all(&piece).and_then(|()| packed.flush()).is_ok() {}
        left.send(()).unwrap();
    });
    let (session, log) = visitor(&url);
    assert!(session.get("/").await.is_err());
    tokio::task::spawn_blocking(move || has_left.recv().unwrap()).await.unwrap();
    assert!(told(&log).contains("`max_body`, 16MiB"), "{}", told(&log));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_a_hundred_thousand_rows_is_read() {
    let rows: String = (0..100_000).map(|row| format!("<tr><td>WO-{row}<td>open")).collect();
    let (page, log) = page(HTML, format!("<table><tr><th>Order<th>Status{rows}</table>").as_bytes()).await;
    page.table("table").rows().is(100_000);
    page.table("table").row(99_999).cell("Order").is("WO-99999");
    page.table("table").row_where("Order", "WO-70000").cell("Status").is("open");
    page.find("td").count().is(200_000);
    assert_eq!(told(&log), "");
    page.table("table").column("Order").each().lacks("99");
    page.find("td").texts().are(&["WO-0", "shut"]);
    insta::assert_snapshot!(told(&log), @r#"
        each of column `Order` of `table`: expected a text without "99", found "WO-99", number 99 of 100000
          3691 of 100000 are not so: 99, 199, 299, 399, 499, 599, 699, 799, …
        texts of `td`: expected "WO-0", "shut", found "WO-0", "open", "WO-1", "open", "WO-2", "open", "WO-3", "open", … (200000 in all)
    "#);
}

#[tokio::test]
async fn what_is_nested_too_deep_is_not_read_and_not_said_to_be_missing() {
    let body = format!("<title>Deep</title><h1>Deep</h1>{}<p>the end</p>", "<div>".repeat(200_000));
    let (page, log) = page(HTML, body.as_bytes()).await;
    page.find("h1").text().is("Deep");
    page.find("div").count().at_least(100);
    assert_eq!(told(&log), "");
    page.find("p").exists();
    page.find("form").count().is(0);
    page.text().lacks("Something went wrong");
    insta::assert_snapshot!(told(&log), @r#"
        `p`: expected an element, found no element matches
          `h1` is "Deep"
          elements stand 512 deep in each other; what comes after byte 4096 was not read
        number of `form`: expected 0, found 0 in what was read
          `h1` is "Deep"
          elements stand 512 deep in each other; what comes after byte 4096 was not read
        text of the page: expected a text without "Something went wrong", found "Deep"
          elements stand 512 deep in each other; what comes after byte 4096 was not read
    "#);
}

#[tokio::test]
async fn a_picture_in_place_of_a_page_is_named() {
    let (page, log) = page(HTML, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0").await;
    page.find("h1").text().is("Orders");
    page.json("/count").is(1);
    insta::assert_snapshot!(told(&log), @r#"
        text of `h1`: expected "Orders", found no element matches
          the body is no text: a PNG image
        JSON `/count`: expected 1, found the answer is not JSON but text/html
          the body is no text: a PNG image
    "#);
}

#[tokio::test]
async fn an_empty_body_is_named() {
    let (page, log) = page(HTML, b"").await;
    page.find("h1").text().is("Orders");
    page.table("table").rows().at_least(1);
    page.json("").is_present();
    page.csv().rows().at_least(1);
    page.size().at_least(1);
    insta::assert_snapshot!(told(&log), @r#"
        text of `h1`: expected "Orders", found no element matches
          the body is empty
        rows of `table`: expected 1 or more, found no element matches
          the body is empty
        JSON: expected a value, found the body is empty
          the body is empty
        rows of CSV: expected 1 or more, found the body is empty
          the body is empty
        size of the body in bytes: expected 1 or more, found 0
          the body is empty
          the answer is text/html
    "#);
}

#[tokio::test]
async fn without_a_content_type_the_body_is_looked_at_all_the_same() {
    let (page, log) = page("", b"{\"count\": 1}").await;
    page.json("/count").is(1);
    assert_eq!(told(&log), "");
    page.content_type().is("application/json");
    page.json("/count").is(2);
    let (page, log_of_page) = page_of_no_type().await;
    page.find("h1").text().is("Invoices");
    insta::assert_snapshot!(format!("{}\n{}", told(&log), told(&log_of_page)), @r#"
        content type: expected "application/json", found the answer has no `Content-Type`
        JSON `/count`: expected 2, found 1
        text of `h1`: expected "Invoices", found "Orders"
    "#);
}

async fn page_of_no_type() -> (Page, Arc<CaseLog>) {
    page("", b"<h1>Orders</h1>").await
}

#[tokio::test]
async fn json_that_ends_in_the_middle_is_shown_with_the_place() {
    let (page, log) =
        page("content-type: application/json\r\n", b"{\"orders\": [{\"id\": 1}, {\"id\":").await;
    page.json("/orders/0/id").is(1);
    page.json_path("$.orders[*].id").count().is(2);
    insta::assert_snapshot!(told(&log), @r#"
        JSON `/orders/0/id`: expected 1, found the body is not JSON: EOF while parsing a value at line 1, column 29
          {"orders": [{"id": 1}, {"id":
                                    ^
        number of JSON `$.orders[*].id`: expected 2, found the body is not JSON: EOF while parsing a value at line 1, column 29
          {"orders": [{"id": 1}, {"id":
                                    ^
    "#);
}
