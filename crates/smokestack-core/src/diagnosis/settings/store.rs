//! A component's session store, joined from the settings that say something of it.

use std::collections::BTreeMap;

use super::address::{Address, Mode, default_port, kind};
use super::key::{Key, Nodes, Part};
use super::server::Server;
use super::value::{fingerprint, is_masked, is_secret};

/// One setting.
#[derive(Clone, Debug)]
pub(super) struct Setting<'s> {
    pub(super) key: Key<'s>,
    pub(super) text: &'s str,
}

/// Something that a setting says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said<'s, T> {
    pub(super) value: T,
    pub(super) key: &'s str,
    pub(super) text: &'s str,
}

/// A session store, as far as settings say which one it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Store<'s> {
    /// One of the kinds that are known by name.
    pub(super) kind: Option<Said<'s, String>>,
    /// Any other word for what keeps sessions.
    pub(super) engine: Option<Said<'s, String>>,
    pub(super) place: Option<Place<'s>>,
    /// A word that is no address: `main`.
    pub(super) name: Option<Said<'s, String>>,
    pub(super) master: Option<Said<'s, String>>,
    pub(super) database: Option<Said<'s, String>>,
    pub(super) prefix: Option<Said<'s, String>>,
    /// The fingerprint of the password; empty if the platform masks that itself.
    pub(super) credentials: Option<Said<'s, String>>,
    /// A port whose host nobody names.
    pub(super) port: Option<Said<'s, String>>,
    pub(super) tls: bool,
    /// The settings that it was joined from.
    pub(super) keys: Vec<&'s str>,
}

/// Where a store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place<'s> {
    pub(super) mode: Mode,
    pub(super) servers: Vec<Server>,
    pub(super) host: (&'s str, &'s str),
    /// The setting with the port, if that is another one.
    pub(super) port: Option<(&'s str, &'s str)>,
    /// Whether it is one address, in which a database that is not said is the first one.
    pub(super) is_address: bool,
}

const KINDS: [&str; 8] = ["redis", "memcached", "mongodb", "postgresql", "mysql", "memory", "cookie", "file"];

fn is_known(kind: &str) -> bool {
    KINDS.contains(&kind)
}

impl<'s> Store<'s> {
    /// Joins settings to one store; `None` if they contradict each other, so that they are about several.
    pub(super) fn join(settings: &[Setting<'s>]) -> Option<Store<'s>> {
        let mut parts = Parts::default();
        for setting in settings {
            // A setting that is empty says that its default is meant.
            if !matches!(setting.text.trim(), "" | "null" | "nil" | "None") {
                parts.take(setting)?;
            }
        }
        parts.into_store(settings)
    }

    /// Whether a setting says something of a store. A secret says nothing but that it is one.
    pub(super) fn is_told_by(setting: &Setting<'_>) -> bool {
        let is_hidden = is_secret(setting.text) || is_masked(setting.text);
        setting.key.part().is_some_and(|part| part == Part::Credentials || !is_hidden)
    }

    pub(super) fn kind(&self) -> Option<&str> {
        self.kind.as_ref().map(|kind| kind.value.as_str())
    }
}

/// What was found so far. An entry of a list is told from the others by its number.
#[derive(Default)]
struct Parts<'s> {
    addresses: Vec<(Setting<'s>, Address)>,
    hosts: BTreeMap<String, (Setting<'s>, Vec<Server>)>,
    nodes: BTreeMap<String, (Setting<'s>, Vec<Server>)>,
    nodes_are: Option<Nodes>,
    /// Some setting says so, without naming a node.
    is_cluster: bool,
    ports: BTreeMap<String, (Setting<'s>, u16)>,
    store: Store<'s>,
}

impl<'s> Parts<'s> {
    fn take(&mut self, setting: &Setting<'s>) -> Option<()> {
        let Setting { key, text } = setting;
        match key.part()? {
            Part::Address => match Address::parse(text) {
                Some(address) => self.addresses.push((setting.clone(), address)),
                None if matches!(key.last(), "redis" | "valkey" | "location") => self.host(setting)?,
                None if is_known(&kind(text)) => say(&mut self.store.kind, setting, kind(text))?,
                None => say(&mut self.store.name, setting, (*text).to_owned())?,
            },
            Part::Kind => match Address::parse(text) {
                Some(address) => self.addresses.push((setting.clone(), address)),
                None if is_known(&kind(text)) => say(&mut self.store.kind, setting, kind(text))?,
                None => say(&mut self.store.engine, setting, (*text).to_owned())?,
            },
            Part::Host => match Address::parse(text).filter(|_| text.contains(['/', ','])) {
                Some(address) => self.addresses.push((setting.clone(), address)),
                None => self.host(setting)?,
            },
            Part::Nodes(Nodes::Plain) if text.contains("://") => {
                self.addresses.push((setting.clone(), Address::parse(text)?));
            }
            Part::Nodes(nodes) if is_switch(text) => {
                self.is_cluster |= nodes == Nodes::Cluster && is_on(text);
            }
            Part::Nodes(nodes) => {
                if self.nodes_are.is_some_and(|known| known != nodes) {
                    return None;
                }
                self.nodes_are = Some(nodes);
                let servers = listed(text);
                if !servers.is_empty() {
                    add(&mut self.nodes, setting, servers)?;
                }
            }
            Part::Port => {
                if let Ok(port) = text.trim().parse() {
                    add(&mut self.ports, setting, port)?;
                }
            }
            Part::Master => say(&mut self.store.master, setting, (*text).to_owned())?,
            Part::Database => say(&mut self.store.database, setting, text.trim().to_owned())?,
            Part::Prefix => say(&mut self.store.prefix, setting, (*text).to_owned())?,
            Part::Credentials => {
                // A user is named in the clear; what makes two accounts two is the password.
                if is_secret(text) || is_masked(text) {
                    say(&mut self.store.credentials, setting, fingerprint(text))?;
                }
            }
            Part::Tls => {
                self.store.tls |= is_on(text);
            }
        }
        Some(())
    }

    fn host(&mut self, setting: &Setting<'s>) -> Option<()> {
        add(&mut self.hosts, setting, vec![Server::parse(setting.text)])
    }

    fn into_store(mut self, settings: &[Setting<'s>]) -> Option<Store<'s>> {
        let mut store = std::mem::take(&mut self.store);
        store.keys = settings.iter().map(|setting| setting.key.spelt).collect();
        let says_redis = settings.iter().any(|setting| setting.key.has(&["redis", "valkey"]));
        let addresses = std::mem::take(&mut self.addresses);
        for (setting, address) in &addresses {
            store.take_address(setting, address)?;
        }
        if store.kind.is_none() && says_redis {
            let setting = settings.iter().find(|setting| setting.key.has(&["redis", "valkey"]))?;
            say(&mut store.kind, setting, "redis".to_owned())?;
        }
        // Whoever names sentinels or a cluster asks them, and not the one server that is named beside.
        let servers = if self.nodes.is_empty() { &self.hosts } else { &self.nodes };
        if let Some((first, _)) = servers.values().next() {
            let mode = match (self.nodes_are, servers.values().map(|(_, servers)| servers.len()).sum()) {
                (Some(Nodes::Sentinels), _) => Mode::Sentinel,
                (Some(Nodes::Cluster), _) => Mode::Cluster,
                (_, _) if self.is_cluster => Mode::Cluster,
                (_, _) if store.master.is_some() => Mode::Sentinel,
                (_, 0..=1) => Mode::Single,
                _ => Mode::Several,
            };
            let port = |entry: &String| self.ports.get(entry).map(|(_, port)| *port);
            let with_port = |(entry, (_, servers)): (&String, &(Setting<'s>, Vec<Server>))| {
                let port = port(entry);
                servers.iter().map(move |server| server.clone().or_port(port)).collect::<Vec<_>>()
            };
            let place = Place {
                mode,
                servers: servers.iter().flat_map(with_port).collect(),
                host: (first.key.spelt, first.text),
                port: self.ports.values().next().map(|(setting, _)| (setting.key.spelt, setting.text)),
                is_address: false,
            };
            store.settle(place)?;
        }
        if let (None, Some((setting, port))) = (&store.place, self.ports.values().next()) {
            say(&mut store.port, setting, port.to_string())?;
        }
        let default =
            default_port(store.kind(), store.place.as_ref().map_or(Mode::Single, |place| place.mode));
        if let Some(place) = &mut store.place {
            place.servers.iter_mut().for_each(|server| *server = server.clone().or_port(default));
            place.servers.sort();
            place.servers.dedup();
        }
        Some(store)
    }
}

impl<'s> Store<'s> {
    fn take_address(&mut self, setting: &Setting<'s>, address: &Address) -> Option<()> {
        let known = |value: &Option<String>| value.clone();
        for (slot, value) in [
            (&mut self.kind, known(&address.kind)),
            (&mut self.master, known(&address.master)),
            (&mut self.database, known(&address.database)),
            (&mut self.prefix, known(&address.prefix)),
            (&mut self.credentials, address.credentials.as_deref().map(fingerprint)),
        ] {
            if let Some(value) = value {
                say(slot, setting, value)?;
            }
        }
        self.tls |= address.tls;
        self.settle(Place {
            mode: address.mode,
            servers: address.servers.clone(),
            host: (setting.key.spelt, setting.text),
            port: None,
            is_address: true,
        })
    }

    /// Takes a place, or one more server of a list.
    fn settle(&mut self, place: Place<'s>) -> Option<()> {
        let Some(known) = &mut self.place else {
            self.place = Some(place);
            return Some(());
        };
        let hosts = |place: &Place<'_>| {
            let mut hosts: Vec<String> = place.servers.iter().map(|server| server.host.clone()).collect();
            hosts.sort();
            hosts
        };
        let entry = |key| Key::of(key).entry;
        if Key::of(known.host.0).words == Key::of(place.host.0).words
            && entry(known.host.0) != entry(place.host.0)
        {
            known.servers.extend(place.servers);
            if known.mode == Mode::Single {
                known.mode = Mode::Several;
            }
            return Some(());
        }
        (hosts(known) == hosts(&place)).then_some(())
    }
}

/// Servers of a list, in the ways of configuration files: `a:1,b:2`, `["a:1", "b:2"]`, `[("a", 1), ("b", 2)]`.
fn listed(text: &str) -> Vec<Server> {
    if text.contains("://") {
        return Address::parse(text).map(|address| address.servers).unwrap_or_default();
    }
    let mut servers: Vec<Server> = Vec::new();
    let bare = |part: &str| part.trim_matches(['(', ')', '"', '\'', ' ']).to_owned();
    for part in text.trim_matches(['[', ']']).split([',', ';', ' ']).map(bare).filter(|part| !part.is_empty())
    {
        match (part.parse(), servers.last_mut()) {
            (Ok(port), Some(last)) if last.port.is_none() => last.port = Some(port),
            _ => servers.push(Server::parse(&part)),
        }
    }
    servers
}

fn is_on(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on")
}

/// Whether it is no server but says whether there are some, or how many.
fn is_switch(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    text.bytes().all(|byte| byte.is_ascii_digit())
        || matches!(text.as_str(), "true" | "false" | "yes" | "no" | "on" | "off")
}

/// Takes what a setting says; `None` if another one has said something else.
fn say<'s>(slot: &mut Option<Said<'s, String>>, setting: &Setting<'s>, value: String) -> Option<()> {
    match slot {
        Some(said) => (said.value == value).then_some(()),
        None => {
            *slot = Some(Said { value, key: setting.key.spelt, text: setting.text });
            Some(())
        }
    }
}

/// The same for entries of a list.
fn add<'s, T: PartialEq>(
    entries: &mut BTreeMap<String, (Setting<'s>, T)>,
    setting: &Setting<'s>,
    value: T,
) -> Option<()> {
    match entries.get(&setting.key.entry) {
        Some((_, known)) => (*known == value).then_some(()),
        None => {
            entries.insert(setting.key.entry.clone(), (setting.clone(), value));
            Some(())
        }
    }
}
