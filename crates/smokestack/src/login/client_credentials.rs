//! OAuth 2 client credentials (RFC 6749, section 4.4): the account is a client, its password the client's secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderValue};

use super::json::{accepted, token};
use super::{LoginWay, Visitor};
use crate::platform::login::{ClientAuth, ClientLogin};
use crate::session::{Pending, SessionRequest};

impl LoginWay for ClientLogin {
    fn log_in<'a>(&'a self, visitor: &'a Visitor) -> Pending<'a, ()> {
        Box::pin(async move {
            visitor.step(format!("POST {}", self.token_url));
            let mut fields = vec![("grant_type".to_owned(), "client_credentials".to_owned())];
            fields.extend(self.scope.iter().map(|scope| ("scope".to_owned(), scope.clone())));
            let (id, secret) = (visitor.username()?, visitor.password()?);
            let request = client(visitor, &self.token_url, fields, id, Some(secret), self.client_auth);
            let answer = visitor.send(request).await?;
            accepted(visitor, &answer)?;
            let token = token(visitor, &answer, "/access_token")?;
            self.header.put(visitor, &token);
            Ok(())
        })
    }
}

/// A request to a token endpoint by a client that proves who it is (RFC 6749, section 2.3.1). A public client has no
/// secret and only says its name.
pub(super) fn client(
    visitor: &Visitor,
    address: &str,
    mut fields: Vec<(String, String)>,
    id: &str,
    secret: Option<&str>,
    client_auth: ClientAuth,
) -> SessionRequest {
    let request = SessionRequest::new(Method::POST, address);
    if let (Some(secret), ClientAuth::Basic) = (secret, client_auth) {
        let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = STANDARD.encode(format!("{}:{}", encoded(id), encoded(secret)));
        visitor.learn(&pair, "client secret");
        if let Ok(value) = HeaderValue::from_str(&format!("Basic {pair}")) {
            return request.fields(fields).header(AUTHORIZATION, value);
        }
    }
    fields.push(("client_id".to_owned(), id.to_owned()));
    fields.extend(secret.map(|secret| ("client_secret".to_owned(), secret.to_owned())));
    request.fields(fields)
}
