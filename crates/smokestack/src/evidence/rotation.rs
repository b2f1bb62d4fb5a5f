//! Whether each answer gives a session another id, and the one before it is dead at once. Tried where an answer that was no
//! login's replaced the session's cookie, and somebody was refused.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smokestack_core::{CookieAction, Exchange, Fact, Place, Record};

use super::scope;
use crate::cx::Scope;
use crate::run::Run;
use crate::session::issuer::{Said, ask};
use crate::session::{State, pool};
use crate::store::Holder;

/// What came of it, for all processes.
#[derive(Serialize, Deserialize)]
struct Tried {
    found: Option<Fact>,
}

/// What a session's cookie does.
pub(crate) async fn rotation(run: &Arc<Run>, record: &Record) -> Option<Fact> {
    let (cookie, by) = replaced(run, record)?;
    let account = run.platform.shared_accounts().next()?.name.clone();
    let scope = scope(run, &run.platform.login.component);
    let drawer = match run.kept_name(&account, "rotation") {
        Some(name) => {
            let held = run.store.hold(&name, &Holder::new(&scope.case), scope.patience(), |_| {}).await;
            held.ok().flatten().and_then(Result::ok)
        }
        None => None,
    };
    if let Some(before) = drawer.as_ref().and_then(|drawer| drawer.read::<Tried>().ok().flatten()) {
        return before.found;
    }
    let why = old_id_refused(&scope, &account).await;
    let found = why.map(|why| Fact::Rotates { account, cookie, by, why });
    if let Some(drawer) = drawer {
        // The next one tries it then.
        let _ = drawer.write(&Tried { found: found.clone() });
    }
    found
}

/// The cookie of a login that another answer replaced, and that answer.
fn replaced(run: &Run, record: &Record) -> Option<(String, String)> {
    let own = run.pool.cookie_names();
    let exchanges = record.cases.iter().flat_map(|case| &case.notes.exchanges);
    let is_login = |exchange: &&Exchange| exchange.hops.iter().any(|hop| hop.login || hop.method != "GET");
    exchanges.filter(|exchange| !is_login(exchange)).flat_map(|exchange| &exchange.hops).find_map(|hop| {
        let is_replaced = |action| matches!(action, CookieAction::Replaced);
        let note = hop.cookies.iter().find(|note| is_replaced(note.action) && own.contains(&note.name))?;
        let path = hop.url.parse::<url::Url>().ok()?.path().to_owned();
        Some((note.name.clone(), format!("{} {path} ({})", hop.method, hop.status?)))
    })
}

/// How a second visitor with a session's cookies is refused after the first was answered, who stays signed in.
async fn old_id_refused(scope: &Arc<Scope>, account: &str) -> Option<String> {
    let place = Place::caller();
    let session = pool::attempt(scope, account, &place, State::default()).await.ok()?;
    let Said::Accepted(first, _) = ask(scope, &session, &place).await else { return None };
    let Said::Lost(why) = ask(scope, &session, &place).await else { return None };
    match ask(scope, &first, &place).await {
        Said::Accepted(..) => Some(why),
        Said::Lost(_) | Said::Nothing => None,
    }
}
