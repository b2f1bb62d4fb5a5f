//! What the jar says of itself.

use super::super::{Jar, Occasion};
use super::row::{NOW, Request, taken};

fn explained(jar: &Jar, request: &str) -> String {
    jar.explain(&Request::read(request).occasion()).to_string()
}

#[test]
fn an_explanation_has_a_line_for_every_cookie_and_tells_no_value() {
    let (jar, _) = taken(
        "POST https://platform.test/login",
        "sid=hush1; Path=/; Domain=platform.test; Secure; HttpOnly && theme=hush2; Path=/portal; Max-Age=2592000 && \
         flash=hush3; Max-Age=65 && @https://invoices.platform.test/ token=hush4",
    );
    insta::assert_snapshot!(explained(&jar, "https://platform.test/work-orders/"), @r"
    cookies for GET https://platform.test/work-orders/
      `sid` goes (Domain, Path, Secure match); Domain platform.test, Path /; ends with the browser; set by POST /login (200)
      `flash` goes (host, Path match); host platform.test, Path /; ends in 1 m 5 s; set by POST /login (200)
      `theme` stays: Path `/portal` does not cover `/work-orders/`; host platform.test, Path /portal; ends in 30 d; set by POST /login (200)
      `token` stays: it belongs to host `invoices.platform.test` alone, the request goes to `platform.test`; host invoices.platform.test, Path /; ends with the browser; set by GET / (200)
    ");
    insta::assert_snapshot!(explained(&jar, "+65 http://platform.test/"), @r"
    cookies for GET http://platform.test/
      `theme` stays: Path `/portal` does not cover `/`; host platform.test, Path /portal; ends in 29 d 23 h; set by POST /login (200)
      `sid` stays: it is Secure and the request is plain http; Domain platform.test, Path /; ends with the browser; set by POST /login (200)
      `flash` stays: it has expired; host platform.test, Path /; has ended; set by POST /login (200)
      `token` stays: it belongs to host `invoices.platform.test` alone, the request goes to `platform.test`; host invoices.platform.test, Path /; ends with the browser; set by GET / (200)
    ");
    insta::assert_snapshot!(explained(&Jar::default(), "https://platform.test/"), @r"
    cookies for GET https://platform.test/
      none is stored
    ");
}

#[test]
fn two_cookies_of_one_name_are_told_where_both_go() {
    let (jar, note) = taken(
        "https://platform.test/",
        "sid=hush1 && @POST https://platform.test/login sid=hush2; Domain=platform.test",
    );
    insta::assert_snapshot!(note.why, @"Domain platform.test, Path /, beside the one for host platform.test, Path /, set by GET / (200)");
    insta::assert_snapshot!(explained(&jar, "https://platform.test/work-orders"), @r"
    cookies for GET https://platform.test/work-orders
      `sid` goes (host, Path match); host platform.test, Path /; ends with the browser; set by GET / (200)
      `sid` goes (Domain, Path match); Domain platform.test, Path /; ends with the browser; set by POST /login (200)
      2 cookies `sid` go out together: host platform.test, Path /, set by GET / (200); Domain platform.test, Path /, set by POST /login (200)
    ");
    let elsewhere = Request::read("https://invoices.platform.test/");
    assert_eq!(jar.duplicates(&elsewhere.occasion()), []);
}

#[test]
fn a_note_names_the_answer_that_set_the_cookie() {
    let mut jar = Jar::default();
    let login = Request::read("POST https://platform.test/login?next=/");
    jar.take(b"sid=hush1; Path=/", 303, &login.occasion());
    let page = Request::read("https://platform.test/work-orders/");
    let (_, notes) = jar.header(&page.occasion());
    assert_eq!(notes[0].sentence(), "cookie `sid` was sent (host, Path match), set by POST /login (303)");
    assert_eq!(notes[0].scope.as_deref(), Some("host platform.test, Path /"));
    jar.take(b"sid=hush2; Path=/", 200, &page.occasion());
    let (_, notes) = jar.header(&page.occasion());
    assert_eq!(notes[0].set_by.as_deref(), Some("GET /work-orders/ (200)"));
}

#[test]
fn a_session_cookie_is_described_without_its_value() {
    let (jar, _) = taken(
        "POST https://platform.test/login",
        "sid=0123456789abcdef0123456789abcdef; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=1800",
    );
    let [cookie] = &jar.described("sid", NOW + 60)[..] else { panic!("one cookie") };
    assert_eq!((cookie.lifetime, cookie.size, cookie.shape.as_str()), (Some(1800), 35, "32 hex"));
    assert_eq!((cookie.same_site.as_deref(), cookie.set_by.as_str()), (Some("Lax"), "POST /login (200)"));
    assert_eq!((cookie.domain.as_deref(), cookie.secure, cookie.http_only), (None, true, true));
    assert!(jar.described("sid", NOW + 1800).is_empty());
}

#[test]
fn a_jar_keeps_bytes_order_and_origin_when_it_is_written() {
    let (jar, _) = taken(
        "POST https://platform.test/login",
        "b=\\xff && a=1; Domain=platform.test; Max-Age=60 && \\xe9=2",
    );
    let read: Jar = serde_json::from_str(&serde_json::to_string(&jar).unwrap()).unwrap();
    assert_eq!(read, jar);
    let url = Request::read("https://platform.test/");
    assert_eq!(read.header(&url.occasion()), jar.header(&url.occasion()));
    assert_eq!(read.header(&url.occasion()).0.unwrap(), b"b=\xff; a=1; \xe9=2");
}

#[test]
fn a_jar_in_a_debug_line_tells_no_value() {
    let (jar, _) = taken("https://platform.test/", "sid=hush1");
    assert!(!format!("{jar:?}").contains("hush1"));
}

#[test]
fn a_name_without_end_is_cut_and_a_missing_one_is_said() {
    let (_, note) = taken("https://platform.test/", "{x*5000}=1");
    assert_eq!(note.name, format!("{}…", "x".repeat(64)));
    let (jar, note) = taken("https://platform.test/", "hush1");
    assert_eq!(note.name, "(nameless)");
    let request = Request::read("https://platform.test/");
    assert_eq!(jar.header(&Occasion { ..request.occasion() }).1[0].name, "(nameless)");
}

#[test]
fn the_value_of_a_cookie_is_had_where_the_cookie_goes_and_nowhere_else() {
    let (jar, _) = taken(
        "https://platform.test/",
        "token=root; Path=/ && token=orders; Path=/orders && other=secret; Path=/assets",
    );
    let sent = |name: &str, request: &str| {
        jar.sent(name, &Request::read(request).occasion()).map(|value| value.into_owned())
    };
    assert_eq!(sent("token", "POST https://platform.test/orders/api").as_deref(), Some("orders"));
    assert_eq!(sent("token", "POST https://platform.test/invoices").as_deref(), Some("root"));
    assert_eq!(sent("other", "POST https://platform.test/orders/api"), None);
}
