//! Everything that is to be said of the cookies of one login of the run.

use std::sync::Arc;

use reqwest::Method;
use smokestack_core::{CaseLog, CaseNotes, Fact, FailedCheck, Place};

use super::judge::{self, Circumstances};
use super::portrait::Visit;
use super::{rules, snapshot};
use crate::scope::Scope;
use crate::session::{Session, SessionRequest, State};

/// What is wrong with the cookies of the account's login.
pub(crate) async fn broken(scope: &Arc<Scope>, account: &str, place: &Place) -> Vec<FailedCheck> {
    let run = &scope.run;
    let Some(Fact::SignedIn { cookies, anonymous, renewed, refused, .. }) = run.pool.login_of(account) else {
        return Vec::new();
    };
    let contract = run.platform.session.contract.as_ref();
    let known = contract.map(|contract| contract.refused.as_slice()).unwrap_or_default();
    let mut broken = rules::refused(&refused, known);
    let Some(contract) = contract else { return broken };
    let url = run.url();
    let login = Circumstances {
        host: url.host_str().unwrap_or_default(),
        secure: url.scheme() == "https",
        cookies: &cookies,
        anonymous: &anonymous,
        renewed,
    };
    broken.extend(judge::of_login(contract, &login));
    if contract.snapshot {
        let visits = visits(scope, place).await;
        broken.extend(snapshot::as_accepted(run, &login, &visits).err().map(|check| *check));
    }
    broken
}

/// Every component, visited by somebody who never signed in. Who gives no answer is told by the cases about it.
async fn visits(scope: &Arc<Scope>, place: &Place) -> Vec<Visit> {
    let mut visits = Vec::new();
    for config in &scope.run.platform.components {
        let Some(component) = scope.run.component(&config.name) else { continue };
        let asking = Arc::new(scope.retold(scope.case.clone(), Arc::new(CaseLog::default())));
        let visitor = Session::new(asking.clone(), State::default()).of_visitor();
        let request = SessionRequest::new(Method::GET, &component.entry());
        let answer = visitor.send(request, place.clone()).await;
        let exchanges = asking.log.notes().exchanges;
        let cookies = answer.is_ok().then(|| judge::set_by(exchanges.iter()).into_iter().collect());
        let exchange = scope.log.notes().exchanges.len();
        scope.log.absorb(CaseNotes { exchanges, ..CaseNotes::default() });
        visits.push(Visit { component: component.name().to_owned(), cookies, exchange });
    }
    visits
}
