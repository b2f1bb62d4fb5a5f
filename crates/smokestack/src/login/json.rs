//! Login by JSON: credentials in, a cookie or a token out.

use serde_json::Value;

use super::refusal::{self, Refusal};
use super::{LoginWay, Template, Visitor};
use crate::Checked;
use crate::page::Page;
use crate::platform::login::{JsonLogin, TokenHeader};
use crate::session::Pending;

impl LoginWay for JsonLogin {
    fn log_in<'a>(&'a self, visitor: &'a Visitor) -> Pending<'a, ()> {
        Box::pin(async move {
            visitor.step(format!("POST {}", self.url));
            let body = filled(visitor, &self.body).await?;
            let answer = visitor.post_json(&self.url, &body).await?;
            accepted(visitor, &answer)?;
            if let Some(pointer) = &self.token {
                let token = token(visitor, &answer, pointer)?;
                self.header.put(visitor, &token);
            }
            Ok(())
        })
    }
}

impl TokenHeader {
    /// From here on the token goes with every request to the platform.
    pub(super) fn put(&self, visitor: &Visitor, token: &str) {
        visitor.set_header(&self.name, &format!("{}{token}", self.prefix));
    }
}

/// The body with credentials in its texts.
fn filled<'a>(visitor: &'a Visitor, body: &'a Value) -> Pending<'a, Value> {
    Box::pin(async move {
        Ok(match body {
            Value::String(text) => Value::String(visitor.filled(&Template::new(text)).await?),
            Value::Array(list) => {
                let mut items = Vec::new();
                for item in list {
                    items.push(filled(visitor, item).await?);
                }
                Value::Array(items)
            }
            Value::Object(object) => {
                let mut entries = serde_json::Map::new();
                for (key, value) in object {
                    entries.insert(key.clone(), filled(visitor, value).await?);
                }
                Value::Object(entries)
            }
            other => other.clone(),
        })
    })
}

/// Whether an answer to credentials is a good one.
pub(super) fn accepted(visitor: &Visitor, answer: &Page) -> Checked {
    if let Some(refusal) = refusal::plain(answer, "it") {
        return Err(visitor.refused(refusal));
    }
    if answer.code() < 400 {
        return Ok(());
    }
    let refusal = Refusal::new(format!("it answers status {}", answer.code())).notes(answer.alerts());
    Err(visitor.refused(refusal.help(visitor.credentials_help())))
}

/// The token at this place of an answer.
pub(super) fn token(visitor: &Visitor, answer: &Page, pointer: &str) -> Checked<String> {
    let found = match serde_json::from_str::<Value>(answer.body()) {
        Ok(json) => match json.pointer(pointer) {
            Some(Value::String(token)) if !token.is_empty() => {
                visitor.learn(token, "token");
                return Ok(token.clone());
            }
            Some(Value::String(_)) => format!("`{pointer}` of the answer is empty"),
            Some(_) => format!("`{pointer}` of the answer is not a text"),
            None => {
                let refusal = Refusal::new(format!("the answer has no `{pointer}`"));
                let help = "`token` in `[login]` of the platform file says where it is, as a JSON pointer";
                return Err(visitor.refused(refusal.notes([keys(&json)]).help(help)));
            }
        },
        Err(_) if answer.is_json() => "the answer says it is JSON and is none".to_owned(),
        Err(_) => format!("the answer is not JSON but {}", answer.media_type()),
    };
    Err(visitor.refused(Refusal::new(found).notes(answer.heading_notes())))
}

/// The keys of an answer, of which none is a secret, one level deep.
fn keys(json: &Value) -> String {
    let Some(object) = json.as_object() else { return "the answer is no JSON object".to_owned() };
    let mut keys = Vec::new();
    for (key, value) in object {
        match value.as_object() {
            Some(below) => keys.extend(below.keys().map(|name| format!("`/{key}/{name}`"))),
            None => keys.push(format!("`/{key}`")),
        }
    }
    format!("it has {}", if keys.is_empty() { "no keys".to_owned() } else { keys.join(", ") })
}
