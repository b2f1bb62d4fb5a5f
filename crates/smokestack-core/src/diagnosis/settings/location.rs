//! Which of a component's settings say where it keeps sessions.

use std::collections::BTreeMap;

use super::address::kind;
use super::key::{Key, Part};
use super::store::{Setting, Store};

/// The settings that say where a component keeps sessions.
#[derive(Debug)]
pub(super) struct Location<'s> {
    settings: Vec<Setting<'s>>,
    /// Whether they are about sessions, and not only of a store that may hold them.
    pub(super) is_sure: bool,
}

/// What a platform has stores for beside sessions.
const OTHER_PURPOSES: [&str; 26] = [
    "cache",
    "caches",
    "queue",
    "queues",
    "broker",
    "celery",
    "sidekiq",
    "resque",
    "lock",
    "locks",
    "throttle",
    "rate",
    "ratelimit",
    "pubsub",
    "horizon",
    "broadcast",
    "broadcasting",
    "metrics",
    "job",
    "jobs",
    "worker",
    "search",
    "result",
    "results",
    "cable",
    "socketio",
];

impl<'s> Location<'s> {
    pub(super) fn of(settings: &'s BTreeMap<String, String>) -> Location<'s> {
        let all: Vec<Setting<'s>> =
            settings.iter().map(|(key, text)| Setting { key: Key::of(key), text: text.as_str() }).collect();
        let mut own: Vec<Setting<'s>> = all
            .iter()
            .filter(|setting| setting.key.is_about_sessions() && Store::is_told_by(setting))
            .filter(|setting| !names_a_connection(&setting.key))
            .cloned()
            .collect();
        if Store::join(&own).is_none_or(|store| store.place.is_some() || store.name.is_some()) {
            return Location { settings: own, is_sure: true };
        }
        let hint = Hint::of(&all, &own);
        // Sessions are elsewhere, or some setting of theirs says so little that it may be anywhere.
        if hint.elsewhere || (!hint.is_given() && !own.is_empty()) {
            return Location { settings: own, is_sure: true };
        }
        let is_said = |part: Part| own.iter().any(|setting| setting.key.part() == Some(part));
        let lent = lent(&all, &hint);
        let lent = lent.into_iter().filter(|setting| setting.key.part().is_some_and(|part| !is_said(part)));
        own.extend(lent.collect::<Vec<_>>());
        Location { settings: own, is_sure: hint.is_given() }
    }

    /// The store, if the settings are about one.
    pub(super) fn store(&self) -> Option<Store<'s>> {
        if self.settings.is_empty() { None } else { Store::join(&self.settings) }
    }
}

/// Laravel's `SESSION_CONNECTION`, and Django's `SESSION_CACHE_ALIAS`.
fn names_a_connection(key: &Key<'_>) -> bool {
    key.ends_with(&["session", "connection"]) || key.ends_with(&["session", "cache", "alias"])
}

/// What a component says of its sessions without saying where they are.
struct Hint {
    /// In Redis, by a setting that is about sessions.
    redis: bool,
    /// In the framework's cache: Django.
    cache: bool,
    /// Spring Session is there.
    spring: bool,
    /// In something else.
    elsewhere: bool,
    /// The name of a connection that is described elsewhere.
    connection: Vec<String>,
}

impl Hint {
    fn of(all: &[Setting<'_>], own: &[Setting<'_>]) -> Hint {
        let kinds =
            || own.iter().filter(|setting| matches!(setting.key.part(), Some(Part::Kind | Part::Address)));
        let named = all.iter().find(|setting| names_a_connection(&setting.key));
        let connection = named.map(|setting| Key::of(setting.text).words).unwrap_or_default();
        let is_redis = |setting: &Setting<'_>| kind(setting.text) == "redis";
        let is_cache =
            |setting: &Setting<'_>| setting.text.contains("cache") && kind(setting.text) != "memcached";
        Hint {
            redis: kinds().any(is_redis),
            cache: kinds().any(|setting| is_cache(setting) && !is_redis(setting)),
            elsewhere: kinds().any(|setting| !is_redis(setting) && !is_cache(setting)),
            spring: all.iter().any(|setting| setting.key.starts_with(&["spring", "session"])),
            connection: if connection == ["null"] { Vec::new() } else { connection },
        }
    }

    fn is_given(&self) -> bool {
        self.redis || self.cache || self.spring || !self.connection.is_empty()
    }

    fn names(&self, key: &Key<'_>) -> bool {
        !self.connection.is_empty()
            && self.connection.iter().all(|word| key.words.iter().any(|known| known == word))
    }
}

/// The settings of a store that sessions share with something else.
fn lent<'s>(all: &[Setting<'s>], hint: &Hint) -> Vec<Setting<'s>> {
    let default = ["default".to_owned()];
    let alias = if hint.connection.is_empty() { &default[..] } else { &hint.connection[..] };
    let of_cache = |key: &Key<'_>| {
        key.starts_with(&["caches"]) && key.words[1..].starts_with(alias) && key.words.len() > 1 + alias.len()
    };
    let plain = |key: &Key<'_>| {
        let is_redis = key.has(&["redis", "valkey"]);
        is_redis && (hint.names(key) || !key.has(&OTHER_PURPOSES))
    };
    let spring = |key: &Key<'_>| {
        key.starts_with(&["spring", "redis"]) || key.starts_with(&["spring", "data", "redis"])
    };
    let lends: Box<dyn Fn(&Key<'_>) -> bool> = if hint.spring {
        Box::new(spring)
    } else if hint.cache {
        Box::new(of_cache)
    } else {
        Box::new(plain)
    };
    let candidates: Vec<&Setting<'s>> = all
        .iter()
        .filter(|setting| !setting.key.is_about_sessions() && Store::is_told_by(setting))
        .filter(|setting| lends(&setting.key))
        .collect();
    // What is said of the named connection goes before what is said of all.
    let named = |part: Option<Part>| {
        candidates.iter().any(|setting| hint.names(&setting.key) && setting.key.part() == part)
    };
    let fits = |setting: &&&Setting<'s>| hint.names(&setting.key) || !named(setting.key.part());
    candidates.iter().filter(fits).map(|setting| (*setting).clone()).collect()
}
