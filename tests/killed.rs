//! A process that is killed at the moment at which it writes what it keeps.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use harness_tests::{run, specimen};

/// So much that writing it takes a moment.
const COOKIES: usize = 25;

/// One case in a process of its own, of the run of this number.
fn process(number: usize, url: &str, folder: &Path) -> Command {
    let mut command = specimen("many");
    command
        .args(["--exact", "many::home_1", "--url", url])
        .env("CARGO_TARGET_DIR", folder)
        .env("NEXTEST_RUN_ID", number.to_string())
        .envs([("NEXTEST", "1"), ("SPECIMEN_USERNAME", "alice"), ("SPECIMEN_PASSWORD", "open sesame")]);
    command
}

/// Whoever posts the form is signed in, with more cookies than anybody should have.
fn answer(stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let length = head.to_ascii_lowercase();
    let length = length.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    reader.read_exact(&mut vec![0; length.unwrap_or(0)])?;
    let posted = head.starts_with("POST");
    let body = match posted || head.contains("sid0=") {
        true => "<h1>Home</h1><p data-user=alice>Alice</p>",
        false => "<form method=post><input name=username><input type=password name=password></form>",
    };
    let mut text =
        format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n", body.len());
    for n in (0..COOKIES).filter(|_| posted) {
        text.push_str(&format!("set-cookie: sid{n}={}; Path=/\r\n", "0123456789abcdef".repeat(200)));
    }
    (&stream).write_all(format!("{text}connection: close\r\n\r\n{body}").as_bytes())
}

/// The files that somebody is writing, or has left unfinished.
fn unfinished(sessions: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(sessions).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_unfinished =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".writing-"));
    files.filter(is_unfinished).collect()
}

#[test]
fn whoever_comes_after_a_process_that_was_killed_while_it_wrote_its_session_goes_on() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever is killed hears no answer.
            std::thread::spawn(move || answer(stream));
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let sessions = folder.path().join("smokestack/sessions");
    let mut caught = 0;
    // How soon the file is seen is up to the system: most are caught at the first try, none is missed for ever.
    for number in 0..100 {
        let left = unfinished(&sessions).len();
        let mut first = process(number, &url, folder.path());
        let mut first = first.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        while unfinished(&sessions).len() == left && first.try_wait().expect("it can be asked").is_none() {}
        first.kill().expect("it is killed, or has ended");
        first.wait().expect("it has ended");
        let is_caught = unfinished(&sessions).len() > left;
        let second = run(&mut process(number, &url, folder.path()));
        assert_eq!((second.code, second.stderr.as_str()), (0, ""), "{}", second.stdout);
        caught += usize::from(is_caught);
        if caught == 5 {
            break;
        }
    }
    assert!(caught > 0, "no process was killed while it wrote");
}
