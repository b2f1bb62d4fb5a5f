//! Names to addresses. Names below `localhost` are loopback, whatever the system's resolver says (RFC 6761, 6.3).

use std::net::{Ipv4Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Resolves as the system does, and `*.localhost` by itself.
pub(super) struct Resolver;

/// A name that could not be resolved.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct NotResolved(String);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str();
            if host == "localhost" || host.ends_with(".localhost") {
                let loopback = std::iter::once(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
                return Ok(Box::new(loopback) as Addrs);
            }
            match tokio::net::lookup_host((host, 0)).await {
                Ok(addresses) => Ok(Box::new(addresses.collect::<Vec<_>>().into_iter()) as Addrs),
                Err(error) => {
                    Err(Box::new(NotResolved(error.to_string())) as Box<dyn std::error::Error + Send + Sync>)
                }
            }
        })
    }
}
