//! A login straight at an origin, after one through the edge whose cookies may have been lost on the way.

use std::collections::BTreeSet;
use std::sync::Arc;

use smokestack_core::{CookieAction, Fact, Place};

use super::scope;
use crate::run::Run;
use crate::session::{Straight, pool};

/// Whether the login succeeds past the edge. Nothing where the platform file names no origin of the component that
/// signs people in, or the password may be what was wrong: that is not tried again.
pub(crate) async fn past_edge(run: &Arc<Run>) -> Option<Fact> {
    let account = run.cookieless.get()?;
    let issuer = run.component(&run.platform.login.component)?;
    let (_, origins) = run.target.origins.iter().find(|(name, _)| name == issuer.name())?;
    let through = run.url().join(&run.platform.login.page).ok()?;
    let origin = origins.first()?;
    let way = Straight::new(run, issuer.name(), &through, origin)?;
    let scope = scope(run, issuer.name());
    let signed_in = pool::past_edge(&scope, account, &Place::caller(), way).await.is_ok();
    let notes = scope.log.notes();
    let hops = || notes.exchanges.iter().flat_map(|exchange| &exchange.hops);
    let set = hops().flat_map(|hop| &hop.cookies).filter(|note| note.action == CookieAction::Stored);
    let set: BTreeSet<String> = set.map(|note| note.name.clone()).collect();
    Some(Fact::LoginPastEdge {
        account: account.clone(),
        component: issuer.name().to_owned(),
        through: through.to_string(),
        origin: origin.to_string(),
        instance: hops().find_map(|hop| hop.instance.clone()),
        signed_in,
        cookies: set.into_iter().collect(),
    })
}
