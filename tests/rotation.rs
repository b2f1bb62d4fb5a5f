//! A platform on which each answer gives the session another id, and the one before it is dead at once.

use std::collections::HashSet;
use std::sync::Mutex;

use harness_tests::run;

use crate::handmade::{Asked, home, html, login_form, see, serve, suites_at};

/// The ids that are good, and how many there have been.
#[derive(Default)]
struct Sessions {
    good: HashSet<String>,
    count: usize,
}

impl Sessions {
    fn set(&mut self) -> String {
        self.count += 1;
        let id = format!("session-number-{}", self.count);
        self.good.insert(id.clone());
        format!("sid={id}; Path=/; HttpOnly")
    }
}

/// Whether the platform gives another id with each answer.
fn platform(rotates: bool) -> u16 {
    let sessions = Mutex::new(Sessions::default());
    serve(move |asked: &Asked| {
        let mut sessions = sessions.lock().expect("nobody has panicked");
        match asked.what.as_str() {
            "GET /login" => login_form(),
            "POST /login" => see("/home", &[("set-cookie", &sessions.set())]),
            "POST /logout" => {
                sessions.good.remove(asked.cookie("sid"));
                see("/login", &[("set-cookie", "sid=; Path=/; Max-Age=0")])
            }
            "GET /home" | "GET /orders" => match sessions.good.contains(asked.cookie("sid")) {
                true if rotates => {
                    sessions.good.remove(asked.cookie("sid"));
                    home(&[("set-cookie", &sessions.set())])
                }
                true => home(&[]),
                false => see("/login", &[]),
            },
            _ => html("404 Not Found", &[], "<h1>Not found</h1>"),
        }
    })
}

#[test]
fn a_session_whose_id_changes_with_every_answer_is_told_and_judges_nobody() {
    let port = platform(true);
    for threads in ["1", "8"] {
        let (mut suites, _folder) = suites_at(port, "", "");
        let ran = run(suites.args(["--test-threads", threads, "session::", "login::"]));
        assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
        let findings: Vec<&str> =
            ran.stderr.split("\n\n").filter(|part| part.starts_with("finding:")).collect();
        assert_eq!(findings.len(), 1, "{}", ran.stderr);
        if threads == "1" {
            insta::assert_snapshot!(findings.join("\n\n").replace(&format!(":{port}"), ":PORT"), @"
            finding: the session changes with every answer, and cannot be shared by cases
              cause   cookie `sid` gets another value with each answer, such as GET /home (200), and the value before it is refused
              proof   tried with two visitors in one session of `reader`: the first was accepted, the second refused, status 303 to /login, and the first still accepted
                      GET http://127.0.0.1:PORT/orders: answer 303 to /login
              note    have an old id stay good for a few seconds, as browsers that ask twice at once need it; or sign in in each case, with `cx.own_session(..)`
            ");
            let verdict = ran.stderr.lines().last().unwrap_or_default();
            insta::assert_snapshot!(verdict, @"verdict: INCONCLUSIVE, the session changes with every answer, and cannot be shared by cases: have an old id stay good for a few seconds, as browsers that ask twice at once need it; or sign in in each case, with `cx.own_session(..)` (exit 3)");
        }
    }
}

#[test]
fn the_same_platform_with_one_id_is_fine() {
    let (mut suites, _folder) = suites_at(platform(false), "", "");
    let ran = run(suites.args(["session::", "login::"]));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}
