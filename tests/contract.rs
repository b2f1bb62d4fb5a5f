//! The session contract, declared in the platform file: a change of the cookie is told attribute by attribute.

use fixture_platform::{Fault, Options, Platform, Release, Target};
use harness_tests::{Ran, run};

use crate::incident::suites_against;

const CONTRACT: &str = r#"
[session.contract]
cookie = "platform_session"
domain = "{host}"
path = "/"
secure = true
http_only = true
same_site = "Lax"
lifetime = "browser"
max_size = 256
set_by = "POST /login"
renewed = true
anonymous = ["platform_csrf"]

[components.portal]
"#;

fn contract_with(options: Options, from: &str, to: &str) -> Ran {
    let platform = Platform::start(options).expect("the platform starts");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("smokestack.toml");
    let stock = include_str!("../suites/smokestack.toml");
    let text = stock.replacen("[components.portal]\n", &CONTRACT.replace(from, to), 1);
    std::fs::write(&file, text).expect("it is written");
    run(suites_against(&platform, "staging").arg("--config").arg(file).arg("::contract"))
}

fn broken(fault: &str) -> Ran {
    let fault = fault.parse::<Fault>().expect("a fault");
    contract_with(Options::new(Target::Staging).fault(fault), "", "")
}

fn told(ran: &Ran, what: &str) {
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains(what), "{what}:\n{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_cookie_that_is_as_agreed_is_green_in_every_component() {
    let ran = contract_with(Options::new(Target::Staging), "", "");
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("5 passed"), "{}", ran.stdout);
}

#[test]
fn each_attribute_that_is_not_as_agreed_is_told_by_the_issuer() {
    told(&broken("drop-httponly"), "`HttpOnly` of cookie `platform_session`\n");
    told(&broken("samesite=strict"), "expected  Lax\n  found     Strict\n");
    told(&broken("cookie-domain"), "found     none: host-only\n");
    told(&broken("no-rotation"), "the same id before and after login\n");
}

#[test]
fn what_a_release_changes_is_one_readable_list() {
    let ran = contract_with(Options::new(Target::Staging).release(Release::R1), "", "");
    told(&ran, "name of the session cookie\n");
    told(&ran, "expected  platform_session\n  found     platform_sid\n");
}

#[test]
fn two_cookies_of_one_name_are_told_by_whoever_gets_them() {
    told(&broken("duplicate-cookie=work-orders"), "two cookies of one name: `platform_session`\n");
}

#[test]
fn a_cookie_for_visitors_that_nobody_agreed_on_is_told() {
    let ran =
        contract_with(Options::new(Target::Staging), "anonymous = [\"platform_csrf\"]", "anonymous = []");
    told(&ran, "cookies for visitors who never signed in\n");
    told(&ran, "expected  none\n  found     platform_csrf\n");
}

#[test]
fn a_contract_that_cannot_be_read_is_told_before_anything_is_sent() {
    let odd = contract_with(Options::new(Target::Staging), "lifetime = \"browser\"", "lifetime = \"soon\"");
    assert_eq!(odd.code, 2, "{}", odd.stderr);
    assert!(odd.stderr.contains("neither `browser` nor a duration"), "{}", odd.stderr);
}
