//! What a difference in a setting about sessions means for the session.

use super::key::Key;
use super::value::is_secret;

/// What a difference is about, by how much it explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    Other,
    Ttl,
    Credentials,
    Format,
    CookieName,
    Secret,
    Prefix,
    Database,
    Store,
}

impl Meaning {
    /// What a setting is about that says nothing of a store, by its key and what it holds.
    pub(super) fn of(key: &Key<'_>, values: [Option<&str>; 2]) -> Meaning {
        const LIFETIME: [&str; 12] = [
            "ttl",
            "timeout",
            "lifetime",
            "maxage",
            "age",
            "expire",
            "expires",
            "expiry",
            "expiration",
            "duration",
            "interval",
            "seconds",
        ];
        const FORMAT: [&str; 8] = [
            "format",
            "serializer",
            "serialiser",
            "serialization",
            "serialisation",
            "codec",
            "encoding",
            "marshaller",
        ];
        /// Cookies, keys and formats of something else beside the session.
        const BESIDE: [&str; 18] = [
            "csrf",
            "xsrf",
            "remember",
            "login",
            "logout",
            "redirect",
            "tls",
            "ssl",
            "cert",
            "certificate",
            "affinity",
            "sticky",
            "refresh",
            "flash",
            "locale",
            "log",
            "logging",
            "date",
        ];
        if key.has(&BESIDE) {
            return Meaning::Other;
        }
        let last = key.last();
        if values.iter().flatten().any(|value| is_secret(value)) {
            let opens = ["password", "passwd", "pwd", "auth", "credential", "credentials", "token", "apikey"];
            let opens_something = opens.contains(&last) || key.has(&["api", "access"]);
            return if opens_something { Meaning::Credentials } else { Meaning::Secret };
        }
        if key.has(&["cookie", "cookies"]) {
            return match last {
                "name" | "cookie" => Meaning::CookieName,
                last if LIFETIME.contains(&last) => Meaning::Ttl,
                _ => Meaning::Other,
            };
        }
        match last {
            // PHP and Express call the cookie's name so.
            "name" if key.ends_with(&["session", "name"]) => Meaning::CookieName,
            last if FORMAT.iter().any(|format| last.ends_with(format)) => Meaning::Format,
            // A connection's time limit ends no session.
            last if LIFETIME.contains(&last) && !key.has(&["redis", "connect", "connection", "socket"]) => {
                Meaning::Ttl
            }
            _ => Meaning::Other,
        }
    }

    /// Whether it is by itself a reason for a session to be lost.
    pub(super) fn is_a_reason(self) -> bool {
        !matches!(self, Meaning::Other | Meaning::Ttl | Meaning::Credentials)
    }

    /// Why the component that differs ends a session that it accepted; none where that is no reason to end it.
    pub(super) fn words_of_the_end(self) -> Option<&'static str> {
        match self {
            Meaning::Format => {
                Some("it writes sessions back in another format than the component that issues them reads")
            }
            Meaning::Ttl => Some(self.words()),
            _ => None,
        }
    }

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
            Meaning::Secret => "it verifies sessions with another key than the component that issues them",
            Meaning::CookieName => "it looks for the session in a cookie of another name than the issuer's",
            Meaning::Format => {
                "it reads sessions in another format than the component that issues them writes"
            }
            Meaning::Credentials => {
                "it opens the session store with other credentials than the component that issues them"
            }
            Meaning::Ttl => "it ends sessions after another time than the component that issues them",
            Meaning::Other => {
                "its session settings differ from those of the component that issues the session"
            }
        }
    }
}
