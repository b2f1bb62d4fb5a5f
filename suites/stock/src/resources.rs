//! What a page needs beside itself: the redirects that lead to it, and the files that it names.

use smokestack::Component;
use smokestack::prelude::*;

/// The suite.
pub fn suite() -> Suite {
    Suite::new("resources")
        .case(case!(chain).each_component_with(Component::has_pages))
        .case(case!(load).each_component_with(Component::has_pages))
}

/// The way to the landing page ends, also for browsers that load it again by themselves, stays on https and within the target, and nothing of the page names an address from
/// inside the platform.
async fn chain(cx: Cx) -> Checked {
    let session = cx.session(&cx.account()?).await?;
    let page = session.get(cx.component()?.landing()).await?;
    page.chain().has_no_loop();
    page.comes_to_rest().await?;
    page.chain().stays_secure();
    page.chain().stays_within();
    page.required()?; // who is led away has not lost the session
    page.signed_in_or_blocked_by("session::page")?;
    page.names_no_internal_address();
    cx.done()
}

/// Every file that the landing page names comes, and is of use to a browser.
async fn load(cx: Cx) -> Checked {
    let session = cx.session(&cx.account()?).await?;
    let page = session.get(cx.component()?.landing()).await?;
    page.signed_in_or_blocked_by("session::page")?;
    let resources = page.resources().await?;
    resources.all_load();
    resources.have_no_mixed_content();
    cx.done()
}
