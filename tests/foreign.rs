//! A platform that is nothing like the fixture: other field names, another cookie, no settings, one component. It
//! needs one platform file and no Rust.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use harness_tests::{Ran, run, smokestack, suites};
use tempfile::TempDir;

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
# form
[targets.local]
url = "URL"
[accounts.reader]
username = { env = "READER_EMAIL" }
password = { env = "READER_PASSPHRASE" }
"#;

const ACCOUNT: [(&str, &str); 2] =
    [("READER_EMAIL", "ann@example.com"), ("READER_PASSPHRASE", "open sesame")];

/// The shop, open until the process ends, and its platform file.
struct Shop {
    folder: TempDir,
}

impl Shop {
    /// Its platform file says this of its form.
    fn with(form: &str) -> Shop {
        let folder = tempfile::tempdir().expect("a folder");
        let text = FILE.replace("URL", &open()).replace("# form", form);
        std::fs::write(folder.path().join("bookshop.toml"), text).expect("it is written");
        Shop { folder }
    }

    fn look(&self) -> Ran {
        let file = self.folder.path().join("bookshop.toml");
        run(suites().env("SMOKESTACK_CONFIG", file).envs(ACCOUNT).args(["--test-threads", "1"]))
    }

    fn prime(&self) -> Ran {
        let prime = ["prime", "--config", "bookshop.toml", "--out", "carried.json"];
        run(smokestack().args(prime).current_dir(self.folder.path()).envs(ACCOUNT))
    }
}

fn open() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        let mut state = (Vec::new(), Vec::new());
        for stream in listener.incoming().flatten() {
            answer(stream, &mut state);
        }
    });
    url
}

#[test]
fn the_stock_suites_run_on_a_platform_that_nobody_here_has_written() {
    let ran = Shop::with("").look();
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("foreign", ran.stderr);
}

#[test]
fn the_form_that_signs_out_is_not_the_one_that_is_meant() {
    let shop = Shop::with("form = { page = \"/orders/new\", field = \"title\" }");
    let ran = shop.look();
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    for case in ["form", "write"] {
        let line = ran.stdout.lines().find(|line| line.starts_with(&format!("test session::shop::{case} ")));
        assert!(line.is_some_and(|line| line.ends_with(" ok")), "{}", ran.stdout);
    }
    let primed = shop.prime();
    assert!(
        primed.code == 0 && primed.stdout.contains("\nforms      shop\n"),
        "{}{}",
        primed.stdout,
        primed.stderr
    );
}

/// The two forms of a page, as they are told.
const BOTH: [&str; 2] = ["form `find`, fields `q`\n", "form `#order`, fields `title`, `_t`\n"];

#[test]
fn of_several_forms_none_is_guessed_and_no_release_is_rolled_back_for_it() {
    let shop = Shop::with("form = { page = \"/orders/find\" }");
    let told = [
        "which of 2 forms is meant by `form` of shop is not clear\n",
        BOTH[0],
        BOTH[1],
        "set `selector` in `form` of `[components.shop]`, a CSS selector of the one\n",
    ];
    let (ran, primed) = (shop.look(), shop.prime());
    assert_eq!((ran.code, primed.code), (3, 3), "{}{}{}", ran.stdout, ran.stderr, primed.stderr);
    for told in told {
        assert!(ran.stdout.contains(told), "{told}:\n{}", ran.stdout);
        assert!(primed.stderr.contains(told), "{told}:\n{}", primed.stderr);
    }
}

#[test]
fn a_selector_picks_one_and_one_that_finds_two_lists_them() {
    let selected = |selector: &str| {
        Shop::with(&format!("form = {{ page = \"/orders/find\", selector = \"{selector}\" }}")).look()
    };
    let one = selected("#order");
    assert_eq!(one.code, 0, "{}{}", one.stdout, one.stderr);
    let two = selected("main form");
    assert_eq!(two.code, 101, "{}{}", two.stdout, two.stderr);
    for told in ["form `main form`\n", "  expected  one form\n  found     2\n", "`find`", "`#order`"] {
        assert!(two.stdout.contains(told), "{told}:\n{}", two.stdout);
    }
}

const MENU: &str = "<p class=account-menu>Ann</p><form method=post action=/accounts/sign-out><button>Sign out</button></form>";
const ORDER: &str = "<form id=order method=post action=/orders/new><input name=title><input type=hidden name=_t value=aaaabbbbccccdddd></form>";

/// One request, one answer, one connection: the sessions and orders that exist are the shop's whole state.
fn answer(stream: TcpStream, (sessions, orders): &mut (Vec<String>, Vec<String>)) -> Option<()> {
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
        ["GET", "/orders"] if session.is_some() => page(&format!("{MENU}<ul>{}</ul>", orders.join(""))),
        ["GET", "/orders/new"] if session.is_some() => page(&format!("{MENU}{ORDER}")),
        ["GET", "/orders/find"] if session.is_some() => {
            page(&format!("{MENU}<main><form name=find action=/find><input name=q></form>{ORDER}</main>"))
        }
        ["POST", "/orders/new"] if session.is_some() => {
            let fields = String::from_utf8(body).ok()?;
            let title = fields.strip_prefix("title=")?.strip_suffix("&_t=aaaabbbbccccdddd")?;
            orders.push(format!("<li>{}", title.replace('+', " ")));
            to("/orders", "")
        }
        _ => to("/accounts/sign-in", ""),
    };
    let length = body.len();
    write!(&stream, "HTTP/1.1 {status}\r\ncontent-type: text/html\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}").ok()
}
