//! One login per account and run, however many cases ask at once. Its failure is remembered too, and its session proved
//! before it is used again where that is in doubt.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use smokestack_core::{Blame, CaseLog, CaseNotes, Class, Fact, FailedCheck, Place};

use super::keeping::{self, Asking, Need};
use super::kept::{Made, Trouble};
use super::{State, Straight, spare};
use crate::cx::Scope;
use crate::login::{self, Browser};
use crate::store::UsedUp;
use crate::{Checked, Stop};

/// The sessions of a run, by account.
#[derive(Default)]
pub(crate) struct Pool {
    accounts: Mutex<HashMap<String, Arc<Account>>>,
}

/// What a run has of one account. Whoever comes first signs in, the others wait.
#[derive(Default)]
struct Account {
    login: tokio::sync::Mutex<Option<Login>>,
    /// What the last login did to cookies.
    signed_in: Mutex<Option<Fact>>,
    /// A login of a case's own was refused: to whom, and why.
    barred: Mutex<Option<String>>,
}

/// What became of an account's login, and what was seen while it went on.
struct Login {
    /// The case that tells of it: the one that is about this account, or else the first that asked.
    teller: String,
    seen: CaseNotes,
    result: Result<Made, Trouble>,
}

impl Pool {
    /// The session of an account that has signed in already.
    pub(crate) fn signed_in(&self, account: &str) -> Option<State> {
        Some(self.made(account)?.state)
    }

    /// What an account's login did to cookies.
    pub(crate) fn login_of(&self, account: &str) -> Option<Fact> {
        self.account(account).signed_in().clone()
    }

    /// The names of the cookies that the run's logins set.
    pub(crate) fn cookie_names(&self) -> BTreeSet<String> {
        let accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let facts = accounts.values().filter_map(|account| account.signed_in().clone());
        let cookies = facts.flat_map(|fact| match fact {
            Fact::SignedIn { cookies, .. } => cookies,
            _ => Vec::new(),
        });
        cookies.map(|cookie| cookie.name).collect()
    }

    /// What there is of an account that has signed in already; none while somebody does.
    fn made(&self, account: &str) -> Option<Made> {
        let account = self.account(account);
        let login = account.login.try_lock().ok()?;
        login.as_ref()?.result.as_ref().ok().cloned()
    }

    fn account(&self, name: &str) -> Arc<Account> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.entry(name.to_owned()).or_default().clone()
    }
}

impl Account {
    fn signed_in(&self) -> MutexGuard<'_, Option<Fact>> {
        self.signed_in.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn barred(&self) -> MutexGuard<'_, Option<String>> {
        self.barred.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fork of the account's session. Whoever comes first logs in, the others wait for it. A failed login is told by
/// one case; the others are blocked by it.
pub(crate) async fn shared(scope: &Arc<Scope>, account: &str, place: &Place) -> Checked<State> {
    match login_of_run(scope, account, place, Need::Session).await? {
        Ok(state) => Ok(state),
        Err((_, stop)) => Err(stop),
    }
}

/// A session from a login of its own. Not tried where a login of the account was refused already, so that no account
/// is locked out.
pub(crate) async fn own(scope: &Arc<Scope>, account: &str, place: &Place) -> Checked<State> {
    let of_run = not_refused(scope, account, place).await?;
    spare::note_own_login(scope, account).await;
    let before = scope.log.notes().failed.len();
    let result = attempt(scope, account, place, State::default()).await;
    if result.is_err() {
        let failed = scope.log.notes().failed;
        let refused = failed.into_iter().skip(before).find(|check| check.blame == Blame::Wrong);
        if let Some(check) = refused {
            let why = check.headline();
            *of_run.barred() = Some(format!("`{}`: {why}", scope.case));
            Asking { asker: scope, telling: scope, account, place }.bar(&why).await;
        }
    }
    result
}

/// The same in a browser that was somewhere before. If it is refused, it is for what that browser has: others may go on
/// signing in.
pub(crate) async fn own_in(scope: &Arc<Scope>, account: &str, place: &Place, state: State) -> Checked<State> {
    not_refused(scope, account, place).await?;
    spare::note_own_login(scope, account).await;
    attempt(scope, account, place, state).await
}

/// What the run has of an account, unless a login of it was refused.
async fn not_refused(scope: &Arc<Scope>, account: &str, place: &Place) -> Checked<Arc<Account>> {
    match login_of_run(scope, account, place, Need::OwnLogin).await? {
        // That sessions are lost is no reason not to look who loses them.
        Ok(_) | Err((Trouble::Lost(_), _)) => {}
        Err((Trouble::Refused(_), stop)) => return Err(stop),
    }
    let of_run = scope.run.pool.account(account);
    let known = of_run.barred().clone();
    let elsewhere = || {
        let barred = keeping::barred(&scope.run, account)?;
        Some(format!("`{}` in process {}: {}", barred.by.case, barred.by.process, barred.why))
    };
    if let Some(told) = known.or_else(elsewhere) {
        return Err(Stop::blocked(format!("another login as `{account}` that was refused, see {told}")));
    }
    Ok(of_run)
}

/// Looks once more at a session of which somebody was refused, once no case will: whether it is lost on the server.
pub(crate) async fn look_again(scope: &Arc<Scope>, account: &str, place: &Place) {
    let Some(made) = scope.run.pool.made(account) else { return };
    let refused = made.state.proof.as_ref().is_some_and(|proof| !proof.refused_since().is_empty());
    if refused {
        Asking { asker: scope, telling: scope, account, place }.look(&made).await;
    }
}

/// The account's session as it is now, or why there is none: told by this case, or blocked by the one that tells.
async fn login_of_run(
    scope: &Arc<Scope>,
    account: &str,
    place: &Place,
    need: Need,
) -> Checked<Result<State, (Trouble, Stop)>> {
    let of_run = scope.run.pool.account(account);
    // A case that is ended while it holds this leaves what was there, and the next one tries.
    let mut held = of_run.login.lock().await;
    let due = held.as_ref().and_then(|login| {
        let made = login.result.as_ref().ok()?;
        let proof = made.state.proof.as_ref()?;
        (need == Need::Session && proof.is_due(Instant::now())).then(|| made.clone())
    });
    if held.is_none() {
        let teller = scope.run.case_about(account).unwrap_or_else(|| scope.case.clone());
        let telling = Arc::new(scope.retold(teller.clone(), Arc::new(CaseLog::default())));
        let result = Asking { asker: scope, telling: &telling, account, place }.sign_in(need).await?;
        *held = Some(Login { teller, seen: telling.log.notes(), result });
    } else if let Some(made) = due {
        let telling = Arc::new(scope.retold(scope.case.clone(), Arc::new(CaseLog::default())));
        let proved = Asking { asker: scope, telling: &telling, account, place }.prove(made).await?;
        match (proved, held.as_mut()) {
            (Ok(made), Some(login)) => {
                login.result = Ok(made);
                scope.log.absorb(telling.log.notes());
            }
            (proved, _) => {
                // The case about the account may have told of its login long ago.
                *held = Some(Login { teller: scope.case.clone(), seen: telling.log.notes(), result: proved });
            }
        }
    }
    let Some(login) = held.as_ref() else { return Err(Stop::failed()) };
    if let Ok(made) = &login.result {
        *of_run.signed_in() = made.facts.last().cloned();
    }
    if login.teller == scope.case {
        let mut seen = login.seen.clone();
        seen.failed.iter_mut().for_each(|check| check.place = Some(place.clone()));
        // A login of its own is not held up by what is wrong with the session of many.
        if need == Need::OwnLogin && matches!(login.result, Err(Trouble::Lost(_))) {
            seen.failed.clear();
        }
        scope.log.absorb(seen);
    }
    Ok(match &login.result {
        Ok(made) => Ok(made.state.clone()),
        Err(trouble) if login.teller == scope.case => {
            Err((trouble.clone(), Stop { ending: trouble.ending().clone() }))
        }
        Err(trouble) => {
            Err((trouble.clone(), Stop::blocked(format!("the login as `{account}`, see `{}`", login.teller))))
        }
    })
}

/// A login in a browser that may have been somewhere before.
pub(crate) async fn attempt(
    scope: &Arc<Scope>,
    account: &str,
    place: &Place,
    state: State,
) -> Checked<State> {
    attempt_by(scope, account, place, Browser { state, past_edge: None }).await
}

/// A login past the edge, straight at an origin of the component that signs people in. Nobody else has its session.
pub(crate) async fn past_edge(
    scope: &Arc<Scope>,
    account: &str,
    place: &Place,
    way: Straight,
) -> Checked<State> {
    attempt_by(scope, account, place, Browser { past_edge: Some(way), ..Browser::default() }).await
}

async fn attempt_by(scope: &Arc<Scope>, account: &str, place: &Place, browser: Browser) -> Checked<State> {
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
        let others = scope.run.lacking_after(known).into_iter().map(|other| format!("; {other}"));
        let found = format!("{missing}{}", others.collect::<String>());
        trouble(format!("no credentials for account `{account}`"), Some(found), missing.help)
    })?;
    if let Some(per_minute) = scope.run.platform.login.per_minute {
        within_budget(scope, account, per_minute).await?;
    }
    let state = login::log_in(scope, known, &credentials, place, browser).await?;
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
