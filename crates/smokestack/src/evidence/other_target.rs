//! The same component of another target, asked with a session of that target.

use std::sync::Arc;

use smokestack_core::{Fact, Place};

use super::scope;
use crate::Component;
use crate::run::Run;
use crate::session::{Session, spare};

/// Whether the component of the target that `foreign` names accepts that target's own session. Nothing where there is
/// no such target, or nobody can sign in there.
pub(super) async fn other_target(run: &Run, component: &Component) -> Option<Fact> {
    let other = run.foreign.as_ref()?;
    let there = other.component(component.name())?;
    let account = run.platform.shared_accounts().next()?;
    let scope = scope(other, component.name());
    let (state, hold) = spare::visiting(&scope, &account.name, &Place::caller()).await.ok()?;
    let page = Session::new(Arc::clone(&scope), state).held(hold).get(there.entry()).await.ok()?;
    Some(Fact::OtherTarget {
        target: other.target.name.clone(),
        component: component.name().to_owned(),
        accepted: page.is_signed_in(),
    })
}
