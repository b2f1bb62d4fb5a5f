//! `own_logins` in `[login]`: the pool whose accounts sign in where a case needs a login of its own.

use crate::credentials::Sources;
use crate::platform::Account;
use crate::platform::nearest::nearest;
use crate::platform::reader::{Reader, Text};

/// Whether there is such a pool, and its accounts are nobody else's; `pools` has what each account says it is of.
pub(super) fn check(reader: &Reader, pool: &Text, accounts: &[Account], pools: &[Option<Text>]) {
    let mut known: Vec<&str> = pools.iter().flatten().map(|pool| pool.value.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    if !known.contains(&pool.value.as_str()) {
        return unknown(reader, pool, accounts, &known);
    }
    let spares = accounts.iter().zip(pools).filter_map(|(account, of)| Some((account, of.as_ref()?)));
    for (nth, (spare, place)) in spares.filter(|(_, of)| of.value == pool.value).enumerate() {
        // Who signs in twice is told where it is leased, or at the second of two that are.
        let shared = accounts.iter().filter(|other| other.pool.is_none());
        let earlier = accounts.iter().filter(|other| other.pool.as_ref() == Some(&pool.value)).take(nth);
        if let Some(other) = shared.chain(earlier).find(|other| is_same_user(spare, other)) {
            let what = format!("`{}` signs in as the user that `{}` is", spare.name, other.name);
            let help = format!("give `{}` a user of its own, or leave it out", spare.name);
            let label = format!(
                "a login as one would end the session of the other: `own_logins` says `{}`",
                pool.value
            );
            reader.mistake_with_help(what, place.range.clone(), label, help);
        }
    }
}

fn unknown(reader: &Reader, pool: &Text, accounts: &[Account], known: &[&str]) {
    let is_account = accounts.iter().any(|account| account.name == pool.value);
    let what = if is_account {
        format!("`{}` is an account, and `own_logins` names a pool", pool.value)
    } else {
        format!("no account is of pool `{}`", pool.value)
    };
    let label = match nearest(&pool.value, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "a pool is there once an account says so".to_owned(),
    };
    let example = if is_account { "spares" } else { &pool.value };
    let help = match known {
        [] => format!("add `pool = \"{example}\"` to accounts that nobody else signs in as"),
        _ => format!("pools: {}", known.join(", ")),
    };
    reader.mistake_with_help(what, pool.range.clone(), label, help);
}

/// As far as it can be told from where the credentials come from.
fn is_same_user(one: &Account, other: &Account) -> bool {
    let same = |one: &Sources, other: &Sources| match (&one.username, &other.username) {
        (Some(one), Some(other)) => one == other,
        _ => one.token.is_some() && one.token == other.token,
    };
    same(&one.sources, &other.sources)
        || one.on.keys().any(|target| same(&one.sources(target), &other.sources(target)))
}
