//! The harness is the provider's client: it asks with a state, a nonce and a verifier of its own, exchanges the code
//! and checks the ID token. The access token goes with every request to the platform.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use ring::digest::{SHA256, digest};
use serde::de::DeserializeOwned;
use smokestack_core::{Blame, Class, FailedCheck};
use url::Url;

use super::discovery::{self, Keys, Metadata};
use super::id_token::{Untrusted, Wanted, verify};
use super::redirect::{Question, Reply, same_issuer};
use crate::login::Visitor;
use crate::login::client_credentials::client;
use crate::login::form::walk;
use crate::login::json::{accepted, token};
use crate::login::refusal::{self, Refusal};
use crate::page::Page;
use crate::platform::login::{OidcClient, OidcLogin};
use crate::session::SessionRequest;
use crate::{Checked, Stop};

pub(super) async fn log_in(login: &OidcLogin, own: &OidcClient, visitor: &Visitor) -> Checked {
    let secret = secret(own, visitor).await?;
    let metadata: Metadata =
        fetched(visitor, &discovery::address(&login.issuer), "the provider's metadata").await?;
    if !same_issuer(&metadata.issuer, &login.issuer) {
        let found = format!("it names issuer {}, and `provider` names {}", metadata.issuer, login.issuer);
        return Err(visitor.refused(Refusal::new(found)));
    }
    let (state, nonce, verifier) = (random(), random(), random());
    visitor.learn(&verifier, "PKCE verifier");
    let question = Question::of(question(visitor, &metadata, own, (&state, &nonce, &verifier))?);
    visitor.session.stop_at(&own.redirect_uri);
    visitor.step("the request to the provider");
    let page = visitor.send(SessionRequest::new(Method::GET, question.address())).await?;
    let no_judge = |_: &Page| None;
    let back = walk(visitor, page, &login.steps, &no_judge).await?;
    let reply = reply(visitor, &back, &question, &login.issuer)?;
    visitor.step("the exchange of the code for tokens");
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &reply),
        ("redirect_uri", own.redirect_uri.as_str()),
        ("code_verifier", &verifier),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    visitor.allow(&metadata.token_endpoint);
    let request =
        client(visitor, &metadata.token_endpoint, fields, &own.id, secret.as_deref(), own.client_auth);
    let answer = visitor.send(request).await?;
    accepted(visitor, &answer)?;
    let (id_token, access_token) =
        (token(visitor, &answer, "/id_token")?, token(visitor, &answer, "/access_token")?);
    let keys: Keys = fetched(visitor, &metadata.jwks_uri, "the provider's keys").await?;
    visitor.step("the ID token");
    let now = i64::try_from(visitor.server_now()).unwrap_or_default();
    let wanted = Wanted { issuer: &login.issuer, client: &own.id, nonce: &nonce, now };
    verify(&id_token, &keys, &wanted).map_err(|why| untrusted(visitor, &why))?;
    own.header.put(visitor, &access_token);
    Ok(())
}

async fn secret(own: &OidcClient, visitor: &Visitor) -> Checked<Option<String>> {
    let Some(source) = &own.secret else { return Ok(None) };
    match visitor.scope.run.client_secret(source).await {
        Ok(secret) => Ok(Some(secret)),
        Err(missing) => {
            let what = format!("no client secret for client `{}`", own.id);
            let check = FailedCheck::new(Blame::Harness, Class::Harness, what).help(missing.help.clone());
            visitor.failed(FailedCheck { found: Some(missing.to_string()), ..check });
            Err(Stop::failed())
        }
    }
}

/// JSON that the provider publishes.
async fn fetched<T: DeserializeOwned>(visitor: &Visitor, address: &str, what: &str) -> Checked<T> {
    visitor.step(format!("{what} at {address}"));
    visitor.allow(address);
    let answer = visitor.send(SessionRequest::new(Method::GET, address)).await?;
    if let Some(refusal) = refusal::plain(&answer, "it") {
        return Err(visitor.refused(refusal));
    }
    if answer.code() != 200 {
        return Err(visitor.refused(Refusal::new(format!("it answers status {}", answer.code()))));
    }
    serde_json::from_str(answer.body())
        .map_err(|error| visitor.refused(Refusal::new(format!("it cannot be read: {error}"))))
}

/// The request for authorization (RFC 6749, section 4.1.1; RFC 7636, section 4.3).
fn question(
    visitor: &Visitor,
    metadata: &Metadata,
    own: &OidcClient,
    (state, nonce, verifier): (&str, &str, &str),
) -> Checked<Url> {
    let Ok(mut address) = Url::parse(&metadata.authorization_endpoint) else {
        let found =
            format!("its `authorization_endpoint` is no address: {}", metadata.authorization_endpoint);
        return Err(visitor.refused(Refusal::new(found)));
    };
    visitor.allow(address.as_str());
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    address
        .query_pairs_mut()
        .append_pair("response_type", "code")
        .append_pair("client_id", &own.id)
        .append_pair("redirect_uri", own.redirect_uri.as_str())
        .append_pair("scope", &own.scope)
        .append_pair("state", state)
        .append_pair("nonce", nonce)
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    Ok(address)
}

/// The code that the visitor was sent back with.
fn reply(visitor: &Visitor, back: &Page, question: &Question, issuer: &str) -> Checked<String> {
    let address = back.leads_to().filter(|address| question.is_answered_at(address));
    let Some(address) = address else {
        let found = format!("the provider does not send the visitor back (status {})", back.code());
        return Err(visitor.refused(Refusal::new(found).notes(back.alerts())));
    };
    visitor.step("the provider's answer");
    let reply = Reply::read(&address);
    if let Some(refusal) = reply.trouble(question, issuer) {
        return Err(visitor.refused(refusal));
    }
    let Some(code) = reply.code else {
        return Err(visitor.refused(Refusal::new("the provider's answer has no `code`")));
    };
    visitor.learn(&code, "authorization code");
    Ok(code)
}

fn untrusted(visitor: &Visitor, why: &Untrusted) -> Stop {
    let refusal = Refusal::new(why.to_string());
    visitor.refused(match why {
        Untrusted::UnknownKey { published, .. } => {
            refusal.notes([format!("its keys are {}", published.join(", "))])
        }
        _ => refusal,
    })
}

/// 256 bits that nobody guesses.
fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}
