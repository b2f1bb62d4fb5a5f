//! The guide to ways of logging in: each of its examples is taken from its page and run.

use std::path::Path;
use std::process::Command;

use fixture_platform::{Options, Platform, SignIn, Target};
use harness_tests::{Ran, run, specimen, suites};

use crate::shown::assert_shown;

/// What the pages name as the target's address.
const ADDRESS: &str = "url = \"https://staging.example.com\"";

/// The nth block of a page in this language.
fn block<'p>(page: &'p str, language: &str, n: usize) -> &'p str {
    let block = page.split(&format!("```{language}\n")).nth(n + 1).expect("the page has such a block");
    block.split("```").next().expect("the block has an end")
}

/// The nth platform file of a page, written down with the target's address in it.
fn file(folder: &Path, page: &str, n: usize, address: &str) -> std::path::PathBuf {
    let text = block(page, "toml", n);
    assert!(text.contains(ADDRESS), "{text}");
    let file = folder.join("smokestack.toml");
    std::fs::write(&file, text.replace(ADDRESS, address)).expect("it is written");
    file
}

/// The stock suites with the nth platform file of a page, against a platform that people sign in to in this way.
fn example(page: &str, n: usize, options: Options) -> (Ran, Platform) {
    let platform = Platform::start(options).expect("the platform starts");
    let folder = tempfile::tempdir().expect("a folder");
    let provider = platform.provider().map(|provider| provider.issuer().to_owned()).unwrap_or_default();
    let page = page.replace("https://id.example.com", &provider);
    let file = file(folder.path(), &page, n, &format!("url = \"{}\"", platform.url()));
    let ran = run(account(&platform, suites().arg("--config").arg(file)));
    (ran, platform)
}

fn account<'c>(platform: &Platform, command: &'c mut Command) -> &'c mut Command {
    let user = platform.users().first().expect("it has a user").clone();
    let environment =
        [("SMOKE_USER", user.name), ("SMOKE_PASSWORD", user.password), ("SMOKE_TOKEN", user.token)];
    if let Some(client) = platform.provider().and_then(|provider| provider.client("reporting-job")) {
        let secret = client.secret.clone().unwrap_or_default();
        command.env("SMOKE_CLIENT", &client.id).env("SMOKE_CLIENT_SECRET", secret);
    }
    command.envs(environment).env("SMOKE_TOTP", user.totp.unwrap_or_default())
}

/// All of it passes, nothing is left out but the columns that have no address, and the platform counted these logins.
fn passes(page: &str, n: usize, way: SignIn) -> Ran {
    let (ran, platform) = example(page, n, Options::new(Target::Staging).sign_in(way));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(platform.failed_logins(), 0);
    ran
}

#[test]
fn by_form() {
    passes(include_str!("../docs/login/form.md"), 0, SignIn::Form);
}

#[test]
fn by_form_on_a_page_that_is_reached_by_a_redirect() {
    passes(include_str!("../docs/login/form.md"), 0, SignIn::Redirected);
}

#[test]
fn by_form_in_two_steps() {
    passes(include_str!("../docs/login/form.md"), 1, SignIn::TwoStep);
}

#[test]
fn by_json_with_a_cookie() {
    passes(include_str!("../docs/login/json.md"), 0, SignIn::Json);
}

#[test]
fn by_json_with_a_token() {
    passes(include_str!("../docs/login/json.md"), 1, SignIn::JsonToken);
}

#[test]
fn with_http_basic() {
    let ran = passes(include_str!("../docs/login/basic.md"), 0, SignIn::Basic);
    assert_shown!("login-basic", ran.stderr);
}

#[test]
fn with_a_bearer_token() {
    passes(include_str!("../docs/login/bearer.md"), 0, SignIn::Bearer);
}

#[test]
fn as_a_client_of_its_own_right() {
    passes(include_str!("../docs/login/client-credentials.md"), 0, SignIn::ClientCredentials);
}

#[test]
fn at_an_identity_provider() {
    passes(include_str!("../docs/login/oidc.md"), 0, SignIn::Oidc);
}

#[test]
fn at_an_identity_provider_that_answers_by_a_form() {
    let platform = Platform::start(Options::new(Target::Staging).sign_in(SignIn::OidcFormPost).tls());
    let platform = platform.expect("the platform starts");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ca.pem"), platform.ca_pem().expect("it speaks TLS"))
        .expect("it is written");
    let provider = platform.provider().expect("it has one").issuer();
    let page = include_str!("../docs/login/oidc.md").replace("https://id.example.com", provider);
    let address = format!("url = \"{}\"\nca = \"ca.pem\"", platform.url());
    let file = file(folder.path(), &page, 0, &address);
    let ran = run(account(&platform, suites().arg("--config").arg(file)));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(platform.failed_logins(), 0);
}

#[test]
fn at_an_identity_provider_whose_client_is_the_harness() {
    passes(include_str!("../docs/login/oidc.md"), 1, SignIn::Oidc);
}

/// Without cases that have a login of their own: each would wait half a minute for a code of its own.
fn with_a_code(options: Options) -> Ran {
    let platform = Platform::start(options.totp()).expect("the platform starts");
    let folder = tempfile::tempdir().expect("a folder");
    let page = include_str!("../docs/login/totp.md");
    let file = file(folder.path(), page, 0, &format!("url = \"{}\"", platform.url()));
    let ran = run(account(
        &platform,
        suites().arg("--config").arg(file).args(["--skip", "::logout", "--skip", "::kept"]),
    ));
    assert_eq!((platform.logins(), platform.failed_logins()), (1, 0), "{}{}", ran.stdout, ran.stderr);
    ran
}

#[test]
fn with_a_one_time_code() {
    assert_eq!(with_a_code(Options::new(Target::Staging)).code, 0);
}

#[test]
fn a_platform_whose_clock_is_wrong_gets_the_code_of_its_own_time() {
    assert_eq!(with_a_code(Options::new(Target::Staging).clock_ahead(-4321)).code, 0);
}

/// The stock session suite with the page's own way, on the specimen that wants a key.
fn own(change: (&str, &str)) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let page = include_str!("../docs/login/own.md").replacen(change.0, change.1, 1);
    let file = file(folder.path(), &page, 0, "demo = true");
    run(specimen("own-login").arg("--config").arg(file).args(["--test-threads", "1", "--skip", "::logout"]))
}

#[test]
fn in_a_way_of_ones_own() {
    let code = block(include_str!("../docs/login/own.md"), "rust", 0);
    let way = code.find("impl LoginWay").expect("it has one")..code.find("fn main").expect("it has one");
    let specimen = include_str!("../fixtures/specimens/src/own_login.rs");
    assert!(specimen.contains(code[way].trim_end()), "the page's code is that of the specimen");
    let ran = own(("", ""));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_way_of_ones_own_that_fails_names_its_step() {
    let ran = own(("keys = \"/keys\"", "keys = \"/no-keys\""));
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("login-own-fails", ran.stderr);
}

#[test]
fn a_way_that_nobody_has_is_a_mistake_that_names_the_known_ones() {
    let ran = own(("way = \"key\"", "way = \"kee\""));
    assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("login-way-unknown", ran.stderr);
}
