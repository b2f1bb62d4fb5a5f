//! What a certificate says: until when it is good, and for which names.

use jiff::Timestamp;
use rustls::client::verify_server_name;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::http::Shown;
use crate::run::now;

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// What a certificate says.
pub(super) struct Facts {
    certificate: CertificateDer<'static>,
    /// Seconds since 1970.
    ends: i64,
    pub(super) names: Vec<String>,
    pub(super) issuer: String,
    believed: Result<(), Error>,
}

impl Facts {
    pub(super) fn of(shown: Shown) -> Result<Facts, String> {
        let unreadable = |why: String| format!("the certificate cannot be read: {why}");
        let (_, read) =
            X509Certificate::from_der(&shown.certificate).map_err(|error| unreadable(error.to_string()))?;
        let alternative = read.subject_alternative_name().map_err(|error| unreadable(error.to_string()))?;
        let names = alternative.into_iter().flat_map(|names| &names.value.general_names).filter_map(name);
        let (ends, issuer) = (read.validity().not_after.timestamp(), read.issuer().to_string());
        let names = names.collect();
        drop(read);
        Ok(Facts { certificate: shown.certificate, ends, names, issuer, believed: shown.believed })
    }

    /// Whole days until it ends; less than none where it has ended.
    pub(super) fn days_left(&self) -> i64 {
        (self.ends - now()).div_euclid(DAY)
    }

    /// The day on which it ends.
    pub(super) fn last_day(&self) -> String {
        Timestamp::from_second(self.ends)
            .map_or_else(|_| "a day".to_owned(), |end| end.strftime("%Y-%m-%d").to_string())
    }

    /// Whether it is good for a host, by the rules of browsers (RFC 6125): a `*` stands for one label.
    pub(super) fn is_for(&self, host: &str) -> bool {
        let Ok(name) = ServerName::try_from(host.trim_start_matches('[').trim_end_matches(']').to_owned())
        else {
            return false;
        };
        ParsedCertificate::try_from(&self.certificate)
            .is_ok_and(|certificate| verify_server_name(&certificate, &name).is_ok())
    }

    /// Why a client would not believe it, beside its own end and its names, which have checks of their own.
    pub(super) fn distrust(&self) -> Option<String> {
        use CertificateError::{Expired, ExpiredContext, NotValidForName, NotValidForNameContext};
        let error = self.believed.as_ref().err()?;
        let has_ended = self.days_left() < 0;
        let is_known = match error {
            Error::InvalidCertificate(Expired | ExpiredContext { .. }) => has_ended,
            Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. }) => true,
            _ => false,
        };
        (!is_known).then(|| match error {
            Error::InvalidCertificate(error) => error.to_string(),
            error => error.to_string(),
        })
    }
}

fn name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => <[u8; 4]>::try_from(*bytes).ok().map(|bytes| std::net::Ipv4Addr::from(bytes).to_string()),
            _ => <[u8; 16]>::try_from(*bytes).ok().map(|bytes| std::net::Ipv6Addr::from(bytes).to_string()),
        },
        _ => None,
    }
}
