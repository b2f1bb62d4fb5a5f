//! `[resources]`: what pages may name, and what is fetched of it.

use url::{Host, Url};

use crate::platform::ResourcesConfig;
use crate::platform::reader::{Reader, Table};

pub(super) fn resources(reader: &Reader, table: Table<'_>) -> ResourcesConfig {
    let names = table.names("may_name").unwrap_or_default();
    let may_name = names.iter().filter_map(|name| {
        let known = host(name);
        if let (None, Some(place)) = (&known, table.place("may_name")) {
            let what = format!("`{}` is not a host", name.escape_debug());
            let help = "write a host, with or without a port: `id.internal`, `10.0.0.7:8443`";
            reader.mistake_with_help(what, place, "in this list", help);
        }
        known
    });
    let config = ResourcesConfig { may_name: may_name.collect() };
    table.finish();
    config
}

/// A host as addresses show it, with its port if one is given.
fn host(name: &str) -> Option<String> {
    let url = Url::parse(&format!("http://{name}/")).ok()?;
    let is_plain = url.path() == "/" && url.query().is_none() && url.username().is_empty();
    let is_host = matches!(url.host(), Some(Host::Domain(_) | Host::Ipv4(_) | Host::Ipv6(_)));
    let host = url.host_str().filter(|_| is_plain && is_host && !name.contains('/'))?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}
