//! In what two session stores differ.

use super::address::{Mode, default_port};
use super::key::Key;
use super::meaning::Meaning;
use super::server::Server;
use super::store::{Place, Said, Store};

/// One thing in which they differ: key and value of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Apart {
    pub(super) meaning: Meaning,
    /// Whether they differ whatever the rest of their configuration says.
    pub(super) is_sure: bool,
    pub(super) issuer: Option<(String, String)>,
    pub(super) component: Option<(String, String)>,
}

/// In what two stores differ; `None` if they say too little to be compared.
pub(super) fn compare(issuer: &Store<'_>, component: &Store<'_>) -> Option<Vec<Apart>> {
    if let (Some(ours), Some(theirs)) = (&issuer.kind, &component.kind)
        && ours.value != theirs.value
    {
        return Some(vec![apart(Meaning::Store, true, Some(ours), Some(theirs))]);
    }
    let mut found = Vec::new();
    match (&issuer.place, &component.place) {
        (Some(ours), Some(theirs)) => {
            found.extend(places(issuer, ours, component, theirs));
            found.extend(databases(issuer, ours, component, theirs));
        }
        (None, None) => {
            match (&issuer.name, &component.name) {
                (Some(ours), Some(theirs)) if ours.value != theirs.value => {
                    let is_sure = Key::of(ours.key).words == Key::of(theirs.key).words;
                    found.push(apart(Meaning::Store, is_sure, Some(ours), Some(theirs)));
                }
                (Some(_), Some(_)) | (None, None) => {}
                _ => return None,
            }
            if issuer.kind.is_some() != component.kind.is_some() {
                return None;
            }
            if let (Some(ours), Some(theirs)) = (&issuer.port, &component.port)
                && ours.value != theirs.value
            {
                found.push(apart(Meaning::Store, true, Some(ours), Some(theirs)));
            }
            if said(&issuer.database) != said(&component.database) {
                let is_sure = issuer.database.is_some() && component.database.is_some();
                found.push(apart(
                    Meaning::Database,
                    is_sure,
                    issuer.database.as_ref(),
                    component.database.as_ref(),
                ));
            }
        }
        _ => return None,
    }
    if let (Some(ours), Some(theirs)) = (&issuer.engine, &component.engine)
        && ours.value != theirs.value
    {
        let is_sure = issuer.place.is_none() && component.place.is_none();
        found.push(apart(Meaning::Store, is_sure, Some(ours), Some(theirs)));
    }
    found.extend(prefixes(issuer, component));
    let same_store = found.iter().all(|apart| apart.meaning != Meaning::Store);
    if let (true, Some(ours), Some(theirs)) = (same_store, &issuer.credentials, &component.credentials)
        && ours.value != theirs.value
        && ![ours, theirs].iter().any(|said| said.value.is_empty())
    {
        found.push(apart(Meaning::Credentials, false, Some(ours), Some(theirs)));
    }
    Some(found)
}

fn said<'a>(said: &'a Option<Said<'_, String>>) -> Option<&'a str> {
    said.as_ref().map(|said| said.value.as_str())
}

fn shown(said: &Said<'_, String>) -> (String, String) {
    (said.key.to_owned(), said.text.to_owned())
}

fn apart(
    meaning: Meaning,
    is_sure: bool,
    issuer: Option<&Said<'_, String>>,
    component: Option<&Said<'_, String>>,
) -> Apart {
    Apart { meaning, is_sure, issuer: issuer.map(shown), component: component.map(shown) }
}

fn places(issuer: &Store<'_>, ours: &Place<'_>, component: &Store<'_>, theirs: &Place<'_>) -> Option<Apart> {
    let kind = issuer.kind().or(component.kind());
    let with_ports = |place: &Place<'_>| {
        let port = default_port(kind, place.mode);
        place.servers.iter().map(|server| server.clone().or_port(port)).collect::<Vec<_>>()
    };
    let (our_servers, their_servers) = (with_ports(ours), with_ports(theirs));
    let is_there = |servers: &[Server], wanted: &Server| servers.iter().any(|server| same(server, wanted));
    let shared = our_servers.iter().filter(|server| is_there(&their_servers, server)).count();
    let all = shared == our_servers.len() && shared == their_servers.len();
    let masters = (said(&issuer.master), said(&component.master));
    let is_sure = match (ours.mode, theirs.mode) {
        (Mode::Sentinel, Mode::Sentinel) => match masters {
            (Some(ours), Some(theirs)) if ours != theirs => {
                let (ours, theirs) = (issuer.master.as_ref(), component.master.as_ref());
                return Some(apart(Meaning::Store, true, ours, theirs));
            }
            _ if shared > 0 => return None,
            // Other sentinels may watch the same master.
            _ => false,
        },
        // One node knows all the others.
        (Mode::Cluster, Mode::Cluster) if shared > 0 => return None,
        (Mode::Cluster, Mode::Cluster) => false,
        (Mode::Single, Mode::Single) if all => return None,
        (Mode::Single, Mode::Single) => true,
        (Mode::Several, Mode::Several) if all => return None,
        (Mode::Several, Mode::Several) => shared == 0,
        // The same server, asked in another way.
        _ if shared > 0 => return Some(place_apart(Meaning::Other, false, ours, theirs)),
        _ => false,
    };
    // What is asked over HTTP may be anything, and each component may have its own address for it.
    let is_sure = is_sure && kind != Some("http");
    Some(place_apart(Meaning::Store, is_sure, ours, theirs))
}

fn same(ours: &Server, theirs: &Server) -> bool {
    ours.host == theirs.host && (ours.port == theirs.port || ours.port.is_none() || theirs.port.is_none())
}

fn place_apart(meaning: Meaning, is_sure: bool, ours: &Place<'_>, theirs: &Place<'_>) -> Apart {
    let hosts =
        |place: &Place<'_>| place.servers.iter().map(|server| server.host.clone()).collect::<Vec<_>>();
    let same_hosts = hosts(ours) == hosts(theirs);
    let shown = |place: &Place<'_>| {
        let (key, text) = place.port.filter(|_| same_hosts).unwrap_or(place.host);
        Some((key.to_owned(), text.to_owned()))
    };
    Apart { meaning, is_sure, issuer: shown(ours), component: shown(theirs) }
}

fn databases(
    issuer: &Store<'_>,
    ours: &Place<'_>,
    component: &Store<'_>,
    theirs: &Place<'_>,
) -> Option<Apart> {
    /// That of a store whose settings do not say one.
    const FIRST: &str = "0";
    // A cluster has only one: https://redis.io/docs/latest/commands/select/
    if ours.mode == Mode::Cluster || theirs.mode == Mode::Cluster {
        return None;
    }
    let (our_database, their_database) = (said(&issuer.database), said(&component.database));
    if our_database.unwrap_or(FIRST) == their_database.unwrap_or(FIRST) {
        return None;
    }
    let shown = |store: &Store<'_>, place: &Place<'_>, other: &Store<'_>| match &store.database {
        Some(said) => shown(said),
        None if place.is_address => (place.host.0.to_owned(), place.host.1.to_owned()),
        None => {
            let key = other.database.as_ref().map_or(place.host.0, |said| said.key);
            (key.to_owned(), format!("(not set: {FIRST} by default)"))
        }
    };
    Some(Apart {
        meaning: Meaning::Database,
        is_sure: (our_database.is_some() || ours.is_address)
            && (their_database.is_some() || theirs.is_address),
        issuer: Some(shown(issuer, ours, component)),
        component: Some(shown(component, theirs, issuer)),
    })
}

/// A namespace is written with or without the colon that follows it, a prefix to the letter.
fn prefixes(issuer: &Store<'_>, component: &Store<'_>) -> Option<Apart> {
    let (ours, theirs) = (issuer.prefix.as_ref(), component.prefix.as_ref());
    let equal = match (ours, theirs) {
        (Some(ours), Some(theirs)) if Key::of(ours.key).last() == Key::of(theirs.key).last() => {
            ours.value == theirs.value
        }
        (Some(ours), Some(theirs)) => {
            ours.value.trim_end_matches([':', '/']) == theirs.value.trim_end_matches([':', '/'])
        }
        (ours, theirs) => ours.is_none() == theirs.is_none(),
    };
    (!equal).then(|| apart(Meaning::Prefix, ours.is_some() && theirs.is_some(), ours, theirs))
}
