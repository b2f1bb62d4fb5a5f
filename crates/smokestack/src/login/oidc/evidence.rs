//! What the provider says of itself, read when a login there failed.

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde::de::DeserializeOwned;
use smokestack_core::Fact;
use url::Url;

use super::discovery::{Keys, Metadata, address};
use crate::http::{Connection, Outgoing};
use crate::platform::login::WaySettings;
use crate::run::Run;

/// The provider's metadata and keys, where the platform file names a provider.
pub(crate) async fn provider(run: &Run) -> Option<Fact> {
    let WaySettings::Oidc(login) = &run.platform.login.settings else { return None };
    let source = address(&login.issuer);
    let (mut issuer_found, mut kids) = (None, Vec::new());
    let why = async {
        let metadata: Metadata = json(run, &source).await?;
        issuer_found = Some(metadata.issuer);
        let keys: Keys = json(run, &metadata.jwks_uri).await?;
        kids = keys.ids();
        Ok::<(), String>(())
    };
    let why = why.await.err();
    Some(Fact::Provider { issuer_expected: Some(login.issuer.clone()), issuer_found, kids, source, why })
}

async fn json<T: DeserializeOwned>(run: &Run, address: &str) -> Result<T, String> {
    let url = Url::parse(address).map_err(|error| format!("`{address}` is not an address: {error}"))?;
    let request = Outgoing { method: Method::GET, url, headers: HeaderMap::new(), body: None };
    let answer = run.client.send(request, Connection::Kept).await;
    let answer = answer.map_err(|no| format!("{} {}: {}", no.stage.words(), no.address, no.cause))?;
    if answer.status != 200 {
        return Err(format!("{address} answers status {}", answer.status));
    }
    serde_json::from_slice(&answer.body).map_err(|error| format!("{address} cannot be read: {error}"))
}
