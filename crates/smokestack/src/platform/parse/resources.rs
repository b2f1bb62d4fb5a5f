//! `[resources]`: what pages may name, and what is fetched of it.

use url::{Host, Url};

use super::target::target_address;
use crate::platform::ResourcesConfig;
use crate::platform::reader::{Reader, Table};

pub(super) fn resources(reader: &Reader, table: Table<'_>) -> ResourcesConfig {
    let config = ResourcesConfig {
        sites: list(
            reader,
            &table,
            "sites",
            site,
            ("the address of a site", "write it as `https://cdn.example.com`"),
        ),
        not_followed: list(
            reader,
            &table,
            "not_followed",
            |path| (path.starts_with('/') && !path.starts_with("//")).then(|| path.to_owned()),
            ("a path", "a path begins with one `/`"),
        ),
        may_name: list(
            reader,
            &table,
            "may_name",
            host,
            ("a host", "write a host, with or without a port: `id.internal`, `10.0.0.7:8443`"),
        ),
    };
    table.finish();
    config
}

/// What a function reads of each text of a list; `what` it has to be and how to write it are told otherwise.
fn list<T>(
    reader: &Reader,
    table: &Table<'_>,
    key: &'static str,
    read: impl Fn(&str) -> Option<T>,
    (what, help): (&str, &str),
) -> Vec<T> {
    let texts = table.names(key).unwrap_or_default();
    let values = texts.iter().filter_map(|text| {
        let value = read(text);
        if let (None, Some(place)) = (&value, table.place(key)) {
            let mistake = format!("`{}` is not {what}", text.escape_debug());
            reader.mistake_with_help(mistake, place, "in this list", help);
        }
        value
    });
    values.collect()
}

fn site(address: &str) -> Option<Url> {
    Url::parse(address).ok().and_then(|url| target_address(url).ok())
}

/// A host as addresses show it, with its port if one is given.
fn host(name: &str) -> Option<String> {
    let url = Url::parse(&format!("http://{name}/")).ok()?;
    let is_plain = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    let is_host = matches!(url.host(), Some(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_)));
    let host = url.host_str().filter(|_| is_plain && is_host && !name.contains('/'))?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}
