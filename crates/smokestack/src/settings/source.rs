//! Where a component's settings are, as the platform file says it.

use std::fmt;

use reqwest::header::HeaderName;

use super::Format;
use crate::credentials;

/// Where a component's settings are, and how they are written.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) place: Place,
    /// `None`: what answers, or the text itself, tells.
    pub(crate) format: Option<Format>,
}

#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// A path on the platform, or a whole address.
    Url { address: String, header: Option<Header> },
    /// A file, relative to the platform file.
    File(String),
    /// What a program prints: its name and its arguments.
    Command(Vec<String>),
}

/// A header that opens the settings.
#[derive(Clone, Debug)]
pub(crate) struct Header {
    pub(crate) name: HeaderName,
    /// Stands before the secret: `Bearer `.
    pub(crate) prefix: String,
    pub(crate) value: credentials::Source,
}

impl Source {
    /// The same with the target's name in place of `{target}`.
    pub(super) fn on(&self, target: &str) -> Source {
        let named = |text: &String| text.replace("{target}", target);
        let place = match &self.place {
            Place::Url { address, header } => Place::Url { address: named(address), header: header.clone() },
            Place::File(name) => Place::File(named(name)),
            Place::Command(words) => Place::Command(words.iter().map(named).collect()),
        };
        Source { place, format: self.format }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Url { address, .. } => f.write_str(address),
            Place::File(name) => write!(f, "file `{name}`"),
            Place::Command(words) => write!(f, "command `{}`", words.join(" ")),
        }
    }
}
