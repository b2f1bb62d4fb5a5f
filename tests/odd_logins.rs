//! Logins that lead nowhere, take too long or cannot be told apart: the message names the step, and shows no credential.

use harness_tests::{Ran, run};

use crate::handmade::{Asked, home, html, login_form, see, serve, suites_at};
use crate::shown::FILTERS;

/// The account's login at a platform that answers so, with these lines more of `[login]` and of the target: exit code and what
/// is told of the check that failed.
fn told(port: u16, login: &str, target: &str) -> String {
    let (mut suites, _folder) = suites_at(port, login, target);
    let ran = run(suites.args(["login::", "--test-threads", "1"]));
    let shown = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!shown.contains("a password of alice"), "{shown}");
    format!("exit code {}\n{}\n{}", ran.code, failure(&ran), ran.stderr.lines().last().unwrap_or_default())
}

fn failure(ran: &Ran) -> String {
    let failure = ran.stdout.split("---- login::reader ----\n").nth(1).unwrap_or_default();
    let lines = failure.lines().take_while(|line| !line.starts_with("  exchange") && !line.is_empty());
    let lines = lines.filter(|line| !line.contains("suites/stock/src/") && !line.contains(" | "));
    lines.collect::<Vec<_>>().join("\n")
}

/// Compares what is told, with ports and times left out.
macro_rules! assert_told {
    ($told:expr, @$snapshot:literal) => {
        insta::with_settings!({ filters => FILTERS }, { insta::assert_snapshot!($told, @$snapshot) })
    };
}

const TWO_FORMS: &str = "<h1>Sign in</h1>\
    <form id=top action=/login method=post><input name=username><input type=password name=password><button>Go</button></form>\
    <form id=main action=/login method=post><input name=username><input type=password name=password><button>Sign in</button></form>";

#[test]
fn of_two_forms_with_a_password_none_is_guessed() {
    let port = serve(|asked: &Asked| match asked.what.as_str() {
        "GET /login" => html("200 OK", &[], TWO_FORMS),
        _ => home(&[]),
    });
    assert_told!(told(port, "", ""), @r#"
    exit code 3
    login as `reader` fails
      found     the login form on /login: the page has 2 forms with a password field
      note      `h1` is "Sign in"
      note      form `#top` with `Go`, fields `username`, `password`
      note      form `#main` with `Sign in`, fields `username`, `password`
      help      set `form` in `[login]` of the platform file, or in its `steps`, a CSS selector of the
                one
    verdict: INCONCLUSIVE, login::reader: login as `reader` fails: the login form on /login: the page has 2 forms with a password field (exit 3)
    "#);
}

#[test]
fn a_form_that_is_built_by_scripts_is_told_so() {
    let page = "<title>Shop</title><noscript>Please enable JavaScript.</noscript><div id=root></div><script src=/app.js></script>";
    let port = serve(move |asked: &Asked| match asked.what.as_str() {
        "GET /login" => html("200 OK", &[], page),
        _ => home(&[]),
    });
    assert_told!(told(port, "", ""), @r#"
    exit code 101
    login as `reader` fails
      found     the login form on /login: the page has no form with a password field
      note      the title is "Shop"
      note      it has 1 script which may build one, and words for browsers without them
      help      if they build the form, sign in as they do, with `way = "json"` in `[login]` of the
                platform file; scripts are not run
    verdict: FAIL, roll back: login as `reader` fails at portal (exit 101)
    "#);
}

#[test]
fn pages_that_lead_on_without_end_are_given_up_and_both_ends_are_named() {
    let port = serve(|asked: &Asked| {
        let turn: usize = asked.what.rsplit_once('=').and_then(|(_, turn)| turn.parse().ok()).unwrap_or(0);
        let next = turn + 1;
        html(
            "200 OK",
            &[],
            &format!("<meta http-equiv=refresh content='0; url=/login?turn={next}'>One moment"),
        )
    });
    assert_told!(told(port, "", ""), @"
    exit code 101
    login as `reader` fails
      found     the login page /login: 5 pages in a row lead on by themselves, the last one from /login
                to /login
      note      they took N ms
    verdict: FAIL, roll back: login as `reader` fails at portal (exit 101)
    ");
}

#[test]
fn a_login_that_uses_up_the_time_of_its_case_names_its_step() {
    let port = serve(|asked: &Asked| match asked.what.as_str() {
        "GET /login" => login_form(),
        // Whoever has asked goes away in the end.
        _ => loop {
            std::thread::park();
        },
    });
    assert_told!(told(port, "", "case_limit = \"1s\""), @"
    exit code 101
    no end within 1s, of which signing in as `reader` took TIME
      note      signing in as `reader` was still going on
      note      POST http://127.0.0.1:PORT/login while logging in as `reader`: the login form on /login
                was still going on
      note      below is the last request that came to an end
    verdict: FAIL, roll back: portal is slow (exit 101)
    ");
}

#[test]
fn an_account_that_is_locked_is_told_with_its_credentials() {
    let port = serve(|asked: &Asked| match asked.what.as_str() {
        "GET /login" => login_form(),
        _ => html("423 Locked", &[], "<h1>Locked</h1><p role=alert>This account is locked.</p>"),
    });
    assert_told!(told(port, "", ""), @r#"
    exit code 101
    login as `reader` fails
      found     the login form on /login: the account is locked (status 423)
      note      the page says "This account is locked."
      help      unlock the account whose credentials are in `READER` and `READER_PASSWORD`, and see
                whether they are right: wrong ones lock it again
    verdict: FAIL, roll back: login as `reader` fails at portal (exit 101)
    "#);
}

#[test]
fn all_accounts_that_cannot_sign_in_are_named() {
    let port = serve(|asked: &Asked| match asked.what.as_str() {
        "GET /login" => login_form(),
        _ if asked.body.contains("username=bob") => {
            html("423 Locked", &[], "<h1>Locked</h1><p role=alert>This account is locked.</p>")
        }
        _ => see("/login", &[]),
    });
    let more =
        "\n[accounts.writer]\nusername = { env = \"WRITER\" }\npassword = { env = \"WRITER_PASSWORD\" }";
    let (mut suites, _folder) = suites_at(port, "", more);
    suites.envs([("WRITER", "bob"), ("WRITER_PASSWORD", "a password of bob's")]);
    let ran = run(suites.args(["login::", "--test-threads", "1"]));
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    let told = ran.stderr.split("\n\n").find(|part| part.starts_with("finding:")).unwrap_or_default();
    let verdict = ran.stderr.lines().last().unwrap_or_default();
    assert_told!(format!("{told}\n\n{verdict}"), @r#"
    finding: login as `writer` fails at portal, and so does `reader`
      cause   likely: the login form on /login: the account is locked (status 423)
      proof   POST http://127.0.0.1:PORT/login answered 423
              the page says "This account is locked."
              `reader`: the login form on /login: the platform shows the form again (status 200); if the release did not break the login, the credentials in `READER` and `READER_PASSWORD` are wrong or the account is locked
      note    unlock the account whose credentials are in `WRITER` and `WRITER_PASSWORD`, and see whether they are right: wrong ones lock it again

    verdict: FAIL, roll back: login as `writer` fails at portal, and so does `reader` (exit 101)
    "#);
}
