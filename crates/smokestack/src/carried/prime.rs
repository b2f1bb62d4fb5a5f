//! Saves before a deploy what is to be looked at after it.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use smokestack_core::{CaseLog, Fact, LiveTarget as _, Mistake, Place, Refusal, Wishes};

use super::file::{self, CarriedError};
use super::kept::{Carried, KeptForm, KeptSession};
use crate::cx::Login;
use crate::platform::Address;
use crate::run::{Run, now};
use crate::run_target::RunTarget;
use crate::scope::{Row, Scope};
use crate::session::lease::Hold;
use crate::session::{Session, State, pool, spare};
use crate::{Checked, Suites};

/// What was saved.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Primed {
    /// The target's name.
    pub target: String,
    /// Its address.
    pub url: String,
    /// The accounts whose sessions were saved.
    pub accounts: Vec<String>,
    /// How many cookies a visitor has who never signed in.
    pub anonymous_cookies: usize,
    /// The components whose forms were saved.
    pub forms: Vec<String>,
    /// The components that have a form by the platform file of which none was saved, and why, redacted.
    pub without_form: Vec<(String, String)>,
    /// The releases that answered, each once.
    pub releases: Vec<String>,
    /// Whether the file is sealed with a passphrase.
    pub sealed: bool,
}

/// Why nothing was saved.
#[derive(Debug, thiserror::Error)]
pub enum PrimeError {
    /// The platform file or what was asked for is wrong; nothing was sent.
    #[error("{} mistakes in the plan", .0.mistakes.len())]
    Refused(Refusal),
    /// The file cannot be written; nothing was sent.
    #[error(transparent)]
    File(#[from] CarriedError),
    /// The target is not as it has to be for its sessions to be worth saving: what went wrong, a line each, redacted.
    #[error("{}", .0.join("\n"))]
    NotSignedIn(Vec<String>),
}

impl From<Refusal> for PrimeError {
    fn from(refusal: Refusal) -> PrimeError {
        PrimeError::Refused(refusal)
    }
}

/// The variable with the passphrase of a carried file.
pub(crate) const PASSPHRASE: &str = "SMOKESTACK_PASSPHRASE";

/// A passphrase that was set; an empty one is none.
pub(crate) fn passphrase(wishes: &Wishes) -> Option<&str> {
    wishes.env.get(PASSPHRASE).map(String::as_str).filter(|passphrase| !passphrase.is_empty())
}

impl Suites {
    /// Saves signed-in sessions of every account, the jar of a visitor who never signed in and a loaded form of every
    /// component that has one, for a run after the deploy to carry on with. Sealed if `SMOKESTACK_PASSPHRASE` is set.
    ///
    /// # Errors
    ///
    /// The platform file is wrong, the file cannot be written, or an account cannot sign in.
    pub async fn prime(&self, wishes: &Wishes, out: &Path) -> Result<Primed, PrimeError> {
        let (run, _) = self.prepare(wishes)?;
        if run.target.address == Address::Demo {
            let what = format!("target `{}` is a demo: it does not live through a deploy", run.target.name);
            return Err(Refusal::from(Mistake::new(what).help("name another one with `--target`")).into());
        }
        file::probe(out)?;
        let target = RunTarget::new(Arc::clone(&run), None);
        target.set_up().await.map_err(|trouble| PrimeError::NotSignedIn(vec![trouble.what]))?;
        let log = Arc::new(CaseLog::default());
        let saved = Priming { run: &run, log: &log }.all().await;
        let failed = log.notes().failed;
        let Ok((carried, without_form)) = saved else {
            let lines = failed.iter().flat_map(|check| {
                std::iter::once(check.headline()).chain(check.notes.clone()).chain(check.help.clone())
            });
            return Err(PrimeError::NotSignedIn(
                lines.map(|line| run.redactor.redact(&line).into()).collect(),
            ));
        };
        file::write(out, &carried, passphrase(wishes))?;
        Ok(Primed {
            target: carried.target.clone(),
            url: carried.url.clone(),
            accounts: carried.sessions.iter().map(|kept| kept.account.clone()).collect(),
            anonymous_cookies: carried.anonymous.jar.len(),
            forms: carried.forms.iter().map(|kept| kept.component.clone()).collect(),
            without_form: without_form
                .into_iter()
                .map(|(component, why)| (component, run.redactor.redact(&why).into()))
                .collect(),
            releases: carried.releases.iter().map(|release| run.redactor.redact(release).into()).collect(),
            sealed: passphrase(wishes).is_some(),
        })
    }
}

/// The components of which no form was saved, and why.
type WithoutForm = Vec<(String, String)>;

/// On the way through the platform.
struct Priming<'r> {
    run: &'r Arc<Run>,
    log: &'r Arc<CaseLog>,
}

impl Priming<'_> {
    async fn all(&self) -> Checked<(Carried, WithoutForm)> {
        let mut sessions = Vec::new();
        let (mut forms, mut without_form) = (Vec::new(), Vec::new());
        // An account of a pool is in no browser that is left open.
        for account in self.run.platform.shared_accounts() {
            let name = &account.name;
            let scope = self.scope();
            let session = Session::new(scope.clone(), pool::shared(&scope, name, &Place::caller()).await?);
            // Forms of one account are as good as those of two.
            if forms.is_empty() {
                (forms, without_form) = self.forms(&session, name).await?;
            }
            let state = session.state().clone();
            sessions.push(KeptSession { account: name.clone(), state, cookies: self.session_cookies(name) });
        }
        let spare = self.spare().await?;
        let anonymous = self.anonymous().await?;
        let carried = Carried {
            platform: self.run.platform.name.clone(),
            target: self.run.target.name.clone(),
            url: self.run.url().to_string(),
            saved_at: now(),
            releases: self.releases(),
            sessions,
            spare,
            anonymous,
            forms,
        };
        Ok((carried, without_form))
    }

    /// A session of the first account, from a login of its own; of a spare one where that would end the one that is saved.
    async fn spare(&self) -> Checked<Option<KeptSession>> {
        let makes_a_session = self.run.platform.login.settings.makes_a_session();
        let Some(account) = self.run.platform.shared_accounts().next().filter(|_| makes_a_session) else {
            return Ok(None);
        };
        let (state, hold) =
            spare::signed_in(&self.scope(), &account.name, Login::Own, &Place::caller()).await?;
        let account = hold.as_deref().map_or(account.name.as_str(), Hold::account);
        Ok(Some(KeptSession { account: account.to_owned(), state, cookies: self.session_cookies(account) }))
    }

    async fn forms(&self, session: &Session, account: &str) -> Checked<(Vec<KeptForm>, WithoutForm)> {
        let (mut forms, mut without) = (Vec::new(), Vec::new());
        for config in &self.run.platform.components {
            let Some(component) = self.run.component(&config.name) else { continue };
            let Some(address) = component.form_page() else { continue };
            // Whoever deletes the session's cookie here deletes it for nobody else.
            let visitor = session.fork();
            let page = visitor.get(address).await?;
            // A component that is broken before the deploy has no form to carry over it.
            let why = match page.accepted() {
                Err(check) => Some(check.headline()),
                Ok(()) if page.forms_of(&component).is_empty() => {
                    let form =
                        component.form_selector().map_or_else(String::new, |form| format!(" `{form}`"));
                    Some(format!("{} has no form{form}", page.asked()))
                }
                Ok(()) => match page.form_of(&component)?.kept(&config.name, account) {
                    Some(form) => {
                        forms.push(form);
                        let state = visitor.state().clone();
                        *session.state() = state;
                        None
                    }
                    None => Some(format!("the form on {} is sent nowhere", page.asked())),
                },
            };
            without.extend(why.map(|why| (config.name.clone(), why)));
        }
        Ok((forms, without))
    }

    async fn anonymous(&self) -> Checked<State> {
        let visitor = Session::new(self.scope(), State::default());
        visitor.get(&self.run.platform.login.page).await?;
        for config in &self.run.platform.components {
            let Some(component) = self.run.component(&config.name) else { continue };
            visitor.get(component.landing()).await?;
        }
        let state = visitor.state().clone();
        Ok(state)
    }

    fn session_cookies(&self, name: &str) -> Vec<String> {
        let of = |fact: &Fact| match fact {
            Fact::SignedIn { account, cookies, .. } if account == name => {
                Some(cookies.iter().map(|cookie| cookie.name.clone()).collect())
            }
            _ => None,
        };
        self.log.notes().facts.iter().find_map(of).unwrap_or_default()
    }

    fn releases(&self) -> Vec<String> {
        let notes = self.log.notes();
        let hops = notes.exchanges.iter().flat_map(|exchange| &exchange.hops);
        let releases: BTreeSet<String> = hops.filter_map(|hop| hop.release.clone()).collect();
        releases.into_iter().collect()
    }

    fn scope(&self) -> Arc<Scope> {
        let (run, log) = (Arc::clone(self.run), Arc::clone(self.log));
        Arc::new(Scope::new(run, log, "prime".to_owned(), false, Row::default()))
    }
}
