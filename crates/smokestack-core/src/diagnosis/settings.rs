//! What differing settings of two components mean for the session they share.

use std::collections::BTreeMap;

/// A setting about sessions in which a component differs from the issuer.
pub(super) struct Difference {
    pub(super) key: String,
    pub(super) issuer: String,
    pub(super) component: String,
}

/// The settings about sessions in which two components differ. Keys are about sessions if they say so.
pub(super) fn differences(
    issuer: &BTreeMap<String, String>,
    component: &BTreeMap<String, String>,
) -> Vec<Difference> {
    let about_sessions = |key: &&String| key.to_ascii_lowercase().contains("session");
    let keys: std::collections::BTreeSet<_> =
        issuer.keys().chain(component.keys()).filter(about_sessions).collect();
    let value = |settings: &BTreeMap<String, String>, key: &String| {
        settings.get(key).cloned().unwrap_or("(not set)".into())
    };
    keys.into_iter()
        .map(|key| Difference {
            key: key.clone(),
            issuer: value(issuer, key),
            component: value(component, key),
        })
        .filter(|difference| difference.issuer != difference.component)
        .collect()
}

/// What a difference means, in words that follow "it".
pub(super) fn meaning(difference: &Difference) -> &'static str {
    let key = difference.key.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| key.contains(word));
    if says(&["cookie"]) && says(&["name"]) {
        "it asks for another cookie name than the component that issues the session"
    } else if says(&["prefix", "namespace"]) {
        "it keeps sessions under another key prefix than the component that issues them"
    } else if says(&["store", "redis", "url", "host", "server", "database", "db"]) {
        match (server_and_database(&difference.issuer), server_and_database(&difference.component)) {
            (Some((ours, _)), Some((theirs, _))) if ours == theirs => {
                "it keeps sessions in another database of the store than the component that issues them"
            }
            _ => "it keeps sessions in another store than the component that issues them",
        }
    } else {
        "its session settings differ from those of the component that issues the session"
    }
}

/// How much a difference explains; the greatest one is named as the cause.
pub(super) fn weight(difference: &Difference) -> u8 {
    match meaning(difference) {
        meaning if meaning.contains("another store") => 4,
        meaning if meaning.contains("another database") => 3,
        meaning if meaning.contains("key prefix") || meaning.contains("cookie name") => 2,
        _ => 1,
    }
}

/// `redis://host:port/2` as its server and database.
fn server_and_database(address: &str) -> Option<(&str, &str)> {
    let rest = address.split_once("://")?.1;
    Some(rest.split_once('/').unwrap_or((rest, "0")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning_of(key: &str, issuer: &str, component: &str) -> &'static str {
        meaning(&Difference { key: key.into(), issuer: issuer.into(), component: component.into() })
    }

    #[test]
    fn a_store_on_another_server_is_another_store() {
        let meaning = meaning_of("session.store", "redis://sessions:6379/0", "redis://sessions-old:6379/0");
        assert_eq!(meaning, "it keeps sessions in another store than the component that issues them");
    }

    #[test]
    fn the_same_server_with_another_index_is_another_database() {
        let meaning = meaning_of("session.store", "redis://sessions:6379/0", "redis://sessions:6379/1");
        assert_eq!(
            meaning,
            "it keeps sessions in another database of the store than the component that issues them"
        );
    }

    #[test]
    fn only_settings_about_sessions_are_compared() {
        let settings = |store: &str, level: &str| {
            BTreeMap::from([("session.store".into(), store.into()), ("log.level".into(), level.into())])
        };
        let differences = differences(&settings("a", "info"), &settings("b", "debug"));
        assert_eq!(differences.iter().map(|d| d.key.as_str()).collect::<Vec<_>>(), ["session.store"]);
    }
}
