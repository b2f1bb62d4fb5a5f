//! Whether the session of many cases is lost on the server, where somebody was refused and no case asked after that.

use std::sync::Arc;

use smokestack_core::{CaseLog, Fact, Place};

use crate::run::Run;
use crate::scope::{Row, Scope};
use crate::session::pool;

/// What the issuer says to the sessions of which somebody was refused last.
pub(crate) async fn lost(run: &Arc<Run>) -> Vec<Fact> {
    let mut facts = Vec::new();
    for account in &run.platform.accounts {
        let log = Arc::new(CaseLog::default());
        let scope = Scope::new(run.clone(), log.clone(), "evidence".to_owned(), false, Row::default());
        pool::look_again(&Arc::new(scope), &account.name, &Place::caller()).await;
        facts.extend(log.notes().facts);
    }
    facts
}
