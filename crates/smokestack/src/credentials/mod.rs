//! What an account signs in with, and where it comes from: never from the platform file.

mod missing;
mod source;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::page;
use crate::platform::Account;
use crate::run::Run;
pub(crate) use missing::Missing;
pub(crate) use source::{Kind, Source, Sources};

/// What an account signs in with. The way of logging in decides which of them it needs.
#[derive(Clone, Default)]
pub(crate) struct Credentials {
    pub(crate) username: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) token: Option<String>,
    /// The secret of one-time codes: base32, or an `otpauth` address.
    pub(crate) totp: Option<String>,
    /// Where they came from, for messages.
    pub(crate) from: String,
}

/// The credentials that were read so far: a vault is asked once per run.
#[derive(Default)]
pub(crate) struct Known {
    read: Mutex<HashMap<(String, String), Arc<Reading>>>,
}

/// Done once, however many ask.
type Reading = OnceCell<Result<Arc<Credentials>, Missing>>;

impl Run {
    /// The credentials of an account on a target; the error names what is missing. They are secrets from here on.
    pub(crate) async fn credentials(
        &self,
        account: &Account,
        target: &str,
    ) -> Result<Arc<Credentials>, Missing> {
        let cell = {
            let mut read = self.known_credentials.read.lock().unwrap_or_else(PoisonError::into_inner);
            read.entry((account.name.clone(), target.to_owned())).or_default().clone()
        };
        cell.get_or_init(|| self.read_credentials(account, target)).await.clone()
    }

    async fn read_credentials(&self, account: &Account, target: &str) -> Result<Arc<Credentials>, Missing> {
        let sources = account.sources(target);
        let folder = self.platform.beside(Path::new(""));
        let (mut credentials, mut missing) = (Credentials::default(), Vec::new());
        for (kind, source) in sources.all() {
            match source.read(&folder, &self.env()).await {
                Ok(value) => match self.learn_credential(kind, &value, &account.name) {
                    true => *credentials.of(kind) = Some(value),
                    false => missing.push(Missing::too_short(kind, source)),
                },
                Err(why) => missing.push(why),
            }
        }
        credentials.from = sources.named();
        match Missing::together(missing) {
            Some(missing) => Err(missing),
            None => Ok(Arc::new(credentials)),
        }
    }

    /// The accounts behind this one in the platform file whose variables are not set either: whoever sets them learns of
    /// all at once.
    pub(crate) fn lacking_after(&self, account: &Account) -> Vec<String> {
        let env = self.env();
        let accounts = self.platform.shared_accounts().skip_while(|other| other.name != account.name).skip(1);
        let lacking = accounts.filter_map(|other| {
            let sources = other.sources(&self.target.name);
            let unset =
                sources.all().filter_map(|(_, source)| source.unset(&env).map(|name| format!("`{name}`")));
            let unset = unset.collect::<Vec<_>>().join(" and ");
            (!unset.is_empty()).then(|| format!("account `{}` lacks {unset}", other.name))
        });
        lacking.collect()
    }

    /// The secret of the harness as a client of an identity provider.
    pub(crate) async fn client_secret(&self, source: &Source) -> Result<String, Missing> {
        let secret = source.read(&self.platform.beside(Path::new("")), &self.env()).await?;
        self.redactor.learn(&secret, "client secret");
        Ok(secret)
    }

    /// Whether the credential can be kept out of what is shown. A user name is no secret.
    fn learn_credential(&self, kind: Kind, value: &str, account: &str) -> bool {
        let label = match kind {
            Kind::Username => return true,
            Kind::Password => format!("password of `{account}`"),
            Kind::Token => format!("token of `{account}`"),
            Kind::Totp => format!("one-time code secret of `{account}`"),
        };
        if !self.redactor.learn(value, &label) {
            return false;
        }
        // As our own forms send it.
        let sent: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        self.redactor.learn(&sent, &label);
        // A page that shows it without escaping is read as HTML, which leaves other words.
        self.redactor.learn(&page::read_as_html(value), &label);
        true
    }
}

impl Credentials {
    fn of(&mut self, kind: Kind) -> &mut Option<String> {
        match kind {
            Kind::Username => &mut self.username,
            Kind::Password => &mut self.password,
            Kind::Token => &mut self.token,
            Kind::Totp => &mut self.totp,
        }
    }
}
