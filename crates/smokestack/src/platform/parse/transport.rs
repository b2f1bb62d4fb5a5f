//! `[transport]`: what is demanded of certificates, redirects and headers.

use crate::platform::reader::Table;
use crate::transport::demands::Demands;

pub(super) fn demands(table: Table<'_>) -> Demands {
    let usual = Demands::default();
    let flag = |key| table.flag(key).unwrap_or(false);
    let days = table.whole("certificate_days", 0..=3650).map(|days| days as u32);
    let demands = Demands {
        certificate_days: days.unwrap_or(usual.certificate_days),
        redirect: flag("redirect"),
        hsts: table.duration("hsts"),
        hsts_subdomains: flag("hsts_subdomains"),
        no_sniffing: flag("no_sniffing"),
        no_foreign_frames: flag("no_foreign_frames"),
        referrer_policy: flag("referrer_policy"),
        content_policy: flag("content_policy"),
    };
    table.finish();
    demands
}
