//! What a run learned beside outcomes; diagnosis reads it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Something learned about the platform while a run went on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "kebab-case")]
pub enum Fact {
    /// A login ended in a session.
    SignedIn {
        /// The account.
        account: String,
        /// The cookies that the login set: the session.
        cookies: Vec<SessionCookie>,
    },
    /// A component was asked for its effective settings.
    Settings {
        /// The component.
        component: String,
        /// Where they were read.
        source: String,
        /// Flat keys and values, secrets masked.
        values: BTreeMap<String, String>,
    },
    /// A component's settings could not be read.
    SettingsUnreadable {
        /// The component.
        component: String,
        /// Where they should be.
        source: String,
        /// Why not.
        why: String,
    },
    /// A component was asked how it feels.
    Health {
        /// The component.
        component: String,
        /// The address asked.
        url: String,
        /// The status it gave; absent if no answer came.
        status: Option<u16>,
    },
}

/// The attributes of a session cookie, as the login set it. Never its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCookie {
    /// Name.
    pub name: String,
    /// The `Domain` attribute, or none for a host-only cookie.
    pub domain: Option<String>,
    /// The path it is valid for.
    pub path: String,
    /// Whether it has `Secure`.
    pub secure: bool,
    /// Whether it has `HttpOnly`.
    pub http_only: bool,
    /// `SameSite`, where it says so.
    pub same_site: Option<String>,
}
