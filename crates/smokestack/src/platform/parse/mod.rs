//! The keys of `smokestack.toml` and what they must hold: a file a table.

mod account;
mod api_write;
mod budgets;
mod component;
mod contract;
mod impostors;
mod login;
mod own_logins;
mod pages;
mod places;
mod resources;
mod session;
mod settings;
pub(crate) mod size;
mod snapshots;
mod syntax;
mod target;
mod transport;
mod twin;
mod verdict;

use reqwest::header::HeaderName;
use smokestack_core::Mistake;
use toml::de::DeTable;

use super::Platform;
use super::nearest::nearest;
use super::reader::{Reader, Text};
use pages::{Known, Rows};
use syntax::Broken;

pub(crate) use target::target_address;

/// Reads a file beside the platform file: how messages call it, and its text.
pub(super) type Beside<'b> = dyn Fn(&str) -> (String, std::io::Result<String>) + 'b;

/// The text of a platform file; `ways` are the names of the suite binary's own ways of logging in, `beside` reads a file
/// that it names.
pub(super) fn platform(
    path: &str,
    text: &str,
    ways: &[String],
    beside: &Beside<'_>,
) -> Result<Platform, Vec<Mistake>> {
    let reader = Reader::new(path, text);
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        let broken = errors
            .iter()
            .map(|error| Broken { range: error.span().unwrap_or(0..0), message: error.message() });
        syntax::tell(&reader, text, &broken.collect::<Vec<_>>());
        return Err(reader.into_mistakes());
    }
    let document = reader.document(&root);
    if !document.has("platform") {
        document.missing("platform", "[platform]");
    }
    let mut page_files = Vec::new();
    let name = document.table("platform").map(|table| {
        let name = table.required_text("name", "name = \"Facilities\"").map(|text| text.value);
        page_files = table.placed_texts("pages").unwrap_or_default();
        table.finish();
        name.unwrap_or_default()
    });
    let budget = document.table("budgets").and_then(budgets::page);
    let component = |(name, table)| component::component(&reader, name, table, budget);
    let (components, places): (Vec<_>, Vec<_>) =
        document.named_tables("components").into_iter().map(component).unzip();
    let component_names: Vec<&str> = components.iter().map(|component| component.name.as_str()).collect();
    let tables = document.named_tables("targets");
    let names: Vec<String> = tables.iter().map(|(name, _)| name.value.clone()).collect();
    let targets: Vec<_> = tables
        .into_iter()
        .map(|(name, table)| target::target(&reader, name, table, &component_names, &names))
        .collect();
    places::check(&reader, &components, &places, &targets);
    // What an account must have depends on the way of logging in.
    let login = document.table("login").map(|table| login::login(&reader, table, &components, ways));
    let (login, own_logins) = login.unwrap_or_default();
    let needs = login.as_ref().map(|login| login.settings.needs()).unwrap_or_default();
    let tables = document.named_tables("accounts").into_iter();
    let account = |(name, table)| account::account(&reader, name, table, &needs, &targets);
    let (accounts, pools): (Vec<_>, Vec<_>) = tables.map(account).unzip();
    let names: Vec<String> = accounts.iter().map(|account| account.name.clone()).collect();
    if let Some(pool) = &own_logins {
        own_logins::check(&reader, pool, &accounts, &pools);
    }
    account::pools(&reader, &names, &pools.into_iter().flatten().collect::<Vec<_>>());
    if !document.has("login") {
        document.missing("login", "[login]");
    }
    let session = match document.table("session") {
        Some(table) => session::session(&reader, table, &components, login.as_ref()),
        None => {
            document.missing("session", "[session]");
            None
        }
    };
    let impostors = document.table("impostors").map(|table| impostors::impostors(&reader, table));
    let mut rows = Rows::default();
    let known = Known { components: &components, accounts: &names };
    rows.add(&reader, &document, &known);
    let mut elsewhere = Vec::new();
    for file in page_files {
        let (path, text) = beside(&file.value);
        match text {
            Ok(text) => elsewhere.extend(rows.add_file(&path, &text, &known)),
            Err(error) => reader.mistake(
                format!("`{path}` cannot be read: {error}"),
                file.range,
                "a file beside the platform file",
            ),
        }
    }
    let rules = document.table("snapshots").map(|table| snapshots::rules(&reader, table)).unwrap_or_default();
    let resources = document.table("resources").map(|table| resources::resources(&reader, table));
    let allowed = document.table("twin").map(|table| twin::twin(&reader, table, &component_names));
    let transport = document.table("transport").map(transport::demands);
    let policy = document.table("verdict").map(|table| verdict::policy(&reader, table));
    document.finish();
    if let [_, second, ..] = targets.iter().filter(|target| target.default).collect::<Vec<_>>()[..] {
        reader
            .about_file(format!("more than one target says `default = true`, `{}` among them", second.name));
    }
    let mut mistakes = reader.into_mistakes();
    mistakes.extend(elsewhere);
    match (mistakes.is_empty(), login, session) {
        (true, Some(login), Some(session)) => Ok(Platform {
            name: name.unwrap_or_else(|| "platform".to_owned()),
            login,
            session,
            components,
            targets,
            accounts,
            pages: rows.rows,
            impostors: impostors.unwrap_or_default(),
            rules,
            resources: resources.unwrap_or_default(),
            transport: transport.unwrap_or_default(),
            allowed: allowed.unwrap_or_default(),
            policy: policy.unwrap_or_default(),
            file: None,
        }),
        _ => Err(mistakes),
    }
}

fn known_component(reader: &Reader, name: &Text, known: &[&str]) {
    known_name(reader, "component", name, known);
}

/// Whether a name is known; a mistake is told if not.
fn known_name(reader: &Reader, kind: &str, name: &Text, known: &[&str]) -> bool {
    if known.contains(&name.value.as_str()) {
        return true;
    }
    let label = match nearest(&name.value, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("not among the {kind}s"),
    };
    let what = format!("there is no {kind} `{}`", name.value);
    reader.mistake_with_help(what, name.range.clone(), label, format!("{kind}s: {}", known.join(", ")));
    false
}

/// The name of a header; a mistake is told if it is none.
fn header_name(reader: &Reader, text: &Text) -> Option<HeaderName> {
    let name = HeaderName::try_from(text.value.as_str()).ok();
    if name.is_none() {
        reader.mistake("this is not the name of a header", text.range.clone(), "letters, digits and `-`");
    }
    name
}

fn valid_name(reader: &Reader, kind: &str, name: &Text) {
    let fine = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.';
    if !name.value.chars().all(fine) || name.value.is_empty() {
        let what = format!("`{}` is not a name for {kind}", name.value.escape_debug());
        reader.mistake(what, name.range.clone(), "letters, digits, `-`, `_` and `.`");
    }
}
