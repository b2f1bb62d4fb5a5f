//! Whether a page that was an error of the server works by now: what comes late with a release looks so.

use std::sync::Arc;
use std::time::{Duration, Instant};

use smokestack_core::Fact;

use super::scope;
use crate::Component;
use crate::run::Run;
use crate::session::Session;

/// How long a component is asked again once all cases have ended.
const PATIENCE: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(100);

/// Asks for the page that was the component's first error until it is none, for a short while. Nothing where it stays one.
pub(super) async fn recovered(run: &Arc<Run>, component: &Component) -> Option<Fact> {
    let (url, since) = run.first_error(component.name())?;
    let accounts = run.platform.accounts.iter();
    let state = accounts.filter_map(|account| run.pool.signed_in(&account.name)).next()?;
    let session = Session::new(scope(run, component.name()), state);
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        let page = session.fork().get(url.as_str()).await.ok()?;
        if page.code() < 500 {
            let (component, url) = (component.name().to_owned(), url.to_string());
            let after_ms = since.elapsed().as_secs_f64() * 1000.0;
            return (page.code() < 400).then_some(Fact::Recovered { component, url, after_ms });
        }
        tokio::time::sleep(PAUSE).await;
    }
    None
}
