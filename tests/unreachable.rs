//! A target that gives no answer: the stage and the address are named, and nobody rolls back for it.

use std::net::TcpListener;
use std::thread;

use fixture_platform::User;
use harness_tests::{Ran, run, suites};

use crate::accounts::credentials;

fn against(url: &str) -> Ran {
    run(suites().args(["--target", "staging", "--url", url, "--test-threads", "4"]).envs(credentials(&[
        User::new("alice", "Alice", "not needed"),
        User::new("bob", "Bob", "not needed"),
    ])))
}

fn verdict(ran: &Ran) -> &str {
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    ran.stderr.lines().last().unwrap_or_default()
}

#[test]
fn nobody_listens() {
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let ran = against(&format!("http://127.0.0.1:{port}"));
    let told = format!(
        "verdict: INCONCLUSIVE, target `staging` gave no answer at all (connect 127.0.0.1:{port}: Connection refused"
    );
    assert!(verdict(&ran).starts_with(&told), "{}", verdict(&ran));
    assert!(ran.stdout.contains("1 failed"), "one case tells, the others are blocked by it:\n{}", ran.stdout);
}

#[test]
fn the_name_does_not_resolve() {
    let ran = against("http://no-such-host.invalid");
    let told = "verdict: INCONCLUSIVE, target `staging` gave no answer at all (DNS no-such-host.invalid:80: ";
    assert!(verdict(&ran).starts_with(told), "{}", verdict(&ran));
}

#[test]
fn the_server_does_not_speak_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            use std::io::Write;
            let _ = (&stream).write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let ran = against(&format!("https://127.0.0.1:{port}"));
    let told =
        format!("verdict: INCONCLUSIVE, target `staging` gave no answer at all (TLS 127.0.0.1:{port}: ");
    assert!(verdict(&ran).starts_with(&told), "{}", verdict(&ran));
}

#[test]
fn the_server_never_answers() {
    // A listener that accepts and says nothing: the kernel completes the connection, nobody reads.
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("smokestack.toml");
    let stock =
        include_str!("../suites/smokestack.toml").replace("protected = true", "request_limit = \"300ms\"");
    std::fs::write(&file, stock).expect("it is written");
    let url = format!("http://127.0.0.1:{port}");
    let ran =
        run(suites().arg("--config").arg(&file).args(["--target", "prod", "--url", &url, "login"]).envs(
            credentials(&[User::new("alice", "Alice", "not needed"), User::new("bob", "Bob", "not needed")]),
        ));
    let told = format!(
        "verdict: INCONCLUSIVE, target `prod` gave no answer at all (time limit 127.0.0.1:{port}: no whole answer within 300ms)"
    );
    assert!(verdict(&ran).starts_with(&told), "{}", verdict(&ran));
    drop(listener);
}
