//! An account for one case alone, in a process and over processes: never shared, given back however its case ends.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use harness_tests::{Ran, run, specimen};

const FILE: &str = r#"
[platform]
name = "Counter"
[login]
component = "portal"
[session]
signed_in = "[data-user]"
who = { selector = "[data-user]", attribute = "data-user" }
[components.portal]
path = "/"
landing = "/home"
[targets.staging]
url = "URL"
[accounts.reader]
username = { env = "READER" }
password = { env = "PASSWORD" }
[accounts.clerk-1]
username = { env = "CLERK_1" }
password = { env = "PASSWORD" }
pool = "clerks"
[accounts.clerk-2]
username = { env = "CLERK_2" }
password = { env = "PASSWORD" }
pool = "clerks"
"#;

/// How the platform answers whoever asks for its desk.
#[derive(Clone, Copy)]
enum Answers {
    AtOnce,
    /// When two of so many ask at a time: both have an account then.
    InPairs(usize),
    /// All but the first so many.
    NotTheFirst(usize),
}

#[derive(Default)]
struct Seen {
    /// The users who were at the desk, as they came.
    desk: Vec<String>,
    /// Who asks and has no answer yet.
    waiting: Option<String>,
    /// How often each user signed in, or tried to.
    logins: BTreeMap<String, usize>,
    /// The user of each session; none once it was ended.
    sessions: Vec<Option<String>>,
}

/// A platform that sees who uses which account at the same time.
struct Watched {
    seen: Mutex<Seen>,
    change: Condvar,
    answers: Answers,
    refused: Vec<&'static str>,
}

impl Watched {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The page for somebody at the desk; none if there is never to be an answer.
    fn desk(&self, user: &str) -> Option<&'static str> {
        let mut seen = self.seen();
        seen.desk.push(user.to_owned());
        let came = seen.desk.len();
        match self.answers {
            Answers::NotTheFirst(held) if came <= held => None,
            Answers::AtOnce | Answers::NotTheFirst(_) => Some("Alone"),
            Answers::InPairs(total) => match seen.waiting.take() {
                Some(other) => {
                    self.change.notify_all();
                    Some(if other == user { "Shared" } else { "Alone" })
                }
                None if came == total => Some("Alone"),
                None => {
                    seen.waiting = Some(user.to_owned());
                    let paired = self.change.wait_while(seen, |seen| seen.desk.len() == came);
                    drop(paired.unwrap_or_else(PoisonError::into_inner));
                    Some("Alone")
                }
            },
        }
    }

    fn answer(&self, stream: TcpStream, told: &mpsc::Sender<()>) -> Option<()> {
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            (reader.read_line(&mut head).ok()? > 0).then_some(())?;
        }
        let field = |name: &str| {
            let lower = head.to_ascii_lowercase();
            lower.lines().find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()))
        };
        let mut body = vec![0; field("content-length:").and_then(|length| length.parse().ok()).unwrap_or(0)];
        reader.read_exact(&mut body).ok()?;
        let body = String::from_utf8_lossy(&body);
        let session = field("cookie:")
            .and_then(|cookie| cookie.strip_prefix("sid=session-number-")?.parse::<usize>().ok());
        let user = session.and_then(|session| self.seen().sessions.get(session).cloned().flatten());
        let page = |user: &str, heading: &str| format!("<h1>{heading}</h1><p data-user={user}>{user}</p>");
        let form =
            "<form method=post action=/login><input name=username><input type=password name=password></form>";
        let (status, header, text) = match (head.split(' ').nth(1)?, user) {
            ("/login", _) if head.starts_with("POST") => {
                let user = body.split('&').find_map(|pair| pair.strip_prefix("username="))?.to_owned();
                let mut seen = self.seen();
                *seen.logins.entry(user.clone()).or_default() += 1;
                if self.refused.contains(&user.as_str()) {
                    ("401 Unauthorized", String::new(), format!("{form}<p role=alert>No such user</p>"))
                } else {
                    let cookie =
                        format!("set-cookie: sid=session-number-{}; Path=/\r\n", seen.sessions.len());
                    seen.sessions.push(Some(user.clone()));
                    ("200 OK", cookie, page(&user, "Home"))
                }
            }
            ("/logout", _) => {
                if let Some(ended) =
                    session.and_then(|session| self.seen().sessions.get_mut(session).map(Option::take))
                {
                    drop(ended);
                }
                ("200 OK", String::new(), form.to_owned())
            }
            ("/desk", Some(user)) => {
                let _ = told.send(());
                let Some(heading) = self.desk(&user) else {
                    std::mem::forget(stream);
                    return None;
                };
                ("200 OK", String::new(), page(&user, heading))
            }
            (_, Some(user)) => ("200 OK", String::new(), page(&user, "Home")),
            (_, None) => ("200 OK", String::new(), form.to_owned()),
        };
        let length = text.len();
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {length}\r\n");
        (&stream).write_all(format!("{head}connection: close\r\n{header}\r\n{text}").as_bytes()).ok()
    }
}

/// The platform, its file, and a folder for what runs keep.
struct Stage {
    watched: Arc<Watched>,
    at_desk: Receiver<()>,
    folder: tempfile::TempDir,
}

impl Stage {
    fn new(answers: Answers, refused: &[&'static str]) -> Stage {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (seen, change, refused) = (Mutex::default(), Condvar::new(), refused.to_vec());
        let watched = Arc::new(Watched { seen, change, answers, refused });
        let (tell, at_desk) = mpsc::channel();
        let server = watched.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (server, tell) = (server.clone(), tell.clone());
                std::thread::spawn(move || server.answer(stream, &tell));
            }
        });
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("smokestack.toml"), FILE.replace("URL", &url))
            .expect("it is written");
        Stage { watched, at_desk, folder }
    }

    /// A process that is a run of its own.
    fn process(&self, arguments: &[&str]) -> Command {
        let mut command = specimen("leases");
        command.args(arguments).arg("--config").arg(self.folder.path().join("smokestack.toml"));
        let people = [("READER", "reader"), ("CLERK_1", "clerk-1"), ("CLERK_2", "clerk-2")];
        command.envs(people).env("PASSWORD", "open sesame").env("CARGO_TARGET_DIR", self.folder.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        run(&mut self.process(arguments))
    }

    /// One case in a process of its own, as nextest runs it.
    fn alone(&self, case: &str) -> Command {
        let mut command = self.process(&["--exact", case]);
        command.envs([("NEXTEST", "1"), ("NEXTEST_RUN_ID", "run-7")]);
        command
    }

    /// A process that has an account, and is at the desk with it.
    fn holder(&self, case: &str) -> Process {
        let mut command = self.alone(case);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        self.at_desk.recv().expect("somebody came");
        Process(process)
    }

    fn logins(&self, user: &str) -> usize {
        self.watched.seen().logins.get(user).copied().unwrap_or_default()
    }
}

/// A process that ends with the test, with `kill -9`.
struct Process(std::process::Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn two_cases_of_one_process_never_have_one_account() {
    let stage = Stage::new(Answers::InPairs(6), &[]);
    let ran = stage.run(&["alone"]);
    assert!(ran.stdout.contains("6 passed"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!((stage.logins("clerk-1"), stage.logins("clerk-2")), (1, 1));
}

#[test]
fn two_processes_never_have_one_account() {
    let stage = Stage::new(Answers::InPairs(6), &[]);
    std::thread::scope(|scope| {
        for n in 0..6 {
            let mut command = stage.alone(&format!("leases::alone_{n}"));
            scope.spawn(move || {
                let ran = run(&mut command);
                assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
            });
        }
    });
    assert_eq!((stage.logins("clerk-1"), stage.logins("clerk-2")), (1, 1));
}

#[test]
fn an_account_is_free_again_when_its_process_is_killed() {
    let stage = Stage::new(Answers::NotTheFirst(2), &[]);
    let first = stage.holder("leases::alone_0");
    let _second = stage.holder("leases::alone_1");
    let third = stage.alone("leases::alone_2").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let third = third.expect("it starts");
    drop(first);
    let output = third.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let seen = stage.watched.seen();
    assert_eq!(
        (seen.desk[2] == seen.desk[0], seen.desk[0] == seen.desk[1]),
        (true, false),
        "{:?}",
        seen.desk
    );
}

#[test]
fn a_case_that_is_ended_by_its_limit_gives_its_account_back() {
    let stage = Stage::new(Answers::NotTheFirst(1), &[]);
    let ran = stage.run(&["leases::alone_0", "leases::alone_1", "--time-limit", "2s", "--test-threads", "1"]);
    assert!(ran.stdout.contains("1 passed; 1 failed"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(stage.watched.seen().desk, ["clerk-1", "clerk-1"]);
}

#[test]
fn whoever_has_waited_long_enough_says_who_has_the_accounts() {
    let stage = Stage::new(Answers::NotTheFirst(2), &[]);
    let _holders = [stage.holder("leases::alone_0"), stage.holder("leases::alone_1")];
    // Also one of another run.
    let ran = stage.run(&["--exact", "leases::alone_2", "--time-limit", "2s"]);
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    let told = ran.stderr.lines().find(|line| line.starts_with("blocked:")).unwrap_or_default();
    let numbers =
        [(r"process \d+", "process N"), (r"since \d+ s", "since N s"), (r"\d\.\d s long", "N s long")];
    insta::with_settings!({ filters => numbers }, { insta::assert_snapshot!(told, @"blocked: 1 case by the wait for a free account of pool `clerks`, N s long: `clerk-1` is with process N for `leases::alone_0` since N s, `clerk-2` is with process N for `leases::alone_1` since N s") });
}

#[test]
fn a_session_that_was_ended_is_made_anew_for_the_next_case_and_no_sooner() {
    let stage = Stage::new(Answers::AtOnce, &[]);
    let ran = stage.run(&["logs_out", "--test-threads", "1"]);
    assert!(ran.stdout.contains("6 passed"), "{}{}", ran.stdout, ran.stderr);
    let logins = (stage.logins("clerk-1"), stage.logins("clerk-2"));
    assert_eq!(logins, (12, 0), "each case ends a session, and has one of its own");
    let told = "the session of `clerk-1` was lost on the server and made anew: the issuer no longer accepts the one of process";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
    let stage = Stage::new(Answers::AtOnce, &[]);
    let ran = stage.run(&["alone", "lets_go", "--test-threads", "1"]);
    assert!(ran.stdout.contains("7 passed"), "{}", ran.stdout);
    assert_eq!((stage.logins("clerk-1"), stage.logins("clerk-2")), (1, 0));
}

#[test]
fn a_pool_goes_on_without_the_account_that_is_refused() {
    let stage = Stage::new(Answers::AtOnce, &["clerk-1"]);
    let ran = stage.run(&["alone"]);
    assert!(ran.stdout.contains("5 passed; 1 failed"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!((ran.code, stage.logins("clerk-1"), stage.logins("clerk-2")), (101, 1, 1), "{}", ran.stdout);
    // With a case about the account, that one tells of it.
    let stage = Stage::new(Answers::AtOnce, &["clerk-1"]);
    let ran = stage.run(&["alone", "leases::clerk"]);
    assert!(ran.stdout.contains("7 passed; 1 failed"), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("---- leases::clerk-1 ----"), "{}", ran.stdout);
    assert_eq!(stage.logins("clerk-1"), 1);
}

#[test]
fn the_next_process_hears_of_the_account_that_is_refused() {
    let stage = Stage::new(Answers::AtOnce, &["clerk-1"]);
    let first = run(&mut stage.alone("leases::alone_0"));
    assert_eq!(first.code, 101, "{}{}", first.stdout, first.stderr);
    let second = run(&mut stage.alone("leases::alone_1"));
    assert_eq!((second.code, stage.logins("clerk-1")), (0, 1), "{}{}", second.stdout, second.stderr);
    let told = "warning: session of clerk-1: pool `clerks` goes on without it, blocked by the login as `clerk-1`, see \
                `leases::alone_0` in process";
    assert!(second.stderr.contains(told), "{}", second.stderr);
}

#[test]
fn where_no_account_of_a_pool_can_sign_in_one_case_says_so_and_blocks_the_others() {
    let stage = Stage::new(Answers::AtOnce, &["clerk-1", "clerk-2"]);
    let ran = stage.run(&["alone", "--test-threads", "1"]);
    assert!(ran.stdout.contains("0 passed; 1 failed; 5 ignored"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!((ran.code, stage.logins("clerk-1"), stage.logins("clerk-2")), (101, 1, 1));
    let told = "blocked: 5 cases by the login as `clerk-1`, see `leases::alone_0`; the login as `clerk-2`, see `leases::alone_0`";
    assert!(ran.stderr.contains(told), "{}", ran.stderr);
}

#[test]
fn each_account_of_a_pool_is_leased_by_the_case_about_it() {
    let stage = Stage::new(Answers::AtOnce, &[]);
    let ran = stage.run(&["leases::clerk", "leases::reader", "alone"]);
    assert!(ran.stdout.contains("9 passed"), "{}{}", ran.stdout, ran.stderr);
    let logins = ["reader", "clerk-1", "clerk-2"].map(|user| stage.logins(user));
    assert_eq!(logins, [1, 1, 1]);
}

#[test]
fn whoever_asks_in_another_way_is_told_how_to_lease() {
    let stage = Stage::new(Answers::AtOnce, &[]);
    let ran = stage.run(&["--ignored", "--test-threads", "1"]);
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    let is_shown = |line: &&str| {
        let is_told = line.contains('`') && !line.contains(" | ");
        line.starts_with("---- ") || line.starts_with("  help") || is_told
    };
    let told: Vec<&str> = ran.stdout.lines().filter(is_shown).collect();
    insta::assert_snapshot!(told.join("\n"), @r#"
    ---- leases::takes_all ----
    this case has every account of pool `clerks` already
      help      let go of one before, or give the pool more with `pool = "clerks"`
    ---- leases::names_an_account ----
    `clerk-1` is of pool `clerks`: a case has such an account for itself
      help      lease one: `cx.lease("clerks").await?.session().await?`
    ---- leases::names_a_pool ----
    `clerks` is a pool, not an account
      help      lease one: `cx.lease("clerks").await?.session().await?`
    ---- leases::names_no_pool ----
    there is no pool `clarks`
      help      pools of the platform file: clerks
    "#);
}
