//! What differing settings of two components mean for the session they share.

use std::collections::{BTreeMap, BTreeSet};

/// A setting about sessions in which a component differs from the issuer.
pub(super) struct Difference {
    pub(super) key: String,
    pub(super) issuer: Option<String>,
    pub(super) component: Option<String>,
}

/// What a difference is about, by how much it explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    Other,
    CookieName,
    Prefix,
    Database,
    Store,
}

/// The settings about sessions in which two components differ, what explains most first. Keys are about sessions
/// if they say so.
pub(super) fn differences(
    issuer: &BTreeMap<String, String>,
    component: &BTreeMap<String, String>,
) -> Vec<Difference> {
    let keys: BTreeSet<_> = issuer.keys().chain(component.keys()).filter(|key| about_sessions(key)).collect();
    let mut differences: Vec<Difference> = keys
        .into_iter()
        .map(|key| Difference {
            key: key.clone(),
            issuer: issuer.get(key).cloned(),
            component: component.get(key).cloned(),
        })
        .filter(|difference| difference.issuer != difference.component)
        .collect();
    differences.sort_by_key(|difference| std::cmp::Reverse((difference.explains(), difference.meaning())));
    differences
}

/// The settings about sessions that are masked in both components, so that nobody can say whether they differ.
pub(super) fn masked<'s>(
    issuer: &'s BTreeMap<String, String>,
    component: &BTreeMap<String, String>,
) -> Vec<&'s str> {
    let masked = |value: &str| !value.is_empty() && value.bytes().all(|byte| byte == b'*');
    let both = issuer.iter().filter(|(key, value)| masked(value) && component.get(*key) == Some(value));
    both.map(|(key, _)| key.as_str()).filter(|key| about_sessions(key)).collect()
}

fn about_sessions(key: &str) -> bool {
    key.to_ascii_lowercase().contains("session")
}

impl Difference {
    /// Whether it is by itself a reason for a session to be lost. A setting that only one component has may have
    /// another name in the other one.
    pub(super) fn explains(&self) -> bool {
        self.issuer.is_some() && self.component.is_some() && self.meaning() > Meaning::Other
    }

    pub(super) fn meaning(&self) -> Meaning {
        const STORE: [&str; 10] =
            ["store", "redis", "url", "uri", "host", "server", "port", "address", "node", "nodes"];
        const DATABASE: [&str; 3] = ["database", "db", "index"];
        let key = self.key.to_ascii_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| key.contains(word));
        // The last word that is not the number of a list's entry: `session.redis.timeout` is about a timeout.
        let mut words = key.split(|c: char| !c.is_alphanumeric());
        let last = words.rfind(|word| !word.bytes().all(|byte| byte.is_ascii_digit())).unwrap_or(&key);
        let ends = |words: &[&str]| words.iter().any(|word| last.ends_with(word));
        if says(&["cookie"]) {
            if ends(&["name", "cookie"]) { Meaning::CookieName } else { Meaning::Other }
        } else if ends(&["prefix", "namespace"]) {
            Meaning::Prefix
        } else if says(&["login", "logout", "redirect"]) || !(ends(&STORE) || ends(&DATABASE)) {
            Meaning::Other
        } else {
            let issuer = self.issuer.as_deref().and_then(server_and_database);
            match (issuer, self.component.as_deref().and_then(server_and_database)) {
                (Some(ours), Some(theirs)) if ours == theirs => Meaning::Other,
                (Some((ours, _)), Some((theirs, _))) if ours == theirs => Meaning::Database,
                (None, None) if ends(&DATABASE) => Meaning::Database,
                _ => Meaning::Store,
            }
        }
    }
}

impl Meaning {
    /// Why the component that differs does not accept the session.
    pub(super) fn words(self) -> &'static str {
        match self {
            Meaning::Store => "it keeps sessions in another store than the component that issues them",
            Meaning::Database => {
                "it keeps sessions in another database of the store than the component that issues them"
            }
            Meaning::Prefix => {
                "it keeps sessions under another key prefix than the component that issues them"
            }
            Meaning::CookieName => "it looks for the session in a cookie of another name than the issuer's",
            Meaning::Other => {
                "its session settings differ from those of the component that issues the session"
            }
        }
    }
}

/// `redis://host:port/2` as its server and database.
fn server_and_database(address: &str) -> Option<(&str, &str)> {
    let rest = address.split_once("://")?.1;
    let (server, database) = rest.split_once('/').unwrap_or((rest, ""));
    Some((server, if database.is_empty() { "0" } else { database }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(key: &str, issuer: &str, component: &str) -> Difference {
        let value = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Difference { key: key.into(), issuer: value(issuer), component: value(component) }
    }

    fn meaning(key: &str, issuer: &str, component: &str) -> Meaning {
        difference(key, issuer, component).meaning()
    }

    fn settings<const N: usize>(values: [(&str, &str); N]) -> BTreeMap<String, String> {
        values.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
    }

    #[test]
    fn another_server_is_another_store() {
        for key in ["session.store", "SESSION_STORE_URL", "session.redis", "sessionStore", "session.redis.0"]
        {
            assert_eq!(
                meaning(key, "redis://sessions:6379/0", "redis://old:6379/0"),
                Meaning::Store,
                "{key}"
            );
        }
        assert_eq!(meaning("session.redis.host", "sessions", "sessions-old"), Meaning::Store);
        assert_eq!(meaning("session.redis.port", "6379", "6380"), Meaning::Store);
        assert_eq!(meaning("session.store", "redis", "memory"), Meaning::Store);
    }

    #[test]
    fn another_index_on_the_same_server_is_another_database() {
        assert_eq!(meaning("session.store", "redis://a:6379/0", "redis://a:6379/1"), Meaning::Database);
        assert_eq!(meaning("session.store", "redis://a:6379", "redis://a:6379/1"), Meaning::Database);
        for key in ["session.db", "session.redis.database", "session.redis.dbIndex"] {
            assert_eq!(meaning(key, "0", "1"), Meaning::Database, "{key}");
        }
    }

    #[test]
    fn the_same_database_written_otherwise_is_no_other_store() {
        assert_eq!(meaning("session.store", "redis://a:6379", "redis://a:6379/0"), Meaning::Other);
        assert_eq!(meaning("session.store", "redis://a:6379/0", "rediss://a:6379/"), Meaning::Other);
    }

    #[test]
    fn prefixes_and_cookie_names_are_told_from_stores() {
        assert_eq!(meaning("session.store.prefix", "s:", "wo:"), Meaning::Prefix);
        assert_eq!(meaning("session.cookie.name", "sid", "wo_sid"), Meaning::CookieName);
        assert_eq!(meaning("session.cookie", "sid", "wo_sid"), Meaning::CookieName);
    }

    #[test]
    fn what_is_set_beside_the_store_is_not_the_store() {
        for key in ["session.redis.timeout", "session.ttl", "session.cookie.domain", "session.login_url"] {
            assert_eq!(meaning(key, "a", "b"), Meaning::Other, "{key}");
        }
    }

    #[test]
    fn a_setting_that_only_one_of_them_has_explains_nothing_by_itself() {
        assert!(difference("session.store", "a", "b").explains());
        assert!(!difference("session.store", "a", "").explains());
        assert!(!difference("session.store", "", "b").explains());
        assert!(!difference("session.ttl", "30m", "60m").explains());
    }

    #[test]
    fn only_settings_about_sessions_are_compared() {
        let settings = |store, level| settings([("session.store", store), ("log.level", level)]);
        let differences = differences(&settings("a", "info"), &settings("b", "debug"));
        assert_eq!(differences.iter().map(|d| d.key.as_str()).collect::<Vec<_>>(), ["session.store"]);
    }

    #[test]
    fn what_explains_most_comes_first() {
        let ours = settings([("session.db", "0"), ("session.store", "a"), ("session.a.ttl", "1")]);
        let theirs = settings([("session.db", "1"), ("session.url", "b"), ("session.a.ttl", "2")]);
        let differences = differences(&ours, &theirs);
        let keys: Vec<_> = differences.iter().map(|d| d.key.as_str()).collect();
        assert_eq!(keys, ["session.db", "session.store", "session.url", "session.a.ttl"]);
    }

    #[test]
    fn a_masked_setting_was_not_compared() {
        let ours =
            settings([("session.secret", "********"), ("db.password", "********"), ("session.a", "*")]);
        let theirs =
            settings([("session.secret", "********"), ("db.password", "********"), ("session.a", "b")]);
        assert_eq!(masked(&ours, &theirs), ["session.secret"]);
    }
}
