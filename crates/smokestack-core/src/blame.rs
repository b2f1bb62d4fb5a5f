//! Who is at fault when a case does not pass: one value, read by retry, JUnit, summary and exit code.

use serde::{Deserialize, Serialize};

/// Who is at fault.
///
/// Ordered by how much it says about the platform: a wrong answer outweighs silence, silence outweighs trouble of
/// the harness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Blame {
    /// The harness or the suite: credentials missing, a panic in a case, a request the suite may not send.
    Harness,
    /// The platform gave no answer that can be judged: refused, reset, timed out. The only kind worth asking again.
    Silent,
    /// The platform answered, and the answer is wrong.
    Wrong,
}

impl Blame {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Blame::Harness => "harness",
            Blame::Silent => "silent",
            Blame::Wrong => "wrong",
        }
    }
}
