//! A session of another target, brought here on purpose: it has to be refused.

use std::sync::{Arc, Mutex, PoisonError};

use smokestack_core::{Blame, CaseLog, Class, FailedCheck, Place};

use super::State;
use super::spare::{self, SignedIn};
use crate::cookies::Occasion;
use crate::run::{Run, now};
use crate::scope::{Row, Scope};
use crate::{Checked, Stop};

/// The case that told why there is no session of the other target.
#[derive(Default)]
pub(crate) struct Teller(Mutex<Option<String>>);

/// The cookies and headers of the account's session at the other target, as if this target's address had set them. The
/// one place where a session leaves its target; it goes to nobody but the target that was named.
pub(crate) async fn brought(
    scope: &Arc<Scope>,
    other: &Arc<Run>,
    account: &str,
    to: &str,
    place: &Place,
) -> Checked<SignedIn> {
    // What is seen of the other target belongs to no case of this one.
    let (log, case) = (Arc::new(CaseLog::default()), scope.case.clone());
    let there = Arc::new(Scope::new(other.clone(), log, case, false, Row::default()));
    let Ok((state, hold)) = spare::visiting(&there, account, place).await else {
        return Err(untold(scope, other, account, place, &there));
    };
    let url = scope.run.url().join(to).unwrap_or_else(|_| scope.run.url().clone());
    let jar = state.jar.brought_to(&Occasion::typed(&url, now()));
    Ok((State { jar, headers: state.headers, ..State::default() }, hold))
}

/// One case tells why nobody can sign in there; the others are blocked by it. It is no fault of this target.
fn untold(scope: &Scope, other: &Run, account: &str, place: &Place, there: &Scope) -> Stop {
    let mut teller = scope.run.foreign_teller.0.lock().unwrap_or_else(PoisonError::into_inner);
    let teller = teller.get_or_insert_with(|| scope.case.clone());
    let target = &other.target.name;
    if *teller != scope.case {
        return Stop::blocked(format!("the login as `{account}` at target `{target}`, see `{teller}`"));
    }
    let why = there.log.notes().failed.first().map(FailedCheck::headline);
    let what = format!("no session of target `{target}` to present here");
    let check = FailedCheck::new(Blame::Harness, Class::Harness, what).at(place.clone());
    scope.log.failed(FailedCheck { found: why, ..check });
    Stop::failed()
}
