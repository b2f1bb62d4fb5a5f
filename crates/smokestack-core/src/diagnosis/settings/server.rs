//! One server of a store: a host with its port, or a socket's path.

/// A server. Spelt so that the same server is always the same text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Server {
    pub(super) host: String,
    /// `None`: the default of whatever the store is.
    pub(super) port: Option<u16>,
}

impl Server {
    /// `Sessions:6379`, `[::1]:6379`, `sessions`, `/run/redis.sock`; no text is a server on this machine.
    pub(super) fn parse(text: &str) -> Server {
        let text = text.trim();
        if text.starts_with('/') {
            return Server { host: text.trim_end_matches(':').to_owned(), port: None };
        }
        let (host, port) = match text.rsplit_once(':') {
            // An IPv6 address without brackets has colons and no port.
            Some((host, port)) if !host.contains(':') || host.ends_with(']') => match port.parse() {
                Ok(port) => (host, Some(port)),
                Err(_) if port.is_empty() => (host, None),
                Err(_) => (text, None),
            },
            _ => (text, None),
        };
        Server { host: spelt(host), port }
    }

    /// Whether it is on the machine that the component itself runs on.
    pub(super) fn is_local(&self) -> bool {
        self.host == LOCAL || self.host.starts_with('/')
    }

    pub(super) fn or_port(mut self, default: Option<u16>) -> Server {
        if !self.host.starts_with('/') {
            self.port = self.port.or(default);
        }
        self
    }
}

const LOCAL: &str = "localhost";

fn spelt(host: &str) -> String {
    let bare = host.trim_start_matches('[').trim_end_matches(']').trim_end_matches('.');
    match bare.to_ascii_lowercase() {
        host if matches!(host.as_str(), "" | "127.0.0.1" | "::1") => LOCAL.to_owned(),
        host => host,
    }
}
