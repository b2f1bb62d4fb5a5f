//! A platform that is nothing like the fixture: other field names, another cookie, no settings, one component. It
//! needs one platform file and no Rust.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use harness_tests::{run, suites};

use crate::shown::assert_shown;

const FILE: &str = r#"
[platform]
name = "Bookshop"
[login]
component = "shop"
page = "/accounts/sign-in"
username = "email"
password = "passphrase"
[session]
signed_in = ".account-menu"
logout = "/accounts/sign-out"
[components.shop]
path = "/"
landing = "/orders"
[targets.local]
url = "URL"
[accounts.reader]
username = { env = "READER_EMAIL" }
password = { env = "READER_PASSPHRASE" }
"#;

#[test]
fn the_stock_suites_run_on_a_platform_that_nobody_here_has_written() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        let mut signed_in = Vec::new();
        for stream in listener.incoming().flatten() {
            answer(stream, &mut signed_in);
        }
    });
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("bookshop.toml");
    std::fs::write(&file, FILE.replace("URL", &url)).expect("it is written");
    let account = [("READER_EMAIL", "ann@example.com"), ("READER_PASSPHRASE", "open sesame")];
    let ran = run(suites().env("SMOKESTACK_CONFIG", &file).envs(account).args(["--test-threads", "1"]));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("foreign", ran.stderr);
}

/// One request, one answer, one connection: the sessions that exist are the shop's whole state.
fn answer(stream: TcpStream, sessions: &mut Vec<String>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let header = |name: &str| {
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix(name).map(str::to_owned))
    };
    let mut body = vec![0; header("content-length: ").and_then(|length| length.parse().ok()).unwrap_or(0)];
    reader.read_exact(&mut body).ok()?;
    let cookie = header("cookie: ").unwrap_or_default();
    let session = sessions.iter().position(|id| cookie.contains(id.as_str()));
    let to = |location: &str, cookie: &str| {
        ("303 See Other", format!("location: {location}\r\n{cookie}"), String::new())
    };
    let page = |body: &str| ("200 OK", String::new(), format!("<title>Bookshop</title><h1>Books</h1>{body}"));
    let (status, headers, body) = match head.split(' ').take(2).collect::<Vec<_>>()[..] {
        ["GET", "/accounts/sign-in"] => page(
            "<form method=POST><input name=email><input name=passphrase type=password><input type=hidden name=_t value=aaaabbbbccccdddd></form>",
        ),
        ["POST", "/accounts/sign-in"]
            if body == b"email=ann%40example.com&passphrase=open+sesame&_t=aaaabbbbccccdddd" =>
        {
            let id = format!("session-{:04}-abcdef", sessions.len());
            sessions.push(id.clone());
            to("/orders", &format!("set-cookie: JSESSIONID={id}; Path=/; HttpOnly\r\n"))
        }
        ["POST", "/accounts/sign-out"] => {
            if let Some(index) = session {
                sessions[index] = "ended".to_owned();
            }
            to("/accounts/sign-in", "set-cookie: JSESSIONID=; Path=/; Max-Age=0\r\n")
        }
        ["GET", "/orders"] if session.is_some() => page("<p class=account-menu>Ann</p>"),
        _ => to("/accounts/sign-in", ""),
    };
    let length = body.len();
    write!(&stream, "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}").ok()
}
