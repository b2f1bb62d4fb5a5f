//! Pages that the platform file lists: each row is a case, and each failed check names its line of the file.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use fixture_platform::{Options, Platform, Target, User};
use harness_tests::{Ran, run, suites};

use crate::handmade::{self, Asked};
use crate::shown::assert_shown;

const STOCK: &str = include_str!("../suites/smokestack.toml");

/// Runs the rows of these pages alone, on a platform of staging's.
fn listed(pages: &str, beside: &[(&str, &str)], fault: Option<&str>) -> Ran {
    let users = vec![User::new("alice", "Alice", "wonderland-9"), User::new("bob", "Bob", "builder-77")];
    let platform = Platform::start(Options::new(Target::Staging).users(users)).expect("the platform starts");
    if let Some(fault) = fault {
        platform.inject(fault.parse().expect("a fault"));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let before =
        STOCK.split("# Pages and what has to be on them").next().expect("what stands before the pages");
    let targets = format!("[targets.staging]\nurl = \"{}\"\nenvironment = \"staging\"", platform.url());
    let accounts = STOCK.split("# Credentials never stand here").nth(1).expect("the accounts");
    // The comment's rest is a comment still.
    let files: Vec<&str> = beside.iter().map(|(name, _)| *name).collect();
    let named = if files.is_empty() { String::new() } else { format!("\npages = {files:?}") };
    let before = before.replace("name = \"Facilities\"", &format!("name = \"Facilities\"{named}"));
    let text = format!("{pages}\n{before}\n{targets}\n#{accounts}");
    let file = folder.path().join("smokestack.toml");
    fs::write(&file, text).expect("it is written");
    for (name, text) in beside.iter().filter(|(_, text)| !text.is_empty()) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("a folder");
        fs::write(path, text).expect("it is written");
    }
    let account = [
        ("SMOKESTACK_DISPATCHER_USERNAME", "alice"),
        ("SMOKESTACK_DISPATCHER_PASSWORD", "wonderland-9"),
        ("SMOKESTACK_VIEWER_USERNAME", "bob"),
        ("SMOKESTACK_VIEWER_PASSWORD", "builder-77"),
    ];
    let mut ran = run(suites().arg("--config").arg(&file).envs(account).arg("pages::"));
    let folder = folder.path().display().to_string();
    let relative = |text: &str| text.replace(&format!("{folder}/"), "");
    (ran.stdout, ran.stderr) = (relative(&ran.stdout), relative(&ran.stderr));
    ran
}

/// What is told of the cases that failed, and then of the run.
fn failures(ran: &Ran) -> String {
    let told = ran.stdout.split_once("failures:\n").map_or("", |(_, told)| told);
    format!("{told}{}", ran.stderr)
}

#[test]
fn a_row_that_holds_in_every_way_passes() {
    let ran = listed(
        r##"
[[pages]]
name = "list"
path = "/work-orders/"
status = 200
title = { contains = "Work orders" }
heading = "Work orders"
selector = ["table.orders", "a[href$='/new']"]
rows = { of = "table.orders", at_least = 3 }
text = ["New", "Sign out"]
lacks = "Traceback"
within = "20s"
tags = ["critical"]

[[pages]]
name = "as-viewer"
path = "/work-orders/"
account = "viewer"
rows = { of = "table.orders td.number a", at_least = 3 }

[[pages]]
name = "front-door"
path = "/"
ends_at = "/home"

[[pages]]
name = "sign-in"
path = "/login"
visitor = true
heading = "Sign in"

[[pages]]
name = "nowhere"
path = "/invoices/none-of-these"
status = 404
"##,
        &[],
        None,
    );
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    for case in ["work-orders::list", "work-orders::as-viewer", "portal::front-door", "invoices::nowhere"] {
        assert!(ran.stdout.contains(&format!("pages::{case}")), "{}", ran.stdout);
    }
}

#[test]
fn each_thing_that_is_not_so_is_told_with_its_line() {
    let ran = listed(
        r##"
[[pages]]
name = "list"
path = "/work-orders/"
title = "Orders"
heading = { contains = "Bills" }
selector = ["table.orders", "table.bills"]
rows = 400
text = "Nobody wrote this"
lacks = "Sign out"
ends_at = "/orders"
within = "1us"

[[pages]]
name = "gone"
path = "/invoices/none-of-these"
"##,
        &[],
        None,
    );
    assert_eq!(ran.code, 101);
    assert_shown!("page-tables-wrong", failures(&ran));
}

#[test]
fn rows_may_stand_in_files_beside_the_platform_file() {
    let lists = "[[pages]]\nname = \"list\"\npath = \"/invoices/\"\nheading = \"Bills\"\n";
    let ran = listed("", &[("pages/invoices.toml", lists)], None);
    assert_eq!(ran.code, 101);
    assert!(ran.stdout.contains("--> pages/invoices.toml:4"), "{}", ran.stdout);
    assert!(ran.stdout.contains("4 | heading = \"Bills\""), "{}", ran.stdout);
}

#[test]
fn mistakes_in_rows_are_told_at_once_in_all_files() {
    let rows = r#"
[[pages]]
name = "list"
path = "/work-orders/"
headnig = "Work orders"
rows = { of = "table[", at_least = 0 }
account = "dispacher"

[[pages]]
name = "the list"
path = "invoices"
status = 20
visitor = true
account = "viewer"
"#;
    let beside = r#"
[[pages]]
name = "list"
path = "/work-orders/"
component = "workorders"
selector = ["h1", "h1["]

[[pages]]
path = "/invoices/"
[[pages]]
name = "twice"
path = "/invoices/"
[[pages]]
name = "twice"
path = "/invoices/2"
"#;
    let ran = listed(rows, &[("rows.toml", beside), ("no-such.toml", "")], None);
    assert_eq!(ran.code, 2);
    assert_shown!("page-tables-mistakes", ran.stderr);
}

#[test]
fn a_page_in_disguise_is_told_as_what_it_is() {
    let row = "[[pages]]\nname = \"list\"\npath = \"/reports/\"\n";
    let banner = listed(row, &[], Some("error-banner-200=reports"));
    assert_eq!(banner.code, 101);
    assert_shown!("page-tables-error-banner", failures(&banner));
    let form = listed(row, &[], Some("login-page-200=reports"));
    assert_eq!(form.code, 101);
    assert_shown!("page-tables-login-form", failures(&form));
}

/// Runs a row about a list that has its first record when it is asked for so many times, and shows its JUnit file too.
fn awaited(first_at: usize, row: &str) -> (Ran, String) {
    let asked = AtomicUsize::new(0);
    let port = handmade::serve(move |request: &Asked| match request.what.as_str() {
        "GET /orders" => match asked.fetch_add(1, Ordering::Relaxed) + 1 {
            number if number < first_at => handmade::html("503 Service Unavailable", &[], "<h1>Not yet</h1>"),
            _ => handmade::html("200 OK", &[], "<h1>Orders</h1><ul><li>17</ul>"),
        },
        _ => handmade::login_form(),
    });
    let (mut suites, folder) = handmade::suites_at(port, "", "");
    let file = folder.path().join("smokestack.toml");
    let text = fs::read_to_string(&file).expect("the file");
    fs::write(
        &file,
        format!("{text}\n[[pages]]\nname = \"list\"\npath = \"/orders\"\nvisitor = true\n{row}"),
    )
    .expect("it is written");
    let junit = folder.path().join("junit.xml");
    let ran = run(suites.arg("pages::orders::list").arg("--junit").arg(&junit));
    (ran, fs::read_to_string(junit).unwrap_or_default())
}

#[test]
fn a_row_that_may_need_time_is_green_at_the_try_that_finds_all_of_it() {
    let row = "rows = { of = \"li\", at_least = 1 }\neventually = { every = \"20ms\", within = \"30s\" }\n";
    let (ran, junit) = awaited(3, row);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert!(junit.contains("met at try 3, after "), "{junit}");
    assert!(junit.contains("; try 1: status: expected 200, found 503"), "{junit}");
}

#[test]
fn a_row_that_never_comes_names_its_line_and_how_often_it_was_tried() {
    let row = "heading = \"Bills\"\neventually = { every = \"20ms\", within = \"200ms\" }\n";
    let (ran, junit) = awaited(1, row);
    assert_eq!(ran.code, 101, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("| heading = \"Bills\""), "{}", ran.stdout);
    assert!(ran.stdout.contains(": every 20ms within 200ms"), "{}", ran.stdout);
    assert!(junit.contains("not met by "), "{junit}");
}

#[test]
fn how_long_a_row_may_need_is_said_whole() {
    let (ran, _) = awaited(1, "eventually = { every = \"soon\" }\n");
    assert_eq!(ran.code, 2);
    let path = ran.stderr.split("--> ").nth(1).and_then(|rest| rest.split("smokestack.toml").next());
    insta::assert_snapshot!(ran.stderr.replace(path.unwrap_or_default(), ""), @r#"
        error: `within` is missing in `[pages.1.eventually]`
          --> smokestack.toml:31:1
           |
        31 | eventually = { every = "soon" }
           | ^^^^^^^^^^ in this table
           |
           = help: add `within = "30s"`

        error: `pages.1.eventually.every` is not a duration
          --> smokestack.toml:31:24
           |
        31 | eventually = { every = "soon" }
           |                        ^^^^^^ expected number at 0
           |
           = help: write it as `500ms`, `10s` or `1m 30s`

        2 mistakes in the plan, nothing was sent
    "#);
}
