//! One login for all processes of a run, whatever becomes of one of them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use fixture_platform::{Fault, Options, Platform, Target};
use harness_tests::{Ran, run, specimen};

use crate::incident::suites_against;

/// One case in a process of its own, as nextest runs it, with everything kept below `folder`.
fn process(case: &str, url: &str, password: &str, folder: &Path) -> Command {
    let mut command = specimen("many");
    command
        .args(["--exact", case, "--nocapture", "--url", url])
        .env("CARGO_TARGET_DIR", folder)
        .envs([("NEXTEST", "1"), ("NEXTEST_RUN_ID", "run-7"), ("SPECIMEN_USERNAME", "alice")])
        .env("SPECIMEN_PASSWORD", password);
    command
}

/// A platform, and a folder for what its runs keep.
struct Stage {
    platform: Platform,
    folder: tempfile::TempDir,
}

impl Stage {
    fn new() -> Stage {
        let platform = Platform::start(Options::new(Target::Staging)).expect("the platform starts");
        Stage { platform, folder: tempfile::tempdir().expect("a folder") }
    }

    fn run(&self, case: &str) -> Ran {
        let password = &self.platform.users()[0].password;
        run(&mut process(case, &self.platform.url(), password, self.folder.path()))
    }

    fn sessions(&self) -> PathBuf {
        self.folder.path().join("smokestack/sessions")
    }

    /// The file in which the session is kept.
    fn kept(&self) -> PathBuf {
        let files = std::fs::read_dir(self.sessions()).expect("the folder is there").flatten();
        let mut files =
            files.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "session"));
        files.next().expect("a session is kept")
    }
}

#[test]
fn five_hundred_cases_of_one_process_sign_in_once() {
    let stage = Stage::new();
    let mut command = specimen("many");
    let user = &stage.platform.users()[0];
    let ran = run(command
        .args(["--url", &stage.platform.url(), "--test-threads", "100"])
        .env("CARGO_TARGET_DIR", stage.folder.path())
        .envs([("SPECIMEN_USERNAME", &user.name), ("SPECIMEN_PASSWORD", &user.password)]));
    assert!(ran.stdout.contains("500 passed"), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(stage.platform.logins(), 1);
}

#[test]
fn two_hundred_processes_of_one_run_sign_in_once() {
    let stage = Stage::new();
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let n = next.fetch_add(1, Ordering::Relaxed);
                    if n >= 200 {
                        return;
                    }
                    let ran = stage.run(&format!("many::home_{n}"));
                    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
                }
            });
        }
    });
    assert_eq!(stage.platform.logins(), 1);
}

#[test]
fn a_refused_login_is_not_tried_by_the_next_process() {
    let stage = Stage::new();
    let wrong =
        |case: &str| run(&mut process(case, &stage.platform.url(), "not the password", stage.folder.path()));
    let first = wrong("many::home_1");
    assert_eq!(first.code, 101, "{}", first.stderr);
    let asked = stage.platform.requests();
    let second = wrong("many::home_2");
    assert_eq!(
        (stage.platform.requests(), stage.platform.failed_logins()),
        (asked, 1),
        "nothing more is sent"
    );
    assert_eq!(second.code, 3, "{}", second.stderr);
    assert!(
        second.stderr.contains("blocked: 1 case by the login as `dispatcher`, see `many::home_1` in process"),
        "{}",
        second.stderr
    );
    assert!(!format!("{}{}", second.stdout, second.stderr).contains("not the password"));
}

#[test]
fn a_session_that_was_lost_on_the_server_is_made_anew_once_for_all_processes() {
    let stage = Stage::new();
    assert_eq!(stage.run("many::home_1").code, 0);
    stage.platform.inject(rotated());
    let refused = stage.run("many::home_2");
    assert_eq!(refused.code, 101, "a wrong answer stays one: {}", refused.stderr);
    let renewed = stage.run("many::home_3");
    assert_eq!((renewed.code, stage.platform.logins()), (0, 2), "{}", renewed.stderr);
    assert!(
        renewed.stderr.contains("the session of `dispatcher` was lost on the server and made anew: "),
        "{}",
        renewed.stderr
    );
    let after = stage.run("many::home_4");
    assert_eq!((after.code, after.stderr.as_str(), stage.platform.logins()), (0, "", 2));

    stage.platform.heal(&rotated());
    assert_eq!(stage.run("many::home_5").code, 101);
    let told = stage.run("many::home_6");
    assert_eq!(told.code, 101, "{}", told.stderr);
    assert!(told.stderr.contains("the session of `dispatcher` does not last"), "{}", told.stderr);
    let blocked = stage.run("many::home_7");
    assert_eq!((blocked.code, stage.platform.logins()), (3, 2), "{}", blocked.stderr);
    assert!(blocked.stderr.contains("see `many::home_6` in process"), "{}", blocked.stderr);
}

/// What ends all sessions, both when it comes and when it goes.
fn rotated() -> Fault {
    "rotate-key".parse().expect("a fault of the platform")
}

#[test]
fn a_session_file_that_is_damaged_is_said_and_replaced() {
    let stage = Stage::new();
    assert_eq!(stage.run("many::home_1").code, 0);
    let kept = stage.kept();
    let text = std::fs::read(&kept).expect("it can be read");
    // As a process leaves it that is killed while it writes.
    std::fs::write(stage.sessions().join(".writing-x"), &text[..text.len() / 2]).expect("it is written");
    std::fs::write(&kept, &text[..text.len() / 2]).expect("it is written");
    let ran = stage.run("many::home_2");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("warning: session of dispatcher: the kept session is not used: "),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("is damaged: it is not what was written"), "{}", ran.stderr);
    assert_eq!(stage.platform.logins(), 2);
    let ran = stage.run("many::home_3");
    assert_eq!((ran.code, ran.stderr.as_str(), stage.platform.logins()), (0, "", 2));
}

#[test]
fn what_is_kept_is_for_its_owner_alone_and_its_name_holds_no_secret() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = Stage::new();
    assert_eq!(stage.run("many::home_1").code, 0);
    let mode = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&stage.sessions()), mode(&stage.kept())), (0o700, 0o600));
    let name = stage.kept().file_name().expect("a name").to_string_lossy().into_owned();
    assert!(name.starts_with("demo.dispatcher."), "{name}");
}

/// Answers one request; says whether it was the login.
fn answer(stream: TcpStream, logins: &AtomicUsize) -> Option<bool> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        (reader.read_line(&mut head).ok()? > 0).then_some(())?;
    }
    let length = head.to_ascii_lowercase();
    let length = length.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    reader.read_exact(&mut vec![0; length.unwrap_or(0)]).ok()?;
    let posted = head.starts_with("POST");
    if posted && logins.fetch_add(1, Ordering::Relaxed) == 0 {
        // Nobody hears of the first login: its process is killed while it waits.
        std::mem::forget(stream);
        return Some(true);
    }
    let page = "<h1>Home</h1><p data-user=alice>Alice</p>";
    let form = "<form method=post><input name=username><input type=password name=password></form>";
    let (cookie, body) = match posted || head.contains("sid=") {
        true => ("set-cookie: sid=0123456789abcdef; Path=/\r\n", page),
        false => ("", form),
    };
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n", body.len());
    (&stream).write_all(format!("{head}connection: close\r\n{cookie}\r\n{body}").as_bytes()).ok()?;
    Some(posted)
}

#[test]
fn a_process_that_is_killed_while_it_signs_in_holds_up_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        let logins = AtomicUsize::new(0);
        for stream in listener.incoming().flatten() {
            if answer(stream, &logins) == Some(true) {
                let _ = tell.send(());
            }
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = process("many::home_1", &url, "open sesame", folder.path());
    let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    told.recv().expect("the login is on its way");
    first.kill().expect("it is killed");
    first.wait().expect("it has ended");
    let second = run(&mut process("many::home_2", &url, "open sesame", folder.path()));
    assert_eq!(second.code, 0, "{}", second.stderr);
}

#[test]
fn a_login_budget_holds_over_processes() {
    let stage = Stage::new();
    let file = stage.folder.path().join("smokestack.toml");
    let text = include_str!("../suites/smokestack.toml").replace("[login]\n", "[login]\nper_minute = 1\n");
    std::fs::write(&file, text).expect("it is written");
    let alone = |case: &str| {
        let mut command = suites_against(&stage.platform, "staging");
        command.args(["--exact", case, "--time-limit", "5s", "--config"]).arg(&file);
        run(command.env("CARGO_TARGET_DIR", stage.folder.path()))
    };
    let first = alone("login::dispatcher");
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    let second = alone("session::invoices::page");
    assert_eq!((second.code, stage.platform.logins()), (3, 1), "{}{}", second.stdout, second.stderr);
    let told = "the login budget of `dispatcher`, 1 a minute: the last one was made by process";
    assert!(
        second.stderr.contains(told) && second.stderr.contains("for `login::dispatcher`"),
        "{}",
        second.stderr
    );
}

/// One case of the stock suites in a process of its own, of the same run as all others.
fn stock(stage: &Stage, case: &str) -> Command {
    let mut command = suites_against(&stage.platform, "staging");
    command.args(["--exact", case]).env("CARGO_TARGET_DIR", stage.folder.path());
    command.envs([("NEXTEST", "1"), ("NEXTEST_RUN_ID", "run-7")]);
    command
}

#[test]
fn a_session_of_other_login_settings_is_not_used_and_that_is_said() {
    let stage = Stage::new();
    let first = run(&mut stock(&stage, "session::invoices::page"));
    assert_eq!((first.code, stage.platform.logins()), (0, 1), "{}", first.stderr);
    let file = stage.folder.path().join("smokestack.toml");
    let text = include_str!("../suites/smokestack.toml").replace("[login]\n", "[login]\nbudget = \"30s\"\n");
    std::fs::write(&file, text).expect("it is written");
    let second = run(stock(&stage, "session::invoices::page").arg("--config").arg(&file));
    assert_eq!((second.code, stage.platform.logins()), (0, 2), "{}", second.stderr);
    let told = "warning: session of dispatcher: the kept session is of other login settings";
    assert!(second.stderr.contains(told), "{}", second.stderr);
}

#[test]
fn the_case_about_the_account_tells_what_another_process_was_refused() {
    let stage = Stage::new();
    let wrong =
        |case: &str| run(stock(&stage, case).env("SMOKESTACK_DISPATCHER_PASSWORD", "not the password"));
    assert_eq!(wrong("session::invoices::page").code, 101);
    let told = wrong("login::dispatcher");
    assert_eq!((told.code, stage.platform.failed_logins()), (101, 1), "{}", told.stderr);
    let seen = format!("{}{}", told.stdout, told.stderr);
    assert!(seen.contains("seen by process") && seen.contains("for `session::invoices::page`"), "{seen}");
}

#[test]
fn a_login_of_a_case_s_own_that_was_refused_is_not_tried_by_the_next() {
    let stage = Stage::new();
    let wrong =
        |case: &str| run(stock(&stage, case).env("SMOKESTACK_DISPATCHER_PASSWORD", "not the password"));
    assert_eq!(run(&mut stock(&stage, "session::invoices::page")).code, 0);
    let first = wrong("session::invoices::logout");
    assert_eq!((first.code, stage.platform.failed_logins()), (101, 1), "{}", first.stderr);
    let second = wrong("session::assets::logout");
    assert_eq!((second.code, stage.platform.failed_logins()), (3, 1), "{}", second.stderr);
    let told = "another login as `dispatcher` that was refused, see `session::invoices::logout` in process";
    assert!(second.stderr.contains(told), "{}", second.stderr);
    assert_eq!(wrong("session::assets::page").code, 0, "the session of all is as good as before");
}
