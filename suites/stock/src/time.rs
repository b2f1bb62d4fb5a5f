//! Whether pages come in time, where the platform file says what that is.

use smokestack::prelude::*;

/// The suite.
pub fn suite() -> Suite {
    Suite::new("time").case(case!(budget).each_component_with(|component| component.budget().is_some()))
}

/// The landing page usually keeps its budget: one late answer is asked again.
async fn budget(cx: Cx) -> Checked {
    let component = cx.component()?;
    let page = cx.session(&cx.account()?).await?.get(component.entry()).await?;
    page.signed_in_or_blocked_by("session::page")?;
    page.duration().usually_under(component.budget().unwrap_or_default()).await?;
    cx.done()
}
