//! A cookie in the jar.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::octets::Octets;
use super::parse::{SameSite, shown};

/// A cookie as a browser keeps it, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) name: Octets,
    pub(super) value: Octets,
    #[serde(flatten)]
    pub(super) scope: Scope,
    pub(super) secure: bool,
    pub(super) http_only: bool,
    pub(super) same_site: Option<SameSite>,
    /// Seconds since 1970; none for a cookie that ends with the browser.
    pub(super) expires: Option<i64>,
    /// When it got its value, in seconds since 1970.
    pub(super) set_at: i64,
    /// The answer that gave it its value: `POST /login (303)`.
    pub(super) set_by: String,
}

/// Where a cookie goes. With its name this is what tells it from others; the port is no part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Scope {
    pub(super) domain: String,
    pub(super) host_only: bool,
    pub(super) path: String,
}

impl Stored {
    pub(super) fn has_expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    /// Its name for reports.
    pub(super) fn shown(&self) -> String {
        shown(&self.name.text())
    }

    /// `name=value`; of a nameless cookie the value alone.
    pub(super) fn pair(&self) -> Vec<u8> {
        match self.name.is_empty() {
            true => self.value.as_bytes().to_owned(),
            false => [self.name.as_bytes(), self.value.as_bytes()].join(&b'='),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.host_only { "host" } else { "Domain" };
        write!(f, "{kind} {}, Path {}", self.domain, self.path)
    }
}
