//! Where requests go instead of where their address says: past DNS, or past the edge straight to an origin.

use std::net::IpAddr;

use reqwest::header::{HOST, HeaderName, HeaderValue};
use url::{Host, Url};

use super::Outgoing;

/// Another place for the requests to one host. What the server sees of the address stays as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Detour {
    host: String,
    /// An IP address or a name, as it stands in an address.
    to: String,
    /// The port, instead of the address's own.
    port: Option<u16>,
    /// The scheme, instead of the address's own.
    scheme: Option<String>,
    /// Say to the server by which address the visitor came, as the edge would.
    forwarded: bool,
}

impl Detour {
    /// To this machine instead of where DNS says.
    pub(crate) fn to_machine(host: String, ip: IpAddr, port: Option<u16>) -> Detour {
        let to = match ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        Detour { host, to, port, scheme: None, forwarded: false }
    }

    /// Past the edge, straight to an origin.
    pub(crate) fn to_origin(host: &str, origin: &Url) -> Option<Detour> {
        Some(Detour {
            host: host.to_owned(),
            to: origin.host_str()?.to_owned(),
            port: origin.port_or_known_default(),
            scheme: Some(origin.scheme().to_owned()),
            forwarded: true,
        })
    }

    pub(super) fn is_for(&self, host: &str) -> bool {
        self.host.eq_ignore_ascii_case(host)
    }

    /// The name or IP address to ask in place of the host.
    pub(super) fn to(&self) -> &str {
        self.to.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port in place of the address's own.
    pub(super) fn port(&self) -> Option<u16> {
        self.port
    }

    /// The place in words: `127.0.0.1:9001`.
    pub(super) fn place(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.to),
            None => self.to.clone(),
        }
    }

    /// The request as it goes to the other place: what the connection needs is changed, the `Host` header is not.
    pub(super) fn reroute(&self, mut request: Outgoing) -> Outgoing {
        let public = request.url.clone();
        let Some(host) = public.host_str() else { return request };
        let authority = match public.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        let url = &mut request.url;
        // Both are schemes of the web, and a host was there before: neither can fail.
        if let Some(scheme) = &self.scheme {
            let _ = url.set_scheme(scheme);
        }
        if self.port.is_some() {
            let _ = url.set_port(self.port);
        }
        // With TLS the name has to stay: the server shows the certificate of the name it is asked for.
        if url.scheme() == "http" || !matches!(url.host(), Some(Host::Domain(_))) {
            let _ = url.set_host(Some(&self.to));
        }
        let mut say = |name: HeaderName, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                request.headers.insert(name, value);
            }
        };
        say(HOST, &authority);
        if self.forwarded {
            say(HeaderName::from_static("x-forwarded-host"), &authority);
            say(HeaderName::from_static("x-forwarded-proto"), public.scheme());
        }
        request
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use reqwest::header::HeaderMap;

    use super::*;

    fn rerouted(detour: &Detour, url: &str) -> Vec<String> {
        let url = Url::parse(url).unwrap();
        let request = Outgoing { method: Method::GET, url, headers: HeaderMap::new(), body: None };
        let rerouted = detour.reroute(request);
        let headers =
            rerouted.headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
        std::iter::once(rerouted.url.to_string()).chain(headers).collect()
    }

    fn machine(to: &str, port: Option<u16>) -> Detour {
        Detour::to_machine("platform.test".into(), to.parse().unwrap(), port)
    }

    #[test]
    fn the_server_sees_the_address_that_was_asked_for() {
        let seen = rerouted(&machine("10.0.0.7", Some(8443)), "http://platform.test:8080/a?b=1");
        assert_eq!(seen, ["http://10.0.0.7:8443/a?b=1", "host: platform.test:8080"]);
        let seen = rerouted(&machine("fd00::7", None), "http://platform.test/");
        assert_eq!(seen, ["http://[fd00::7]/", "host: platform.test"]);
    }

    #[test]
    fn with_tls_the_name_stays_because_the_certificate_is_for_it() {
        let seen = rerouted(&machine("10.0.0.7", Some(8443)), "https://platform.test/");
        assert_eq!(seen, ["https://platform.test:8443/", "host: platform.test"]);
    }

    #[test]
    fn an_origin_is_told_how_the_visitor_came() {
        let origin = Url::parse("http://10.0.0.8:9001").unwrap();
        let detour = Detour::to_origin("platform.test", &origin).unwrap();
        assert_eq!(
            rerouted(&detour, "https://platform.test/work-orders/"),
            [
                "http://10.0.0.8:9001/work-orders/",
                "host: platform.test",
                "x-forwarded-host: platform.test",
                "x-forwarded-proto: https",
            ]
        );
        let origin = Url::parse("https://10.0.0.8").unwrap();
        let detour = Detour::to_origin("platform.test", &origin).unwrap();
        assert_eq!(rerouted(&detour, "http://platform.test:8080/")[0], "https://platform.test/");
    }
}
