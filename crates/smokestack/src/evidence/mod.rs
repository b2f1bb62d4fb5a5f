//! What is asked once all cases have ended, because something failed: how components feel, how they are set, and who
//! else accepts the session that was lost.

mod connections;
mod health;
mod lost;
mod one_session;
mod origins;
mod other_target;
mod past_edge;
mod recovered;
mod rotation;

use std::sync::Arc;

pub(crate) use lost::lost;
pub(crate) use one_session::one_session;
use smokestack_core::{CaseLog, Fact};
use tokio::task::JoinSet;

use crate::Component;
use crate::run::Run;
use crate::scope::{Row, Scope};
use crate::settings::Settings;
pub(crate) use past_edge::past_edge;
pub(crate) use rotation::rotation;

/// What is asked about a component.
#[derive(Clone, Copy)]
pub(crate) struct Asks {
    /// A case about it failed.
    pub(crate) failed: bool,
    /// It did not accept the session.
    pub(crate) lost: bool,
    /// It broke connections off.
    pub(crate) broke_off: bool,
    /// Its settings may tell why a session was lost.
    pub(crate) settings: bool,
}

/// The answers about these components, in their order. All are asked at once: each may have to wait for somebody else.
pub(crate) async fn gather(
    run: &Arc<Run>,
    settings: &Arc<Settings>,
    components: impl IntoIterator<Item = (Component, Asks)>,
) -> Vec<Fact> {
    let mut about = JoinSet::new();
    for (index, (component, asks)) in components.into_iter().enumerate() {
        let (run, settings) = (run.clone(), settings.clone());
        about.spawn(async move { (index, facts(&run, &settings, &component, asks).await) });
    }
    let mut about = about.join_all().await;
    about.sort_by_key(|(index, _)| *index);
    about.into_iter().flat_map(|(_, facts)| facts).collect()
}

async fn facts(run: &Arc<Run>, settings: &Settings, component: &Component, asks: Asks) -> Vec<Fact> {
    let mut facts = Vec::new();
    if asks.failed {
        facts.extend(health::health(run, component).await);
        facts.extend(origins::compared(run, component).await);
        facts.extend(recovered::recovered(run, component).await);
    }
    if asks.broke_off {
        facts.extend(connections::connections(run, component).await);
    }
    if asks.lost {
        facts.extend(other_target::other_target(run, component).await);
    }
    if asks.settings {
        facts.extend(settings.of(component).await);
    }
    facts
}

/// The scope of questions that belong to no case. What they write into its log is read by nobody.
fn scope(run: &Arc<Run>, component: &str) -> Arc<Scope> {
    let (log, case) = (Arc::new(CaseLog::default()), "evidence".to_owned());
    let row = Row { component: Some(component.to_owned()), ..Row::default() };
    Arc::new(Scope::new(run.clone(), log, case, false, row))
}
