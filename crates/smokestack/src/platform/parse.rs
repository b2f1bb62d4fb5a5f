//! The keys of `smokestack.toml` and what they must hold.

use std::time::Duration;

use smokestack_core::Mistake;
use toml::de::DeTable;
use url::Url;

use super::nearest::nearest;
use super::reader::{Reader, Table, Text};
use super::{Account, Address, ComponentConfig, FormLogin, FormPage, Platform, Target};

pub(super) fn platform(path: &str, text: &str) -> Result<Platform, Vec<Mistake>> {
    let reader = Reader::new(path, text);
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        for error in errors {
            let range = error.span().unwrap_or(0..0);
            reader.mistake("the platform file is not TOML", range, error.message());
        }
        return Err(reader.into_mistakes());
    }
    let document = reader.document(&root);
    if !document.has("platform") {
        document.missing("platform", "[platform]");
    }
    let parsed = Parsed {
        name: document.table("platform").map(|table| {
            let name = table.required_text("name", "name = \"Facilities\"").map(|text| text.value);
            table.finish();
            name.unwrap_or_default()
        }),
        components: document
            .named_tables("components")
            .into_iter()
            .map(|(name, table)| component(&reader, name, table))
            .collect(),
        targets: document
            .named_tables("targets")
            .into_iter()
            .map(|(name, table)| target(&reader, name, table))
            .collect(),
        accounts: document
            .named_tables("accounts")
            .into_iter()
            .map(|(name, table)| account(&reader, name, table))
            .collect(),
    };
    let login = match document.table("login") {
        Some(table) => login(&reader, table, &parsed.components),
        None => {
            document.missing("login", "[login]");
            None
        }
    };
    let session = document.table("session");
    let (logout, signed_in, instance_header, release_header) = match session {
        Some(table) => {
            let logout = table.path("logout");
            if !table.has("signed_in") {
                table.missing("signed_in", "signed_in = \"[data-user]\"");
            }
            let signed_in = table.selector("signed_in");
            let instance = table.text("instance_header").map(|text| text.value);
            let release = table.text("release_header").map(|text| text.value);
            table.finish();
            (logout, signed_in, instance, release)
        }
        None => {
            document.missing("session", "[session]");
            (None, None, None, None)
        }
    };
    document.finish();
    if let [_, second, ..] = parsed.targets.iter().filter(|target| target.default).collect::<Vec<_>>()[..] {
        reader
            .about_file(format!("more than one target says `default = true`, `{}` among them", second.name));
    }
    let mistakes = reader.into_mistakes();
    match (mistakes.is_empty(), login, signed_in) {
        (true, Some(login), Some(signed_in)) => Ok(Platform {
            name: parsed.name.unwrap_or_else(|| "platform".to_owned()),
            login,
            logout: logout.unwrap_or_else(|| "/logout".to_owned()),
            signed_in,
            instance_header: instance_header.unwrap_or_else(|| "x-instance".to_owned()),
            release_header: release_header.unwrap_or_else(|| "x-release".to_owned()),
            components: parsed.components,
            targets: parsed.targets,
            accounts: parsed.accounts,
        }),
        _ => Err(mistakes),
    }
}

/// The parts that stand for themselves.
struct Parsed {
    name: Option<String>,
    components: Vec<ComponentConfig>,
    targets: Vec<Target>,
    accounts: Vec<Account>,
}

fn login(reader: &Reader, table: Table<'_>, components: &[ComponentConfig]) -> Option<FormLogin> {
    let component = table.required_text("component", "component = \"portal\"");
    if let Some(text) = &component {
        let known: Vec<&str> = components.iter().map(|component| component.name.as_str()).collect();
        known_component(reader, text, &known);
    }
    let page = table.path("page");
    let form = table.selector("form");
    let username = table.text("username").map(|text| text.value);
    let password = table.text("password").map(|text| text.value);
    table.finish();
    Some(FormLogin {
        component: component?.value,
        page: page.unwrap_or_else(|| "/login".to_owned()),
        form,
        username_field: username.unwrap_or_else(|| "username".to_owned()),
        password_field: password.unwrap_or_else(|| "password".to_owned()),
    })
}

fn known_component(reader: &Reader, name: &Text, known: &[&str]) {
    if known.contains(&name.value.as_str()) {
        return;
    }
    let label = match nearest(&name.value, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "not among the components".to_owned(),
    };
    let what = format!("there is no component `{}`", name.value);
    reader.mistake_with_help(what, name.range.clone(), label, format!("components: {}", known.join(", ")));
}

fn valid_name(reader: &Reader, kind: &str, name: &Text) {
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.';
    if !name.value.chars().all(fine) || name.value.is_empty() {
        let what = format!("`{}` is not a name for {kind}", name.value.escape_debug());
        reader.mistake(what, name.range.clone(), "letters, digits, `-`, `_` and `.`");
    }
}

fn component(reader: &Reader, name: Text, table: Table<'_>) -> ComponentConfig {
    valid_name(reader, "a component", &name);
    let path = table.path("path").unwrap_or_else(|| format!("/{}", name.value));
    let landing =
        table.path("landing").unwrap_or_else(|| if path == "/" { path.clone() } else { format!("{path}/") });
    let form = table.table("form").map(|table| {
        let page = table.required_path("page", "page = \"/new\"");
        let selector = table.selector("selector").unwrap_or_else(|| "form".to_owned());
        let field = table.text("field").map(|text| text.value);
        let undo = table.selector("undo");
        table.finish();
        FormPage { page: page.unwrap_or_default(), selector, field, undo }
    });
    let config = ComponentConfig {
        subdomain: table.text("subdomain").and_then(|text| label(reader, text)),
        api: table.path("api"),
        health: table.path("health"),
        settings: table.path("settings"),
        name: name.value,
        path,
        landing,
        form,
    };
    table.finish();
    config
}

/// A label of a host name (RFC 1123, section 2.1), or several with dots.
fn label(reader: &Reader, text: Text) -> Option<String> {
    let fine = |label: &str| {
        let inner = label.trim_matches('-');
        inner.len() == label.len()
            && !label.is_empty()
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    if !text.value.split('.').all(fine) {
        reader.mistake("this is not the beginning of a host name", text.range, "letters, digits and `-`");
        return None;
    }
    Some(text.value)
}

fn target(reader: &Reader, name: Text, table: Table<'_>) -> Target {
    valid_name(reader, "a target", &name);
    let demo = table.flag("demo").unwrap_or(false);
    let url = table.text("url");
    let address = match (&url, demo) {
        (Some(text), false) => address(reader, text).map(Address::Url),
        (Some(text), true) => {
            reader.mistake(
                "a demo target has no address",
                text.range.clone(),
                "the suite binary starts it on a free port",
            );
            None
        }
        (None, true) => Some(Address::Demo),
        (None, false) => {
            table.missing("url", "url = \"https://staging.example.com\"");
            None
        }
    };
    let target = Target {
        name: name.value,
        address: address.unwrap_or(Address::Demo),
        default: table.flag("default").unwrap_or(false),
        protected: table.flag("protected").unwrap_or(false),
        request_limit: table.duration("request_limit").unwrap_or(Duration::from_secs(10)),
        case_limit: table.duration("case_limit"),
        concurrency: table.count("concurrency"),
    };
    table.finish();
    target
}

fn address(reader: &Reader, text: &Text) -> Option<Url> {
    let parsed = Url::parse(&text.value).map_err(|error| error.to_string());
    match parsed.and_then(|url| target_address(url).map_err(str::to_owned)) {
        Ok(url) => Some(url),
        Err(label) => {
            let help = "write it as `https://staging.example.com`";
            reader.mistake_with_help("this is not the address of a target", text.range.clone(), label, help);
            None
        }
    }
}

/// An address that a target may have, or what is wrong with it.
pub(crate) fn target_address(url: Url) -> Result<Url, &'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        Err("only `http` and `https`")
    } else if url.host_str().is_none_or(str::is_empty) {
        Err("no host")
    } else if !url.username().is_empty() || url.password().is_some() {
        Err("credentials do not belong into an address")
    } else if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        Err("only scheme, host and port")
    } else {
        Ok(url)
    }
}

fn account(reader: &Reader, name: Text, table: Table<'_>) -> Account {
    valid_name(reader, "an account", &name);
    let (username_env, password_env) =
        (credential(reader, &table, "username"), credential(reader, &table, "password"));
    table.finish();
    Account { name: name.value, username_env, password_env }
}

/// The environment variable that a credential comes from; empty after a mistake.
fn credential(reader: &Reader, account: &Table<'_>, key: &'static str) -> String {
    let example = format!("{key} = {{ env = \"SMOKE_{}\" }}", key.to_uppercase());
    match account.place(key) {
        None => {
            account.missing(key, &example);
            String::new()
        }
        Some(place) if !account.is_table(key) => {
            let what = "credentials do not belong into the platform file";
            reader.mistake_with_help(what, place, "name where it comes from", format!("write `{example}`"));
            String::new()
        }
        Some(_) => {
            let Some(source) = account.table(key) else { return String::new() };
            let env = source.required_text("env", "env = \"VARIABLE\"");
            source.finish();
            env.map(|text| text.value).unwrap_or_default()
        }
    }
}
