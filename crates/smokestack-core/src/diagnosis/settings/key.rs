//! The name of a setting as its words, so that `SESSION_REDIS_HOST` and `session.redis.host` are one.

/// The name of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key<'s> {
    pub(super) spelt: &'s str,
    /// In lower case, without the numbers of a list's entries.
    pub(super) words: Vec<String>,
    /// Those numbers, joined: `0` in `session.sentinels.0.host`.
    pub(super) entry: String,
}

/// What a setting says of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A whole address, or the kind of store.
    Address,
    /// What keeps sessions: `redis`, `memory`.
    Kind,
    Host,
    Port,
    /// Servers of a list; of sentinels, of a cluster.
    Nodes(Nodes),
    /// The name of the master that sentinels watch.
    Master,
    Database,
    Prefix,
    Tls,
    /// The password, or the account, by which the store is opened.
    Credentials,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nodes {
    Plain,
    Sentinels,
    Cluster,
}

impl<'s> Key<'s> {
    pub(super) fn of(spelt: &'s str) -> Key<'s> {
        let (numbers, words) = words(spelt).into_iter().partition::<Vec<_>, _>(|word| is_number(word));
        Key { spelt, words, entry: numbers.join(".") }
    }

    pub(super) fn has(&self, wanted: &[&str]) -> bool {
        self.words.iter().any(|word| wanted.contains(&word.as_str()))
    }

    pub(super) fn ends_with(&self, wanted: &[&str]) -> bool {
        self.words.len() >= wanted.len()
            && self.words[self.words.len() - wanted.len()..].iter().eq(wanted.iter())
    }

    pub(super) fn starts_with(&self, wanted: &[&str]) -> bool {
        self.words.len() >= wanted.len() && self.words.iter().zip(wanted).all(|(word, wanted)| word == wanted)
    }

    pub(super) fn last(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }

    /// Whether it says that it is about sessions. `sessionstore` does, and `JSESSIONID`.
    pub(super) fn is_about_sessions(&self) -> bool {
        self.words.iter().any(|word| word.contains("session"))
    }

    /// What it says of a store, if it is about one.
    pub(super) fn part(&self) -> Option<Part> {
        const BESIDE: [&str; 13] = [
            "cookie", "cookies", "csrf", "xsrf", "login", "logout", "signin", "signout", "redirect",
            "callback", "remember", "log", "logging",
        ];
        if self.has(&BESIDE) {
            return None;
        }
        let last = self.last().strip_prefix("session").filter(|rest| !rest.is_empty()).unwrap_or(self.last());
        let nodes = if self.words.iter().any(|word| word.starts_with("sentinel")) {
            Nodes::Sentinels
        } else if self.has(&["cluster", "clusters"]) {
            Nodes::Cluster
        } else {
            Nodes::Plain
        };
        let named = ["master", "service", "sentinel", "sentinels", "group"];
        let before = self.words.len().checked_sub(2).map_or("", |index| self.words[index].as_str());
        Some(match last {
            "socket" => Part::Host,
            "path" if before == "socket" => Part::Host,
            "path" if before == "save" => Part::Address,
            "name" if named.contains(&before) => Part::Master,
            "id" | "alias" if before == "master" => Part::Master,
            "master" | "mastername" | "masterid" | "servicename" => Part::Master,
            "name" if before == "instance" => Part::Prefix,
            "prefix" | "namespace" | "keyprefix" | "instancename" => Part::Prefix,
            "db" | "database" | "index" | "dbindex" | "dbnumber" | "databaseindex" => Part::Database,
            "number" | "num" | "id" if matches!(before, "db" | "database") => Part::Database,
            "host" | "hostname" | "server" | "node" | "address" | "endpoint" if nodes != Nodes::Plain => {
                Part::Nodes(nodes)
            }
            "host" | "hostname" | "server" | "node" | "address" | "addr" | "endpoint" => Part::Host,
            "hosts" | "servers" | "nodes" | "addresses" | "addrs" | "endpoints" | "list" | "sentinels" => {
                Part::Nodes(nodes)
            }
            "sentinel" | "cluster" => Part::Nodes(nodes),
            "port" => Part::Port,
            "ssl" | "tls" => Part::Tls,
            "enabled" if matches!(before, "ssl" | "tls") => Part::Tls,
            "enabled" if matches!(before, "cluster" | "sentinel") => Part::Nodes(nodes),
            // Symfony: an address, or the name of a service.
            "id" if before == "handler" => Part::Kind,
            "type" | "driver" | "engine" | "handler" | "backend" | "provider" => Part::Kind,
            "password" | "passwd" | "pwd" | "auth" | "username" | "user" if self.has(&["redis", "store"]) => {
                Part::Credentials
            }
            "urls" if nodes != Nodes::Plain => Part::Nodes(nodes),
            "store" | "redis" | "valkey" | "url" | "urls" | "uri" | "dsn" | "location" | "configuration" => {
                Part::Address
            }
            "string" if before == "connection" => Part::Address,
            "connectionstring" => Part::Address,
            _ => return None,
        })
    }
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// `session.redis.dbIndex` is `session`, `redis`, `db`, `index`; `redisURL` is `redis`, `url`.
fn words(key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut end = |word: &mut String| {
        if !word.is_empty() {
            words.push(std::mem::take(word).to_lowercase());
        }
    };
    let letters: Vec<char> = key.chars().collect();
    for (at, &letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            end(&mut word);
            continue;
        }
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1);
        let begins = before.is_some_and(|before| before.is_lowercase())
            || (before.is_some_and(char::is_uppercase) && after.is_some_and(|after| after.is_lowercase()));
        if letter.is_uppercase() && begins {
            end(&mut word);
        }
        word.push(letter);
    }
    end(&mut word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_in_every_spelling() {
        for key in [
            "session.redis.host",
            "SESSION_REDIS_HOST",
            "session-redis-host",
            "Session:Redis:Host",
            "Session__Redis__Host",
            "sessionRedisHost",
        ] {
            assert_eq!(Key::of(key).words, ["session", "redis", "host"], "{key}");
        }
        assert_eq!(Key::of("session.redisURL").words, ["session", "redis", "url"]);
        assert_eq!(Key::of("sessionDBIndex").words, ["session", "db", "index"]);
    }

    #[test]
    fn the_number_of_a_lists_entry_is_no_word() {
        let key = Key::of("session.sentinels.10.host");
        assert_eq!((key.words.join(" ").as_str(), key.entry.as_str()), ("session sentinels host", "10"));
        assert_eq!(Key::of("oauth2.cookie").words, ["oauth2", "cookie"]);
    }

    #[test]
    fn what_a_key_says_of_a_store_is_in_its_last_word() {
        for (key, part) in [
            ("session.store", Some(Part::Address)),
            ("sessionstore", Some(Part::Address)),
            ("SESSION_REDIS", Some(Part::Address)),
            ("session.save_path", Some(Part::Address)),
            ("CACHES.default.LOCATION", Some(Part::Address)),
            ("Session:Redis:ConnectionString", Some(Part::Address)),
            ("session.redis.host", Some(Part::Host)),
            ("SESSION_REDIS_UNIX_DOMAIN_SOCKET_PATH", Some(Part::Host)),
            ("session.redis.port", Some(Part::Port)),
            ("session.redis.dbIndex", Some(Part::Database)),
            ("session.redis.database_index", Some(Part::Database)),
            ("session.store.prefix", Some(Part::Prefix)),
            ("spring.session.redis.namespace", Some(Part::Prefix)),
            ("Session:Redis:InstanceName", Some(Part::Prefix)),
            ("spring.data.redis.sentinel.master", Some(Part::Master)),
            ("SESSION_REDIS_SENTINEL_MASTER_ALIAS", Some(Part::Master)),
            ("session.redis.high_availability.sentinel_name", Some(Part::Master)),
            ("spring.data.redis.sentinel.nodes", Some(Part::Nodes(Nodes::Sentinels))),
            ("session.redis.sentinels.0.host", Some(Part::Nodes(Nodes::Sentinels))),
            ("spring.data.redis.cluster.nodes", Some(Part::Nodes(Nodes::Cluster))),
            ("session.redis.nodes", Some(Part::Nodes(Nodes::Plain))),
            ("session.redis.ssl.enabled", Some(Part::Tls)),
            ("SESSION_DRIVER", Some(Part::Kind)),
            ("framework.session.handler_id", Some(Part::Kind)),
            ("session.redis.password", Some(Part::Credentials)),
            ("session.redis.timeout", None),
            ("session.cookie.path", None),
            ("session.login_url", None),
            ("session.cookie", None),
        ] {
            assert_eq!(Key::of(key).part(), part, "{key}");
        }
    }
}
