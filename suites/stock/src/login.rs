//! Every account of the platform file can sign in.

use smokestack::prelude::*;

/// The suite.
pub fn suite() -> Suite {
    Suite::new("login").case(case!(signs_in).each_account().tag("critical"))
}

async fn signs_in(cx: Cx) -> Checked {
    cx.session(&cx.account()?).await?;
    cx.done()
}
