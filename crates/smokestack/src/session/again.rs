//! A login in a browser that was here before the deploy: its old cookies are still there, and a new one that does not take
//! their place goes out beside them.

use std::sync::Arc;

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::{Session, State, pool};
use crate::Checked;
use crate::cookies::Occasion;
use crate::cx::Scope;
use crate::run::now;

/// Ends a session as its time-out would: the platform forgets it, the browser keeps its cookies.
pub(crate) async fn end(session: &Session, place: &Place) -> Checked {
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
    let state = pool::own_in(scope, account, place, browser).await;
    scope.log.left(phase, scope.elapsed());
    let about = "signed in after the deploy, in a browser with cookies from before it";
    Ok(Session::new(scope.clone(), state?).known_as(about.to_owned()))
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
