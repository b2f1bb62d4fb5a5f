//! What stands behind the cases: makes the target ready, and gathers the evidence that findings need.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::Value;
use smokestack_core::{Blame, BoxFuture, Class, Fact, FailedCheck, LiveTarget, Record, Trouble};
use url::Url;

use crate::Component;
use crate::demo::{Demo, StartDemo};
use crate::evidence;
use crate::http::{Answer, Connection, Outgoing};
use crate::platform::Address;
use crate::run::Run;

pub(crate) struct RunTarget {
    run: Arc<Run>,
    start: Option<StartDemo>,
    demo: Mutex<Option<Demo>>,
}

impl RunTarget {
    pub(crate) fn new(run: Arc<Run>, start: Option<StartDemo>) -> RunTarget {
        RunTarget { run, start, demo: Mutex::new(None) }
    }

    async fn start_demo(&self) -> Result<Demo, Trouble> {
        let trouble =
            |what: String| Trouble { what: format!("the demo platform does not start: {what}"), help: None };
        let start = self.start.ok_or_else(|| trouble("this suite binary has none".to_owned()))?;
        match tokio::task::spawn_blocking(start).await {
            Ok(started) => started.map_err(trouble),
            Err(error) => Err(trouble(error.to_string())),
        }
    }

    async fn health(&self, component: &Component) -> Option<Fact> {
        let url = self.run.url().join(&component.health()?).ok()?;
        let status = self.fetch(&url).await.ok().map(|answer| answer.status);
        Some(Fact::Health { component: component.name().to_owned(), url: url.to_string(), status })
    }

    async fn settings(&self, component: &Component) -> Option<Fact> {
        let url = self.run.url().join(&component.settings()?).ok()?;
        let (component, source) = (component.name().to_owned(), url.to_string());
        let read = match self.fetch(&url).await {
            Ok(answer) if answer.status == 200 => settings(&answer.body),
            Ok(answer) => Err(format!("status {}", answer.status)),
            Err(why) => Err(why),
        };
        Some(match read {
            Ok(values) => Fact::Settings { component, instance: None, source, values },
            Err(why) => Fact::SettingsUnreadable { component, source, why },
        })
    }

    async fn fetch(&self, url: &Url) -> Result<Answer, String> {
        let request =
            Outgoing { method: Method::GET, url: url.clone(), headers: HeaderMap::new(), body: None };
        let answer = self.run.client.send(request, Connection::Kept).await;
        answer.map_err(|no| format!("{} {}: {}", no.stage.words(), no.address, no.cause))
    }
}

impl LiveTarget for RunTarget {
    fn selected(&self, cases: Vec<String>) {
        self.run.select(cases);
    }

    fn set_up(&self) -> BoxFuture<'_, Result<String, Trouble>> {
        Box::pin(async move {
            trust_file(&self.run)?;
            if let Some(other) = &self.run.foreign {
                trust_file(other)?;
                if let Address::Url(url) = &other.target.address {
                    other.ready(url.clone(), Vec::new());
                }
            }
            let (url, env) = match &self.run.target.address {
                Address::Url(url) => (url.clone(), Vec::new()),
                Address::Demo => {
                    let mut demo = self.start_demo().await?;
                    let url = Url::parse(&demo.url).map_err(|error| Trouble {
                        what: format!("the demo platform says it is at `{}`: {error}", demo.url),
                        help: None,
                    })?;
                    let env = std::mem::take(&mut demo.env);
                    if let Some(pem) = &demo.ca_pem {
                        let trusted = self.run.client.trust(pem.as_bytes());
                        trusted.map_err(|error| Trouble {
                            what: format!("the demo platform's certificates are of no use: {error}"),
                            help: None,
                        })?;
                    }
                    *self.demo.lock().unwrap_or_else(PoisonError::into_inner) = Some(demo);
                    (url, env)
                }
            };
            self.run.ready(url.clone(), env);
            self.run.read_carried().map_err(|error| Trouble {
                what: error.to_string(),
                help: error.help().map(str::to_owned),
            })?;
            Ok(url.to_string())
        })
    }

    fn evidence<'a>(&'a self, record: &'a Record) -> BoxFuture<'a, Vec<Fact>> {
        Box::pin(async move {
            let lost = components(record, |check| check.class == Class::SessionLost);
            let failed = components(record, |check| check.blame != Blame::Harness);
            let mut facts = Vec::new();
            for info in &record.run.components {
                let Some(component) = self.run.component(&info.name) else { continue };
                if failed.contains(&info.name) {
                    facts.extend(self.health(&component).await);
                    facts.extend(evidence::compared(&self.run, &component).await);
                }
                if lost.contains(&info.name) {
                    facts.extend(evidence::other_target(&self.run, &component).await);
                }
                if lost.contains(&info.name) || (info.issuer && !lost.is_empty()) {
                    facts.extend(self.settings(&component).await);
                }
            }
            facts
        })
    }

    fn tear_down(&self) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let demo = self.demo.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(demo) = demo {
                // Ending a platform waits for its threads.
                let _ = tokio::task::spawn_blocking(move || drop(demo)).await;
            }
        })
    }
}

/// Trusts the certificates of the file that the target names; it stands beside the platform file.
fn trust_file(run: &Run) -> Result<(), Trouble> {
    let Some(file) = &run.target.ca else { return Ok(()) };
    let file = run.platform.beside(file);
    let trouble = |why: String| Trouble {
        what: format!("the certificates to trust, `{}`, cannot be read: {why}", file.display()),
        help: Some(format!("`ca` in `[targets.{}]` names a file in PEM form", run.target.name)),
    };
    let pem = std::fs::read(&file).map_err(|error| trouble(error.to_string()))?;
    run.client.trust(&pem).map_err(|error| trouble(error.to_string()))
}

/// The components about which a case failed in this way.
fn components(record: &Record, way: fn(&FailedCheck) -> bool) -> BTreeSet<String> {
    let failed = record
        .cases
        .iter()
        .filter(|case| case.outcome.reason().is_some_and(|attempt| attempt.failed().any(way)));
    failed.filter_map(|case| case.component.clone()).collect()
}

/// Settings in JSON, flat or nested, as flat keys with dots; secrets masked.
fn settings(body: &[u8]) -> Result<BTreeMap<String, String>, String> {
    let json: Value = serde_json::from_slice(body).map_err(|error| format!("not JSON: {error}"))?;
    let mut values = BTreeMap::new();
    flatten("", &json, &mut values);
    if values.is_empty() { Err("no settings in it".to_owned()) } else { Ok(values) }
}

fn flatten(key: &str, json: &Value, values: &mut BTreeMap<String, String>) {
    let below = |name: &str| if key.is_empty() { name.to_owned() } else { format!("{key}.{name}") };
    match json {
        Value::Object(object) => object.iter().for_each(|(name, value)| flatten(&below(name), value, values)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(n, value)| flatten(&below(&n.to_string()), value, values))
        }
        Value::String(text) => {
            values.insert(key.to_owned(), masked(key, text));
        }
        other => {
            values.insert(key.to_owned(), masked(key, &other.to_string()));
        }
    }
}

/// A setting's value as it may be shown: none whose key says that it is secret, and no part of one that looks like a
/// credential, in an address or behind `password=`.
fn masked(key: &str, value: &str) -> String {
    const HIDDEN: &str = "********";
    const SECRET: [&str; 11] = [
        "secret",
        "password",
        "passwd",
        "pwd",
        "token",
        "credential",
        "private",
        "apikey",
        "api_key",
        "signing",
        "salt",
    ];
    let key = key.to_ascii_lowercase();
    let is_key = key.rsplit(['.', '_', '-']).next() == Some("key");
    if is_key || SECRET.iter().any(|word| key.contains(word)) {
        return HIDDEN.to_owned();
    }
    let parts = value.split_inclusive([',', ';', ' ', '&', '?']).map(|part| {
        let lower = part.to_ascii_lowercase();
        let named = ["password=", "passwd=", "pwd=", "auth=", "secret=", "token="]
            .iter()
            .find_map(|name| lower.find(name).map(|at| at + name.len()));
        let part = match named {
            Some(at) => format!("{}{HIDDEN}{}", &part[..at], separator(part)),
            None => part.to_owned(),
        };
        match part.rfind('@') {
            Some(at) => {
                let start = part.find("://").map_or(0, |scheme| scheme + 3).min(at);
                format!("{}{HIDDEN}{}", &part[..start], &part[at..])
            }
            None => part,
        }
    });
    parts.collect()
}

/// What a part of a list ends with.
fn separator(part: &str) -> &str {
    let end = part.trim_end_matches([',', ';', ' ', '&', '?']).len();
    &part[end..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_settings_become_flat_keys() {
        let flat = settings(br#"{"session":{"store":"redis://a/0","ttl":60},"debug":false}"#).unwrap();
        let shown: Vec<_> = flat.iter().map(|(key, value)| format!("{key}={value}")).collect();
        assert_eq!(shown, ["debug=false", "session.store=redis://a/0", "session.ttl=60"]);
    }

    #[test]
    fn a_secret_in_settings_is_masked() {
        let flat =
            settings(br#"{"session.secret":"hunter22","session.store":"redis://app:hunter22@a:6379/0"}"#)
                .unwrap();
        assert_eq!(flat["session.secret"], "********");
        assert_eq!(flat["session.store"], "redis://********@a:6379/0");
    }

    #[test]
    fn credentials_in_every_dialect_are_masked() {
        for (value, shown) in [
            ("redis://:hunt#er22@a:6379/0", "redis://********@a:6379/0"),
            ("cache:6379,password=hunter22,ssl=True", "cache:6379,password=********,ssl=True"),
            ("redis://:hunter22@a,redis://:hunter22@b", "redis://********@a,redis://********@b"),
            ("app:hunter22@host:6379", "********@host:6379"),
            ("redis://a/0?auth=hunter22", "redis://a/0?auth=********"),
            ("redis://a:6379/0", "redis://a:6379/0"),
        ] {
            assert_eq!(masked("session.store", value), shown);
        }
        for key in ["session.key", "signing_key", "SESSION_PWD", "session.salt", "cookie_key"] {
            assert_eq!(masked(key, "hunter22"), "********", "{key}");
        }
        assert_eq!(masked("session.keyspace", "app"), "app");
    }
}
