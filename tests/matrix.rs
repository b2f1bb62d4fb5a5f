//! Each column of the session table goes red for what it is there to see, and stays green on a healthy platform.

use fixture_platform::{Component, EmbeddedStores, Fault, Options, Platform, Release, Target};
use harness_tests::{Ran, run};
use tempfile::TempDir;

use crate::incident::suites_against;

fn start(options: Options) -> Platform {
    Platform::start(options).expect("the platform starts")
}

fn broken(fault: &str) -> Platform {
    start(Options::new(Target::Staging).fault(fault.parse::<Fault>().expect("a fault")))
}

/// The stock suites, of which these cases.
fn cases(platform: &Platform, filters: &[&str]) -> Ran {
    run(suites_against(platform, "staging").args(filters))
}

/// The same with a platform file that differs from the stock one.
fn cases_with(changes: &[(&str, &str)], platform: &Platform, filters: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    run(suites_against(platform, "staging").arg("--config").arg(changed(&folder, changes)).args(filters))
}

fn changed(folder: &TempDir, changes: &[(&str, &str)]) -> std::path::PathBuf {
    let mut text = include_str!("../suites/smokestack.toml").to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let file = folder.path().join("smokestack.toml");
    std::fs::write(&file, text).expect("it is written");
    file
}

/// What stands in a cell of the session table.
fn cell(ran: &Ran, row: &str, column: &str) -> String {
    let mut lines = ran.stderr.lines().skip_while(|line| !line.starts_with("session across components"));
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let heads: Vec<String> = words(lines.next().expect("a table")).split_off(3);
    let rows = lines.map(words).find(|words| words.first().is_some_and(|first| first == row));
    let states = rows.unwrap_or_else(|| panic!("no row {row}:\n{}", ran.stderr));
    let at = heads.iter().position(|head| head == column).unwrap_or_else(|| panic!("no {column}: {heads:?}"));
    states[at + 1].clone()
}

/// The row's states in these columns.
fn cells(ran: &Ran, row: &str, columns: &[&str]) -> String {
    columns.iter().map(|column| cell(ran, row, column)).collect::<Vec<_>>().join(" ")
}

/// Wherever the lines of a message are broken: made-up texts are of any length.
fn told(ran: &Ran, what: &str) {
    let folded = ran.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(folded.contains(&what), "{what}:\n{}{}", ran.stdout, ran.stderr);
}

#[test]
fn one_instance_that_keeps_sessions_to_itself_is_found_and_named() {
    let ran = cases(&broken("local-sessions=work-orders"), &["::instances"]);
    assert_eq!((ran.code, cell(&ran, "work-orders", "instances").as_str()), (101, "LOST"));
    told(&ran, "instance work-orders-2: so in 1 of 1 answer");
    told(&ran, "accepted by work-orders-1");
}

/// The session table's lines about a component and its instances.
fn rows(ran: &Ran, component: &str) -> String {
    let table = ran.stderr.split("\n\n").find(|part| part.starts_with("session across components"));
    let rows = table.unwrap_or_default().lines().filter(|line| line.trim_start().starts_with(component));
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn instances_that_disagree_have_a_row_each_below_their_component() {
    let ran = cases(&broken("local-sessions=work-orders"), &["::instances"]);
    insta::assert_snapshot!(rows(&ran, "work-orders"), @r"
      work-orders               LOST
        work-orders-1           ok
        work-orders-2           LOST
    ");
    let ran = cases(&broken("stale-instance=work-orders"), &["::instances", "release::"]);
    insta::assert_snapshot!(rows(&ran, "work-orders"), @r"
      work-orders                 LOST
        work-orders-1 (2023.32)   ok
        work-orders-2 (2023.31)   LOST
    ");
    let ran = cases(&start(Options::new(Target::Staging)), &["::instances"]);
    insta::assert_snapshot!(rows(&ran, "work-orders"), @"  work-orders               ok");
}

#[test]
fn where_no_instance_accepts_the_session_the_page_tells_it() {
    let fault = Fault::WrongStore { component: Component::WorkOrders };
    let platform = start(Options::new(Target::Staging).fault(fault));
    let ran = cases(&platform, &["session::work-orders::page", "session::work-orders::instances"]);
    assert_eq!(cells(&ran, "work-orders", &["page", "instances"]), "LOST -");
}

#[test]
fn an_instance_of_another_release_than_its_sibling_is_found() {
    let ran = cases(&broken("stale-instance=work-orders"), &["::instances"]);
    assert_ne!(cell(&ran, "work-orders", "instances"), "ok");
    told(&ran, "release of work-orders");
    told(&ran, "found     2023.31 on work-orders-2, 2023.32 on work-orders-1");
}

#[test]
fn an_instance_that_is_never_seen_is_missed_after_ten_requests_for_each() {
    let platform = start(Options::new(Target::Staging));
    let three = [("instances = 2", "instances = 3")];
    let ran = cases_with(&three, &platform, &["::instances"]);
    assert_eq!((ran.code, cell(&ran, "work-orders", "instances").as_str()), (101, "FAIL"));
    told(&ran, "expected  3 different ones");
    told(&ran, "found     2 in 30 answers");
    told(&ran, "work-orders-1 answered 15 answers");
}

#[test]
fn with_affinity_a_visitor_stays_with_one_instance_and_the_others_are_seen_too() {
    let platform = start(Options::new(Target::Staging).affinity());
    let sticky = [("[session]\n", "[session]\naffinity = \"edge_affinity\"\n")];
    let ran = cases_with(&sticky, &platform, &["session::work-orders"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);

    platform.inject("sticky-off".parse().expect("a fault"));
    let ran = cases_with(&sticky, &platform, &["session::work-orders::instances"]);
    assert_eq!(ran.code, 101, "{}", ran.stderr);
    told(&ran, "affinity cookie `edge_affinity`\n");
    told(&ran, "expected  set by the edge\n  found     not set in 2 answers\n");
    told(&ran, "answered by work-orders-1, work-orders-2");
}

#[test]
fn a_session_that_ends_while_nobody_looks_is_lost_after_the_pause_alone() {
    let longer = [("idle = \"250ms\"", "idle = \"2500ms\"")];
    let ran = cases_with(&longer, &broken("short-ttl"), &["invoices::page", "invoices::idle"]);
    assert_eq!(cells(&ran, "invoices", &["page", "idle"]), "ok LOST", "{}", ran.stderr);
    told(&ran, "nobody used the session for 2s 500ms");
}

#[test]
fn all_cases_of_the_pause_share_one_login_of_its_own() {
    let platform = start(Options::new(Target::Staging));
    let ran = cases(&platform, &["::idle"]);
    assert_eq!((ran.code, platform.logins()), (0, 2), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn whoever_ends_a_session_that_it_only_should_have_read_is_found_as_the_one_that_did_it() {
    let ran = cases(&broken("serializer-v2=work-orders"), &["::kept"]);
    assert_eq!(cell(&ran, "work-orders", "kept"), "ENDED", "{}{}", ran.stdout, ran.stderr);
    for component in ["invoices", "assets", "reports"] {
        assert_eq!(cell(&ran, component, "kept"), "ok");
    }
    told(&ran, "work-orders-2 was visited last and accepted the session");
}

#[test]
fn whoever_ends_sessions_is_asked_for_its_settings_and_they_are_the_cause() {
    let ran = cases(&broken("serializer-v2=invoices"), &["invoices::kept", "portal::page"]);
    assert_eq!((ran.code, cell(&ran, "invoices", "kept").as_str()), (101, "ENDED"), "{}", ran.stderr);
    for told in [
        "finding: invoices ends the platform session",
        "portal     session.format = v2",
        "invoices   session.format = v3",
    ] {
        assert!(ran.stderr.contains(told), "{told}:\n{}", ran.stderr);
    }
}

#[test]
fn somebody_elses_page_out_of_a_cache_is_seen_by_its_marker_and_the_cache_is_named() {
    let ran = cases(&broken("cross-talk=edge"), &["assets::accounts"]);
    assert_eq!((ran.code, cell(&ran, "assets", "accounts").as_str()), (101, "OTHER"));
    told(&ran, "expected  \"bob\"\n  found     \"alice\"");
    told(&ran, "header `x-cache: HIT`");
    let ran = cases(&broken("cross-talk=assets"), &["assets::accounts"]);
    assert_eq!(cell(&ran, "assets", "accounts"), "OTHER");
}

#[test]
fn a_500_where_a_refusal_is_due_is_said_to_be_that() {
    let ran = cases(&broken("missing-secret=assets"), &["assets::without"]);
    assert_eq!((ran.code, cell(&ran, "assets", "without").as_str()), (101, "FAIL"));
    told(&ran, "status 500, an error where a refusal is due");
}

/// The cases of the column `foreign`, with a second target at this address.
fn cases_beside(other: &str, platform: &Platform) -> Ran {
    let targets = format!("[targets.other]\nurl = {other:?}\n[targets.staging]\nforeign = \"other\"\n");
    cases_with(&[("[targets.staging]\n", &targets)], platform, &["::foreign"])
}

#[test]
fn another_targets_session_is_refused_and_where_it_is_not_the_door_is_open() {
    let password = "one password for both";
    let prod = start(Options::new(Target::Prod).password(password));
    let platform = start(Options::new(Target::Staging).password(password));
    let ran = cases_beside(&prod.url(), &platform);
    assert_eq!((ran.code, prod.logins(), platform.logins()), (0, 1, 0), "{}{}", ran.stdout, ran.stderr);
    told(&ran, "5 passed");

    let shared = "shared-store".parse::<Fault>().expect("a fault");
    let stores = EmbeddedStores::default();
    let prod = start(Options::new(Target::Prod).password(password).embedded(&stores));
    let platform = start(Options::new(Target::Staging).password(password).embedded(&stores).fault(shared));
    let ran = cases_beside(&prod.url(), &platform);
    assert_eq!((ran.code, cell(&ran, "assets", "foreign").as_str()), (101, "OPEN"));
    told(&ran, "the session is one of target `other`");
}

#[test]
fn where_nobody_can_sign_in_at_the_other_target_this_one_is_not_judged_by_it() {
    let platform = start(Options::new(Target::Staging));
    let ran = cases_beside("http://127.0.0.1:9", &platform);
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(ran.stdout.matches("no session of target `other` to present here").count(), 1);
}

#[test]
fn a_release_that_did_not_go_out_is_red_if_the_run_says_which_one_it_expects() {
    let fault = "release-not-deployed=invoices".parse::<Fault>().expect("a fault");
    let platform = start(Options::new(Target::Staging).release(Release::R2).fault(fault));
    let unasked = cases(&platform, &["release::"]);
    assert!(unasked.stdout.contains("0 passed"), "{}", unasked.stdout);
    let ran = cases(&platform, &["release::", "--expect-release", "2023.32"]);
    assert_eq!((ran.code, platform.logins()), (101, 0), "{}", ran.stderr);
    told(&ran, "4 passed; 1 failed");
    told(&ran, "release of invoices\n");
    told(&ran, "expected  2023.32\n  found     2023.31 on invoices-1");
    platform.heal(&fault);
    assert_eq!(cases(&platform, &["release::", "--expect-release", "2023.32"]).code, 0);
}

#[test]
fn over_tls_the_certificates_beside_the_platform_file_are_trusted_and_no_others_are_needed() {
    let platform = start(Options::new(Target::Staging).tls());
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ca.pem"), platform.ca_pem().expect("it has one"))
        .expect("it is written");
    let file = changed(&folder, &[("[targets.staging]\n", "[targets.staging]\nca = \"ca.pem\"\n")]);
    let ran = run(suites_against(&platform, "staging").arg("--config").arg(file).arg("session::invoices"));
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let ran = cases(&platform, &["session::invoices::page"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    told(&ran, "TLS platform.localhost");
}

#[test]
fn pages_that_show_another_name_than_the_accounts_are_told_apart_by_what_they_show() {
    let by_text = (
        "who = { selector = \"[data-user]\", attribute = \"data-user\" }",
        "who = { selector = \"[data-user]\" }",
    );
    let names = [
        by_text,
        ("[accounts.dispatcher]\n", "[accounts.dispatcher]\nshows = \"Alice Adams\"\n"),
        ("[accounts.viewer]\n", "[accounts.viewer]\nshows = \"Bob Brown\"\n"),
    ];
    let platform = start(Options::new(Target::Staging));
    let ran = cases_with(&names, &platform, &["::accounts"]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(
        cases_with(&[by_text], &platform, &["::accounts"]).code,
        101,
        "the user name is not on the page"
    );
}

/// The stock file's `api_write` of a component, told otherwise.
fn api_write_with(keys: &str, platform: &Platform, component: &str) -> Ran {
    let filter = format!("session::{component}::api_write");
    let api = format!("api = \"/{component}/api/records\"\n");
    let before = format!("{api}api_write = ");
    let (_, rest) = include_str!("../suites/smokestack.toml").split_once(&before).expect("it is there");
    let stock = format!("{before}{}", rest.lines().next().expect("a line"));
    cases_with(&[(&stock, &format!("{before}{{ {keys} }}"))], platform, &[&filter])
}

const TOKEN: &str = "token = { header = \"x-csrf-token\", from = \"/api/me\", pointer = \"/csrf_token\" }";
const WRITE: &str = "url = \"/assets/api/records\", body = { title = \"{text}\" }";

#[test]
fn a_write_by_json_is_accepted_looked_for_and_taken_back() {
    let platform = start(Options::new(Target::Staging));
    let ran = cases(&platform, &["::api_write"]);
    assert_eq!((ran.code, platform.logins()), (0, 1), "{}{}", ran.stdout, ran.stderr);
    assert_eq!(cells(&ran, "work-orders", &["api_write"]), "ok");

    let by_page = "token = { header = \"x-csrf-token\", from = \"/home\", selector = \"meta[name=csrf-token]\", attribute = \"content\" }";
    let in_words =
        "undo = { method = \"DELETE\", url = \"/assets/api/records/{/id}\", body = { reason = \"a test\" } }";
    let ran = api_write_with(&format!("{WRITE}, {by_page}, {in_words}"), &platform, "assets");
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_form_that_is_refused_is_wrong_and_no_lost_session() {
    let ran = cases(&broken("csrf-origin=assets"), &["session::assets"]);
    assert_eq!(
        (ran.code, cells(&ran, "assets", &["page", "write"])),
        (101, "ok FAIL".to_owned()),
        "{}",
        ran.stderr
    );
    told(&ran, "expected  status 200 to 299\n  found     status 403");
    assert!(!ran.stderr.contains("LOST"), "{}", ran.stderr);
}

#[test]
fn a_write_by_json_that_is_refused_is_told_with_what_the_component_says() {
    let ran = cases(&broken("csrf-origin=assets"), &["::api_write"]);
    assert_eq!((ran.code, cell(&ran, "assets", "api_write").as_str()), (101, "FAIL"), "{}", ran.stderr);
    told(&ran, "found     status 403");
    told(&ran, "the answer says \"the Origin of this request is not ours\"");
    assert!(ran.stderr.contains("finding: assets refuses what is sent to it"), "{}", ran.stderr);

    let platform = start(Options::new(Target::Staging));
    let ran = api_write_with(WRITE, &platform, "assets");
    told(&ran, "the answer says \"missing or wrong X-CSRF-Token\"");
}

#[test]
fn what_was_written_and_cannot_be_taken_back_is_told() {
    let platform = start(Options::new(Target::Staging));
    let lists = format!("{WRITE}, {TOKEN}, list = \"/assets/api/records\"");
    let ran =
        api_write_with(&format!("{lists}, undo = \"/assets/api/records/{{/uuid}}\""), &platform, "assets");
    assert_eq!(ran.code, 101, "{}", ran.stderr);
    told(&ran, "expected  an answer with a value at `/uuid`");
    told(&ran, "what was written is still there");

    // Accepted, and to no effect.
    let idle = "undo = { method = \"POST\", url = \"/assets/api/records\", body = { title = \"Another\" } }";
    let ran = api_write_with(&format!("{lists}, {idle}"), &platform, "assets");
    assert_eq!(ran.code, 101, "{}", ran.stderr);
    told(&ran, "no longer in it, which was taken back");
}

#[test]
fn a_text_that_is_not_where_it_should_be_is_missed_and_taken_back_all_the_same() {
    let platform = start(Options::new(Target::Staging));
    let elsewhere = "list = \"/invoices/api/records\", undo = \"/assets/api/records/{/id}\"";
    let ran = api_write_with(&format!("{WRITE}, {TOKEN}, {elsewhere}"), &platform, "assets");
    assert_eq!(ran.code, 101, "{}", ran.stderr);
    told(&ran, "what http://platform.localhost");
    assert!(!ran.stdout.contains("still there"), "{}", ran.stdout);
}

#[test]
fn a_token_that_another_component_does_not_give_leaves_the_write_unjudged() {
    let ran = cases(&broken("missing-secret=portal"), &["assets::api_write"]);
    assert_eq!(
        (ran.code, cell(&ran, "assets", "api_write").as_str()),
        (3, "-"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
    assert!(ran.stdout.contains("/api/me: status 500"), "{}", ran.stdout);

    let nowhere = "token = { header = \"x-csrf-token\", cookie = \"XSRF-TOKEN\" }";
    let platform = start(Options::new(Target::Staging));
    let ran = api_write_with(&format!("{WRITE}, {nowhere}"), &platform, "assets");
    assert_eq!(ran.code, 101, "{}", ran.stderr);
    told(&ran, "no cookie `XSRF-TOKEN` that goes there");
}
