//! Where a store is, read from the dialects in which people write that down.

use super::server::Server;

/// The port that Redis listens at, and its sentinels.
pub(super) const REDIS_PORT: u16 = 6379;
const REDIS_TLS_PORT: u16 = 6380;
const SENTINEL_PORT: u16 = 26379;

/// Where a store is, as one text says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    /// `redis`, `memcached`, `postgresql`; `None` where the text does not say.
    pub(super) kind: Option<String>,
    pub(super) mode: Mode,
    pub(super) servers: Vec<Server>,
    /// The master that the sentinels watch.
    pub(super) master: Option<String>,
    pub(super) database: Option<String>,
    pub(super) prefix: Option<String>,
    pub(super) tls: bool,
    /// What stands where user and password stood.
    pub(super) credentials: Option<String>,
}

/// How several servers are one store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    /// There is one.
    #[default]
    Single,
    /// Each has a part of the keys, by a rule of the client's.
    Several,
    /// They say which one it is.
    Sentinel,
    /// Each has a part of the keys, by a rule of their own.
    Cluster,
}

impl Address {
    /// Reads an address. A single word may be a host or the name of anything, and is none.
    pub(super) fn parse(text: &str) -> Option<Address> {
        let text = text.trim().trim_matches(['"', '\'']);
        if text.starts_with('/') && text.len() > 1 {
            return Some(Address { servers: vec![Server::parse(text)], ..Address::default() });
        }
        if text.contains("://") {
            return several(text);
        }
        let known = |scheme: &str| matches!(scheme, "redis" | "rediss" | "valkey" | "valkeys");
        match text.split_once(':') {
            // Symfony: `redis:?host[a]&host[b]`.
            Some((scheme, rest)) if known(scheme) && rest.starts_with('?') => url(scheme, rest),
            _ if text.contains([',', ':', '=', ';']) => connection_string(text),
            _ => None,
        }
    }

    pub(super) fn default_port(&self) -> Option<u16> {
        default_port(self.kind.as_deref(), self.mode)
    }

    fn also(&mut self, other: Address) {
        self.servers.extend(other.servers);
        self.kind = self.kind.take().or(other.kind);
        self.master = self.master.take().or(other.master);
        self.database = self.database.take().or(other.database);
        self.prefix = self.prefix.take().or(other.prefix);
        self.credentials = self.credentials.take().or(other.credentials);
        self.tls |= other.tls;
        if self.mode == Mode::Single {
            self.mode = other.mode;
        }
    }

    /// Takes a parameter, as a query or a connection string has it.
    fn parameter(&mut self, name: &str, value: &str) {
        let name: String = name.to_ascii_lowercase().chars().filter(|c| !matches!(c, '_' | '-')).collect();
        let is_on = !matches!(value.to_ascii_lowercase().as_str(), "" | "0" | "false" | "no" | "off");
        let text = Some(value.to_owned()).filter(|value| !value.is_empty());
        match name.as_str() {
            "db" | "database" | "dbindex" | "defaultdatabase" | "dbname" | "initialcatalog" => {
                self.database = text;
            }
            "prefix" | "keyprefix" | "namespace" => self.prefix = text,
            "sentinelmasterid" | "servicename" | "mastername" | "redissentinel" | "sentinelmaster" => {
                self.master = text;
                self.mode = Mode::Sentinel;
            }
            "addr" => self.servers.push(Server::parse(value)),
            "cluster" | "rediscluster" if is_on => self.mode = Mode::Cluster,
            "ssl" | "tls" => self.tls = is_on,
            "auth" | "password" => self.credentials = text,
            _ => {
                if let Some(server) = name.strip_prefix("host[").and_then(|rest| rest.strip_suffix(']')) {
                    self.servers.push(Server::parse(server));
                }
            }
        }
    }

    /// The servers with their ports, and the mode that follows from their number.
    fn settled(mut self) -> Address {
        if self.mode == Mode::Single && self.servers.len() > 1 {
            self.mode = Mode::Several;
        }
        let port = self.default_port();
        self.servers = self.servers.into_iter().map(|server| server.or_port(port)).collect();
        self
    }
}

pub(super) fn default_port(kind: Option<&str>, mode: Mode) -> Option<u16> {
    match (kind?, mode) {
        ("redis", Mode::Sentinel) => Some(SENTINEL_PORT),
        ("redis", _) => Some(REDIS_PORT),
        ("memcached", _) => Some(11211),
        ("mongodb", _) => Some(27017),
        ("postgresql", _) => Some(5432),
        ("mysql", _) => Some(3306),
        _ => None,
    }
}

/// One name for each kind of store.
pub(super) fn kind(word: &str) -> String {
    let word = word.to_ascii_lowercase();
    let has = |part: &str| word.contains(part);
    let kind = match word.as_str() {
        _ if has("redis") || has("valkey") || has("keydb") => "redis",
        _ if has("memcache") || has("dalli") => "memcached",
        _ if has("mongo") => "mongodb",
        _ if has("postgres") => "postgresql",
        _ if has("mysql") || has("mariadb") => "mysql",
        _ if has("memory") || has("locmem") => "memory",
        _ if has("cookie") => "cookie",
        "https" => "http",
        _ if has("file") => "file",
        _ => return word,
    };
    kind.to_owned()
}

/// One address, or several behind one another: `tcp://a:6379?weight=1, tcp://b:6379`.
fn several(text: &str) -> Option<Address> {
    let mut whole: Vec<String> = Vec::new();
    for piece in text.split([',', ';', ' ']).map(str::trim).filter(|piece| !piece.is_empty()) {
        match whole.last_mut() {
            // Hosts of one address: `redis+sentinel://a:26379,b:26379/main`.
            Some(last) if !piece.contains("://") => {
                last.push(',');
                last.push_str(piece);
            }
            _ => whole.push(piece.to_owned()),
        }
    }
    let mut addresses = whole.iter().filter_map(|address| {
        let (scheme, rest) = address.split_once("://")?;
        url(scheme, rest)
    });
    let mut first = addresses.next()?;
    addresses.for_each(|address| first.also(address));
    Some(first.settled())
}

/// What a scheme says: `rediss+sentinel`.
struct Scheme {
    kind: Option<String>,
    mode: Mode,
    tls: bool,
    is_socket: bool,
}

fn scheme(text: &str) -> Scheme {
    let text = text.to_ascii_lowercase();
    // `jdbc:postgresql`.
    let text = text.rsplit(':').next().unwrap_or_default();
    let mut scheme = Scheme { kind: None, mode: Mode::Single, tls: false, is_socket: false };
    for word in text.split(['+', '-']) {
        match word {
            "rediss" | "valkeys" => {
                scheme.tls = true;
                scheme.kind = Some("redis".to_owned());
            }
            "sentinel" | "sentinels" => {
                scheme.mode = Mode::Sentinel;
                scheme.tls |= word.ends_with('s');
                scheme.kind = Some("redis".to_owned());
            }
            "cluster" | "clusters" => {
                scheme.mode = Mode::Cluster;
                scheme.tls |= word.ends_with('s');
            }
            "unix" | "socket" => scheme.is_socket = true,
            "tls" | "ssl" => scheme.tls = true,
            "tcp" | "srv" | "" => {}
            word => scheme.kind = Some(scheme.kind.unwrap_or_else(|| kind(word))),
        }
    }
    scheme
}

fn url(scheme_text: &str, rest: &str) -> Option<Address> {
    let Scheme { kind, mode, tls, is_socket } = scheme(scheme_text);
    let mut address = Address { kind, mode, tls, ..Address::default() };
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (query, mut fragment) = query.split_once('#').unwrap_or((query, ""));
    let rest = match rest.rsplit_once('@') {
        Some((credentials, rest)) => {
            address.credentials = Some(credentials.to_owned()).filter(|text| !text.is_empty());
            rest
        }
        None => rest,
    };
    let rest = match rest.split_once('#') {
        Some((rest, of_path)) => {
            fragment = of_path;
            rest
        }
        None => rest,
    };
    let (hosts, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let numeric = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    let is_redis = address.kind.as_deref() == Some("redis");
    let is_path = hosts.is_empty() && segments.first().is_some_and(|first| !numeric(first));
    if is_socket || is_path || hosts.starts_with("%2F") || hosts.starts_with("%2f") {
        let socket = format!("{}{path}", decoded(hosts));
        let root = if socket.starts_with('/') { "" } else { "/" };
        address.servers.push(Server::parse(&format!("{root}{socket}")));
    } else {
        if !hosts.is_empty() || query.is_empty() {
            address.servers.extend(hosts.split(',').map(Server::parse));
        }
        let mut segments = segments.into_iter().map(decoded).peekable();
        if address.mode == Mode::Sentinel {
            address.master = segments.next_if(|segment| !numeric(segment));
        }
        if is_redis {
            address.database = segments.next_if(|segment| numeric(segment));
        } else {
            address.database = segments.next();
        }
        let prefix = segments.collect::<Vec<_>>().join("/");
        address.prefix = Some(prefix).filter(|prefix| !prefix.is_empty());
    }
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        address.parameter(&decoded(name), &decoded(value));
    }
    if address.mode == Mode::Sentinel && !fragment.is_empty() {
        address.master = Some(decoded(fragment));
    }
    Some(address.settled()).filter(|address| !address.servers.is_empty())
}

/// `a:6379,b:6379,defaultDatabase=2,ssl=True`, and `Server=a;Database=b` of SQL databases.
fn connection_string(text: &str) -> Option<Address> {
    let mut address = Address::default();
    let is_sql = text.contains(';') && text.contains('=');
    let separators: &[char] = if is_sql { &[';'] } else { &[',', ';', ' '] };
    for part in text.split(separators).map(str::trim).filter(|part| !part.is_empty()) {
        match part.split_once('=') {
            None => address.servers.push(Server::parse(part)),
            Some((name, value)) => {
                let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
                match name.as_str() {
                    "server" | "data source" | "host" | "address" | "addr" => {
                        let server = value.trim_start_matches("tcp:").replacen(',', ":", 1);
                        address.servers.push(Server::parse(&server));
                    }
                    "port" => {
                        let port = value.parse().ok();
                        let servers = std::mem::take(&mut address.servers).into_iter();
                        address.servers = servers.map(|server| server.or_port(port)).collect();
                    }
                    name => address.parameter(name.trim(), value),
                }
            }
        }
    }
    // Only Redis is written so, and its port depends on TLS.
    if text.contains('=') && !is_sql && !text.contains("host=") {
        address.kind = Some("redis".to_owned());
        if address.tls && address.mode == Mode::Single {
            let servers = std::mem::take(&mut address.servers).into_iter();
            address.servers = servers.map(|server| server.or_port(Some(REDIS_TLS_PORT))).collect();
        }
    }
    Some(address.settled()).filter(|address| !address.servers.is_empty())
}

/// The text with its percent-encoded bytes as they are.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.first_chunk::<2>().filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let code = digits.filter(|_| first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
