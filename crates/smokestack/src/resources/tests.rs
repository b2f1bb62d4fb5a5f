//! What is fetched, how often and with which cookies; what only pages over https can show.

use std::sync::Arc;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use smokestack_core::{CaseLog, Exchange, Wishes};
use url::Url;

use super::fetch::Fetched;
use super::judge;
use super::kind::Kind;
use super::named::{self, Cors, Named};
use crate::by_hand::{hop, ok, serve};
use crate::cookies::Occasion;
use crate::http::Answer;
use crate::one_component::{self, File};
use crate::page::Page;
use crate::run::{Run, now};
use crate::scope::{Row, Scope};
use crate::session::{Session, State};

/// A run against this address, with what `[resources]` says.
fn run(url: &str, resources: &str) -> Arc<Run> {
    let target = format!("[resources]\n{resources}");
    let file = File { portal: "path = '/'", target: &target, ..File::default() };
    one_component::run(url, file, &Wishes::default())
}

/// A page of that run at this path, as it came to somebody with a cookie.
fn page(run: &Arc<Run>, path: &str, body: &str) -> (Page, Arc<CaseLog>) {
    let url = run.url().join(path).unwrap();
    let log = Arc::new(CaseLog::default());
    let mut state = State::default();
    state.jar.take(b"sid=a-session-of-somebody; Path=/", 200, &Occasion::typed(&url, now()));
    let scope = Scope::new(run.clone(), log.clone(), "resources::page".into(), false, Row::default());
    let session = Session::new(Arc::new(scope), state);
    let headers = [(HeaderName::from_static("content-type"), HeaderValue::from_static("text/html"))];
    let answer = Answer {
        status: 200,
        headers: headers.into_iter().collect(),
        body: body.as_bytes().to_vec(),
        timing: Default::default(),
    };
    let exchange = Exchange { component: None, hops: vec![hop(url.as_str())], took: Default::default() };
    let index = log.exchanged(exchange.clone());
    (Page::new(session, answer, url, exchange, index), log)
}

/// The failed checks, a line each, and below it their notes.
fn told(log: &CaseLog) -> String {
    let checks = log.notes().failed.into_iter().map(|check| {
        let notes = check.notes.iter().map(|note| format!("\n  {note}")).collect::<String>();
        format!("{}{notes}", check.headline())
    });
    checks.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_file_is_fetched_once_however_many_pages_name_it() {
    let (url, asked) = serve(|_, _| ok("content-type: text/javascript\r\n", "ready()"));
    let run = run(&url, "");
    for path in ["/a", "/b"] {
        let (page, log) =
            page(&run, path, "<script src=/app.js></script><script src=/app.js#again></script>");
        assert!(page.resources().await.unwrap().all_load().is_met(), "{}", told(&log));
    }
    assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 1);
}

/// A script for whoever sends the session, or for whoever does not; nothing for others.
fn script_for(head: &str, with_session: bool) -> String {
    let is_meant = head.contains("cookie: sid=a-session-of-somebody") == with_session;
    ok("content-type: text/javascript\r\n", if is_meant { "ready()" } else { "" })
}

#[tokio::test]
async fn the_session_goes_to_the_target_alone() {
    let (own, _) = serve(|head, _| script_for(head, true));
    let (other, asked) = serve(|head, _| script_for(head, false));
    let body = format!("<script src=/app.js></script><script src={other}/app.js></script>");
    let named = run(&own, &format!("sites = [\"{other}\"]"));
    let (page_of_it, log) = page(&named, "/", &body);
    assert!(page_of_it.resources().await.unwrap().all_load().is_met(), "{}", told(&log));
    let asked_once = asked.load(std::sync::atomic::Ordering::Relaxed);
    let (page, log) = page(&run(&own, ""), "/", &body);
    let resources = page.resources().await.unwrap();
    assert!(resources.all_load().is_met(), "{}", told(&log));
    assert_eq!(resources.not_looked_at().collect::<Vec<_>>(), [format!("{other}/app.js")]);
    assert_eq!((asked_once, asked.load(std::sync::atomic::Ordering::Relaxed)), (1, 1));
}

#[tokio::test]
async fn a_page_over_https_asks_for_nothing_over_http() {
    let run = run("https://platform.test", "");
    let body = "<img src=http://cdn.test/a.png><script src=//cdn.test/b.js></script><form action=http://cdn.test/save></form>";
    let (page, log) = page(&run, "/", body);
    assert!(!page.resources().await.unwrap().have_no_mixed_content().is_met());
    insta::assert_snapshot!(told(&log), @r"
        what https://platform.test/ asks for over http: expected nothing, found image http://cdn.test/a.png: `img[src]`, and 1 more
          form http://cdn.test/save
    ");
}

#[test]
fn what_a_page_names_is_found_as_browsers_find_it() {
    let body = r##"
        <base href="/static/"><base href="/other/">
        <link rel="stylesheet" href="site.css"><link rel="alternate stylesheet" href=" dark.css ">
        <link rel="stylesheet" type="text/less" href="site.less"><link rel="stylesheet" href="off.css" disabled>
        <link rel="shortcut icon" href="/favicon.ico"><link rel="manifest" href="app.webmanifest">
        <link rel="preload" as="font" href="text.woff2" crossorigin><link rel="preload" href="nothing">
        <link rel="modulepreload" href="chunk.js"><link rel="canonical" href="/"><link rel="prefetch" href="next.js">
        <script src="classic.js"></script><script type="module" src="module.js"></script>
        <script nomodule src="old.js"></script><script type="text/x-template" src="t.html"></script>
        <script type="application/json">{"src":"data.js"}</script>
        <img src="a.png" srcset="a.png 1x, b.png 2x" alt=""><img src=""><img src="data:image/gif;base64,R0lG">
        <picture><source srcset="c.webp"><img src="c.png"></picture>
        <video poster="p.jpg" src="v.mp4"><source src="v.webm"><track src="v.vtt"></video><audio src="s.ogg"></audio>
        <input type="image" src="go.png"><svg><image xlink:href="i.svg"/><use href="#local"/><use href="icons.svg#x"/></svg>
        <style>h1 { background: url(h.png) }</style><p style="background: url('p.png')"></p>
        <template><img src="t.png"></template><noscript><img src="n.png"></noscript>
        <a href="x"></a><iframe src="y"></iframe><link rel="stylesheet" href="#x"><script src="javascript:1"></script>
    "##;
    let (page, _) = page(&run("https://platform.test", ""), "/orders/", body);
    let lines = named::of_page(&page).into_iter().map(|file| {
        format!(
            "{:14} {} {}",
            file.kind.word(),
            file.url.as_str().trim_start_matches("https://platform.test"),
            file.by
        )
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r"
        style sheet    /static/site.css `link[href]`
        style sheet    /static/dark.css `link[href]`
        image          /favicon.ico `link[href]`
        manifest       /static/app.webmanifest `link[href]`
        font           /static/text.woff2 `link[href]`
        module script  /static/chunk.js `link[href]`
        script         /static/classic.js `script[src]`
        module script  /static/module.js `script[src]`
        image          /static/a.png `img[src]`
        image          /static/b.png `img[srcset]`
        image          /static/c.webp `source[srcset]`
        image          /static/c.png `img[src]`
        image          /static/p.jpg `video[poster]`
        video or audio /static/v.mp4 `video[src]`
        video or audio /static/v.webm `source[src]`
        text track     /static/v.vtt `track[src]`
        video or audio /static/s.ogg `audio[src]`
        image          /static/go.png `input[src]`
        image          /static/i.svg `image[href]`
        image          /static/icons.svg `use[href]`
        image          /static/h.png `url()` in element `style`
        image          /static/p.png `url()` in attribute `style`
    ");
}

#[test]
fn another_origin_has_to_let_pages_use_what_browsers_ask_it_for() {
    let own = Url::parse("https://platform.test/").unwrap();
    let url = Url::parse("https://cdn.test/text.woff2").unwrap();
    let font = |cors| Named { kind: Kind::Font, url: url.clone(), by: "`x`".into(), integrity: None, cors };
    let came = |headers: &[(&'static str, &'static str)]| Fetched {
        url: url.clone(),
        status: 200,
        headers: headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect::<HeaderMap>(),
        body: b"wOF2".to_vec(),
        exchange: Exchange { component: None, hops: vec![hop(url.as_str())], took: Default::default() },
    };
    let judged =
        |cors, headers: &[(&'static str, &'static str)]| judge::wrong(&font(cors), &came(headers), &own);
    let origin = "access-control-allow-origin";
    assert_eq!(judged(Cors::Anonymous, &[(origin, "*")]), None);
    assert_eq!(judged(Cors::Anonymous, &[(origin, "https://platform.test")]), None);
    let both = [(origin, "https://platform.test"), ("access-control-allow-credentials", "true")];
    assert_eq!(judged(Cors::Credentials, &both), None);
    assert!(judged(Cors::Credentials, &[(origin, "*")]).is_some());
    let wrong = judged(Cors::Anonymous, &[]).unwrap();
    insta::assert_snapshot!(format!("{}: {}", wrong.expected, wrong.found), @"`access-control-allow-origin` for https://platform.test, since browsers ask another origin for leave: none");
    let hash = super::integrity::Expected::of("sha256-AAAA");
    let script = Named { kind: Kind::Script, integrity: hash, ..font(Cors::No) };
    let answer = Fetched { body: b"x".to_vec(), ..came(&[("content-type", "text/javascript")]) };
    let wrong = judge::wrong(&script, &answer, &own).unwrap();
    insta::assert_snapshot!(format!("{}: {}", wrong.expected, wrong.found), @"`crossorigin` beside `integrity`, for a file of another origin: none: browsers do not use the file");
}
