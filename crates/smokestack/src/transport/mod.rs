//! What stands below pages: the certificate of an address, and whether plain http leads to https.

mod certificate;
pub(crate) mod demands;
mod facts;

use std::sync::Arc;

use reqwest::header::{HeaderMap, LOCATION};
use smokestack_core::{Blame, Class, FailedCheck, NoAnswer, Place};
use url::Url;

use crate::cx::Scope;
use crate::http::{Answer, Connection, Outgoing};
use crate::page::Judged;
use crate::session::Pending;
use crate::{Cx, Stop};
pub use certificate::{Certificate, DaysLeft};
use facts::Facts;

/// What an address shows before any page: over https its certificate, over http where it leads.
#[derive(Clone)]
pub struct Transport {
    scope: Arc<Scope>,
    url: Url,
    seen: Seen,
}

#[derive(Clone)]
enum Seen {
    Certificate(Arc<Facts>),
    Plain { status: u16, to: Option<Url> },
}

impl Cx {
    /// Looks at an address: a path on the target or a whole address. Over https a connection is opened for its certificate,
    /// whatever that is worth, and nothing is sent; over http the address is asked once, and no redirect is followed.
    ///
    /// ```no_run
    /// # use smokestack::prelude::*;
    /// # async fn case(cx: Cx) -> Checked {
    /// let certificate = cx.transport("https://shop.example/").await?.certificate();
    /// certificate.is_trusted();
    /// certificate.days_left().at_least(14);
    /// certificate.names("www.shop.example");
    /// cx.transport("http://shop.example/").await?.redirects_to_https();
    /// # cx.done() }
    /// ```
    ///
    /// # Errors
    ///
    /// No answer came; that is written down as a failure of this line. It is no address.
    #[track_caller]
    pub fn transport(&self, address: &str) -> Pending<'_, Transport> {
        let (address, place) = (address.to_owned(), Place::caller());
        Box::pin(async move {
            let scope = self.scope.clone();
            let url = match scope.run.url().join(&address) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => url,
                _ => {
                    let what = format!("`{address}` is no address that could be looked at");
                    let check = FailedCheck::new(Blame::Harness, Class::Harness, what);
                    scope.log.failed(check.at(place));
                    return Err(Stop::failed());
                }
            };
            let seen = match url.scheme() {
                "https" => certificate(&scope, &url).await,
                _ => plain(&scope, &url).await,
            };
            match seen {
                Ok(seen) => Ok(Transport { scope, url, seen }),
                Err(silence) => Err(not_answered(&scope, &url, &silence, place)),
            }
        })
    }

    /// The target's own addresses over https, each host once: its own, and those of components on hosts of their own.
    pub fn https_addresses(&self) -> Vec<String> {
        let run = &self.scope.run;
        let components =
            run.platform.components.iter().filter_map(|config| run.component(&config.name)?.base);
        let mut addresses: Vec<String> = Vec::new();
        for url in std::iter::once(run.url().clone()).chain(components) {
            let address = format!("{}/", url.origin().ascii_serialization());
            if url.scheme() == "https" && !addresses.contains(&address) {
                addresses.push(address);
            }
        }
        addresses
    }

    /// The same over plain http, each at the target's `http_port`, or else at port 80.
    pub fn plain_addresses(&self) -> Vec<String> {
        let port = self.scope.run.target.http_port;
        let plain = |address: &String| {
            let mut url = Url::parse(address).ok()?;
            url.set_scheme("http").ok()?;
            url.set_port(port).ok()?;
            Some(url.into())
        };
        self.https_addresses().iter().filter_map(plain).collect()
    }

    /// How many days a certificate has to be good for: `certificate_days` in `[transport]` of the platform file.
    pub fn certificate_days(&self) -> u32 {
        self.scope.run.platform.transport.certificate_days
    }
}

impl Transport {
    /// The certificate that the address shows.
    pub fn certificate(&self) -> Certificate {
        let facts = match &self.seen {
            Seen::Certificate(facts) => Some(facts.clone()),
            Seen::Plain { .. } => None,
        };
        Certificate { scope: self.scope.clone(), url: self.url.clone(), facts }
    }

    /// Checks that the address, which is one over http, redirects to https at the same host.
    #[track_caller]
    pub fn redirects_to_https(&self) -> Judged {
        let (place, what) = (Place::caller(), format!("GET {}", self.url));
        let Seen::Plain { status, to } = &self.seen else {
            let check = FailedCheck::new(Blame::Harness, Class::Harness, what)
                .expected_found("an address over http", "one over https")
                .help("ask for the address as people type it: `http://…`");
            return fail(&self.scope, check, place);
        };
        let leads = |to: &Url| to.scheme() == "https" && to.host() == self.url.host();
        if to.as_ref().is_some_and(leads) {
            self.scope.log.met();
            return Judged::of(true);
        }
        let found = match to {
            Some(to) => format!("status {status} to {to}"),
            None => format!("status {status}, which is no redirect"),
        };
        let check = FailedCheck::new(Blame::Wrong, Class::Transport, what)
            .expected_found("a redirect to https at the same host", found);
        fail(&self.scope, check, place)
    }
}

fn fail(scope: &Scope, check: FailedCheck, place: Place) -> Judged {
    scope.log.failed(check.at(place));
    Judged::of(false)
}

async fn certificate(scope: &Scope, url: &Url) -> Result<Seen, NoAnswer> {
    let shown = scope.run.client.certificate(url).await?;
    let facts = Facts::of(shown).map_err(|cause| NoAnswer {
        stage: smokestack_core::Stage::Tls,
        address: url.authority().to_owned(),
        cause,
    })?;
    Ok(Seen::Certificate(Arc::new(facts)))
}

async fn plain(scope: &Scope, url: &Url) -> Result<Seen, NoAnswer> {
    let (method, headers) = (reqwest::Method::GET, HeaderMap::new());
    let request = Outgoing { method, url: url.clone(), headers, body: None };
    let Answer { status, headers, .. } = scope.run.client.send(request, Connection::Fresh).await?;
    let location =
        headers.get(LOCATION).and_then(|to| url.join(&String::from_utf8_lossy(to.as_bytes())).ok());
    let to = location.filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308));
    Ok(Seen::Plain { status, to })
}

fn not_answered(scope: &Scope, url: &Url, silence: &NoAnswer, place: Place) -> Stop {
    if let Some(case) = scope.run.not_heard(&scope.case, silence) {
        let target = &scope.run.target.name;
        return Stop::blocked(format!("target `{target}` being out of reach, see `{case}`"));
    }
    let found = format!("none: {} {}: {}", silence.stage.words(), silence.address, silence.cause);
    let what = format!("what {url} shows");
    let check = FailedCheck::new(Blame::Silent, Class::NoAnswer, what).expected_found("an answer", found);
    scope.log.failed(check.at(place));
    Stop::failed()
}
