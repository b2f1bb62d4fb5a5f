//! The pages that the platform file lists: each row is a case of its own.

use smokestack::prelude::*;

/// The suite `pages`.
pub fn suite() -> Suite {
    Suite::new("pages").case(case!(is_as_listed).each_page())
}

/// The page is as its row says.
async fn is_as_listed(cx: Cx) -> Checked {
    cx.listed_page().await?;
    cx.done()
}
