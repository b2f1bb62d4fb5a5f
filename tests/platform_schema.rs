//! The JSON Schema by which editors complete a platform file: it knows the keys that the reader knows, and takes what it takes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use harness_tests::{run, suites};
use serde_json::Value;

const SCHEMA: &str = include_str!("../docs/smokestack.schema.json");

/// A file with a key in every table that no table knows.
const EVERY_TABLE: &str = r#"
nonsense = 1
[platform]
name = "F"
nonsense = 1
[login]
component = "portal"
nonsense = 1
LOGIN
[session]
signed_in = "[x]"
nonsense = 1
who = { selector = "a", nonsense = 1 }
environment = { selector = "a", nonsense = 1 }
[session.contract]
nonsense = 1
[components.portal]
path = "/"
nonsense = 1
form = { page = "/a", nonsense = 1 }
settings = { url = "/x", nonsense = 1, header = { name = "X", nonsense = 1, value = { env = "A", nonsense = 1 } } }
[components.portal.api_write]
url = "/r"
body = { t = "{text}" }
nonsense = 1
token = { header = "a", from = "/", pointer = "/t", nonsense = 1 }
undo = { method = "POST", url = "/x", nonsense = 1 }
[targets.staging]
url = "http://a.example"
nonsense = 1
[accounts.a]
username = { env = "A", nonsense = 1 }
nonsense = 1
on.staging = { nonsense = 1 }
[budgets]
nonsense = 1
[transport]
nonsense = 1
[impostors]
nonsense = 1
[snapshots]
nonsense = 1
[resources]
nonsense = 1
[twin]
nonsense = 1
[[twin.allowed]]
what = "status"
reason = "it is meant"
nonsense = 1
[[pages]]
name = "a"
path = "/"
nonsense = 1
rows = { of = "a", at_least = 1, nonsense = 1 }
title = { contains = "a", nonsense = 1 }
eventually = { every = "1s", within = "9s", nonsense = 1 }
"#;

/// The ways of logging in, each with keys of its own.
const WAYS: [&str; 7] = [
    "[[login.steps]]\nform = \"form\"\nnonsense = 1",
    "form = \"form\"",
    "way = \"json\"",
    "way = \"bearer\"",
    "way = \"client-credentials\"",
    "way = \"oidc\"\nprovider = \"https://id.example\"",
    "way = \"oidc\"\nprovider = \"https://id.example\"\nclient_id = \"a\"\nredirect_uri = \"https://a.example/\"",
];

/// The keys that the reader knows of each table, by the table's name in its messages.
fn known_keys(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("smokestack.toml");
    fs::write(&file, text).expect("it is written");
    let ran = run(suites().arg("--list").arg("--config").arg(&file));
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let mistakes = ran.stderr.split("\n\n").filter(|mistake| mistake.contains("unknown key `nonsense`"));
    let known = mistakes.map(|mistake| {
        let table =
            mistake.split("in `[").nth(1).and_then(|rest| rest.split("]`").next()).unwrap_or_default();
        let keys = mistake.split("known keys: ").nth(1).expect("the reader says what it knows");
        let keys = keys.lines().next().unwrap_or_default().split(", ").map(str::to_owned).collect();
        (table.to_owned(), keys)
    });
    known.collect()
}

/// Where the schema speaks of a table that messages call so.
fn pointer(table: &str) -> Option<&'static str> {
    Some(match table {
        "" => "/properties",
        "platform" => "/properties/platform/properties",
        "login" => "/properties/login/properties",
        "login.steps.1" => "/properties/login/properties/steps/items/properties",
        "session" => "/properties/session/properties",
        "session.who" | "session.environment" => "/definitions/marker/properties",
        "session.contract" => "/properties/session/properties/contract/properties",
        "components.portal" => "/properties/components/additionalProperties/properties",
        "components.portal.form" => "/properties/components/additionalProperties/properties/form/properties",
        "components.portal.settings" => {
            "/properties/components/additionalProperties/properties/settings/anyOf/1/properties"
        }
        "components.portal.settings.header" => {
            "/properties/components/additionalProperties/properties/settings/anyOf/1/properties/header/properties"
        }
        "components.portal.settings.header.value" | "accounts.a.username" => "/definitions/source/properties",
        "components.portal.api_write" => {
            "/properties/components/additionalProperties/properties/api_write/properties"
        }
        "components.portal.api_write.token" => {
            "/properties/components/additionalProperties/properties/api_write/properties/token/properties"
        }
        "components.portal.api_write.undo" => {
            "/properties/components/additionalProperties/properties/api_write/properties/undo/anyOf/1/properties"
        }
        "targets.staging" => "/properties/targets/additionalProperties/properties",
        "accounts.a" => "/properties/accounts/additionalProperties/properties",
        "on.staging" => "/definitions/credentials/properties",
        "transport" => "/properties/transport/properties",
        "budgets" => "/properties/budgets/properties",
        "impostors" => "/properties/impostors/properties",
        "snapshots" => "/properties/snapshots/properties",
        "resources" => "/properties/resources/properties",
        "twin" => "/properties/twin/properties",
        "twin.allowed.1" => "/properties/twin/properties/allowed/items/properties",
        "pages.1" => "/properties/pages/items/properties",
        "pages.1.rows" => "/properties/pages/items/properties/rows/anyOf/1/properties",
        "pages.1.eventually" => "/properties/pages/items/properties/eventually/properties",
        "pages.1.title" => "/definitions/wanted/anyOf/1/properties",
        _ => return None,
    })
}

#[test]
fn the_schema_knows_the_keys_that_the_reader_knows_and_no_other() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let mut known: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for way in WAYS {
        for (table, keys) in known_keys(&EVERY_TABLE.replace("LOGIN", way)) {
            known.entry(table).or_default().extend(keys);
        }
    }
    // What belongs to the suite binary's own ways, and to forms, is not asked for by any other.
    let own = ["options", "form", "username", "password"].map(str::to_owned);
    known.entry("login".to_owned()).or_default().extend(own);
    for (table, keys) in &known {
        let pointer = pointer(table).unwrap_or_else(|| panic!("the test knows no table `{table}`"));
        let properties = schema.pointer(pointer).and_then(Value::as_object);
        let properties = properties.unwrap_or_else(|| panic!("the schema has no {pointer}"));
        let described: BTreeSet<String> = properties.keys().cloned().collect();
        assert_eq!(&described, keys, "table `{table}`");
    }
    assert!(known.len() >= 25, "all tables were asked: {:?}", known.keys());
}

#[test]
fn the_schema_takes_every_platform_file_of_the_guide() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let mut files = vec![include_str!("../suites/smokestack.toml").to_owned()];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let pages = ["docs", "docs/login"].map(|folder| fs::read_dir(root.join(folder)).expect("the guide"));
    for page in pages.into_iter().flatten().flatten().map(|entry| entry.path()) {
        let Ok(text) = fs::read_to_string(&page) else { continue };
        let blocks = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
        // Parts of files stand there too.
        files.extend(
            blocks
                .filter(|block| {
                    block.contains("[platform]") && block.contains("[login]") && block.contains("[targets.")
                })
                .map(str::to_owned),
        );
    }
    assert!(files.len() > 10, "the guide has whole files");
    for file in files {
        let toml: toml::Table = file.parse().expect("it is TOML");
        let json = serde_json::to_value(toml).expect("it is JSON");
        let errors: Vec<String> =
            validator.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(errors, [""; 0], "{file}");
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let stock = include_str!("../suites/smokestack.toml");
    for (from, to) in [
        ("name = \"Facilities\"", "name = 1"),
        ("component = \"portal\"\npage", "page"),
        ("[components.portal]\npath = \"/\"", "[components.portal]\npath = \"no-path\""),
        ("instances = 2", "instances = \"two\""),
        ("protected = true", "protected = \"yes\""),
        ("rows = 10", "rows = 0"),
        ("same_site = \"Lax\"", "same_site = \"Sometimes\""),
        ("{ env = \"SMOKESTACK_VIEWER_PASSWORD\" }", "\"builder-77\""),
    ] {
        assert!(stock.contains(from), "{from}");
        let text = stock.replacen(from, to, 1);
        let toml: toml::Table = text.parse().expect("it is TOML");
        let json = serde_json::to_value(toml).expect("it is JSON");
        assert!(!validator.is_valid(&json), "{to}");
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("smokestack.toml");
        fs::write(&file, text).expect("it is written");
        assert_eq!(run(suites().arg("--list").arg("--config").arg(&file)).code, 2, "{to}");
    }
}
