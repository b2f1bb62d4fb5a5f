//! The same session through the edge and straight at the instances behind it, to tell one from the other.

use std::sync::Arc;

use smokestack_core::Fact;

use super::scope;
use crate::Component;
use crate::run::Run;
use crate::session::{Session, Straight};

/// How a component takes the run's session through the edge and at each of its origins. Nothing where the platform file
/// names no origin, or nobody was signed in. An origin that gives no answer compares with nothing.
pub(super) async fn compared(run: &Arc<Run>, component: &Component) -> Vec<Fact> {
    let origins = run.target.origins.iter().find(|(name, _)| name == component.name());
    let accounts = run.platform.accounts.iter();
    let state = accounts.filter_map(|account| run.pool.signed_in(&account.name)).next();
    let (Some((_, origins)), Some(state)) = (origins, state) else { return Vec::new() };
    let session = Session::new(scope(run, component.name()), state);
    let address = component.entry();
    let Ok(through) = run.url().join(&address) else { return Vec::new() };
    let edge = session.fork().get(&address).await;
    let edge_accepts = edge.is_ok_and(|page| page.is_signed_in());
    let mut facts = Vec::new();
    for origin in origins {
        let Some(straight) = Straight::new(run, component.name(), &through, origin) else { continue };
        let Ok(page) = session.straight(straight).get(&address).await else { continue };
        facts.push(Fact::Compared {
            component: component.name().to_owned(),
            through: through.to_string(),
            edge_accepts,
            origin: origin.to_string(),
            origin_accepts: page.is_signed_in(),
            instance: page.instance(),
        });
    }
    facts
}
