//! A session that nobody uses for a while: a login of its own for each account, shared by the cases that look at it after
//! the pause.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use smokestack_core::{Ending, Place};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::{State, pool};
use crate::cx::Scope;
use crate::{Checked, Stop};

/// The unused sessions of a run, by account.
#[derive(Default)]
pub(crate) struct Unused {
    logins: Mutex<HashMap<String, Arc<OnceCell<Login>>>>,
}

struct Login {
    /// The case that made it.
    teller: String,
    result: Result<State, Ending>,
    since: Instant,
}

/// The account's unused session, once the pause since its login is over.
pub(crate) async fn after_pause(
    scope: &Arc<Scope>,
    account: &str,
    pause: Duration,
    place: &Place,
) -> Checked<State> {
    let cell = {
        let mut logins = scope.run.unused.logins.lock().unwrap_or_else(PoisonError::into_inner);
        logins.entry(account.to_owned()).or_default().clone()
    };
    let login = cell
        .get_or_init(|| async {
            let result = pool::own(scope, account, place).await.map_err(|stop| stop.ending);
            Login { teller: scope.case.clone(), result, since: Instant::now() }
        })
        .await;
    let state = match &login.result {
        Ok(state) => state.clone(),
        Err(ending) if login.teller == scope.case => return Err(Stop { ending: ending.clone() }),
        Err(_) => return Err(Stop::blocked(format!("the login as `{account}`, see `{}`", login.teller))),
    };
    let what = format!("a pause of {}, the session unused", humantime::format_duration(pause));
    let phase = scope.log.entered(what, scope.elapsed());
    tokio::time::sleep_until(login.since + pause).await;
    scope.log.left(phase, scope.elapsed());
    Ok(state)
}
