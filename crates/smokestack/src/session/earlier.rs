//! The session of an earlier run, for whoever runs one suite again and again: `--reuse-sessions`.

use std::time::Duration;

use smokestack_core::Fact;

use super::issuer::{Said, ask};
use super::keeping::Asking;
use super::kept::{Kept, Login, Made, age, ago, learn, settings};
use crate::store::now_ms;

/// The account's session of an earlier run, if this run may use it and the issuer accepts it.
pub(super) async fn session(asking: &Asking<'_>) -> Option<Made> {
    let (run, account) = (&asking.asker.run, asking.account);
    let limit = run.reuse?;
    let kept = match run.store.look::<Kept>(&run.reused_name(account)) {
        Ok(kept) => kept?,
        Err(why) => {
            asking.refused(format!("the session of an earlier run is not used: {why}"));
            return None;
        }
    };
    let not_reused = |why: String| {
        asking.telling.log.learned(Fact::SessionNotReused { account: account.to_owned(), why });
        None
    };
    if let Some(why) = kept.is_unfit(&settings(run, account), now_ms()) {
        return not_reused(why);
    }
    let Login::SignedIn(made) = kept.login else { return None };
    if let Some(why) = too_old(age(made.by.since), limit) {
        return not_reused(why);
    }
    learn(run, account, &made.state);
    let made = Made { renewed: false, is_mute: false, ..made }.proven();
    match ask(asking.telling, &made.state, asking.place).await {
        Said::Accepted(state, asked) => {
            let made = made.accepted(state, asked);
            asking.reused(
                &made,
                &format!(
                    "in an earlier run, for `{}`, validated just now, in place of the login that cases share",
                    made.by.case
                ),
            );
            Some(made)
        }
        Said::Lost(found) => not_reused(format!(
            "the issuer no longer accepts the one {} in an earlier run: {found}",
            made.origin()
        )),
        Said::Nothing => not_reused(format!(
            "the issuer could not be asked about the one {} in an earlier run",
            made.origin()
        )),
    }
}

/// Keeps a session for later runs, if this one may use those of earlier ones.
pub(super) fn keep(asking: &Asking<'_>, made: &Made) {
    let (run, account) = (&asking.asker.run, asking.account);
    if run.reuse.is_none() {
        return;
    }
    let kept = Kept { settings: settings(run, account), login: Login::SignedIn(made.clone()), barred: None };
    if let Err(why) = run.store.put(&run.reused_name(account), &kept) {
        asking.refused(format!("the session is not kept for later runs: {why}"));
    }
}

fn too_old(age: Duration, limit: Duration) -> Option<String> {
    let limit = (age > limit).then(|| humantime::format_duration(limit))?;
    Some(format!("the one of an earlier run was made {}, and is reused for {limit}", ago(age)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_reused_within_the_limit() {
        let seconds = Duration::from_secs;
        assert_eq!(too_old(seconds(900), seconds(900)), None);
        assert_eq!(
            too_old(seconds(1200), seconds(900)).as_deref(),
            Some("the one of an earlier run was made 20 m ago, and is reused for 15m")
        );
    }
}
