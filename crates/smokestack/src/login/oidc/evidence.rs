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

#[cfg(test)]
mod tests {
    use smokestack_core::Wishes;

    use super::*;
    use crate::by_hand::{answer, ok, serve_at};
    use crate::one_component::{self, File};

    /// The fact about the provider at this address, which is written `URL` in it.
    async fn told(url: &str, way: &str) -> String {
        let way = way.replace("URL", url);
        let file = File { login: &way, ..File::default() };
        let run = one_component::run("http://127.0.0.1:1", file, &Wishes::default());
        let Some(fact) = provider(&run).await else { return "nothing".to_owned() };
        let Fact::Provider { issuer_expected, issuer_found, kids, source, why } = fact else {
            unreachable!()
        };
        let text = |text: Option<String>| text.unwrap_or("-".into());
        let kids = kids.join(",");
        let told = [text(issuer_expected), text(issuer_found), kids, source, text(why)].join(" | ");
        told.replace(url, "URL").replace(url.trim_start_matches("http://"), "HOST")
    }

    const OIDC: &str = "way = \"oidc\"\nprovider = \"URL\"";

    fn metadata(issuer: &str, keys: &str) -> String {
        ok(
            "",
            &format!(
                r#"{{"issuer":"{issuer}","jwks_uri":"{keys}","authorization_endpoint":"{issuer}/a","token_endpoint":"{issuer}/t"}}"#
            ),
        )
    }

    #[tokio::test]
    async fn what_a_provider_says_of_itself_is_told_as_it_says_it() {
        let (url, count) = serve_at(|url, head, _| match head.split(' ').nth(1) {
            Some("/.well-known/openid-configuration") => {
                metadata("http://id.internal:8080", &format!("{url}/keys"))
            }
            Some("/keys") => {
                ok("", r#"{"keys":[{"kid":"2023-a","kty":"EC"},{"kty":"EC"},{"kid":"2023-b","kty":"EC"}]}"#)
            }
            _ => answer("404 Not Found", "", ""),
        });
        insta::assert_snapshot!(told(&url, OIDC).await, @"URL | http://id.internal:8080 | 2023-a,2023-b | URL/.well-known/openid-configuration | -");
        assert_eq!(count.load(std::sync::atomic::Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_told_with_its_address_and_what_was_read_before_it() {
        let (url, _) = serve_at(|url, head, _| match head.split(' ').nth(1) {
            Some("/.well-known/openid-configuration") => metadata(url, &format!("{url}/keys")),
            _ => answer("503 Service Unavailable", "", "{}"),
        });
        insta::assert_snapshot!(told(&url, OIDC).await, @"URL | URL |  | URL/.well-known/openid-configuration | URL/keys answers status 503");
        let (url, _) = serve_at(|_, _, _| ok("", "<h1>Sign in</h1>"));
        insta::assert_snapshot!(told(&url, OIDC).await, @"URL | - |  | URL/.well-known/openid-configuration | URL/.well-known/openid-configuration cannot be read: expected value at line 1 column 1");
        insta::assert_snapshot!(told("http://127.0.0.1:1", OIDC).await, @"URL | - |  | URL/.well-known/openid-configuration | connect HOST: Connection refused (os error 111)");
    }

    #[tokio::test]
    async fn a_platform_that_names_no_provider_is_asked_of_none() {
        assert_eq!(told("http://127.0.0.1:1", "page = \"/login\"").await, "nothing");
    }
}
