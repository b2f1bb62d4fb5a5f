//! Two targets side by side: what differs is shown once, what may differ is told with its reason, and nothing is written.

use std::fs;
use std::process::Command;

use fixture_platform::{Fault, Options, Platform, Release, Target, User};
use harness_tests::{Ran, run, smokestack};
use tempfile::TempDir;

use crate::accounts::credentials;
use crate::shown::assert_shown;

const STOCK: &str = include_str!("../suites/smokestack.toml");

/// Staging and production, with the same users.
struct Pair {
    folder: TempDir,
    staging: Platform,
    prod: Platform,
    users: Vec<User>,
}

impl Pair {
    fn new(prod_faults: &[&str]) -> Pair {
        let users =
            vec![User::new("alice", "Alice Adams", "wonderland-9"), User::new("bob", "Bob", "builder-77")];
        let start =
            |target| Platform::start(Options::new(target).users(users.clone())).expect("the platform starts");
        let (staging, prod) = (start(Target::Staging), start(Target::Prod));
        for fault in prod_faults {
            prod.inject(fault.parse::<Fault>().expect("a fault"));
        }
        let pair = Pair { folder: tempfile::tempdir().expect("a folder"), staging, prod, users };
        pair.declare("");
        pair
    }

    /// Writes the platform file, with this at its end.
    fn declare(&self, more: &str) {
        let text = STOCK
            .replace("http://platform.localhost:8081", &self.staging.url())
            .replace("http://platform.localhost:8080", &self.prod.url());
        fs::write(self.folder.path().join("smokestack.toml"), format!("{text}\n{more}"))
            .expect("it is written");
    }

    fn command(&self) -> Command {
        let mut command = smokestack();
        command.current_dir(self.folder.path()).arg("twin").envs(credentials(&self.users));
        command
    }

    fn twin(&self) -> Ran {
        run(self.command().args(["staging", "prod"]))
    }
}

/// The guide's examples of a kind.
fn blocks(kind: &str) -> Vec<&'static str> {
    let blocks = include_str!("../docs/twin.md").split("\n```").skip(1).step_by(2);
    blocks.filter_map(|block| block.strip_prefix(kind)?.strip_prefix('\n')).collect()
}

const DIFFERENT: [&str; 4] =
    ["drop-httponly", "redirect-offsite=reports", "error-banner-200=invoices", "stale-index=assets"];

#[test]
fn two_healthy_targets_do_not_differ() {
    let pair = Pair::new(&[]);
    let ran = pair.twin();
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("twin-healthy", ran.stdout);
    assert_eq!((pair.staging.logins(), pair.prod.logins()), (1, 1), "one login each");
}

#[test]
fn what_differs_is_shown_once_by_component_and_page() {
    let ran = Pair::new(&DIFFERENT).twin();
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("twin-different", ran.stdout);
    let shown = blocks("text");
    assert_eq!(shown.len(), 2);
    for text in shown {
        assert!(ran.stdout.contains(text), "this is not what is shown:\n{text}\n{}", ran.stdout);
    }
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("wonderland-9"));
}

#[test]
fn words_select_what_both_are_asked_for() {
    let pair = Pair::new(&DIFFERENT);
    let told = |arguments: &[&str]| run(pair.command().args(["staging", "prod"]).args(arguments));
    let reports = told(&["reports", "assets", "--skip", "as a visitor"]);
    assert_eq!(reports.code, 101, "{}{}", reports.stdout, reports.stderr);
    for (part, is_there) in
        [("\nreports\n", true), ("\nassets\n", true), ("\ninvoices\n", false), ("visitor", false)]
    {
        assert_eq!(reports.stdout.contains(part), is_there, "{part}: {}", reports.stdout);
    }
    let requests = pair.prod.requests();
    let nothing = told(&["no-such-page"]);
    assert_eq!(nothing.code, 2, "{}{}", nothing.stdout, nothing.stderr);
    assert!(nothing.stderr.contains("is selected by `no-such-page`"), "{}", nothing.stderr);
    assert_eq!(pair.prod.requests(), requests, "nothing was sent");
}

#[test]
fn either_side_may_be_at_another_address() {
    let mut pair = Pair::new(&[]);
    let url = pair.staging.url();
    // Staging itself is gone; its preview is there.
    let options = Options::new(Target::Staging).users(pair.users.clone());
    pair.staging = Platform::start(options).expect("the platform starts");
    assert_ne!(pair.staging.url(), url);
    let at = |name: &str| format!("{name}={}", pair.staging.url());
    let ran = run(pair.command().args(["staging", "prod", "work-orders", "--url", &at("staging")]));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains(&pair.staging.url()), "{}", ran.stdout);
    let wrong = run(pair.command().args(["staging", "prod", "--url", &at("demo")]));
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
    assert!(wrong.stderr.contains("`--url demo=…` names a target that is not compared"), "{}", wrong.stderr);
    let whose = run(pair.command().args(["staging", "prod", "--url", &pair.staging.url()]));
    assert_eq!(whose.code, 2, "{}", whose.stderr);
    assert!(whose.stderr.contains("say for which target"), "{}", whose.stderr);
}

#[test]
fn two_releases_differ_in_what_the_release_changed_and_not_in_its_name() {
    let mut pair = Pair::new(&[]);
    let options = Options::new(Target::Prod).release(Release::R1).users(pair.users.clone());
    pair.prod = Platform::start(options).expect("the platform starts");
    pair.declare("");
    let ran = pair.twin();
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("twin-releases", ran.stdout);
}

#[test]
fn of_a_page_that_leads_elsewhere_the_way_alone_is_told() {
    let pair = Pair::new(&["rename-cookie=invoices"]);
    let ran = pair.twin();
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("+ to /login?next=/invoices/\n"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("outline"), "{}", ran.stdout);
}

#[test]
fn what_may_differ_is_told_with_its_reason_and_what_need_not_be_allowed_too() {
    let pair = Pair::new(&["drop-httponly"]);
    pair.declare(&blocks("toml").join("\n"));
    let ran = pair.twin();
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("twin-allowed", ran.stdout);
}

#[test]
fn mistakes_in_what_is_allowed_are_told_with_a_caret_and_nothing_is_sent() {
    let pair = Pair::new(&[]);
    let declared = r#"
[twin]
alowed = []
allowed = [
  { what = "heder vary", reason = "x" },
  { what = "header", page = "home", reason = "x" },
  { what = "status", component = "portl" },
  { reason = "" },
]
"#;
    pair.declare(declared);
    let ran = pair.twin();
    assert_eq!(ran.code, 2, "{}{}", ran.stdout, ran.stderr);
    assert_shown!("twin-mistakes", ran.stderr);
    assert_eq!((pair.staging.requests(), pair.prod.requests()), (0, 0));
}

#[test]
fn two_targets_are_named_that_have_an_address() {
    let pair = Pair::new(&[]);
    let told = |arguments: &[&str]| {
        let ran = run(pair.command().args(arguments));
        assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.stdout, ran.stderr);
        ran.stderr
    };
    assert!(told(&["staging"]).contains("<OTHER>"));
    assert!(told(&["staging", "staging"]).contains("`staging` is compared with itself"));
    assert!(told(&["staging", "demo"]).contains("target `demo` is a demo"));
    assert!(told(&["staging", "live"]).contains("targets: `demo`, `staging`, `prod`"));
    assert_eq!((pair.staging.requests(), pair.prod.requests()), (0, 0));
}

#[test]
fn a_target_that_cannot_be_judged_is_no_difference() {
    let pair = Pair::new(&[]);
    let text = fs::read_to_string(pair.folder.path().join("smokestack.toml")).expect("the platform file");
    // Nobody listens on a port that was given back.
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("it has one").port()
    };
    let out_of_reach = text.replace(&pair.prod.url(), &format!("http://127.0.0.1:{port}"));
    fs::write(pair.folder.path().join("smokestack.toml"), out_of_reach).expect("it is written");
    let ran = pair.twin();
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.stdout, "");
    assert_shown!("twin-unreachable", ran.stderr);

    pair.declare("");
    let missing = run(pair.command().args(["staging", "prod"]).env_remove("SMOKESTACK_DISPATCHER_PASSWORD"));
    assert_eq!(missing.code, 3, "{}{}", missing.stdout, missing.stderr);
    assert_shown!("twin-without-credentials", missing.stderr);
    let wrong =
        run(pair.command().args(["staging", "prod"]).env("SMOKESTACK_DISPATCHER_PASSWORD", "not this"));
    assert_eq!(wrong.code, 3, "{}{}", wrong.stdout, wrong.stderr);
    assert!(wrong.stderr.contains("nothing was compared"), "{}", wrong.stderr);
}
