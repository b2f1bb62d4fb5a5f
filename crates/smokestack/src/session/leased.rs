//! What whoever leases an account hands on to the next: its session, or that it cannot sign in. Read and written only by
//! whoever has the account.

use serde::{Deserialize, Serialize};
use smokestack_core::Fact;

use super::State;
use super::kept::settings;
use crate::cx::Scope;
use crate::store::Holder;

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
    SignedIn(SignedIn),
    Refused {
        why: String,
    },
    /// Nobody has used it since, and nobody has signed in.
    Unused(SignedIn),
    /// A case signed in for itself, and on this platform that ended the session before.
    Ended,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct SignedIn {
    pub(super) state: State,
    pub(super) facts: Vec<Fact>,
    /// The issuer refuses whoever asks, also straight after a login: it is not asked again.
    pub(super) is_mute: bool,
}

/// What the case before has left, if it used the same login settings.
pub(super) async fn read(scope: &Scope, account: &str) -> Option<Record> {
    let (store, name) = scope.run.shared_by_processes(account, "leased");
    let look = |record: &mut Option<Record>| record.clone();
    let record = store.change(&name, Holder::new(&scope.case), look).await;
    record.filter(|record| record.settings == settings(&scope.run, account))
}

/// Leaves this to the next.
pub(super) async fn write(scope: &Scope, account: &str, by: Holder, login: Login) {
    let (store, name) = scope.run.shared_by_processes(account, "leased");
    let new = Record { settings: settings(&scope.run, account), by, login };
    store.change(&name, Holder::new(&scope.case), |record| *record = Some(new)).await;
}
