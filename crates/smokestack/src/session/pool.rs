//! One login per account and run, however many cases ask at once. Its failure is remembered too.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use smokestack_core::{Blame, CaseLog, CaseNotes, Class, Ending, FailedCheck, Place};
use tokio::sync::OnceCell;

use super::{State, Straight, kept};
use crate::cx::Scope;
use crate::login;
use crate::store::UsedUp;
use crate::{Checked, Stop};

/// The sessions of a run, by account.
#[derive(Default)]
pub(crate) struct Pool {
    logins: Mutex<HashMap<String, Arc<OnceCell<Login>>>>,
}

impl Pool {
    /// The session of an account that has signed in already.
    pub(crate) fn signed_in(&self, account: &str) -> Option<State> {
        let logins = self.logins.lock().unwrap_or_else(PoisonError::into_inner);
        logins.get(account)?.get()?.result.as_ref().ok().cloned()
    }
}

/// What became of an account's login, and what was seen while it went on.
struct Login {
    /// The case that tells of it: the one that is about this account, or else the first that asked.
    teller: String,
    seen: CaseNotes,
    result: Result<State, Ending>,
}

/// A fork of the account's session. Whoever comes first logs in, the others wait for it. A failed login is told by
/// one case; the others are blocked by it.
pub(crate) async fn shared(scope: &Arc<Scope>, account: &str, place: &Place) -> Checked<State> {
    let cell = {
        let mut logins = scope.run.pool.logins.lock().unwrap_or_else(PoisonError::into_inner);
        logins.entry(account.to_owned()).or_default().clone()
    };
    // A case that is ended while it logs in leaves the cell empty, and the next one tries.
    let login = cell
        .get_or_try_init(|| async {
            let teller = scope.run.case_about(account).unwrap_or_else(|| scope.case.clone());
            let telling = Arc::new(scope.retold(teller.clone(), Arc::new(CaseLog::default())));
            let result = kept::sign_in(scope, &telling, account, place).await?;
            Ok::<_, Stop>(Login { teller, seen: telling.log.notes(), result })
        })
        .await?;
    if login.teller == scope.case {
        let mut seen = login.seen.clone();
        seen.failed.iter_mut().for_each(|check| check.place = Some(place.clone()));
        scope.log.absorb(seen);
    }
    match &login.result {
        Ok(state) => Ok(state.clone()),
        Err(ending) if login.teller == scope.case => Err(Stop { ending: ending.clone() }),
        Err(_) => Err(Stop::blocked(format!("the login as `{account}`, see `{}`", login.teller))),
    }
}

/// A session from a login of its own. Not tried where the account's shared login failed already, so that no account
/// is locked out.
pub(crate) async fn own(scope: &Arc<Scope>, account: &str, place: &Place) -> Checked<State> {
    shared(scope, account, place).await?;
    attempt(scope, account, place).await
}

pub(super) async fn attempt(scope: &Arc<Scope>, account: &str, place: &Place) -> Checked<State> {
    attempt_by(scope, account, place, None).await
}

/// A login past the edge, straight at an origin of the component that signs people in. Nobody else has its session.
pub(crate) async fn past_edge(
    scope: &Arc<Scope>,
    account: &str,
    place: &Place,
    way: Straight,
) -> Checked<State> {
    attempt_by(scope, account, place, Some(way)).await
}

async fn attempt_by(
    scope: &Arc<Scope>,
    account: &str,
    place: &Place,
    past_edge: Option<Straight>,
) -> Checked<State> {
    let accounts = &scope.run.platform.accounts;
    let trouble = |what: String, found: Option<String>, help: String| {
        let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(place.clone()).help(help);
        scope.log.failed(FailedCheck { found, ..check });
        Stop::failed()
    };
    let Some(known) = accounts.iter().find(|known| known.name == account) else {
        let names: Vec<_> = accounts.iter().map(|account| account.name.as_str()).collect();
        let help = format!("accounts of the platform file: {}", names.join(", "));
        return Err(trouble(format!("there is no account `{account}`"), None, help));
    };
    let credentials = scope.run.credentials(known, &scope.run.target.name).await.map_err(|missing| {
        trouble(format!("no credentials for account `{account}`"), Some(missing.to_string()), missing.help)
    })?;
    if let Some(per_minute) = scope.run.platform.login.per_minute {
        within_budget(scope, account, per_minute).await?;
    }
    let state = login::log_in(scope, known, &credentials, place, past_edge).await?;
    scope.log.met();
    Ok(state)
}

/// Waits until one more login of the account is within its budget, over all processes. Where that takes longer than the
/// case may, it is blocked and says by whom.
async fn within_budget(scope: &Arc<Scope>, account: &str, per_minute: usize) -> Checked {
    let state = scope.run.account_state(account, &scope.case);
    while let Err(UsedUp { per_minute, last, wait }) = state.take_login(per_minute).await {
        if wait > scope.patience() {
            return Err(Stop::blocked(format!(
                "the login budget of `{account}`, {per_minute} a minute: the last one was made by process {} for `{}`, the \
                 next may be made in {} s",
                last.process,
                last.case,
                wait.as_secs() + 1
            )));
        }
        let what = format!("waiting for the login budget of `{account}`");
        let phase = scope.log.entered(what, scope.elapsed());
        tokio::time::sleep(wait).await;
        scope.log.left(phase, scope.elapsed());
    }
    Ok(())
}
