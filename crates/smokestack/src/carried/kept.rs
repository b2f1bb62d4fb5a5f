//! What a carried file holds.

use std::path::Path;

use serde::{Deserialize, Serialize};
use url::Url;

use super::CarriedError;
use crate::session::State;

/// All that was saved before a deploy. Holds secrets.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Carried {
    /// The platform's name, and the target's: sessions of one target are never taken for another's.
    pub(crate) platform: String,
    pub(crate) target: String,
    /// The address it was primed at.
    pub(crate) url: String,
    /// Seconds since 1970.
    pub(crate) saved_at: i64,
    /// The releases that answered, each once.
    pub(crate) releases: Vec<String>,
    pub(crate) sessions: Vec<KeptSession>,
    /// One more session, to be signed in anew: that may end it, so it is nobody else's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) spare: Option<KeptSession>,
    /// What somebody has who looked at every page and never signed in.
    pub(crate) anonymous: State,
    pub(crate) forms: Vec<KeptForm>,
}

/// A signed-in session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeptSession {
    pub(crate) account: String,
    pub(crate) state: State,
    /// The names of the cookies that are the session.
    pub(crate) cookies: Vec<String>,
}

/// A form that was open in somebody's browser when the deploy came.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeptForm {
    pub(crate) component: String,
    pub(crate) account: String,
    /// The page it stood on.
    pub(crate) page: String,
    pub(crate) method: String,
    pub(crate) action: String,
    /// How its body is written.
    #[serde(default)]
    pub(crate) enctype: String,
    pub(crate) fields: Vec<(String, String)>,
    /// What people call a field, and its name.
    #[serde(default)]
    pub(crate) labels: Vec<(String, String)>,
}

impl Carried {
    pub(crate) fn session(&self, account: &str) -> Option<&KeptSession> {
        self.sessions.iter().find(|kept| kept.account == account)
    }

    pub(crate) fn form(&self, component: &str, account: &str) -> Option<&KeptForm> {
        self.forms.iter().find(|kept| kept.component == component && kept.account == account)
    }

    /// Whether these are sessions of this target, at this address: scheme, host and port.
    pub(crate) fn fits(&self, path: &Path, target: &str, url: &Url) -> Result<(), CarriedError> {
        if self.target != target {
            let why = format!("has sessions of target `{}`, and this run is about `{target}`", self.target);
            return Err(CarriedError::new(path, why));
        }
        if Url::parse(&self.url).is_ok_and(|primed| primed.origin() == url.origin()) {
            return Ok(());
        }
        let why = format!("has sessions of {}, and this run is about {url}", self.url);
        let help = "run at the address it was primed at, or prime at the one of the run; both know `--url`";
        Err(CarriedError::new(path, why).with_help(help))
    }

    /// When it was saved, in words: `saved 12m before, at release 2023.31`.
    pub(crate) fn told(&self, now: i64) -> String {
        let age = std::time::Duration::from_secs(u64::try_from(now - self.saved_at).unwrap_or_default());
        let age = humantime::format_duration(age);
        match self.releases.as_slice() {
            [] => format!("saved {age} ago"),
            releases => format!("saved {age} ago, at release {}", releases.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(primed_at: &str, run_at: &str) -> Option<String> {
        let carried = Carried {
            platform: "Facilities".into(),
            target: "staging".into(),
            url: primed_at.into(),
            saved_at: 0,
            releases: Vec::new(),
            sessions: Vec::new(),
            spare: None,
            anonymous: State::default(),
            forms: Vec::new(),
        };
        let fits = carried.fits(Path::new("carried.json"), "staging", &run_at.parse().unwrap());
        fits.err().map(|error| error.to_string())
    }

    #[test]
    fn another_port_is_another_address() {
        let why = refused("http://p.test:81/", "http://p.test:82/");
        let told = "carried file `carried.json` has sessions of http://p.test:81/, and this run is about http://p.test:82/";
        assert_eq!(why.as_deref(), Some(told));
        assert!(refused("http://p.test/", "http://p.test:8080/").is_some());
        assert!(refused("https://p.test:80/", "http://p.test/").is_some());
        assert!(refused("http://p.test/", "http://q.test/").is_some());
        assert!(refused("not an address", "http://p.test/").is_some());
    }

    #[test]
    fn a_port_that_goes_without_saying_may_be_said() {
        assert_eq!(refused("http://p.test:80/", "http://p.test/"), None);
        assert_eq!(refused("https://p.test/", "https://p.test:443/"), None);
        assert_eq!(refused("http://p.test:81/", "http://p.test:81/"), None);
    }
}
