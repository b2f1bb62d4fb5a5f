//! The keys of `smokestack.toml` and what they must hold: a file a table.

mod account;
mod component;
mod login;
mod session;
mod target;

use smokestack_core::Mistake;
use toml::de::DeTable;

use super::nearest::nearest;
use super::reader::{Reader, Text};
use super::{Account, ComponentConfig, Platform, Target};

pub(crate) use target::target_address;

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
            .map(|(name, table)| component::component(&reader, name, table))
            .collect(),
        targets: document
            .named_tables("targets")
            .into_iter()
            .map(|(name, table)| target::target(&reader, name, table))
            .collect(),
        accounts: document
            .named_tables("accounts")
            .into_iter()
            .map(|(name, table)| account::account(&reader, name, table))
            .collect(),
    };
    let login = match document.table("login") {
        Some(table) => login::login(&reader, table, &parsed.components),
        None => {
            document.missing("login", "[login]");
            None
        }
    };
    let session = match document.table("session") {
        Some(table) => session::session(table),
        None => {
            document.missing("session", "[session]");
            None
        }
    };
    document.finish();
    if let [_, second, ..] = parsed.targets.iter().filter(|target| target.default).collect::<Vec<_>>()[..] {
        reader
            .about_file(format!("more than one target says `default = true`, `{}` among them", second.name));
    }
    let mistakes = reader.into_mistakes();
    match (mistakes.is_empty(), login, session) {
        (true, Some(login), Some(session)) => Ok(Platform {
            name: parsed.name.unwrap_or_else(|| "platform".to_owned()),
            login,
            session,
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
