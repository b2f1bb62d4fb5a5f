//! What the platform file demands of transport, beside certificates.

use std::time::Duration;

/// `[transport]`.
#[derive(Clone, Debug)]
pub(crate) struct Demands {
    /// How many days a certificate has to be good for.
    pub(crate) certificate_days: u32,
    /// Plain http has to lead to https.
    pub(crate) redirect: bool,
    /// How long browsers have to remember that there is https.
    pub(crate) hsts: Option<Duration>,
    /// And that below the host there is, too.
    pub(crate) hsts_subdomains: bool,
    pub(crate) no_sniffing: bool,
    pub(crate) no_foreign_frames: bool,
    pub(crate) referrer_policy: bool,
    pub(crate) content_policy: bool,
}

impl Default for Demands {
    fn default() -> Demands {
        Demands {
            certificate_days: 14,
            redirect: false,
            hsts: None,
            hsts_subdomains: false,
            no_sniffing: false,
            no_foreign_frames: false,
            referrer_policy: false,
            content_policy: false,
        }
    }
}

impl Demands {
    /// Whether any header is demanded of pages.
    pub(crate) fn of_headers(&self) -> bool {
        self.hsts.is_some()
            || self.hsts_subdomains
            || self.no_sniffing
            || self.no_foreign_frames
            || self.referrer_policy
            || self.content_policy
    }
}
