//! Addresses from inside the platform, which nobody outside should be shown: names of private networks, private addresses,
//! doors behind the edge.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::Page;
use crate::run::Run;

/// What a run knows of inside and outside.
#[derive(Clone, Copy)]
pub(crate) struct Inside<'r> {
    run: &'r Run,
}

/// What makes an address one of the inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Loopback,
    Private,
    UniqueLocal,
    Shared,
    LinkLocal,
    Suffix(&'static str),
    SingleLabel,
}

/// Endings of names that only a private network resolves (RFC 6762, RFC 8375, RFC 9476; `.internal` is reserved for that by
/// ICANN; Kubernetes' `.svc` and `.cluster.local`).
const SUFFIXES: [&str; 10] = [
    "cluster.local",
    "local",
    "svc",
    "internal",
    "intranet",
    "localdomain",
    "corp",
    "lan",
    "private",
    "home.arpa",
];

impl Page {
    pub(crate) fn inside(&self) -> Inside<'_> {
        Inside { run: &self.session().scope.run }
    }
}

impl Inside<'_> {
    /// Why an address is one of the inside; none if it may be shown.
    pub(crate) fn why(&self, url: &Url) -> Option<String> {
        if self.run.is_own(url) || self.run.is_known_elsewhere(url) || self.is_allowed(url) {
            return None;
        }
        let door = |other: &&Url| other.host() == url.host() && port(other) == port(url);
        let mut origins = self.run.target.origins.iter();
        if let Some((component, _)) = origins.find(|(_, urls)| urls.iter().any(|other| door(&other))) {
            return Some(format!("an instance of `{component}` behind the edge"));
        }
        let own = || std::iter::once(self.run.url()).chain(self.run.target.hosts.iter().map(|(_, url)| url));
        let own_kinds = || own().filter_map(Kind::of);
        // On one machine everything has ports, and whose they are is not known.
        let is_local = own_kinds().any(|kind| kind == Kind::Loopback);
        let other_port = url.port().filter(|_| !is_local && own().any(|own| is_below(url, own)));
        if let Some(port) = other_port {
            return Some(format!("port {port} of the platform's own host"));
        }
        // Where the target itself has a private address or name, such an address is nothing from inside.
        let kind = Kind::of(url).filter(|kind| own_kinds().all(|own| own != *kind))?;
        Some(kind.words().to_owned())
    }

    fn is_allowed(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let with_port = url.port().map(|port| format!("{host}:{port}"));
        let known = &self.run.platform.resources.may_name;
        known.iter().any(|known| known == host || Some(known) == with_port.as_ref())
    }
}

impl Kind {
    pub(super) fn of(url: &Url) -> Option<Kind> {
        match url.host()? {
            Host::Ipv4(ip) => Kind::of_v4(ip),
            Host::Ipv6(ip) => Kind::of_v6(ip),
            Host::Domain(name) => Kind::of_name(name.trim_end_matches('.'), url),
        }
    }

    fn of_v4(ip: Ipv4Addr) -> Option<Kind> {
        let [first, second, ..] = ip.octets();
        match (first, second) {
            _ if ip.is_loopback() || ip.is_unspecified() => Some(Kind::Loopback),
            _ if ip.is_private() => Some(Kind::Private),
            _ if ip.is_link_local() => Some(Kind::LinkLocal),
            (100, 64..=127) => Some(Kind::Shared),
            _ => None,
        }
    }

    fn of_v6(ip: Ipv6Addr) -> Option<Kind> {
        if let IpAddr::V4(ip) = IpAddr::V6(ip).to_canonical() {
            return Kind::of_v4(ip);
        }
        match ip.segments()[0] {
            _ if ip.is_loopback() || ip.is_unspecified() => Some(Kind::Loopback),
            first if first & 0xfe00 == 0xfc00 => Some(Kind::UniqueLocal),
            first if first & 0xffc0 == 0xfe80 => Some(Kind::LinkLocal),
            _ => None,
        }
    }

    fn of_name(name: &str, url: &Url) -> Option<Kind> {
        let ends_with = |suffix: &str| name.strip_suffix(suffix).is_some_and(|rest| rest.ends_with('.'));
        if name == "localhost" || ends_with("localhost") {
            return Some(Kind::Loopback);
        }
        if let Some(suffix) = SUFFIXES.into_iter().find(|suffix| ends_with(suffix)) {
            return Some(Kind::Suffix(suffix));
        }
        // `tel`, `void` and other words before a colon and slashes are no hosts.
        let is_reached = matches!(url.scheme(), "http" | "https" | "ws" | "wss") || url.port().is_some();
        (!name.contains('.') && !name.is_empty() && is_reached).then_some(Kind::SingleLabel)
    }

    fn words(self) -> &'static str {
        match self {
            Kind::Loopback => "a loopback address",
            Kind::Private => "a private address (RFC 1918)",
            Kind::UniqueLocal => "a private address (RFC 4193)",
            Kind::Shared => "a carrier's inner address (RFC 6598)",
            Kind::LinkLocal => "a link-local address",
            Kind::Suffix("svc" | "cluster.local") => "a service's name inside a cluster",
            Kind::Suffix(_) => "a name of a private network",
            Kind::SingleLabel => "a name that only a private network resolves",
        }
    }
}

fn port(url: &Url) -> Option<u16> {
    url.port_or_known_default()
}

/// The same host or one below it.
fn is_below(url: &Url, own: &Url) -> bool {
    let (Some(host), Some(own)) = (url.host_str(), own.host_str()) else { return false };
    host.strip_suffix(own).is_some_and(|label| label.is_empty() || label.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(address: &str) -> Option<Kind> {
        Kind::of(&Url::parse(address).unwrap())
    }

    #[test]
    fn addresses_that_are_not_of_the_internet_are_known() {
        use Kind::{LinkLocal, Loopback, Private, Shared, SingleLabel, Suffix, UniqueLocal};
        for (address, expected) in [
            ("http://127.3.2.1/", Some(Loopback)),
            ("http://localhost:3000/", Some(Loopback)),
            ("http://app.localhost/", Some(Loopback)),
            ("http://[::1]/", Some(Loopback)),
            ("http://0.0.0.0:8080/", Some(Loopback)),
            ("http://10.1.2.3/", Some(Private)),
            ("http://172.16.0.1/", Some(Private)),
            ("http://172.32.0.1/", None),
            ("http://192.168.1.1/", Some(Private)),
            ("http://[::ffff:192.168.1.1]/", Some(Private)),
            ("http://[fd00::7]/", Some(UniqueLocal)),
            ("http://[fe80::7]/", Some(LinkLocal)),
            ("http://169.254.169.254/", Some(LinkLocal)),
            ("http://100.64.0.1/", Some(Shared)),
            ("http://100.128.0.1/", None),
            ("http://[2001:db8::1]/", None),
            ("http://app.internal/", Some(Suffix("internal"))),
            ("http://app.prod.svc:80/", Some(Suffix("svc"))),
            ("http://app.prod.svc.cluster.local/", Some(Suffix("cluster.local"))),
            ("http://printer.local./", Some(Suffix("local"))),
            ("http://orders:8080/", Some(SingleLabel)),
            ("https://orders/", Some(SingleLabel)),
            ("redis://sessions:6379/", Some(SingleLabel)),
            ("javascript://void/", None),
            ("https://internal.example.com/", None),
            ("https://mylocal/", Some(SingleLabel)),
            ("https://example.com:8443/", None),
        ] {
            assert_eq!(kind(address), expected, "{address}");
        }
    }
}
