//! Sends one request and reads its whole answer. Redirects and cookies are not its business.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Certificate, Method, redirect::Policy};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;
use smokestack_core::{NoAnswer, Stage, Timing};
use tower::util::MapFutureLayer;
use url::Url;

use super::connect;
use super::detour::Detour;
use super::resolve::Resolver;
use super::silence;

/// One client per run: connections are kept and shared by all cases.
pub(crate) struct Client {
    pub(super) limit: Duration,
    /// The largest body that is read, unpacked: an endless one ends here.
    max_body: usize,
    pub(super) detours: Arc<[Detour]>,
    /// Certificates to trust beside the system's.
    roots: Mutex<Vec<Certificate>>,
    /// The same as they are read by whoever looks at certificates.
    pub(super) trusted: Mutex<Vec<CertificateDer<'static>>>,
    pub(super) verifier: OnceLock<Arc<Verifier>>,
    plain: OnceLock<reqwest::Client>,
    tls: OnceLock<reqwest::Client>,
    plain_once: OnceLock<reqwest::Client>,
    tls_once: OnceLock<reqwest::Client>,
}

/// Which connection a request goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    /// One that is kept open, or a new one.
    Kept,
    /// A new one, so that a load balancer decides again.
    Fresh,
}

/// One request.
#[derive(Clone)]
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap<HeaderValue>,
    pub(crate) body: Option<Vec<u8>>,
}

/// One whole answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap<HeaderValue>,
    pub(crate) body: Vec<u8>,
    pub(crate) timing: Timing,
}

/// A request without an answer.
struct Lost {
    silence: NoAnswer,
    /// Its connection was open before, and broke before the answer began.
    was_kept: bool,
}

impl From<NoAnswer> for Lost {
    /// An answer that has begun is no connection that was closed before.
    fn from(silence: NoAnswer) -> Lost {
        Lost { silence, was_kept: false }
    }
}

/// A text is no certificate.
#[derive(Debug, thiserror::Error)]
#[error("no certificates in PEM form in it{}", .0.as_ref().map(|why| format!(": {why}")).unwrap_or_default())]
pub(crate) struct BadCertificates(Option<reqwest::Error>);

impl Client {
    /// A client whose requests may take this long each, bring so many bytes, and go these ways.
    pub(crate) fn new(limit: Duration, max_body: usize, detours: Vec<Detour>) -> Client {
        Client {
            limit,
            max_body,
            detours: detours.into(),
            roots: Mutex::default(),
            trusted: Mutex::default(),
            verifier: OnceLock::new(),
            plain: OnceLock::new(),
            tls: OnceLock::new(),
            plain_once: OnceLock::new(),
            tls_once: OnceLock::new(),
        }
    }

    /// Trusts these certificates too; told before the first request.
    pub(crate) fn trust(&self, pem: &[u8]) -> Result<(), BadCertificates> {
        let found = Certificate::from_pem_bundle(pem).map_err(|error| BadCertificates(Some(error)))?;
        if found.is_empty() {
            return Err(BadCertificates(None));
        }
        self.roots.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
        // What the one reads the other does too.
        let trusted = CertificateDer::pem_slice_iter(pem).filter_map(Result::ok);
        self.trusted.lock().unwrap_or_else(PoisonError::into_inner).extend(trusted);
        Ok(())
    }

    /// A client that goes this way before all others.
    pub(crate) fn with_detour(&self, detour: Detour) -> Client {
        let detours = std::iter::once(detour).chain(self.detours.iter().cloned()).collect();
        let client = Client::new(self.limit, self.max_body, detours);
        let roots = self.roots.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Client { roots: Mutex::new(roots), ..client }
    }

    /// Sends a request and reads its answer to the end, all within the limit.
    pub(crate) async fn send(&self, request: Outgoing, connection: Connection) -> Result<Answer, NoAnswer> {
        let url = request.url.clone();
        let host = url.host_str().unwrap_or_default();
        let detour = self.detours.iter().find(|detour| detour.is_for(host));
        let request = match detour {
            Some(detour) => detour.reroute(request),
            None => request,
        };
        let answered = self.send_to(&url, request, connection).await;
        answered.map_err(|silence| match detour {
            Some(detour) => {
                NoAnswer { address: format!("{} at {}", silence.address, detour.place()), ..silence }
            }
            None => silence,
        })
    }

    async fn send_to(
        &self,
        url: &Url,
        request: Outgoing,
        connection: Connection,
    ) -> Result<Answer, NoAnswer> {
        match tokio::time::timeout(self.limit, self.answered(url, request, connection)).await {
            Ok(answer) => answer,
            Err(_) => Err(silence::too_late(url, self.limit)),
        }
    }

    /// Sends a request. One that only reads is sent once more, over a new connection, where the kept one broke before it
    /// brought an answer, as browsers do: a server may close an idle connection just as it is used (RFC 9112, section
    /// 9.3.1). A new connection that breaks is the platform's doing.
    async fn answered(
        &self,
        url: &Url,
        request: Outgoing,
        connection: Connection,
    ) -> Result<Answer, NoAnswer> {
        let tls = request.url.scheme() == "https";
        let reads = request.body.is_none() && matches!(request.method, Method::GET | Method::HEAD);
        let again = (reads && connection == Connection::Kept).then(|| request.clone());
        let lost = match self.exchange(self.client(url, tls, connection)?, url, request).await {
            Ok(answer) => return Ok(answer),
            Err(lost) => lost,
        };
        let Some(again) = again.filter(|_| lost.was_kept) else { return Err(lost.silence) };
        let answered = self.exchange(self.client(url, tls, Connection::Fresh)?, url, again).await;
        answered.map_err(|lost| lost.silence)
    }

    /// Loading the system's certificates takes long, so only a client that needs them does it.
    fn client(&self, url: &Url, tls: bool, connection: Connection) -> Result<&reqwest::Client, NoAnswer> {
        let slot = match (tls, connection) {
            (false, Connection::Kept) => &self.plain,
            (true, Connection::Kept) => &self.tls,
            (false, Connection::Fresh) => &self.plain_once,
            (true, Connection::Fresh) => &self.tls_once,
        };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        let client =
            self.build(tls, connection).map_err(|error| silence::no_answer(&error, url, self.limit))?;
        Ok(slot.get_or_init(|| client))
    }

    fn build(&self, tls: bool, connection: Connection) -> reqwest::Result<reqwest::Client> {
        // A second caller finds it installed, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(self.limit)
            .connector_layer(MapFutureLayer::new(connect::timed))
            .dns_resolver(Resolver { detours: self.detours.clone() })
            .no_proxy()
            .user_agent(concat!("smokestack/", env!("CARGO_PKG_VERSION")));
        let roots = || self.roots.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let builder = if tls { builder.tls_certs_merge(roots()) } else { builder.tls_certs_only([]) };
        match connection {
            Connection::Kept => builder.build(),
            Connection::Fresh => builder.pool_max_idle_per_host(0).build(),
        }
    }

    async fn exchange(&self, client: &reqwest::Client, url: &Url, request: Outgoing) -> Result<Answer, Lost> {
        let silent = |error: reqwest::Error| silence::no_answer(&error, url, self.limit);
        let mut builder = client.request(request.method, request.url).headers(request.headers);
        if let Some(body) = request.body {
            builder = builder.body(body);
        }
        let sent = Instant::now();
        let (response, connect) = connect::measured(builder.send()).await;
        let mut response = response.map_err(|error| {
            let silence = silent(error);
            Lost { was_kept: connect.is_none() && silence.stage == Stage::BrokenOff, silence }
        })?;
        let timing = Timing { connect, first_byte: Some(sent.elapsed()) };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        // What is packed is unpacked piece by piece: a small answer that grows without end is given up in time.
        while let Some(chunk) = response.chunk().await.map_err(silent)? {
            if body.len() + chunk.len() > self.max_body {
                return Err(silence::too_large(url, self.max_body).into());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body, timing })
    }
}
