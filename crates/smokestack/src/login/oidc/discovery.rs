//! What a provider says of itself (OpenID Connect Discovery 1.0), and its keys (RFC 7517).

use serde::Deserialize;

/// The provider's metadata.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Metadata {
    pub(super) issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
}

/// The keys with which it signs.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Keys {
    pub(super) keys: Vec<Key>,
}

/// A public key.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Key {
    #[serde(default)]
    pub(super) kid: Option<String>,
    #[serde(default)]
    pub(super) kty: String,
    /// RSA: modulus and exponent.
    pub(super) n: Option<String>,
    pub(super) e: Option<String>,
    /// Curves: the point.
    pub(super) x: Option<String>,
    pub(super) y: Option<String>,
}

/// Where the metadata of an issuer is.
pub(super) fn address(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

impl Keys {
    /// The ids of all keys.
    pub(super) fn ids(&self) -> Vec<String> {
        self.keys.iter().filter_map(|key| key.kid.clone()).collect()
    }
}
