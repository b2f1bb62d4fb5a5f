//! What whoever leases an account hands on to the next: its session, or that it cannot sign in. Read and written only by
//! whoever has the account.

use std::sync::Arc;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use smokestack_core::{CaseLog, CaseNotes, Fact, Place};

use super::{Session, SessionRequest, State};
use crate::cx::Scope;
use crate::store::{Holder, Store, fingerprint};

/// What is known of a leased account.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Record {
    /// The login settings it was made with.
    settings: String,
    /// Who signed in, or was refused.
    pub(super) by: Holder,
    pub(super) login: Login,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Login {
    SignedIn { state: State, facts: Vec<Fact> },
    Refused { why: String },
}

/// What the issuer says to the session.
pub(super) enum Said {
    /// It accepts it, or gives no answer that tells: whoever uses it will see.
    Accepted,
    Lost(String),
}

/// What the case before has left, if it used the same login settings.
pub(super) async fn read(scope: &Scope, account: &str) -> Option<Record> {
    let (store, name) = place(scope, account);
    let record: Option<Record> =
        store.change(&name, Holder::new(&scope.case), |record: &mut Option<Record>| record.clone()).await;
    record.filter(|record| record.settings == settings(scope, account))
}

/// Leaves this to the next.
pub(super) async fn write(scope: &Scope, account: &str, login: Login) {
    let (store, name) = place(scope, account);
    let (settings, by) = (settings(scope, account), Holder::new(&scope.case));
    let new = Record { settings, by: by.clone(), login };
    store.change(&name, by, |record| *record = Some(new)).await;
}

fn place<'s>(scope: &'s Scope, account: &str) -> (&'s Store, String) {
    let run = &scope.run;
    match run.leased_name(account) {
        Some(name) => (&run.store, name),
        None => (&run.leasing.memory, account.to_owned()),
    }
}

/// What the login depends on, as far as the platform file says it.
fn settings(scope: &Scope, account: &str) -> String {
    let platform = &scope.run.platform;
    let account = platform.accounts.iter().find(|known| known.name == account);
    fingerprint(&format!("{:?} {account:?}", platform.login))
}

/// Asks the issuer's landing page, or its API where the session is a header.
pub(super) async fn ask(scope: &Arc<Scope>, state: State, place: &Place) -> Said {
    let run = &scope.run;
    let Some(issuer) = run.component(&run.platform.login.component) else { return Said::Accepted };
    let api = issuer.api().filter(|_| !state.headers.is_empty());
    let address = api.unwrap_or_else(|| issuer.landing());
    // What is wrong with the answer is no check of the case.
    let asking = Arc::new(scope.retold(scope.case.clone(), Arc::new(CaseLog::default())));
    let visitor = Session::new(asking.clone(), state);
    let answer = visitor.send(SessionRequest::new(Method::GET, &address), place.clone()).await;
    let exchanges = asking.log.notes().exchanges;
    scope.log.absorb(CaseNotes { exchanges, ..CaseNotes::default() });
    answer.ok().and_then(|page| page.session_lost()).map_or(Said::Accepted, Said::Lost)
}
