//! How many connections of a component break, where some did.

use std::time::{Duration, Instant};

use reqwest::Method;
use reqwest::header::HeaderMap;
use smokestack_core::Fact;

use crate::Component;
use crate::http::{Connection, Outgoing};
use crate::run::Run;

/// How often it is asked, and how long at most.
const TRIES: usize = 20;
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks for the component's page without a session, each time on a new connection.
pub(super) async fn connections(run: &Run, component: &Component) -> Option<Fact> {
    let url = run.url().join(&component.entry()).ok()?;
    let end = Instant::now() + PATIENCE;
    let (mut tried, mut causes) = (0, Vec::new());
    while tried < TRIES && Instant::now() < end {
        let _turn = run.pace.turn().await;
        let headers = HeaderMap::new();
        let request = Outgoing { method: Method::GET, url: url.clone(), headers, body: None };
        tried += 1;
        if let Err(silence) = run.client.send(request, Connection::Fresh).await {
            causes.push(format!("{} {}: {}", silence.stage.words(), silence.address, silence.cause));
        }
    }
    let (component, broken) = (component.name().to_owned(), causes.len());
    Some(Fact::Connections {
        component,
        url: url.to_string(),
        tried,
        broken,
        cause: causes.into_iter().next(),
    })
}
