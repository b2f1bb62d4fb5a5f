//! A login of a case's own. On platforms where a login ends the session before it, it is one as an account that nobody else
//! has meanwhile: `own_logins` in `[login]`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smokestack_core::{Fact, Place};

use super::lease::{self, Hold};
use super::lease_login::Purpose;
use super::{State, pool};
use crate::cx::{Login, Scope};
use crate::run::Run;
use crate::store::Holder;
use crate::{Checked, Stop};

/// A session, and the lease of its account if it is one that cases have for themselves.
pub(crate) type SignedIn = (State, Option<Arc<Hold>>);

/// A session of an account that all cases share, or one of a login of the case's own.
pub(crate) async fn signed_in(
    scope: &Arc<Scope>,
    account: &str,
    login: Login,
    place: &Place,
) -> Checked<SignedIn> {
    match login {
        Login::Shared => {
            if let Some(why) = ends_what_is_carried(&scope.run, account) {
                return Err(Stop::skipped(why));
            }
            Ok((pool::shared(scope, account, place).await?, None))
        }
        Login::Own => match leased(scope, &Purpose::OwnLogin(None), place).await? {
            Some(hold) => Ok((hold.state(), Some(hold))),
            None => Ok((pool::own(scope, account, place).await?, None)),
        },
    }
}

/// A session of the account for somebody who comes from elsewhere: the shared one, or that of an account that nobody has
/// meanwhile, so that a run that goes on there loses none.
pub(crate) async fn visiting(scope: &Arc<Scope>, account: &str, place: &Place) -> Checked<SignedIn> {
    match leased(scope, &Purpose::Session, place).await? {
        Some(hold) => Ok((hold.state(), Some(hold))),
        None => Ok((pool::shared(scope, account, place).await?, None)),
    }
}

/// An account of the pool for own logins, leased for this; none where every account may sign in as often as it likes.
pub(crate) async fn leased(
    scope: &Arc<Scope>,
    purpose: &Purpose,
    place: &Place,
) -> Checked<Option<Arc<Hold>>> {
    let Some(pool) = &scope.run.platform.login.own_logins else { return Ok(None) };
    Ok(Some(lease::of_pool(scope, pool, purpose, place).await?.into_hold()))
}

/// What is known of logins that cases made for themselves as an account that others share, whichever process they are in.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct OwnLogins {
    pub(crate) first: Holder,
    /// How often it was tried what such a login does to the session before it.
    pub(crate) tries: usize,
    /// What came of that; absent while nobody knows.
    pub(crate) known: Option<Known>,
}

/// What a login does to the session before it.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) enum Known {
    Nothing,
    Ends(Fact),
}

/// The name of the file of these.
pub(crate) const OWN: &str = "own";

/// Remembers for all processes of the run that a case signs in for itself as an account that others share. Waits while
/// somebody tries what that does.
pub(crate) async fn note_own_login(scope: &Scope, account: &str) {
    if scope.run.platform.login.own_logins.is_some() {
        return;
    }
    let (store, name) = scope.run.shared_by_processes(account, OWN);
    let first = Holder::new(&scope.case);
    let note = |logins: &mut Option<OwnLogins>| {
        logins.get_or_insert(OwnLogins { first, tries: 0, known: None });
    };
    store.change(&name, Holder::new(&scope.case), note).await;
}

/// Why nobody may sign in as this account in this run: a session of it from before the deploy is looked at.
fn ends_what_is_carried(run: &Run, account: &str) -> Option<String> {
    run.platform.login.own_logins.as_ref()?;
    run.carried()?.session(account)?;
    Some(format!(
        "a login as `{account}` ends its session from before the deploy, which this run looks at: run the suites once more \
         without `--carried`"
    ))
}
