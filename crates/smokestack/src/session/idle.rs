//! A session that nobody uses for a while: a login of its own for each account, shared by the cases that look at it after
//! the pause, whichever process they run in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use smokestack_core::{Ending, Fact, Place};
use tokio::sync::OnceCell;

use super::kept::{Kept, Login, Made, age, learn, settings};
use super::lease_login::Purpose;
use super::spare::{self, SignedIn as SpareSession};
use super::{State, keeping, leased, pool};
use crate::cx::Scope;
use crate::store::{Drawer, Holder, now_ms};
use crate::{Checked, Stop};

/// The unused sessions of a run, by account.
#[derive(Default)]
pub(crate) struct Unused {
    logins: Mutex<HashMap<String, Arc<OnceCell<SignedIn>>>>,
}

struct SignedIn {
    /// The case that made it, or tells why it could not be made.
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
) -> Checked<SpareSession> {
    if let Some(hold) = spare::leased(scope, &Purpose::Pause, place).await? {
        let made = leased::read(scope, hold.account()).await.map(|record| age(record.by.since));
        over(scope, pause, ago(made.unwrap_or_default())).await;
        return Ok((hold.state(), Some(hold)));
    }
    let cell = {
        let mut logins = scope.run.unused.logins.lock().unwrap_or_else(PoisonError::into_inner);
        logins.entry(account.to_owned()).or_default().clone()
    };
    // A case that is ended while it logs in leaves the cell empty, and the next one tries.
    let login = cell.get_or_try_init(|| signed_in(scope, account, place)).await?;
    let state = match &login.result {
        Ok(state) => state.clone(),
        Err(ending) if login.teller == scope.case => return Err(Stop { ending: ending.clone() }),
        Err(_) => return Err(Stop::blocked(format!("the login as `{account}`, see `{}`", login.teller))),
    };
    over(scope, pause, login.since).await;
    Ok((state, None))
}

/// Waits until the pause is over that began then.
async fn over(scope: &Scope, pause: Duration, since: Instant) {
    let what = format!("a pause of {}, the session unused", humantime::format_duration(pause));
    let phase = scope.log.entered(what, scope.elapsed());
    tokio::time::sleep_until((since + pause).into()).await;
    scope.log.left(phase, scope.elapsed());
}

/// Where the clock of this machine knows no such time, any pause is over long since.
fn ago(age: Duration) -> Instant {
    let now = Instant::now();
    now.checked_sub(age).unwrap_or(now)
}

/// The login of another process of the run, or one of this case's own. The outer error is not to be remembered.
async fn signed_in(scope: &Arc<Scope>, account: &str, place: &Place) -> Checked<SignedIn> {
    let refused = |why: String| scope.log.learned(Fact::SessionRefused { account: account.to_owned(), why });
    let drawer = match scope.run.kept_name(account, "idle") {
        Some(name) => keeping::held(scope, &name, account).await?.unwrap_or_else(|why| {
            refused(why);
            None
        }),
        None => None,
    };
    match drawer.as_ref().map(Drawer::read::<Kept>) {
        Some(Err(why)) => refused(format!("the unused session is not used: {why}")),
        Some(Ok(Some(kept))) => match (kept.is_unfit(&settings(&scope.run, account), now_ms()), kept.login) {
            (Some(why), _) => refused(why),
            (None, Login::SignedIn(made)) => return Ok(of_another_process(scope, account, made)),
            // Only what became a session is written here.
            (None, Login::Refused(_) | Login::Lost(_)) => {}
        },
        Some(Ok(None)) | None => {}
    }
    // A refusal is remembered as that of any login of a case's own.
    let result = pool::own(scope, account, place).await.map_err(|stop| stop.ending);
    let since = Instant::now();
    if let (Some(drawer), Ok(state)) = (&drawer, &result) {
        let made = Made::new(Holder::new(&scope.case), false, state.clone(), Vec::new());
        let login = Login::SignedIn(made);
        let kept = Kept { settings: settings(&scope.run, account), login, barred: None };
        if let Err(why) = drawer.write(&kept) {
            refused(format!("the unused session is not kept: {why}"));
        }
    }
    Ok(SignedIn { teller: scope.case.clone(), result, since })
}

/// What another process made; the pause counts from its login.
fn of_another_process(scope: &Scope, account: &str, made: Made) -> SignedIn {
    learn(&scope.run, account, &made.state);
    let since = ago(age(made.by.since));
    SignedIn { teller: made.by.case, result: Ok(made.state), since }
}
