//! An account for one case alone: leased from its pool, signed in, given back once nothing can use it any more.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use smokestack_core::{Blame, Class, Ending, Fact, FailedCheck, Place};

use super::lease_login::{self, Purpose};
use super::{Pending, Session, State};
use crate::cx::{self, Scope};
use crate::store::{Busy, Desk, Holder, Leased, Store, Wanted};
use crate::{Checked, Stop};

/// An account that no other case has, in no process: [`Cx::lease`](crate::Cx::lease) makes it. It is given back when this and
/// all its sessions and their pages are gone, at the latest with the case or with the process, however they end.
pub struct Lease {
    scope: Arc<Scope>,
    hold: Arc<Hold>,
}

impl Lease {
    /// The account's name in the platform file.
    pub fn account(&self) -> &str {
        self.hold.leased.account()
    }

    /// A fork of the account's session. The account is signed in once per run; where the case that had it before ended
    /// its session, it was made anew.
    ///
    /// # Errors
    ///
    /// None: the lease has signed in already.
    #[track_caller]
    pub fn session(&self) -> Pending<'_, Session> {
        self.of(cx::Login::Shared, Place::caller())
    }

    /// A session of the case's own, from a login of its own: for cases that log out and want to see that other sessions
    /// of the account stay.
    ///
    /// # Errors
    ///
    /// The login failed, which is written down as a failure of this line.
    #[track_caller]
    pub fn own_session(&self) -> Pending<'_, Session> {
        self.of(cx::Login::Own, Place::caller())
    }

    fn of(&self, login: cx::Login, place: Place) -> Pending<'_, Session> {
        Box::pin(async move {
            let state = self.hold.signed_in(&self.scope, login, &place).await?;
            self.scope.run.know(self.account()).await;
            Ok(Session::new(self.scope.clone(), state).held(Some(self.hold.clone())))
        })
    }

    pub(crate) fn into_hold(self) -> Arc<Hold> {
        self.hold
    }
}

/// A leased account with its session.
pub(crate) struct Hold {
    leased: Leased,
    state: State,
}

/// What the cases of a process know of leased accounts.
#[derive(Default)]
pub(crate) struct Leasing {
    desk: Arc<Desk>,
    /// Where this process is the whole run.
    pub(crate) memory: Store,
    unfit: Mutex<BTreeMap<String, Unfit>>,
}

/// An account that cannot sign in.
#[derive(Clone)]
struct Unfit {
    /// The case that tells why.
    teller: String,
    /// What others are blocked by.
    by: String,
    /// No answer came: whoever is tried again may try this again.
    is_silent: bool,
}

impl Leasing {
    /// What a case is blocked by that needs this account.
    pub(super) fn unfit(&self, account: &str, case: &str) -> Option<String> {
        let unfit = self.unfit.lock().unwrap_or_else(PoisonError::into_inner);
        unfit.get(account).filter(|unfit| !(unfit.is_silent && unfit.teller == case)).map(|it| it.by.clone())
    }

    /// The account cannot sign in, as this case tells.
    pub(super) fn add_unfit(&self, account: &str, teller: String, by: String, is_silent: bool) {
        let unfit = Unfit { teller, by, is_silent };
        self.unfit.lock().unwrap_or_else(PoisonError::into_inner).insert(account.to_owned(), unfit);
    }
}

impl Hold {
    pub(crate) fn account(&self) -> &str {
        self.leased.account()
    }

    /// The session that it was leased for.
    pub(crate) fn state(&self) -> State {
        self.state.clone()
    }

    /// The session that whoever leases the account goes on with, or one from a login of the case's own.
    pub(crate) async fn signed_in(
        &self,
        scope: &Arc<Scope>,
        login: cx::Login,
        place: &Place,
    ) -> Checked<State> {
        let account = self.leased.account();
        match (login, scope.run.leasing.unfit(account, &scope.case)) {
            (cx::Login::Shared, _) => Ok(self.state.clone()),
            // No account is to be locked out.
            (cx::Login::Own, Some(by)) => Err(Stop::blocked(by)),
            (cx::Login::Own, None) => lease_login::own(scope, account, None, place).await,
        }
    }
}

/// Leases an account of the pool, the first that comes free and can sign in.
pub(crate) async fn of_pool(
    scope: &Arc<Scope>,
    pool: &str,
    purpose: &Purpose,
    place: &Place,
) -> Checked<Lease> {
    let run = &scope.run;
    let accounts = run.platform.accounts.iter().filter(|account| account.pool.as_deref() == Some(pool));
    let accounts: Vec<&str> = accounts.map(|account| account.name.as_str()).collect();
    if accounts.is_empty() {
        let pools = run.platform.pools();
        let help = match pools[..] {
            [] => format!("add `pool = \"{pool}\"` to the accounts that cases may have for themselves"),
            _ => format!("pools of the platform file: {}", pools.join(", ")),
        };
        return Err(harness(scope, place, format!("there is no pool `{pool}`"), help));
    }
    let mut no_use: BTreeMap<&str, String> = BTreeMap::new();
    let mut has_told = false;
    loop {
        let unfit = |account: &&str| run.leasing.unfit(account, &scope.case);
        no_use.extend(accounts.iter().filter_map(|account| Some((*account, unfit(account)?))));
        let usable: Vec<&str> =
            accounts.iter().copied().filter(|account| !no_use.contains_key(account)).collect();
        if usable.is_empty() {
            let by: Vec<String> = no_use.into_values().collect();
            return Err(if has_told { Stop::failed() } else { Stop::blocked(by.join("; ")) });
        }
        if holds_all(scope, &usable).await {
            let what = format!("this case has every account of pool `{pool}` already");
            let help = format!("let go of one before, or give the pool more with `pool = \"{pool}\"`");
            return Err(harness(scope, place, what, help));
        }
        let wanted = purpose.of(usable.clone());
        let leased = wait(scope, &format!("a free account of pool `{pool}`"), &wanted).await?;
        let Some(account) = accounts.iter().copied().find(|account| *account == leased.account()) else {
            return Err(Stop::failed());
        };
        // Whoever had it before may have found out.
        if unfit(&account).is_some() {
            continue;
        }
        match lease_login::sign_in(scope, leased.account(), purpose, place).await {
            Ok(state) => {
                let hold = held(scope, leased, state).await;
                return Ok(Lease { scope: scope.clone(), hold });
            }
            Err(Stop { ending: Ending::Blocked { by } }) => {
                if usable.len() > 1 {
                    let why = format!("pool `{pool}` goes on without it, blocked by {by}");
                    scope.log.learned(Fact::SessionRefused { account: account.to_owned(), why });
                }
                no_use.insert(account, by);
            }
            Err(_) => {
                has_told = true;
                no_use.insert(account, format!("the login as `{account}`"));
            }
        }
    }
}

/// The lease that a case needs whose row is about an account of a pool; none for an account that all cases share.
pub(crate) async fn of_row(scope: &Arc<Scope>, account: &str, place: &Place) -> Checked<Option<Arc<Hold>>> {
    let known = scope.run.platform.accounts.iter().find(|known| known.name == account);
    if known.is_none_or(|known| known.pool.is_none()) || !scope.is_about(account) {
        return not_needed(scope, account, place).map(|()| None);
    }
    // Held all the while: two sessions of a case are of one lease.
    let mut holds = scope.holds.lock().await;
    if let Some(hold) = holds.iter().filter_map(Weak::upgrade).find(|hold| hold.leased.account() == account) {
        return Ok(Some(hold));
    }
    let is_teller = scope.run.case_about(account).is_some_and(|teller| teller == scope.case);
    if let (false, Some(by)) = (is_teller, scope.run.leasing.unfit(account, &scope.case)) {
        return Err(Stop::blocked(by));
    }
    let leased = wait(scope, &format!("account `{account}`"), &[account]).await?;
    let state = lease_login::sign_in(scope, account, &Purpose::Session, place).await?;
    let hold = Arc::new(Hold { leased, state });
    holds.push(Arc::downgrade(&hold));
    Ok(Some(hold))
}

/// Leases this account, for a login of the case's own in a browser that was here before. `first` comes before that login.
pub(crate) async fn of_account(
    scope: &Arc<Scope>,
    account: &str,
    browser: State,
    first: impl Future<Output = Checked>,
    place: &Place,
) -> Checked<Arc<Hold>> {
    let leased = wait(scope, &format!("account `{account}`"), &[account]).await?;
    first.await?;
    let state = lease_login::sign_in(scope, account, &Purpose::OwnLogin(Some(browser)), place).await?;
    Ok(held(scope, leased, state).await)
}

async fn held(scope: &Scope, leased: Leased, state: State) -> Arc<Hold> {
    let hold = Arc::new(Hold { leased, state });
    scope.holds.lock().await.push(Arc::downgrade(&hold));
    hold
}

/// An account that all cases share, or the mistake is told.
pub(crate) fn not_needed(scope: &Scope, account: &str, place: &Place) -> Checked {
    let platform = &scope.run.platform;
    let known = platform.accounts.iter().find(|known| known.name == account);
    let (what, pool) = match known {
        Some(known) => match known.pool.as_deref() {
            Some(pool) => {
                (format!("`{account}` is of pool `{pool}`: a case has such an account for itself"), pool)
            }
            None => return Ok(()),
        },
        None if platform.pools().contains(&account) => {
            (format!("`{account}` is a pool, not an account"), account)
        }
        None => return Ok(()),
    };
    let help = format!("lease one: `cx.lease(\"{pool}\").await?.session().await?`");
    Err(harness(scope, place, what, help))
}

fn harness(scope: &Scope, place: &Place, what: String, help: String) -> Stop {
    let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(place.clone());
    scope.log.failed(check.help(help));
    Stop::failed()
}

/// Whether this attempt itself has all of them: it would wait for itself.
async fn holds_all(scope: &Scope, accounts: &[&str]) -> bool {
    let holds: Vec<_> = scope.holds.lock().await.iter().filter_map(Weak::upgrade).collect();
    accounts.iter().all(|account| holds.iter().any(|hold| hold.leased.account() == *account))
}

/// Waits for the first of these accounts that comes free, and gives up before the case's limit ends it.
async fn wait(scope: &Scope, what: &str, accounts: &[&str]) -> Checked<Leased> {
    let run = &scope.run;
    let alone = |account: &str, why: &str| {
        let why = format!("other processes do not see that it is leased: {why}");
        scope.log.learned(Fact::SessionRefused { account: account.to_owned(), why });
    };
    let wanted = accounts.iter().map(|account| {
        let lock = run.store.lock(&run.lease_name(account)).unwrap_or_else(|why| {
            alone(account, &why.to_string());
            None
        });
        Wanted { account: (*account).to_owned(), lock }
    });
    let wanted: Vec<Wanted> = wanted.collect();
    let (limit, mut phase) = (scope.patience(), None);
    let waiting = |busy: Busy| {
        let what = format!("waiting for {what}: {}", told(&busy));
        phase = Some(scope.log.entered(what, scope.elapsed()));
    };
    let leased = run.leasing.desk.lease(&wanted, &Holder::new(&scope.case), limit, waiting).await;
    if let Some(phase) = phase {
        scope.log.left(phase, scope.elapsed());
    }
    let leased = leased.map_err(|busy| {
        let seconds = limit.as_secs_f64();
        Stop::blocked(format!("the wait for {what}, {seconds:.1} s long: {}", told(&busy)))
    })?;
    if let Some(why) = leased.trouble() {
        alone(leased.account(), why);
    }
    Ok(leased)
}

/// Who has each of the accounts.
fn told(busy: &Busy) -> String {
    let told = busy.iter().map(|(account, holder)| {
        let who = holder.as_ref().map_or("another process".to_owned(), Holder::to_string);
        format!("`{account}` is with {who}")
    });
    told.collect::<Vec<_>>().join(", ")
}
