//! The ID token: whose it is, for whom, and whether the provider has signed it (OpenID Connect Core, section 3.1.3.7).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::discovery::{Key, Keys};
use super::redirect::same_issuer;

/// Clocks differ a little.
const LEEWAY: i64 = 60;

/// What a token has to say.
pub(super) struct Wanted<'w> {
    pub(super) issuer: &'w str,
    pub(super) client: &'w str,
    pub(super) nonce: &'w str,
    /// Seconds since 1970, by the provider's clock.
    pub(super) now: i64,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Audience,
    exp: i64,
    nonce: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Why a token is not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Untrusted {
    #[error("the ID token is none")]
    Malformed,
    #[error("the ID token says `alg` `{0}`, which is not taken")]
    Algorithm(String),
    #[error("the ID token is signed with key `{kid}`, which the provider does not publish")]
    UnknownKey { kid: String, published: Vec<String> },
    #[error("the ID token does not say with which of the provider's keys it is signed")]
    NoKeyNamed,
    #[error("the signature of the ID token is not that of the provider's key")]
    Signature,
    #[error("the ID token is of issuer {found}, and `provider` names {wanted}")]
    Issuer { found: String, wanted: String },
    #[error("the ID token is for {found}, and not for client `{wanted}`")]
    Audience { found: String, wanted: String },
    #[error("the ID token has another `nonce` than the request")]
    Nonce,
    #[error("the ID token has expired {0} s ago")]
    Expired(i64),
}

/// Checks a token: signature first, then what it says.
pub(super) fn verify(token: &str, keys: &Keys, wanted: &Wanted<'_>) -> Result<(), Untrusted> {
    let (signed, signature) = token.rsplit_once('.').ok_or(Untrusted::Malformed)?;
    let (header, claims) = signed.split_once('.').ok_or(Untrusted::Malformed)?;
    let header: Header = part(header)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Untrusted::Malformed)?;
    let key = key(&header, keys)?;
    signed_by(key, &header.alg, signed.as_bytes(), &signature)?;
    let claims: Claims = part(claims)?;
    if !same_issuer(&claims.iss, wanted.issuer) {
        return Err(Untrusted::Issuer { found: claims.iss, wanted: wanted.issuer.to_owned() });
    }
    let audience = match claims.aud {
        Audience::One(one) => vec![one],
        Audience::Many(many) => many,
    };
    if !audience.iter().any(|name| name == wanted.client) {
        let found = audience.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        return Err(Untrusted::Audience { found, wanted: wanted.client.to_owned() });
    }
    if claims.nonce.as_deref() != Some(wanted.nonce) {
        return Err(Untrusted::Nonce);
    }
    match wanted.now.saturating_sub(claims.exp) {
        past if past > LEEWAY => Err(Untrusted::Expired(past)),
        _ => Ok(()),
    }
}

fn part<T: DeserializeOwned>(text: &str) -> Result<T, Untrusted> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Untrusted::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| Untrusted::Malformed)
}

/// The key that the token names; a provider with one key need not name it.
fn key<'k>(header: &Header, keys: &'k Keys) -> Result<&'k Key, Untrusted> {
    match (&header.kid, &keys.keys[..]) {
        (Some(kid), all) => {
            let unknown = || Untrusted::UnknownKey { kid: kid.clone(), published: keys.ids() };
            all.iter().find(|key| key.kid.as_ref() == Some(kid)).ok_or_else(unknown)
        }
        (None, [only]) => Ok(only),
        (None, _) => Err(Untrusted::NoKeyNamed),
    }
}

fn signed_by(key: &Key, algorithm: &str, message: &[u8], signature: &[u8]) -> Result<(), Untrusted> {
    let bytes = |part: &Option<String>| {
        let part = part.as_deref().ok_or(Untrusted::Signature)?;
        URL_SAFE_NO_PAD.decode(part).map_err(|_| Untrusted::Signature)
    };
    let point = |algorithm: &'static dyn VerificationAlgorithm, point: Vec<u8>| {
        UnparsedPublicKey::new(algorithm, point).verify(message, signature).map_err(|_| Untrusted::Signature)
    };
    let rsa = |parameters| {
        let key = RsaPublicKeyComponents { n: bytes(&key.n)?, e: bytes(&key.e)? };
        key.verify(parameters, message, signature).map_err(|_| Untrusted::Signature)
    };
    // Uncompressed points (SEC 1, section 2.3.3).
    let uncompressed = || Ok([vec![4], bytes(&key.x)?, bytes(&key.y)?].concat());
    match (key.kty.as_str(), algorithm) {
        ("EC", "ES256") => point(&signature::ECDSA_P256_SHA256_FIXED, uncompressed()?),
        ("EC", "ES384") => point(&signature::ECDSA_P384_SHA384_FIXED, uncompressed()?),
        ("OKP", "EdDSA" | "Ed25519") => point(&signature::ED25519, bytes(&key.x)?),
        ("RSA", "RS256") => rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
        ("RSA", "RS384") => rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
        ("RSA", "RS512") => rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
        ("RSA", "PS256") => rsa(&signature::RSA_PSS_2048_8192_SHA256),
        ("RSA", "PS384") => rsa(&signature::RSA_PSS_2048_8192_SHA384),
        ("RSA", "PS512") => rsa(&signature::RSA_PSS_2048_8192_SHA512),
        // `none` above all (RFC 8725, section 3.1).
        _ => Err(Untrusted::Algorithm(algorithm.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
    use serde_json::{Value, json};

    use super::*;

    /// A provider with a key on P-256 and one on Curve25519.
    struct Provider {
        curve: EcdsaKeyPair,
        edwards: Ed25519KeyPair,
    }

    impl Provider {
        fn new() -> Provider {
            let random = SystemRandom::new();
            let curve = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
            let edwards = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
            Provider {
                curve: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, curve.as_ref(), &random)
                    .unwrap(),
                edwards: Ed25519KeyPair::from_pkcs8(edwards.as_ref()).unwrap(),
            }
        }

        fn keys(&self) -> Keys {
            let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
            let point = self.curve.public_key().as_ref();
            serde_json::from_value(json!({ "keys": [
                { "kid": "p", "kty": "EC", "crv": "P-256", "x": encoded(&point[1..33]), "y": encoded(&point[33..]) },
                { "kid": "e", "kty": "OKP", "crv": "Ed25519", "x": encoded(self.edwards.public_key().as_ref()) },
            ] }))
            .unwrap()
        }

        fn token(&self, header: &Value, claims: &Value) -> String {
            let encoded = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
            let signed = format!("{}.{}", encoded(header), encoded(claims));
            let signature = if header["alg"] == "EdDSA" {
                self.edwards.sign(signed.as_bytes()).as_ref().to_vec()
            } else {
                self.curve.sign(&SystemRandom::new(), signed.as_bytes()).unwrap().as_ref().to_vec()
            };
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
        }
    }

    fn claims() -> Value {
        json!({ "iss": "https://id.test", "aud": ["other", "app"], "exp": 1_000, "nonce": "n" })
    }

    fn verified(token: &str, keys: &Keys, now: i64) -> Result<(), Untrusted> {
        verify(token, keys, &Wanted { issuer: "https://id.test/", client: "app", nonce: "n", now })
    }

    fn judged(header: &Value, claims: &Value) -> Result<(), Untrusted> {
        let provider = Provider::new();
        verified(&provider.token(header, claims), &provider.keys(), 900)
    }

    #[test]
    fn a_token_of_the_provider_for_us_is_taken() {
        assert_eq!(judged(&json!({ "alg": "ES256", "kid": "p" }), &claims()), Ok(()));
        assert_eq!(judged(&json!({ "alg": "EdDSA", "kid": "e" }), &claims()), Ok(()));
    }

    #[test]
    fn a_key_that_is_not_published_is_named() {
        let unknown = judged(&json!({ "alg": "ES256", "kid": "q" }), &claims()).unwrap_err();
        assert_eq!(
            unknown,
            Untrusted::UnknownKey { kid: "q".to_owned(), published: vec!["p".to_owned(), "e".to_owned()] }
        );
        assert_eq!(judged(&json!({ "alg": "ES256" }), &claims()), Err(Untrusted::NoKeyNamed));
    }

    #[test]
    fn what_nobody_has_signed_is_not_taken() {
        let (provider, stranger) = (Provider::new(), Provider::new());
        let header = json!({ "alg": "ES256", "kid": "p" });
        let forged = stranger.token(&header, &claims());
        assert_eq!(verified(&forged, &provider.keys(), 900), Err(Untrusted::Signature));
        for algorithm in ["none", "HS256", "RS256"] {
            let header = json!({ "alg": algorithm, "kid": "p" });
            assert_eq!(judged(&header, &claims()), Err(Untrusted::Algorithm(algorithm.to_owned())));
        }
        for none in ["", "a.b", "a.b.c", "e30.e30."] {
            assert_eq!(verified(none, &provider.keys(), 900), Err(Untrusted::Malformed), "{none}");
        }
    }

    #[test]
    fn each_claim_that_is_not_ours_is_told() {
        let changed = |key: &str, value: Value| {
            let mut claims = claims();
            claims[key] = value;
            judged(&json!({ "alg": "ES256", "kid": "p" }), &claims).unwrap_err().to_string()
        };
        assert_eq!(
            changed("iss", json!("https://evil.test")),
            "the ID token is of issuer https://evil.test, and `provider` names https://id.test/"
        );
        assert_eq!(changed("aud", json!("other")), "the ID token is for `other`, and not for client `app`");
        assert_eq!(changed("nonce", json!("m")), "the ID token has another `nonce` than the request");
        assert_eq!(changed("exp", json!(800)), "the ID token has expired 100 s ago");
    }
}
