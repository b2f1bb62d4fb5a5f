//! Signing out from a component with a host of its own: the form goes to where the session was issued, as browsers send it.

use std::sync::{Arc, Mutex};

use harness_tests::run;

use crate::handmade::{Asked, home, html, login_form, see, serve, suites_at};

const FORM: &str = "<title>Orders</title><h1>Orders</h1><p data-user=alice>Alice</p>\
    <form method=post action='http://platform.localhost:PORT/logout'><input type=hidden name=token value=of-the-form><button>Sign out</button></form>";

/// What came with the requests to sign out, where the page has such a form or none.
fn sent(with_form: bool) -> Vec<String> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let said = heard.clone();
    let port = Arc::new(Mutex::new(0));
    let own_port = port.clone();
    let good = Mutex::new(std::collections::HashSet::new());
    let served = serve(move |asked: &Asked| {
        let port = *own_port.lock().expect("nobody has panicked");
        let mut good = good.lock().expect("nobody has panicked");
        let known = good.contains(asked.cookie("sid"));
        match asked.what.as_str() {
            "GET /login" => login_form(),
            "POST /login" => {
                let id = format!("session-number-{}", good.len());
                good.insert(id.clone());
                see("/home", &[("set-cookie", &format!("sid={id}; Domain=platform.localhost; Path=/"))])
            }
            "POST /logout" => {
                let (host, origin) = (asked.header("host"), asked.header("origin"));
                let line = format!(
                    "to {host} from {origin}, referer {}, body {}",
                    asked.header("referer"),
                    asked.body
                );
                said.lock().expect("nobody has panicked").push(line.replace(&format!(":{port}"), ":PORT"));
                good.remove(asked.cookie("sid"));
                see("http://platform.localhost:PORT/login".replace("PORT", &port.to_string()).as_str(), &[])
            }
            "GET /orders" if known && with_form => {
                html("200 OK", &[], &FORM.replace("PORT", &port.to_string()))
            }
            "GET /orders" | "GET /home" if known => home(&[]),
            _ => see(&format!("http://platform.localhost:{port}/login"), &[]),
        }
    });
    *port.lock().expect("nobody has panicked") = served;
    let (mut suites, folder) = suites_at(served, "", "");
    let file = folder.path().join("smokestack.toml");
    let text = std::fs::read_to_string(&file).expect("it is there");
    let text = text
        .replace("127.0.0.1", "platform.localhost")
        .replace("path = \"/orders\"", "subdomain = \"orders\"");
    std::fs::write(&file, text).expect("it is written");
    let ran = run(suites.args(["session::orders::logout"]));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let heard = heard.lock().expect("nobody has panicked");
    heard.clone()
}

#[test]
fn the_form_that_signs_out_where_the_session_was_issued_is_sent_as_it_stands() {
    insta::assert_snapshot!(sent(true).join("\n"), @"to platform.localhost:PORT from http://orders.platform.localhost:PORT, referer http://orders.platform.localhost:PORT/, body token=of-the-form");
}

#[test]
fn without_a_form_it_is_sent_as_a_script_of_the_page_would() {
    insta::assert_snapshot!(sent(false).join("\n"), @"to platform.localhost:PORT from http://orders.platform.localhost:PORT, referer http://orders.platform.localhost:PORT/, body");
}
