//! A small platform whose every answer a test writes by hand.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;

use harness_tests::suites;
use tempfile::TempDir;

/// A request, as far as answers depend on it.
pub(crate) struct Asked {
    /// `GET /home`.
    pub(crate) what: String,
    /// The lines of its head.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Asked {
    /// The value of a header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        let named =
            |line: &'_ str| line.split_once(": ").is_some_and(|(known, _)| known.eq_ignore_ascii_case(name));
        let line = self.head.lines().find(|line| named(line));
        line.and_then(|line| line.split_once(": ")).map_or("", |(_, value)| value)
    }

    /// The value of a cookie, or nothing.
    pub(crate) fn cookie(&self, name: &str) -> &str {
        let mut pairs = self.header("cookie").split("; ").filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }
}

/// An answer of HTML.
pub(crate) fn html(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {length}\r\n{headers}connection: close\r\n\r\n"
    );
    format!("{head}{body}").into_bytes()
}

/// A login page of the usual form.
pub(crate) fn login_form() -> Vec<u8> {
    html(
        "200 OK",
        &[],
        "<h1>Sign in</h1><form method=post action=/login><input name=username><input type=password name=password></form>",
    )
}

/// The platform on which alice signs in, and whose orders are answered so to her and to everybody else. Its port.
pub(crate) fn with_orders(orders: impl Fn(bool) -> Vec<u8> + Send + Sync + 'static) -> u16 {
    serve(move |asked: &Asked| {
        let known = asked.cookie("sid") == "the-session-of-alice";
        match asked.what.as_str() {
            "GET /login" => login_form(),
            "POST /login" => see("/home", &[("set-cookie", "sid=the-session-of-alice; Path=/")]),
            "GET /home" if known => home(&[]),
            "GET /orders" => orders(known),
            _ => see("/login", &[]),
        }
    })
}

/// The page of somebody signed in.
pub(crate) fn home(headers: &[(&str, &str)]) -> Vec<u8> {
    html("200 OK", headers, "<title>Home</title><h1>Home</h1><p data-user=alice>Alice</p>")
}

pub(crate) fn see(location: &str, headers: &[(&str, &str)]) -> Vec<u8> {
    let headers: Vec<_> = headers.iter().copied().chain([("location", location)]).collect();
    html("303 See Other", &headers, "")
}

/// Answers so until the tests end; the port.
pub(crate) fn serve(answer: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            // Whoever has gone hears no answer.
            std::thread::spawn(move || speak(&stream, &*answer));
        }
    });
    port
}

fn speak(stream: &TcpStream, answer: &dyn Fn(&Asked) -> Vec<u8>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let what = head.split(' ').take(2).collect::<Vec<_>>().join(" ");
    let mut asked = Asked { what, head, body: String::new() };
    let length = asked.header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    asked.body = String::from_utf8_lossy(&body).into_owned();
    let mut stream = stream;
    stream.write_all(&answer(&asked))
}

/// The stock suites against this port, with a platform file that has a portal and orders; `login` and `target` are lines
/// more of these.
pub(crate) fn suites_at(port: u16, login: &str, target: &str) -> (Command, TempDir) {
    let text = format!(
        "[platform]\nname = \"Handmade\"\n\n[login]\ncomponent = \"portal\"\n{login}\n\n[session]\nsigned_in = \"[data-user]\"\n\n\
         [components.portal]\npath = \"/\"\nlanding = \"/home\"\n\n[components.orders]\npath = \"/orders\"\nlanding = \"/orders\"\n\n\
         [targets.staging]\nurl = \"http://127.0.0.1:{port}\"\n{target}\n\n[accounts.reader]\nusername = {{ env = \"READER\" }}\n\
         password = {{ env = \"READER_PASSWORD\" }}\n"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("smokestack.toml");
    fs::write(&file, text).expect("it is written");
    let mut command = suites();
    command.arg("--config").arg(file).env("CARGO_TARGET_DIR", folder.path());
    command.envs([("READER", "alice"), ("READER_PASSWORD", "a password of alice's")]);
    (command, folder)
}
