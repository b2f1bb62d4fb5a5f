//! A login in a browser that was here before the deploy: its old cookies are still there, and a new one that does not take
//! their place goes out beside them.

use std::sync::Arc;

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::lease_login::Purpose;
use super::{Session, State, lease, pool, spare};
use crate::Checked;
use crate::cookies::Occasion;
use crate::cx::Scope;
use crate::run::now;

const ABOUT: &str = "signed in after the deploy, in a browser with cookies from before it";

/// The account's session in the browser of somebody whose session of before has ended, from a login of its own. None where
/// that would end a session that others look at.
pub(crate) async fn signed_in_after_its_end(
    scope: &Arc<Scope>,
    account: &str,
    before: &State,
    place: &Place,
) -> Checked<Option<Session>> {
    let session = Session::new(scope.clone(), before.clone());
    let platform = &scope.run.platform;
    let is_of_pool = platform.accounts.iter().any(|known| known.name == account && known.pool.is_some());
    if !is_of_pool {
        // A file of before `own_logins` was said.
        if platform.login.own_logins.is_some() {
            return Ok(None);
        }
        end(&session, place).await?;
        return signed_in(scope, account, before.clone(), place).await.map(Some);
    }
    let hold = lease::of_account(scope, account, before.clone(), end(&session, place), place).await?;
    Ok(Some(Session::new(scope.clone(), hold.state()).known_as(ABOUT.to_owned()).held(Some(hold))))
}

/// Ends a session as its time-out would: the platform forgets it, the browser keeps its cookies.
async fn end(session: &Session, place: &Place) -> Checked {
    let run = &session.scope.run;
    let Some(issuer) = run.component(&run.platform.login.component) else { return Ok(()) };
    let elsewhere = session.fork();
    let page = elsewhere.fetch(&issuer.entry(), place).await?;
    if page.is_signed_in() {
        elsewhere.log_out_at(&page, place.clone()).await?;
    }
    Ok(())
}

/// The account's session in this browser, from a login of its own.
pub(crate) async fn signed_in(
    scope: &Arc<Scope>,
    account: &str,
    browser: State,
    place: &Place,
) -> Checked<Session> {
    let phase = scope.log.entered(format!("signing in as `{account}`, with old cookies"), scope.elapsed());
    let signed_in = match spare::leased(scope, &Purpose::OwnLogin(Some(browser.clone())), place).await {
        Ok(Some(hold)) => Ok((hold.state(), Some(hold))),
        Ok(None) => pool::own_in(scope, account, place, browser).await.map(|state| (state, None)),
        Err(stop) => Err(stop),
    };
    scope.log.left(phase, scope.elapsed());
    let (state, hold) = signed_in?;
    Ok(Session::new(scope.clone(), state).known_as(ABOUT.to_owned()).held(hold))
}

impl Session {
    /// Checks that no two cookies of one name would go to the entry of any component: servers read one of them, and not
    /// always the same.
    #[track_caller]
    pub fn no_cookie_twice(&self) {
        let (run, place) = (&self.scope.run, Place::caller());
        // The same two go to most components.
        let mut told: Vec<(_, Vec<String>)> = Vec::new();
        for config in &run.platform.components {
            let entry =
                run.component(&config.name).and_then(|component| run.url().join(&component.entry()).ok());
            let Some(url) = entry else { continue };
            for twice in self.state().jar.duplicates(&Occasion::typed(&url, now())) {
                match told.iter_mut().find(|(known, _)| *known == twice) {
                    Some((_, addresses)) => addresses.push(url.to_string()),
                    None => told.push((twice, vec![url.to_string()])),
                }
            }
        }
        if told.is_empty() {
            self.scope.log.met();
        }
        for (twice, addresses) in told {
            let what = format!("two cookies of one name: `{}`", twice.name);
            let found = format!("{} at {}", twice.cookies.len(), addresses.join(", "));
            let check = FailedCheck::new(Blame::Wrong, Class::Contract, what)
                .expected_found("one for one address", found)
                .at(place.clone())
                .help("a cookie is replaced by one of the same name, Domain and Path: end the old one, or give the new one another name");
            let each = twice
                .cookies
                .iter()
                .map(|(scope, by)| format!("cookie `{}`: {scope}, set by {by}", twice.name));
            let notes = each.chain(self.about().map(str::to_owned)).collect();
            self.scope.log.failed(FailedCheck { notes, ..check });
        }
    }
}
