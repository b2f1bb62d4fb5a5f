//! The session contract, declared in the platform file: a change of the cookie is told attribute by attribute.

use fixture_platform::{Options, Platform, Release, Target};
use harness_tests::{Ran, run, specimen};

use crate::accepted_contract::{Stage, fault};
use crate::incident::suites_against;
use crate::shown::assert_shown;

/// The stock suites' look at cookies, with what the stock file declares, changed in one place.
fn contract_with(options: Options, from: &str, to: &str) -> Ran {
    let platform = Platform::start(options).expect("the platform starts");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("smokestack.toml");
    let stock = include_str!("../suites/smokestack.toml");
    assert!(stock.contains(from), "{stock}");
    let ca = platform.ca_pem().map(|pem| std::fs::write(folder.path().join("ca.pem"), pem)).is_some();
    let staging = "[targets.staging]\n";
    let trusted = if ca { format!("{staging}ca = \"ca.pem\"\n") } else { staging.to_owned() };
    std::fs::write(&file, stock.replacen(from, to, 1).replace(staging, &trusted)).expect("it is written");
    run(suites_against(&platform, "staging").arg("--config").arg(file).arg("::contract"))
}

fn broken(options: Options, fault: &str) -> Ran {
    contract_with(options.fault(self::fault(fault)), "", "")
}

fn staging() -> Options {
    Options::new(Target::Staging)
}

fn finding(ran: &Ran) -> &str {
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.stderr.matches("finding:").count(), 1, "{}", ran.stderr);
    ran.stderr.split("\n\n").find(|part| part.starts_with("finding:")).unwrap_or_default()
}

#[test]
fn a_cookie_that_is_as_agreed_is_green_in_every_component() {
    for options in [staging(), staging().tls()] {
        let ran = contract_with(options, "", "");
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("5 passed"), "{}", ran.stdout);
    }
}

#[test]
fn each_attribute_that_is_not_as_agreed_is_one_line() {
    let told = [
        broken(staging(), "drop-httponly"),
        broken(staging().tls(), "drop-secure"),
        broken(staging(), "samesite=strict"),
        broken(staging(), "cookie-domain"),
        broken(staging(), "cookie-path"),
        broken(staging(), "no-rotation"),
    ];
    assert_shown!("contract-declared", told.each_ref().map(finding).join("\n\n"));
}

#[test]
fn what_a_release_changes_is_one_readable_list() {
    let ran = contract_with(staging().release(Release::R1), "", "");
    assert!(ran.stdout.contains("name of the session cookie\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("expected  platform_session\n  found     platform_sid\n"), "{}", ran.stdout);
}

#[test]
fn a_cookie_for_visitors_that_nobody_agreed_on_is_told() {
    let ran = contract_with(staging(), "anonymous = [\"platform_csrf\"]", "anonymous = []");
    let told = "a cookie for visitors who never signed in should be none, is platform_csrf";
    assert!(finding(&ran).contains(told), "{}", ran.stderr);
}

#[test]
fn a_contract_that_cannot_be_read_is_told_before_anything_is_sent() {
    let odd = contract_with(staging(), "lifetime = \"browser\"", "lifetime = \"soon\"");
    assert_eq!(odd.code, 2, "{}", odd.stderr);
    assert!(odd.stderr.contains("neither `browser` nor a duration"), "{}", odd.stderr);
    let nameless = contract_with(staging(), "cookie = \"platform_session\"\n", "");
    assert!(nameless.stderr.contains("`cookie` is missing in `[session.contract]`"), "{}", nameless.stderr);
}

/// The stock file without its contract.
fn undeclared(fault: &str) -> Ran {
    let stock = include_str!("../suites/smokestack.toml");
    let contract = stock.find("[session.contract]\n").expect("it is there");
    let end = stock.find("[components.portal]").expect("it is there");
    let options = staging().fault(self::fault(fault));
    contract_with(options, &stock[contract..end], "")
}

#[test]
fn two_cookies_of_one_name_are_told_whatever_is_declared() {
    let fault = "duplicate-cookie=work-orders";
    for ran in [broken(staging(), fault), undeclared(fault)] {
        let told = "two cookies of one name for one address: `platform_session`\n";
        assert!(ran.code == 101 && ran.stdout.contains(told), "{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn without_a_contract_no_attribute_is_looked_at() {
    let ran = undeclared("drop-httponly");
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("5 passed"), "{}", ran.stdout);
}

/// The guide's blocks in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    let blocks = include_str!("../docs/contract.md").split(&fence).skip(1);
    blocks.map(|block| block.split("```").next().expect("the block has an end")).collect()
}

/// The stock file's contract is the guide's nth one.
fn guided(n: usize) -> (String, String) {
    let stock = include_str!("../suites/smokestack.toml");
    let begin = stock.find("[session.contract]\n").expect("it is there");
    let end = stock.find("[components.portal]").expect("it is there");
    (stock[begin..end].to_owned(), format!("{}\n", blocks("toml")[n]))
}

#[test]
fn the_guides_declared_examples_hold_on_a_platform_that_keeps_them() {
    for n in 0..3 {
        let (stock, example) = guided(n);
        let ran = contract_with(staging().tls(), &stock, &example);
        assert_eq!(ran.code, 0, "{example}{}{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains("5 passed"), "{}", ran.stdout);
    }
}

#[test]
fn the_guides_declared_examples_are_told_where_they_do_not_hold() {
    let (stock, example) = guided(1);
    let ran = contract_with(staging().tls().fault(fault("samesite=strict")), &stock, &example);
    let told: Vec<&str> = blocks("text")[0].lines().collect();
    assert!(told.iter().all(|line| ran.stdout.contains(line)), "{}", ran.stdout);

    let (stock, example) = guided(2);
    let ran = contract_with(staging(), &stock, &example.replace("43 base64 . 43", "32"));
    assert!(
        finding(&ran).contains(
            "shape of the value of cookie `platform_session` should be 32 base64, is 43 base64 . 43 base64"
        ),
        "{}",
        ran.stderr
    );
    let others = example.replace("cookie = \"platform_session\"", "cookie = \"sid\"");
    let ran = contract_with(staging(), &stock, &others);
    assert!(
        finding(&ran).contains(
            "a cookie that the login sets should be one of sid, platform_csrf, is platform_session"
        ),
        "{}",
        ran.stderr
    );
}

#[test]
fn the_guides_accepted_example_is_what_a_run_writes_and_tells() {
    let stage = Stage::new();
    assert!(stage.text().contains(blocks("toml")[3]), "{}", stage.text());
    let tls = Platform::start(staging().tls()).expect("the platform starts");
    stage.trust(&tls);
    stage.ran(&tls);
    let pending = std::fs::read_to_string(stage.snapshot(".snap.new")).expect("it is pending");
    assert!(pending.contains(blocks("text")[1]), "{pending}");
    stage.accept();
    tls.inject(fault("drop-httponly"));
    let ran = stage.ran(&tls);
    assert!(ran.stdout.contains(blocks("text")[2]), "{}", ran.stdout);
}

#[test]
fn a_cookie_of_a_login_that_browsers_refuse_is_told_unless_it_is_known_for_it() {
    let ran = run(specimen("balancer").args(["--test-threads", "1", "::contract"]));
    let told = "cause   cookie `balancer` of the login should be one that browsers keep, is refused: SameSite=None asks for Secure";
    assert!(finding(&ran).contains(told), "{}", ran.stderr);
    assert!(!ran.stderr.contains("theme"), "ending a cookie that nobody has refuses nothing: {}", ran.stderr);

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("smokestack.toml");
    let text = format!("{SITE}{}", blocks("toml")[0].replace("AWSALBCORS", "balancer"));
    std::fs::write(&file, text).expect("it is written");
    let ran = run(specimen("balancer").arg("--config").arg(file).args(["--test-threads", "1", "::contract"]));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

/// The specimen's site.
const SITE: &str = r#"
[platform]
name = "Facilities"
[login]
component = "portal"
[components.portal]
path = "/"
landing = "/home"
[targets.demo]
demo = true
[accounts.dispatcher]
username = { env = "SPECIMEN_USERNAME" }
password = { env = "SPECIMEN_PASSWORD" }
[session]
signed_in = "[data-user]"
"#;
