//! A TLS connection that is opened for its certificate, whatever that is worth. Nothing is sent over it.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use smokestack_core::{NoAnswer, Stage};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use url::Url;

use super::Client;
use super::detour::Detour;
use super::{resolve, silence};

/// What a server showed, and whether a client would believe it.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    /// The server's own certificate.
    pub(crate) certificate: CertificateDer<'static>,
    pub(crate) believed: Result<(), Error>,
}

impl Client {
    /// Opens a TLS connection as for a request, looks at the certificate, and closes it again.
    pub(crate) async fn certificate(&self, url: &Url) -> Result<Shown, NoAnswer> {
        match tokio::time::timeout(self.limit, self.shown(url)).await {
            Ok(shown) => shown,
            Err(_) => Err(silence::too_late(url, self.limit)),
        }
    }

    async fn shown(&self, url: &Url) -> Result<Shown, NoAnswer> {
        let silent = |stage, cause: String| NoAnswer { stage, address: silence::address(url), cause };
        let host = url.host_str().unwrap_or_default();
        let detour = self.detours.iter().find(|detour| detour.is_for(host));
        let port = detour.and_then(Detour::port).or(url.port_or_known_default()).unwrap_or(443);
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let addresses = resolve::addresses(detour.map_or(bare, Detour::to)).await;
        let addresses = addresses.map_err(|error| silent(Stage::Dns, error.to_string()))?;
        let addresses: Vec<SocketAddr> =
            addresses.into_iter().map(|address| SocketAddr::new(address.ip(), port)).collect();
        let stream = TcpStream::connect(&*addresses).await;
        let stream = stream.map_err(|error| silent(Stage::Connect, error.to_string()))?;
        let no_tls = |why: String| silent(Stage::Tls, why);
        let name = ServerName::try_from(bare.to_owned()).map_err(|error| no_tls(error.to_string()))?;
        let verifier = self.verifier().map_err(|error| no_tls(error.to_string()))?;
        let look = Arc::new(Look { verifier, shown: Mutex::default() });
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| no_tls(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(look.clone())
            .with_no_client_auth();
        let connected = TlsConnector::from(Arc::new(config)).connect(name, stream).await;
        let shown = look.shown.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (shown, connected) {
            // Whatever came of the connection afterwards: it has shown what was asked for.
            (Some(shown), _) => Ok(shown),
            (None, Err(error)) => Err(no_tls(error.to_string())),
            (None, Ok(_)) => Err(no_tls("the server showed no certificate".to_owned())),
        }
    }

    /// What believes certificates as the client does; loading the system's takes long, and is done once.
    fn verifier(&self) -> Result<Arc<Verifier>, Error> {
        if let Some(verifier) = self.verifier.get() {
            return Ok(verifier.clone());
        }
        let roots = self.trusted.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = Arc::new(Verifier::new_with_extra_roots(roots, provider)?);
        Ok(self.verifier.get_or_init(|| verifier).clone())
    }
}

/// Takes every certificate, and remembers what would be said of it.
#[derive(Debug)]
struct Look {
    verifier: Arc<Verifier>,
    shown: Mutex<Option<Shown>>,
}

impl ServerCertVerifier for Look {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let believed = self.verifier.verify_server_cert(certificate, intermediates, name, ocsp_response, now);
        let shown = Shown { certificate: certificate.clone().into_owned(), believed: believed.map(|_| ()) };
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
