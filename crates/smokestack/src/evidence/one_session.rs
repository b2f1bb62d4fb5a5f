//! Whether a login ends the session that the account had before. Tried where a session was lost after a case of this run had
//! signed in by itself: only then is it worth a few logins more.

use std::sync::Arc;

use smokestack_core::{Blame, Class, Fact, FailedCheck, Place, Record};

use super::scope;
use crate::cx::Scope;
use crate::run::Run;
use crate::session::issuer::{Said, ask};
use crate::session::spare::{Known, OWN, OwnLogins};
use crate::session::{State, pool};
use crate::store::{Drawer, Holder};

/// How often a session has to end with the next login: a platform that loses sessions by itself does not do it so.
const ROUNDS: usize = 2;

/// How often it is tried in a run: somebody may sign in meanwhile.
const TRIES: usize = 8;

/// What two accounts' sessions did.
struct Shown {
    why: String,
    untouched: Option<String>,
}

/// The account whose session a login has ended; `known` is what else was learned after the cases.
pub(crate) async fn one_session(run: &Arc<Run>, record: &Record, known: &[Fact]) -> Option<Fact> {
    let login = &run.platform.login;
    if login.own_logins.is_some() || !login.settings.makes_a_session() {
        return None;
    }
    let scope = scope(run, &login.component);
    for account in run.platform.shared_accounts() {
        // Of several processes one sees the loss, and another the login that led to it.
        let is_one_of_many = run.kept_name(&account.name, OWN).is_some();
        if !is_one_of_many && !is_lost(&scope, &account.name, record, known).await {
            continue;
        }
        if let Some(fact) = tried(&scope, &account.name).await {
            return Some(fact);
        }
    }
    None
}

/// Whether the issuer itself no longer accepts the account's session, or did not in between.
async fn is_lost(scope: &Arc<Scope>, account: &str, record: &Record, known: &[Fact]) -> bool {
    let is_told = record.facts().chain(known).any(|fact| match fact {
        Fact::SessionLost { account: of, .. } | Fact::SessionRenewed { account: of, .. } => of == account,
        _ => false,
    });
    let is_ended = |check: &FailedCheck| {
        let ended = matches!(check.class, Class::SessionDestroyed | Class::SessionShortLived);
        ended && check.blame == Blame::Wrong
    };
    let mut attempts = record.cases.iter().filter_map(|case| case.outcome.reason());
    if is_told || attempts.any(|attempt| attempt.failed().any(is_ended)) {
        return true;
    }
    match scope.run.pool.signed_in(account) {
        Some(state) => matches!(ask(scope, &state, &Place::caller()).await, Said::Lost(_)),
        None => false,
    }
}

/// What came of the logins, where a case had signed in for itself. Of several processes one tries, while the others do not
/// sign in, and all of them hear of it.
async fn tried(scope: &Arc<Scope>, account: &str) -> Option<Fact> {
    let (run, holder) = (&scope.run, Holder::new(&scope.case));
    let hold = async |kind: &str| -> Option<Drawer> {
        let name = run.kept_name(account, kind)?;
        run.store.hold(&name, &holder, scope.patience(), |_| {}).await.ok()?.and_then(Result::ok)
    };
    let (store, name) = run.shared_by_processes(account, OWN);
    let (own, _session) = (hold(OWN).await, hold("session").await);
    let read: Option<OwnLogins> = match &own {
        Some(drawer) => drawer.read::<Option<OwnLogins>>().ok()?.flatten(),
        None => store.change(&name, holder.clone(), |logins: &mut Option<OwnLogins>| logins.clone()).await,
    };
    let mut logins = read?;
    while logins.known.is_none() && logins.tries < TRIES {
        logins.tries += 1;
        logins.known = match shows(scope, account).await {
            Ok(Some(Shown { why, untouched })) => Some(Known::Ends(Fact::OneSession {
                account: account.to_owned(),
                case: logins.first.case.clone(),
                since_unix_ms: logins.first.since,
                why,
                untouched,
            })),
            Ok(None) => Some(Known::Nothing),
            Err(Disturbed) => None,
        };
    }
    if let Some(drawer) = &own {
        // Whoever comes next tries it then.
        let _ = drawer.write(&logins);
    }
    match logins.known {
        Some(Known::Ends(fact)) => Some(fact),
        _ => None,
    }
}

/// Somebody else may have signed in meanwhile, or an answer did not come.
struct Disturbed;

/// Signs in again and again, and asks the issuer about the session of before, about the new one and about another account's,
/// in which nobody signs in. Nothing is shown where a login comes to nothing, or a session outlives the next login.
async fn shows(scope: &Arc<Scope>, account: &str) -> Result<Option<Shown>, Disturbed> {
    let place = Place::caller();
    let sign_in = |account: String| {
        let place = Place::caller();
        async move { pool::attempt(scope, &account, &place, State::default()).await.ok() }
    };
    let mut others = scope.run.platform.shared_accounts().filter(|other| other.name != account);
    let control = match others.next() {
        Some(other) => {
            let Some(session) = sign_in(other.name.clone()).await else { return Ok(None) };
            Some((other.name.clone(), session))
        }
        None => None,
    };
    let Some(mut session) = sign_in(account.to_owned()).await else { return Ok(None) };
    let mut why = String::new();
    for _ in 0..ROUNDS {
        let Said::Accepted(before, _) = ask(scope, &session, &place).await else {
            return Err(Disturbed);
        };
        let Some(next) = sign_in(account.to_owned()).await else { return Ok(None) };
        let (first, again) = (ask(scope, &before, &place).await, ask(scope, &before, &place).await);
        match (first, again, ask(scope, &next, &place).await) {
            (Said::Lost(found), Said::Lost(_), Said::Accepted(next, _)) => (why, session) = (found, next),
            (Said::Accepted(..), ..) | (_, Said::Accepted(..), _) => return Ok(None),
            _ => return Err(Disturbed),
        }
        if let Some((_, other)) = &control {
            match ask(scope, other, &place).await {
                Said::Accepted(..) => {}
                // Whoever loses that as well loses sessions in another way.
                Said::Lost(_) => return Ok(None),
                Said::Nothing => return Err(Disturbed),
            }
        }
    }
    Ok(Some(Shown { why, untouched: control.map(|(name, _)| name) }))
}
