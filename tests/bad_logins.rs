//! Login pages as nobody wants them: each has a message of its own that names the step, and none shows a credential.

use fixture_platform::{Fault, LoginPage, Options, Platform, SignIn, Target};
use harness_tests::{Ran, run, suites};

use crate::incident::suites_against;
use crate::shown::{FILTERS, assert_shown};

/// Keys of the provider, which are other ones in each run.
const OF_THE_PROVIDER: [(&str, &str); 2] =
    [(r"`[\w-]{12}`", "`KEY`"), (r"are [\w-]{12}, [\w-]{12}", "are KEY, KEY")];

/// Compares with the snapshot of this name.
fn assert_told(name: &str, told: String) {
    let filters: Vec<_> = FILTERS.into_iter().chain(OF_THE_PROVIDER).collect();
    insta::with_settings!({ filters => filters, omit_expression => true }, { insta::assert_snapshot!(name, told) });
}

/// The account's login, told as a person reads it: the check that failed, without its exchanges.
fn told(platform: &Platform, password: Option<&str>, arguments: &[&str]) -> String {
    let mut command = suites_against(platform, "staging");
    if let Some(password) = password {
        command.env("SMOKESTACK_DISPATCHER_PASSWORD", password);
    }
    let ran = run(command.args(arguments).arg("login::"));
    let shown = format!("{}{}", ran.stdout, ran.stderr);
    for user in platform.users() {
        assert!(!shown.contains(&user.password), "{shown}");
    }
    format!("exit code {}\n{}", ran.code, failure(&ran).join("\n"))
}

fn platform(page: LoginPage) -> Platform {
    Platform::start(Options::new(Target::Staging).login_page(page)).expect("the platform starts")
}

#[test]
fn each_odd_login_page_has_a_message_of_its_own() {
    let pages = [
        LoginPage::NoForm,
        LoginPage::TwoForms,
        LoginPage::NoCsrfToken,
        LoginPage::FailsOnGet,
        LoginPage::FailsOnPost,
        LoginPage::RedirectLoop,
        LoginPage::OffSite,
        LoginPage::Huge,
    ];
    let all = pages.map(|page| format!("── {}\n{}", page.name(), told(&platform(page), None, &[])));
    assert_shown!("bad-login-pages", all.join("\n"));
}

#[test]
fn a_wrong_password_and_a_locked_account_are_told_apart() {
    let platform = platform(LoginPage::Usual);
    let wrong = told(&platform, Some("not the password"), &[]);
    platform.lock("alice");
    let locked = told(&platform, None, &[]);
    platform.unlock("alice");
    platform.set_login_page(LoginPage::WrongIs200);
    let wrong_is_200 = told(&platform, Some("not the password"), &[]);
    assert_shown!(
        "bad-credentials",
        format!("── wrong\n{wrong}\n── wrong, with status 200\n{wrong_is_200}\n── locked\n{locked}")
    );
}

/// What came of a login with the nth platform file of a page of the guide, with a change, at this platform.
fn by_the_guide(platform: &Platform, page: &str, n: usize, change: (&str, &str)) -> String {
    let text = page.split("```toml\n").nth(n + 1).expect("the page has such a file");
    let text = text.split("```").next().expect("the file has an end");
    let provider = platform.provider().map(|provider| provider.issuer().to_owned()).unwrap_or_default();
    let text = text.replace("https://staging.example.com", &platform.url());
    let text = text.replace("https://id.example.com", &provider);
    assert!(text.contains(change.0), "{text}");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("smokestack.toml");
    std::fs::write(&file, text.replacen(change.0, change.1, 1)).expect("it is written");
    let user = platform.users().first().expect("it has a user").clone();
    let account = [("SMOKE_USER", &user.name), ("SMOKE_PASSWORD", &user.password)];
    let ran = run(suites().arg("--config").arg(file).envs(account).arg("login::"));
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(&user.password), "{}", ran.stdout);
    failure(&ran).join("\n")
}

/// The check that failed, as a person reads it, without its exchanges and its place in the suite.
fn failure(ran: &Ran) -> Vec<&str> {
    let failure = ran.stdout.split("---- login::dispatcher ----\n").nth(1).unwrap_or_default();
    let lines = failure.lines().take_while(|line| !line.starts_with("  exchange"));
    lines.filter(|line| !line.contains("suites/stock/src/") && !line.contains(" | ")).collect()
}

/// By JSON with a token.
fn json(way: SignIn, page: LoginPage, change: (&str, &str)) -> String {
    let options = Options::new(Target::Staging).sign_in(way).login_page(page);
    let platform = Platform::start(options).expect("the platform starts");
    by_the_guide(&platform, include_str!("../docs/login/json.md"), 1, change)
}

#[test]
fn json_without_a_token_and_what_is_no_json_are_told() {
    let moved = json(SignIn::JsonToken, LoginPage::Usual, ("/data/access_token", "/token"));
    let page = json(SignIn::Form, LoginPage::Usual, ("url = \"/api/login\"", "url = \"/login\""));
    let no_form = json(SignIn::JsonToken, LoginPage::NoForm, ("", ""));
    assert_shown!(
        "bad-json",
        format!(
            "── token elsewhere\n{moved}\n── a page for people\n{page}\n── a page in place of the answer\n{no_form}"
        )
    );
}

/// At the provider, with a platform file of the guide: the first is a visitor's, the second a client's.
fn at_provider(options: Options, n: usize, change: (&str, &str)) -> String {
    let platform = Platform::start(options.sign_in(SignIn::Oidc)).expect("the platform starts");
    by_the_guide(&platform, include_str!("../docs/login/oidc.md"), n, change)
}

#[test]
fn a_login_that_fails_at_the_provider_names_it() {
    let options = || Options::new(Target::Staging);
    let no_form = at_provider(options().login_page(LoginPage::NoForm), 0, ("", ""));
    let fails = at_provider(options().login_page(LoginPage::FailsOnPost), 0, ("", ""));
    let other = ("provider = \"http://id.localhost", "provider = \"http://other.localhost");
    let stranger = at_provider(options(), 0, other);
    let limit = ("[targets.staging]\n", "[targets.staging]\nrequest_limit = \"2s\"\n");
    let silent = at_provider(options().login_page(LoginPage::Silent), 0, limit);
    let form_post = Options::new(Target::Staging).sign_in(SignIn::OidcFormPost);
    let plain = Platform::start(form_post).expect("the platform starts");
    let plain = by_the_guide(&plain, include_str!("../docs/login/oidc.md"), 0, ("", ""));
    assert_told(
        "bad-provider",
        format!(
            "── no form\n{no_form}\n── fails when it is sent\n{fails}\n── another provider\n{stranger}\n── no answer\n{silent}\n── an answer by form, without TLS\n{plain}"
        ),
    );
}

#[test]
fn an_issuer_or_a_key_that_nobody_can_trust_is_told_by_visitors_and_clients() {
    let faults = [("another issuer", Fault::OidcIssuer), ("a key that is not listed", Fault::JwksMissingKid)];
    let told = faults.map(|(name, fault)| {
        let broken = || Options::new(Target::Staging).fault(fault);
        let (visitor, client) = (at_provider(broken(), 0, ("", "")), at_provider(broken(), 1, ("", "")));
        format!("── {name}: a visitor\n{visitor}\n── {name}: a client\n{client}")
    });
    assert_told("bad-trust", told.join("\n"));
}

#[test]
fn a_client_that_the_provider_does_not_know_is_told() {
    let stranger = at_provider(Options::new(Target::Staging), 1, ("\"mobile-app\"", "\"desktop-app\""));
    assert_told("bad-client", stranger);
}

#[test]
fn a_login_over_its_budget_is_slow_and_its_session_is_used_all_the_same() {
    let platform = platform(LoginPage::Usual);
    let text = include_str!("../docs/login/form.md").split("```toml\n").nth(1).expect("it has a file");
    let text = text.split("```").next().expect("the file has an end");
    let text = text.replace("https://staging.example.com", &platform.url());
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("smokestack.toml");
    // No login over a socket is that fast.
    let text = text.replacen("[login]\n", "[login]\nbudget = \"1us\"\n", 1);
    std::fs::write(&file, text).expect("it is written");
    let user = platform.users().first().expect("it has a user").clone();
    let account = [("SMOKE_USER", &user.name), ("SMOKE_PASSWORD", &user.password)];
    let ran = run(suites().arg("--config").arg(file).envs(account).args(["login::", "::page"]));
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    for told in ["test session::portal::page   ... ok", "expected  within 1us", " ms, of which "] {
        assert!(ran.stdout.contains(told), "{told}\n{}", ran.stdout);
    }
}
