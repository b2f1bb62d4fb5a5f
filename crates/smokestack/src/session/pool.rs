//! One login per account and run, however many cases ask at once. Its failure is remembered too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use smokestack_core::{Blame, Class, FailedCheck, Place};
use tokio::sync::OnceCell;

use super::login;
use crate::cookies::Jar;
use crate::cx::Scope;
use crate::{Checked, Stop};

/// The sessions of a run, by account.
#[derive(Default)]
pub(crate) struct Pool {
    logins: Mutex<HashMap<String, Arc<OnceCell<SignedIn>>>>,
}

/// What became of an account's login.
enum SignedIn {
    Session(Jar),
    Failed { case: String },
}

/// Why a case gets no session.
pub(crate) enum Refused {
    /// This case's own login failed; the reason is in its log.
    Here(Stop),
    /// The login failed before, in this case.
    Elsewhere { case: String },
}

/// A fork of the account's session. Whoever comes first logs in, the others wait for it.
pub(crate) async fn shared(scope: &Arc<Scope>, account: &str, place: &Place) -> Result<Jar, Refused> {
    let cell = {
        let mut logins = scope.run.pool.logins.lock().unwrap_or_else(PoisonError::into_inner);
        logins.entry(account.to_owned()).or_default().clone()
    };
    let mut here = None;
    // A case that is ended while it logs in leaves the cell empty, and the next one tries.
    let signed_in = cell
        .get_or_init(|| async {
            match attempt(scope, account, place).await {
                Ok(jar) => SignedIn::Session(jar),
                Err(stop) => {
                    here = Some(stop);
                    SignedIn::Failed { case: scope.case.clone() }
                }
            }
        })
        .await;
    match (signed_in, here) {
        (SignedIn::Session(jar), _) => Ok(jar.clone()),
        (SignedIn::Failed { .. }, Some(stop)) => Err(Refused::Here(stop)),
        (SignedIn::Failed { case }, None) => Err(Refused::Elsewhere { case: case.clone() }),
    }
}

/// A session from a login of its own. Not tried where the account's shared login failed already, so that no account
/// is locked out.
pub(crate) async fn own(scope: &Arc<Scope>, account: &str, place: &Place) -> Result<Jar, Refused> {
    shared(scope, account, place).await?;
    attempt(scope, account, place).await.map_err(Refused::Here)
}

async fn attempt(scope: &Arc<Scope>, account: &str, place: &Place) -> Checked<Jar> {
    let accounts = &scope.run.platform.accounts;
    let Some(known) = accounts.iter().find(|known| known.name == account) else {
        let names: Vec<_> = accounts.iter().map(|account| account.name.as_str()).collect();
        let check =
            FailedCheck::new(Blame::Harness, Class::Harness, format!("there is no account `{account}`"));
        scope.log.failed(
            check.at(place.clone()).help(format!("accounts of the platform file: {}", names.join(", "))),
        );
        return Err(Stop::failed());
    };
    let credentials = scope.run.credentials(known).map_err(|missing| {
        let check = FailedCheck::new(
            Blame::Harness,
            Class::Harness,
            format!("no credentials for account `{account}`"),
        );
        let check = FailedCheck { found: Some(missing), ..check };
        scope.log.failed(
            check
                .at(place.clone())
                .help("set it where the suite runs; credentials never stand in the platform file"),
        );
        Stop::failed()
    })?;
    login::by_form(scope, account, &credentials, place).await
}
