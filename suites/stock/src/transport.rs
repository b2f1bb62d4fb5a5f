//! What stands before pages: certificates, the way from http to https, and the headers that protect pages.

use smokestack::Component;
use smokestack::prelude::*;

/// The suite. Certificates are looked at wherever there is https, the rest where `[transport]` demands it.
pub fn suite() -> Suite {
    Suite::new("transport")
        .case(case!(certificates).given(|given| given.https()).tag("critical"))
        .case(case!(plain_http).given(|given| given.https() && given.demands_https()))
        .case(case!(headers).each_component_with(Component::has_pages).given(|given| given.demands_headers()))
}

/// The certificate of each host is by a trusted authority, for this host, and good for some time to come.
async fn certificates(cx: Cx) -> Checked {
    for address in cx.https_addresses() {
        let certificate = cx.transport(&address).await?.certificate();
        certificate.names_its_host();
        certificate.is_trusted();
        certificate.days_left().at_least(cx.certificate_days());
    }
    cx.done()
}

/// Whoever comes over plain http is led to https.
async fn plain_http(cx: Cx) -> Checked {
    for address in cx.plain_addresses() {
        cx.transport(&address).await?.redirects_to_https();
    }
    cx.done()
}

/// The landing page says to browsers what nobody may do with it.
async fn headers(cx: Cx) -> Checked {
    let page = cx.session(&cx.account()?).await?.get(cx.component()?.landing()).await?;
    page.signed_in_or_blocked_by("session::page")?;
    page.security().is_as_demanded();
    cx.done()
}
