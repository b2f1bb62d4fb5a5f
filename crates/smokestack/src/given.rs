//! What a run has to offer, as far as it decides which cases are planned.

use std::time::Duration;

use crate::platform::Address;
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

    /// Whether an address of the target is known to be one over https.
    pub fn https(&self) -> bool {
        let own = match &self.run.target.address {
            Address::Url(url) => Some(url),
            Address::Demo => None,
        };
        own.into_iter()
            .chain(self.run.target.hosts.iter().map(|(_, url)| url))
            .any(|url| url.scheme() == "https")
    }

    /// Whether `[transport]` demands that plain http leads to https.
    pub fn demands_https(&self) -> bool {
        self.run.platform.transport.redirect
    }

    /// Whether `[transport]` demands any header of pages.
    pub fn demands_headers(&self) -> bool {
        self.run.platform.transport.of_headers()
    }

    /// The release that the run expects: `--expect-release`.
    pub fn expected_release(&self) -> Option<&str> {
        self.run.expected_release.as_deref()
    }
}
