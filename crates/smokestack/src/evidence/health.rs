//! What a component's health check says.

use reqwest::Method;
use reqwest::header::HeaderMap;
use smokestack_core::Fact;

use crate::Component;
use crate::http::{Connection, Outgoing};
use crate::run::Run;

/// The status of a component's health check. Nothing where the platform file names none.
pub(super) async fn health(run: &Run, component: &Component) -> Option<Fact> {
    let url = run.url().join(&component.health()?).ok()?;
    let request = Outgoing { method: Method::GET, url: url.clone(), headers: HeaderMap::new(), body: None };
    let status = run.client.send(request, Connection::Kept).await.ok().map(|answer| answer.status);
    Some(Fact::Health { component: component.name().to_owned(), url: url.to_string(), status })
}
