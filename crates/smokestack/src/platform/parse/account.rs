//! `[accounts.NAME]`: a named test user, and where its credentials come from.

use super::valid_name;
use crate::platform::Account;
use crate::platform::reader::{Reader, Table, Text};

pub(super) fn account(reader: &Reader, name: Text, table: Table<'_>) -> Account {
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
