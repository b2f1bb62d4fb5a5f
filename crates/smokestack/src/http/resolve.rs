//! Names to addresses. Names below `localhost` are loopback, whatever the system's resolver says (RFC 6761, 6.3).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::detour::Detour;

/// Resolves as the system does, `*.localhost` by itself, and names with a detour as that says.
pub(super) struct Resolver {
    pub(super) detours: Arc<[Detour]>,
}

/// A name that could not be resolved.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotResolved(String);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let detour = self.detours.iter().find(|detour| detour.is_for(name.as_str()));
        let host = detour.map_or_else(|| name.as_str(), Detour::to).to_owned();
        Box::pin(async move {
            match addresses(&host).await {
                Ok(addresses) => Ok(Box::new(addresses.into_iter()) as Addrs),
                Err(error) => Err(Box::new(error) as Box<dyn std::error::Error + Send + Sync>),
            }
        })
    }
}

/// Where a host is, its port left open.
pub(super) async fn addresses(host: &str) -> Result<Vec<SocketAddr>, NotResolved> {
    if let Ok(ip) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(ip, 0)]);
    }
    if host == "localhost" || host.ends_with(".localhost") {
        return Ok(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))]);
    }
    let found = tokio::net::lookup_host((host, 0)).await;
    found.map(Iterator::collect).map_err(|error| NotResolved(error.to_string()))
}
