//! A platform that the suite binary starts itself.

use std::any::Any;

/// A platform that the suite binary started, for a target that says `demo = true`.
pub struct Demo {
    pub(crate) url: String,
    pub(crate) env: Vec<(String, String)>,
    pub(crate) ca_pem: Option<String>,
    /// Kept for as long as the run; ends the platform when dropped.
    pub(crate) _alive: Box<dyn Any + Send>,
}

impl Demo {
    /// A running platform at this address; `alive` ends it when dropped.
    pub fn new(url: impl Into<String>, alive: impl Any + Send) -> Demo {
        Demo { url: url.into(), env: Vec::new(), ca_pem: None, _alive: Box::new(alive) }
    }

    /// The same with a credential, as if the environment had held it.
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Demo {
        self.env.push((name.into(), value.into()));
        self
    }

    /// The same with certificates to trust, in PEM form: those of an authority that only this platform has.
    pub fn ca_pem(mut self, pem: impl Into<String>) -> Demo {
        self.ca_pem = Some(pem.into());
        self
    }
}

/// Starts a demo platform; an error says what is missing and what to do.
pub(crate) type StartDemo = fn() -> Result<Demo, String>;
