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

    /// Whether these are sessions of this target.
    pub(crate) fn fits(&self, path: &Path, target: &str, url: &Url) -> Result<(), CarriedError> {
        if self.target != target {
            let why = format!("has sessions of target `{}`, and this run is about `{target}`", self.target);
            return Err(CarriedError::new(path, why));
        }
        let host = |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned));
        if Url::parse(&self.url).is_ok_and(|primed| host(&primed) != host(url)) {
            let why = format!("has sessions of {}, and this run is about {url}", self.url);
            return Err(CarriedError::new(path, why));
        }
        Ok(())
    }

    /// The same where the target has another port now: a cookie does not mind, and a form is sent to where it is now.
    pub(crate) fn moved_to(mut self, url: &Url) -> Carried {
        let door = |url: &Url| (url.scheme().to_owned(), url.port_or_known_default());
        let Ok(primed) = Url::parse(&self.url) else { return self };
        let moved = |address: &str| {
            let mut to = Url::parse(address).ok().filter(|own| door(own) == door(&primed))?;
            to.set_port(url.port()).ok()?;
            Some(to.to_string())
        };
        for form in &mut self.forms {
            for address in [&mut form.page, &mut form.action] {
                *address = moved(address).unwrap_or_else(|| address.clone());
            }
        }
        self
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

    #[test]
    fn a_form_is_sent_to_the_port_that_the_target_has_now() {
        let form = |address: &str| KeptForm {
            component: "assets".into(),
            account: "dispatcher".into(),
            page: address.into(),
            method: "POST".into(),
            action: address.into(),
            enctype: String::new(),
            fields: Vec::new(),
            labels: Vec::new(),
        };
        let addresses = ["http://p.test:81/a?b", "http://assets.p.test:81/", "http://p.test:82/", "/a"];
        let carried = Carried {
            platform: "Facilities".into(),
            target: "staging".into(),
            url: "http://p.test:81/".into(),
            saved_at: 0,
            releases: Vec::new(),
            sessions: Vec::new(),
            spare: None,
            anonymous: State::default(),
            forms: addresses.map(form).into(),
        };
        let at = |url: &str| {
            let carried = carried.clone().moved_to(&url.parse().unwrap());
            carried.forms.into_iter().map(|form| form.action).collect::<Vec<_>>()
        };
        let moved = ["http://p.test:90/a?b", "http://assets.p.test:90/", "http://p.test:82/", "/a"];
        assert_eq!(at("http://p.test:90/"), moved);
        assert_eq!(at("http://p.test/")[0], "http://p.test/a?b");
        assert_eq!(at("http://p.test:81/"), addresses);
    }
}
