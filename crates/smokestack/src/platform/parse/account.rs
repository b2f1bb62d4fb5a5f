//! `[accounts.NAME]`: a named test user, and where its credentials come from.

use std::collections::BTreeMap;

use super::valid_name;
use crate::credentials::{Kind, Source, Sources};
use crate::platform::hidden;
use crate::platform::nearest::nearest;
use crate::platform::reader::{Reader, Table, Text};
use crate::platform::{Account, Target};

/// The table; `needs` are the credentials that the way of logging in asks for.
pub(super) fn account(
    reader: &Reader,
    name: Text,
    table: Table<'_>,
    needs: &[Kind],
    targets: &[Target],
) -> (Account, Option<Text>) {
    valid_name(reader, "an account", &name);
    let own = sources(reader, &table);
    let on = on(reader, &table, targets);
    for &kind in needs {
        // After a mistake in its value it is there all the same.
        let everywhere = !targets.is_empty() && targets.iter().all(|target| has(&on, &target.name, kind));
        if !table.has(kind.key()) && !everywhere {
            table.missing(kind.key(), &example(kind));
        }
    }
    let shows = table.text("shows").map(|text| text.value);
    let pool = table.text("pool");
    table.finish();
    let of_pool = pool.as_ref().map(|pool| pool.value.clone());
    (Account { name: name.value, sources: own, on, shows, pool: of_pool }, pool)
}

/// The pools that accounts say they are of: what is no pool's name, or most likely not the one that was meant.
pub(super) fn pools(reader: &Reader, accounts: &[String], pools: &[Text]) {
    let size = |name: &str| pools.iter().filter(|pool| pool.value == name).count();
    for (nth, pool) in pools.iter().enumerate() {
        // Said where the name is first.
        if pools[..nth].iter().any(|earlier| earlier.value == pool.value) {
            continue;
        }
        valid_name(reader, "a pool", pool);
        if accounts.contains(&pool.value) {
            let what =
                format!("`{}` is the name of an account, and cannot be that of a pool too", pool.value);
            let help = format!("call the pool something else: `{}s`", pool.value);
            reader.mistake_with_help(what, pool.range.clone(), "which of them would be meant?", help);
        }
        let larger: Vec<&str> =
            pools.iter().map(|other| other.value.as_str()).filter(|other| size(other) > 1).collect();
        // One account alone is a pool too, if its name is nobody else's with a letter missing.
        if let (1, Some(near)) = (size(&pool.value), nearest(&pool.value, &larger)) {
            let what = format!("this account would be the only one of pool `{}`", pool.value);
            let help = format!("pools with more accounts: {}", each_once(&larger).join(", "));
            reader.mistake_with_help(what, pool.range.clone(), format!("did you mean `{near}`?"), help);
        }
    }
}

fn each_once<'n>(names: &[&'n str]) -> Vec<&'n str> {
    let mut names = names.to_vec();
    names.sort_unstable();
    names.dedup();
    names
}

fn has(on: &BTreeMap<String, Sources>, target: &str, kind: Kind) -> bool {
    on.get(target).is_some_and(|sources| sources.get(kind).is_some())
}

/// The credentials that are other ones on some targets.
fn on(reader: &Reader, account: &Table<'_>, targets: &[Target]) -> BTreeMap<String, Sources> {
    if !account.has("on") {
        return BTreeMap::new();
    }
    let known: Vec<&str> = targets.iter().map(|target| target.name.as_str()).collect();
    let tables = account.named_tables("on").into_iter();
    tables
        .map(|(target, table)| {
            if !known.contains(&target.value.as_str()) {
                let label = match nearest(&target.value, &known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "not among the targets".to_owned(),
                };
                let what = format!("there is no target `{}`", target.value);
                reader.mistake_with_help(what, target.range, label, format!("targets: {}", known.join(", ")));
            }
            let sources = sources(reader, &table);
            table.finish();
            (target.value, sources)
        })
        .collect()
}

fn sources(reader: &Reader, table: &Table<'_>) -> Sources {
    let read = |kind: Kind| source(reader, table, kind.key(), &example(kind));
    Sources {
        username: read(Kind::Username),
        password: read(Kind::Password),
        token: read(Kind::Token),
        totp: read(Kind::Totp),
    }
}

fn example(kind: Kind) -> String {
    format!("{} = {{ env = \"SMOKE_{}\" }}", kind.key(), kind.key().to_uppercase())
}

/// Where a credential comes from; `None` if the key is not there, and after a mistake.
pub(super) fn source(reader: &Reader, table: &Table<'_>, key: &'static str, example: &str) -> Option<Source> {
    let place = table.place(key)?;
    if !table.is_table(key) {
        let what = "credentials do not belong into the platform file";
        reader.mistake_with_help(what, place, "name where it comes from", format!("write `{example}`"));
        return None;
    }
    let from = table.table(key)?;
    let keys = ["env", "file", "command"];
    let named: Vec<&str> = keys.into_iter().filter(|key| from.has(key)).collect();
    let found = match named[..] {
        [] => {
            from.missing("env", "env = \"VARIABLE\"");
            None
        }
        [first, second, ..] => {
            let what = format!("`{first}` and `{second}` exclude each other");
            reader.mistake(what, place, "a credential comes from one place");
            None
        }
        [_] => {
            let env = from.text("env").and_then(|text| variable(reader, text, example));
            let file = || from.text("file").map(|text| Source::File(text.value));
            env.or_else(file).or_else(|| from.texts("command").map(Source::Command))
        }
    };
    from.finish();
    found
}

/// The variable of this name. What cannot be a name is a credential that was written in its place.
fn variable(reader: &Reader, name: Text, example: &str) -> Option<Source> {
    if !hidden::is_variable(&name.value) {
        let what = "`env` is not the name of an environment variable";
        let label = "letters, digits and `_`, and no digit first";
        reader.mistake_about_secret(what, &name, label, format!("name the variable, as in `{example}`"));
        return None;
    }
    Some(Source::Env(name.value))
}
