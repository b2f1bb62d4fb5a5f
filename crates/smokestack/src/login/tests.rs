//! What is learned from a login.

use std::collections::BTreeMap;
use std::sync::Arc;

use smokestack_core::{CaseLog, Fact, Place, SessionCookie, Wishes};

use super::{Browser, log_in};
use crate::by_hand::{answer, ok, serve};
use crate::cookies::Occasion;
use crate::one_component::{self, File};
use crate::run::{Run, now};
use crate::scope::{Row, Scope};
use crate::session::State;

/// A run whose credentials are in its environment.
fn run(url: &str) -> Arc<Run> {
    let env = ["SMOKE_USER", "SMOKE_PASSWORD"].map(|name| (name.to_owned(), "a word".to_owned()));
    let wishes = Wishes { env: BTreeMap::from(env), ..Wishes::default() };
    one_component::run(url, File { portal: "path = '/'", ..File::default() }, &wishes)
}

/// What a login in a browser with these cookies is learned from.
async fn learned(url: &str, old: &[&str]) -> Vec<Fact> {
    let (run, log) = (run(url), Arc::new(CaseLog::default()));
    let mut state = State::default();
    for header in old {
        state.jar.take(header.as_bytes(), 200, &Occasion::typed(run.url(), now()));
    }
    let account = run.platform.accounts[0].clone();
    let credentials = run.credentials(&account, "staging").await.unwrap();
    let scope = Arc::new(Scope::new(run, log.clone(), "login::dispatcher".into(), false, Row::default()));
    let browser = Browser { state, past_edge: None };
    let signed_in = log_in(&scope, &account, &credentials, &Place::caller(), browser).await;
    assert!(signed_in.is_ok(), "{:?}", log.notes().failed);
    log.notes().facts
}

/// A page with a form, which sets cookies; where the form leads to, which sets others; and the page after it.
fn platform(head: &str, of_page: &str, of_login: &str) -> String {
    let form = r#"<form method="post"><input name="username"><input name="password" type="password"></form>"#;
    let words: Vec<&str> = head.split(' ').take(2).collect();
    match words.as_slice() {
        ["get", "/login"] => ok(of_page, form),
        ["post", "/login"] => answer("303 See Other", &format!("location: /home\r\n{of_login}"), ""),
        _ => ok("", "<p data-user>"),
    }
}

fn told(fact: &Fact) -> String {
    let Fact::SignedIn { account, way, cookies, anonymous, renewed, .. } = fact else { panic!("{fact:?}") };
    let names = |cookies: &[SessionCookie]| {
        cookies
            .iter()
            .map(|cookie| format!("{} by {}", cookie.name, cookie.set_by))
            .collect::<Vec<_>>()
            .join(", ")
    };
    format!("{account} by {way}: {}; before: {}; renewed: {renewed:?}", names(cookies), names(anonymous))
}

#[tokio::test]
async fn the_cookies_of_a_login_are_told_from_those_that_pages_set_before() {
    let (url, _) =
        serve(|head, _| platform(head, "set-cookie: csrf=t\r\n", "set-cookie: sid=new; HttpOnly\r\n"));
    let facts = learned(&url, &[]).await;
    assert_eq!(
        facts.iter().map(told).collect::<Vec<_>>(),
        ["dispatcher by form: sid by POST /login (303); before: csrf by GET /login (200); renewed: None"]
    );
}

#[tokio::test]
async fn a_session_that_pages_set_is_renewed_by_the_login_or_kept() {
    let (url, _) = serve(|head, _| platform(head, "set-cookie: sid=page\r\n", "set-cookie: sid=login\r\n"));
    assert!(
        told(&learned(&url, &[]).await[0]).ends_with("before: sid by GET /login (200); renewed: Some(true)")
    );
    let (url, _) = serve(|head, _| platform(head, "set-cookie: sid=page\r\n", ""));
    let kept =
        "dispatcher by form: sid by GET /login (200); before: sid by GET /login (200); renewed: Some(false)";
    assert_eq!(told(&learned(&url, &[]).await[0]), kept, "the session is in the cookie that was there");
}

#[tokio::test]
async fn what_a_browser_with_old_cookies_holds_in_the_end_is_no_word_on_what_a_login_sets() {
    let (url, _) = serve(|head, _| platform(head, "", "set-cookie: sid=new\r\n"));
    assert_eq!(learned(&url, &["sid=old; Path=/"]).await, []);
    let (url, _) = serve(|head, _| platform(head, "", ""));
    assert_eq!(learned(&url, &["sid=old; Path=/"]).await, [], "it may go on with the cookie that it has");
}
