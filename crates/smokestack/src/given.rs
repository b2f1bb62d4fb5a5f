//! What a run has to offer, as far as it decides which cases are planned.

use std::time::Duration;

use crate::run::Run;

/// What the platform file and the command line give: a case that needs more is not planned, see
/// [`Case::given`](crate::Case::given).
pub struct Given<'r> {
    pub(crate) run: &'r Run,
}

impl Given<'_> {
    /// The pause after which a session must still be accepted: `idle` in `[session]`.
    pub fn idle(&self) -> Option<Duration> {
        self.run.platform.session.idle
    }

    /// Whether two accounts can be told apart on a page: by `who` in `[session]`.
    pub fn two_accounts(&self) -> bool {
        self.run.platform.session.who.is_some() && self.run.pair().is_some()
    }

    /// Whether the session is kept in cookies, and not in a header that goes with every request.
    pub fn cookies(&self) -> bool {
        self.run.platform.login.settings.keeps_cookies()
    }

    /// The target whose sessions must be refused: `foreign` of this one.
    pub fn foreign(&self) -> Option<&str> {
        self.run.foreign.as_ref().map(|other| other.target.name.as_str())
    }

    /// The release that the run expects: `--expect-release`.
    pub fn expected_release(&self) -> Option<&str> {
        self.run.expected_release.as_deref()
    }
}
