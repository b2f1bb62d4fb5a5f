//! What is asked once all cases have ended, because something failed: who else accepts the session that was lost.

mod origins;
mod other_target;

pub(crate) use origins::compared;
pub(crate) use other_target::other_target;

use std::sync::Arc;

use smokestack_core::CaseLog;

use crate::cx::Scope;
use crate::run::Run;

/// The scope of questions that belong to no case. What they write into its log is read by nobody.
fn scope(run: &Arc<Run>, component: &str) -> Arc<Scope> {
    let (log, case) = (Arc::new(CaseLog::default()), "evidence".to_owned());
    Arc::new(Scope::new(run.clone(), log, case, false, Some(component.to_owned()), None))
}
