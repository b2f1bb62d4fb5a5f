//! `[login]` as it was read: how an account becomes a session.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;
use url::Url;

use crate::credentials::{Kind, Source};
use crate::login::Template;

/// How an account becomes a session.
#[derive(Clone, Debug)]
pub(crate) struct LoginConfig {
    /// The component that issues the session.
    pub(crate) component: String,
    /// Where visitors are sent who have to sign in.
    pub(crate) page: String,
    /// The name of the way: a built-in one's or an own one's.
    pub(crate) way: String,
    pub(crate) settings: WaySettings,
    /// An address that only somebody signed in may ask; where a way ends without a page, it is asked.
    pub(crate) check: Option<String>,
    /// A login that takes longer is slow.
    pub(crate) budget: Option<Duration>,
    /// So many logins a minute are made as one account, over all processes.
    pub(crate) per_minute: Option<usize>,
    /// The pool whose accounts sign in where a case needs a login of its own: on this platform that ends the session before.
    pub(crate) own_logins: Option<String>,
}

/// What a way needs to know.
#[derive(Clone, Debug)]
pub(crate) enum WaySettings {
    Form(Vec<FormStep>),
    Json(JsonLogin),
    Basic,
    Bearer(TokenHeader),
    ClientCredentials(ClientLogin),
    Oidc(Box<OidcLogin>),
    /// Of an own way: texts that its code reads.
    Own(BTreeMap<String, String>),
}

/// Selects the form of a login that says nothing about it.
pub(crate) const PASSWORD_FORM: &str = "form:has(input[type=password])";

/// One form on the way to the session.
#[derive(Clone, Debug)]
pub(crate) struct FormStep {
    /// Selects the form; without it, the one form that has the fields.
    pub(crate) form: Option<String>,
    pub(crate) fill: Vec<(String, Template)>,
    /// Left out where the page before does not have the form.
    pub(crate) optional: bool,
}

/// Credentials as JSON.
#[derive(Clone, Debug)]
pub(crate) struct JsonLogin {
    pub(crate) url: String,
    /// The texts in it are templates.
    pub(crate) body: Value,
    /// Where the token is in the answer (RFC 6901); without it the session is a cookie.
    pub(crate) token: Option<String>,
    pub(crate) header: TokenHeader,
}

/// How a token goes with every request.
#[derive(Clone, Debug)]
pub(crate) struct TokenHeader {
    pub(crate) name: String,
    pub(crate) prefix: String,
}

/// OAuth 2 client credentials (RFC 6749, section 4.4).
#[derive(Clone, Debug)]
pub(crate) struct ClientLogin {
    pub(crate) token_url: String,
    pub(crate) scope: Option<String>,
    pub(crate) client_auth: ClientAuth,
    pub(crate) header: TokenHeader,
}

/// How a client proves who it is to a token endpoint (RFC 6749, section 2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientAuth {
    Basic,
    Body,
}

/// OpenID Connect, authorization code flow.
#[derive(Clone, Debug)]
pub(crate) struct OidcLogin {
    /// The issuer, as the platform file writes it.
    pub(crate) issuer: String,
    /// The provider's own forms.
    pub(crate) steps: Vec<FormStep>,
    /// What the platform's own request has to have.
    pub(crate) expects: Vec<Expected>,
    /// The harness is the client; without it, the platform is.
    pub(crate) client: Option<OidcClient>,
}

/// What an authorization request is protected by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    State,
    Nonce,
    Pkce,
}

/// The harness as a client of the provider.
#[derive(Clone, Debug)]
pub(crate) struct OidcClient {
    pub(crate) id: String,
    pub(crate) redirect_uri: Url,
    pub(crate) scope: String,
    pub(crate) secret: Option<Source>,
    pub(crate) client_auth: ClientAuth,
    pub(crate) header: TokenHeader,
}

impl LoginConfig {
    /// Sites beyond the target's own that a login may visit: those that the platform file names.
    pub(crate) fn beyond(&self) -> Vec<Url> {
        let address = match &self.settings {
            WaySettings::Json(json) => &json.url,
            WaySettings::ClientCredentials(client) => &client.token_url,
            WaySettings::Oidc(oidc) => &oidc.issuer,
            _ => return Vec::new(),
        };
        Url::parse(address).into_iter().collect()
    }
}

impl WaySettings {
    /// Whether the platform keeps a session, which can be ended.
    pub(crate) fn makes_a_session(&self) -> bool {
        match self {
            WaySettings::Basic | WaySettings::Bearer(_) | WaySettings::ClientCredentials(_) => false,
            WaySettings::Oidc(oidc) => oidc.client.is_none(),
            WaySettings::Form(_) | WaySettings::Json(_) | WaySettings::Own(_) => true,
        }
    }

    /// Whether a session is kept in cookies; of an own way it is not known that it is not.
    pub(crate) fn keeps_cookies(&self) -> bool {
        match self {
            WaySettings::Json(json) => json.token.is_none(),
            other => other.makes_a_session(),
        }
    }

    /// Whether people sign in on pages, so that a page says whether it worked.
    pub(crate) fn ends_on_a_page(&self) -> bool {
        match self {
            WaySettings::Form(_) => true,
            WaySettings::Oidc(oidc) => oidc.client.is_none(),
            _ => false,
        }
    }

    /// The credentials that every account must have.
    pub(crate) fn needs(&self) -> Vec<Kind> {
        let mut needs = match self {
            WaySettings::Form(steps) => of_steps(steps),
            WaySettings::Oidc(oidc) => of_steps(&oidc.steps),
            WaySettings::Json(json) => of_body(&json.body),
            WaySettings::Basic | WaySettings::ClientCredentials(_) => vec![Kind::Username, Kind::Password],
            WaySettings::Bearer(_) => vec![Kind::Token],
            WaySettings::Own(_) => Vec::new(),
        };
        needs.sort_by_key(|kind| Kind::ALL.iter().position(|other| other == kind));
        needs.dedup();
        needs
    }
}

fn of_steps(steps: &[FormStep]) -> Vec<Kind> {
    let needed = steps.iter().filter(|step| !step.optional);
    needed.flat_map(|step| step.fill.iter().flat_map(|(_, template)| template.needs())).collect()
}

fn of_body(body: &Value) -> Vec<Kind> {
    match body {
        Value::String(text) => Template::new(text).needs(),
        Value::Array(list) => list.iter().flat_map(of_body).collect(),
        Value::Object(object) => object.values().flat_map(of_body).collect(),
        _ => Vec::new(),
    }
}
