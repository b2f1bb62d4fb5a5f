//! Whether the release went out: every instance shows the one that the run expects (`--expect-release`).

use smokestack::prelude::*;

/// The suite.
pub fn suite() -> Suite {
    Suite::new("release").case(
        case!(deployed).each_component().given(|given| given.expected_release().is_some()).tag("critical"),
    )
}

/// Every instance shows the expected release. A visitor without a session sees that too.
async fn deployed(cx: Cx) -> Checked {
    let sample = cx.anonymous().sample(&cx.component()?).await?;
    sample.saw_all();
    sample.one_release();
    cx.done()
}
