//! Whether health checks say what pages show. Whoever deploys believes the one, and people see the other.

use smokestack::Component;
use smokestack::prelude::*;

/// The suite.
pub fn suite() -> Suite {
    Suite::new("health").case(case!(agrees).each_component_with(Component::has_health))
}

/// The health check is a success while the landing page works, and none while it is an error.
async fn agrees(cx: Cx) -> Checked {
    let page = cx.session(&cx.account()?).await?.get(cx.component()?.entry()).await?;
    if page.status().code() < 500 {
        page.signed_in_or_blocked_by("session::page")?; // a lost session is no word about health
    }
    cx.health().await?.agrees_with(&page);
    cx.done()
}
