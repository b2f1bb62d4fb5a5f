//! What stands below pages: health against them, certificates, and connections; every check met and not met.

use fixture_platform::{Options, Platform, Target, User};
use harness_tests::{Ran, run, specimen, suites};

use crate::accounts::credentials;
use crate::handmade;
use crate::shown::{assert_shown, shown};

/// Exit code and outputs alone.
fn console(name: &str) -> String {
    let shown = shown(specimen(name).args(["--test-threads", "1"]));
    shown.split("\n── junit").next().unwrap_or_default().to_owned()
}

#[test]
fn a_health_check_that_says_the_opposite_of_pages_is_told() {
    assert_shown!("health", console("health"));
}

#[test]
fn every_check_of_certificates_and_headers_says_what_is_wrong() {
    let parts = ["transport", "transport-wrong", "transport-bare"].map(console);
    assert_shown!("transport", dateless(&parts.join("\n\n")));
}

#[test]
fn headers_that_the_platform_file_demands_are_judged_on_the_landing_page() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("smokestack.toml");
    let text = include_str!("../suites/smokestack.toml").to_owned() + "\n[transport]\nhsts = \"180d\"\n";
    std::fs::write(&file, text).expect("it is written");
    let ran = run(suites().arg("--config").arg(&file).arg("transport::portal::headers"));
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("page.security().is_as_demanded();"), "{}", ran.stdout);
    assert!(ran.stdout.contains("strict-transport-security"), "{}", ran.stdout);
}

/// The stock suite `transport` on a platform with TLS that demands all of it, where plain http is answered so.
fn demanding(plain: impl Fn(u16) -> Vec<u8> + Send + Sync + 'static) -> Ran {
    let users = vec![User::new("alice", "Alice", "wonderland-9"), User::new("bob", "Bob", "builder-77")];
    let options = Options::new(Target::Staging).users(users.clone()).tls();
    let platform = Platform::start(options).expect("the platform starts");
    let secure = platform.address().port();
    let port = handmade::serve(move |_| plain(secure));
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ca.pem"), platform.ca_pem().expect("it has one"))
        .expect("it is written");
    let url = format!("url = \"{}\"\nca = \"ca.pem\"\nhttp_port = {port}", platform.url());
    let text =
        include_str!("../suites/smokestack.toml").replace("url = \"http://platform.localhost:8081\"", &url);
    assert!(text.contains("http_port"), "{text}");
    let demands = "hsts = \"180d\"\nhsts_subdomains = true\nno_sniffing = true\nno_foreign_frames = true\n\
                   referrer_policy = true\ncontent_policy = true";
    let file = folder.path().join("smokestack.toml");
    std::fs::write(&file, format!("{text}\n[transport]\nredirect = true\n{demands}\n"))
        .expect("it is written");
    let mut command = suites();
    command.arg("--config").arg(&file).args(["--target", "staging", "transport::"]).envs(credentials(&users));
    run(&mut command)
}

#[test]
fn a_platform_that_keeps_every_demand_of_transport_is_green() {
    let leads = |port: u16| {
        let location = format!("https://platform.localhost:{port}/");
        handmade::html("308 Permanent Redirect", &[("location", &location)], "")
    };
    let ran = demanding(leads);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    for case in ["certificates", "plain_http", "portal::headers", "reports::headers"] {
        assert!(ran.stdout.contains(&format!("test transport::{case} ")), "{}", ran.stdout);
    }
}

#[test]
fn plain_http_that_leads_nowhere_is_told_as_that() {
    let ran = demanding(|_| handmade::html("200 OK", &[], "<h1>Welcome</h1>"));
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("found     status 200, which is no redirect"), "{}", ran.stdout);
    assert!(ran.stderr.contains("finding: plain http does not lead to https"), "{}", ran.stderr);
    let headers = ran.stdout.lines().find(|line| line.starts_with("test transport::portal::headers "));
    assert!(headers.is_some_and(|line| line.ends_with(" ok")), "{}", ran.stdout);
}

/// The text without the days on which certificates end.
fn dateless(text: &str) -> String {
    let mut parts = text.split("it ends on ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let rest = part.get("2000-01-01".len()..).unwrap_or_default();
        format!("{text}it ends on DAY{rest}")
    })
}

#[test]
fn the_guide_shows_what_runs_and_what_is_said() {
    let guide = include_str!("../docs/transport.md");
    let code = [
        include_str!("../fixtures/specimens/src/health.rs"),
        include_str!("../fixtures/specimens/src/secured.rs"),
    ];
    let said = [
        include_str!("snapshots/harness__transport__health.snap"),
        include_str!("snapshots/harness__transport__transport.snap"),
    ];
    let blocks = |language: &str| -> Vec<&str> {
        let fence = format!("```{language}\n");
        let parts: Vec<&str> = guide.split(fence.as_str()).skip(1).collect();
        parts.into_iter().filter_map(|part| part.split("```").next()).collect()
    };
    let (examples, texts) = (blocks("rust"), blocks("text"));
    for block in &examples {
        assert!(code.iter().any(|code| code.contains(block)), "in no specimen:\n{block}");
    }
    for block in &texts {
        assert!(said.iter().any(|said| said.contains(block)), "in no snapshot:\n{block}");
    }
    assert!(!examples.is_empty() && !texts.is_empty(), "{} examples, {} texts", examples.len(), texts.len());
}

#[test]
fn no_failure_points_into_the_harness_itself() {
    for name in ["health", "transport", "transport-wrong", "transport-bare"] {
        let ran = run(&mut specimen(name));
        let mut places = ran.stdout.lines().filter_map(|line| line.trim().strip_prefix("--> "));
        assert!(places.all(|place| place.starts_with("fixtures/specimens/src/")), "{name}: {}", ran.stdout);
    }
}
