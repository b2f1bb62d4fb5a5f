//! Where requests go: hosts of components, names past DNS, straight to an origin, another target beside this one.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use fixture_platform::{Component, EmbeddedStores, Fault, LoginPage, Options, Platform, Target};
use harness_tests::{Ran, run, suites};
use tempfile::TempDir;

use crate::accounts::credentials;

fn start(options: Options) -> Platform {
    Platform::start(options).expect("the platform starts")
}

/// The stock platform file with the target `staging` written anew, and more targets behind it.
fn file(folder: &TempDir, staging: &str) -> PathBuf {
    let stock = include_str!("../suites/smokestack.toml");
    let old = "[targets.staging]\nurl = \"http://platform.localhost:8081\"\n";
    assert!(stock.contains(old), "{stock}");
    let file = folder.path().join("smokestack.toml");
    let new = format!("[targets.staging]\n{staging}\n");
    std::fs::write(&file, stock.replace(old, &new)).expect("it is written");
    file
}

fn suites_with(staging: &str, user: &Platform, arguments: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command: Command = suites();
    command
        .args(["--test-threads", "1", "--target", "staging", "--config"])
        .arg(file(&folder, staging))
        .args(arguments)
        .envs(credentials(user.users()));
    run(&mut command)
}

#[test]
fn a_component_on_a_host_of_its_own_is_asked_there() {
    let stores = EmbeddedStores::default();
    let platform = start(Options::new(Target::Staging).embedded(&stores));
    let invoices = start(Options::new(Target::Staging).embedded(&stores));
    let staging = format!("url = {:?}\nhosts = {{ invoices = {:?} }}", platform.url(), invoices.url());
    let ran = suites_with(&staging, &platform, &["session::invoices", "session::assets"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let asked = invoices.requests();
    assert!(asked >= 6, "the host of the invoices saw {asked} requests");
    let ran = suites_with(&staging, &platform, &["session::assets"]);
    assert_eq!((ran.code, invoices.requests()), (0, asked), "nobody else is asked there");
}

#[test]
fn a_session_whose_cookie_does_not_cover_a_components_host_is_lost_there_for_that_reason() {
    let platform = start(Options::new(Target::Staging));
    let port = platform.address().port();
    let staging = format!(
        "url = {:?}\nhosts = {{ invoices = \"http://invoices.example.net\" }}\n\
         resolve = {{ \"invoices.example.net\" = \"127.0.0.1:{port}\" }}",
        platform.url()
    );
    let ran = suites_with(&staging, &platform, &["session::invoices::page", "session::assets::page"]);
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    for told in [
        "finding: the session cookie of portal does not reach invoices",
        "Domain `platform.localhost` does not cover `invoices.example.net`",
        "GET http://invoices.example.net/invoices/: answer 302",
    ] {
        assert!(ran.stderr.contains(told), "{told}:\n{}", ran.stderr);
    }
}

#[test]
fn a_name_leads_where_the_platform_file_says_and_the_server_sees_the_name() {
    let platform = start(Options::new(Target::Staging));
    let port = platform.address().port();
    for (url, to) in [
        ("http://platform.example.com".to_owned(), format!("127.0.0.1:{port}")),
        (format!("http://platform.example.com:{port}"), "127.0.0.1".to_owned()),
        ("http://platform.example.com:8080".to_owned(), format!("127.0.0.1:{port}")),
    ] {
        let staging = format!("url = {url:?}\nresolve = {{ \"platform.example.com\" = {to:?} }}");
        let ran = suites_with(&staging, &platform, &["session::invoices"]);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn where_nothing_listens_the_place_asked_is_named_beside_the_address() {
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a port");
    let platform = start(Options::new(Target::Staging));
    let staging = format!(
        "url = \"http://platform.example.com\"\nresolve = {{ \"platform.example.com\" = \"{closed}\" }}"
    );
    let ran = suites_with(&staging, &platform, &["login"]);
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    let place = format!("connect platform.example.com:80 at {closed}");
    assert!(ran.stdout.contains(&place), "{place}:\n{}", ran.stdout);
}

#[test]
fn another_address_is_refused_where_components_have_hosts_of_their_own() {
    let platform = start(Options::new(Target::Staging));
    let staging =
        format!("url = {:?}\nhosts = {{ invoices = \"https://money.example.com\" }}", platform.url());
    let ran = suites_with(&staging, &platform, &["--url", "https://pr-17.example.com"]);
    assert_eq!((ran.code, platform.requests()), (2, 0), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("`invoices` has a host of its own, https://money.example.com/"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_file_of_certificates_that_is_none_is_said_before_anything_is_sent() {
    let platform = start(Options::new(Target::Staging));
    for (file, why) in [("no-such.pem", "No such file"), ("smokestack.toml", "no certificates in PEM form")] {
        let staging = format!("url = {:?}\nca = {file:?}", platform.url());
        let ran = suites_with(&staging, &platform, &[]);
        assert_eq!((ran.code, platform.requests()), (3, 0), "{}", ran.stderr);
        assert!(ran.stderr.contains(file) && ran.stderr.contains(why), "{}", ran.stderr);
    }
}

/// Heads of requests, as somebody saw them.
type Heads = Arc<Mutex<Vec<String>>>;

/// A server that writes down what it is asked, and shows a page of somebody signed in.
fn recording_origin() -> (String, Heads) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let heads = Heads::default();
    let seen = heads.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut head = String::new();
            let mut reader = BufReader::new(&stream);
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).is_ok_and(|read| read > 0) {}
            seen.lock().expect("nobody panics with it").push(head);
            let body = "<p data-user=alice>";
            let answer = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
                body.len()
            );
            // A client that went away is none of its business.
            let _ = (&stream).write_all(answer.as_bytes());
        }
    });
    (address, heads)
}

#[test]
fn where_a_component_lost_the_session_its_origins_are_asked_as_the_edge_would_ask_them() {
    let fault = Fault::WrongStore { component: Component::Assets };
    let platform = start(Options::new(Target::Staging).fault(fault));
    let (origin, heads) = recording_origin();
    let staging =
        format!("url = {:?}\norigins = {{ assets = [{origin:?}], invoices = [{origin:?}] }}", platform.url());
    let ran = suites_with(&staging, &platform, &["::page"]);
    assert_eq!(ran.code, 101, "{}", ran.stderr);
    let heads = heads.lock().expect("nobody panics with it").clone();
    let [head] = heads.as_slice() else { panic!("one component lost it, with one origin: {heads:?}") };
    let public = format!("platform.localhost:{}", platform.address().port());
    for line in [
        "GET /assets/ HTTP/1.1\r\n",
        &format!("\r\nhost: {public}\r\n"),
        &format!("\r\nx-forwarded-host: {public}\r\n"),
        "\r\nx-forwarded-proto: http\r\n",
        " platform_session=",
    ] {
        assert!(head.contains(line), "{line:?} is missing in {head}");
    }
}

#[test]
fn nobody_is_asked_straight_while_all_is_well_or_at_another_address() {
    let platform = start(Options::new(Target::Staging));
    let (origin, heads) = recording_origin();
    let staging = format!("url = {:?}\norigins = {{ assets = [{origin:?}] }}", platform.url());
    assert_eq!(suites_with(&staging, &platform, &["session::assets"]).code, 0);
    platform.inject(Fault::WrongStore { component: Component::Assets });
    let elsewhere = staging.replace(&platform.url(), "http://elsewhere.example.com");
    let ran = suites_with(&elsewhere, &platform, &["session::assets", "--url", &platform.url()]);
    assert_eq!(ran.code, 101, "{}", ran.stderr);
    assert!(heads.lock().expect("nobody panics with it").is_empty());
}

#[test]
fn a_lost_session_is_compared_with_the_same_component_of_the_other_target() {
    let prod = start(Options::new(Target::Prod).password("one password for both"));
    let fault = Fault::WrongStore { component: Component::Assets };
    let platform = start(Options::new(Target::Staging).fault(fault).password("one password for both"));
    let staging =
        format!("url = {:?}\nforeign = \"other\"\n[targets.other]\nurl = {:?}", platform.url(), prod.url());
    let ran = suites_with(&staging, &platform, &["::page"]);
    assert_eq!((ran.code, prod.logins()), (101, 1), "{}", ran.stderr);
    assert!(ran.stderr.contains("other accepts its own session there"), "{}", ran.stderr);
}

/// Signs in where the platform file names the origin of the portal, with this password in place of the right one.
fn signed_in_with_origins(platform: &Platform, password: Option<&str>) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let portal = platform.instances().iter().find(|instance| instance.component == Component::Portal);
    let origin = format!("http://{}", portal.expect("it has a portal").address);
    let staging = format!("url = {:?}\norigins = {{ portal = [{origin:?}] }}", platform.url());
    let mut command = suites();
    command.args(["--target", "staging", "login::dispatcher", "--config"]).arg(file(&folder, &staging));
    command.envs(credentials(platform.users()));
    if let Some(password) = password {
        command.env("SMOKESTACK_DISPATCHER_PASSWORD", password);
    }
    run(&mut command)
}

#[test]
fn a_login_whose_cookies_are_lost_is_tried_once_straight_at_the_origin() {
    let platform =
        start(Options::new(Target::Staging).fault("strip-cookie=cookie".parse().expect("a fault")));
    let ran = signed_in_with_origins(&platform, None);
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert!(
        ran.stderr.contains("finding: the edge drops `Cookie` of the login's requests"),
        "{}",
        ran.stderr
    );
    assert_eq!(platform.logins(), 1);
}

#[test]
fn a_wrong_password_is_not_tried_again_past_the_edge() {
    for page in [LoginPage::Usual, LoginPage::WrongIs200] {
        let platform = start(Options::new(Target::Staging).login_page(page));
        let ran = signed_in_with_origins(&platform, Some("not the password"));
        assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
        assert_eq!((platform.failed_logins(), platform.logins()), (1, 0), "{}", page.name());
    }
}
