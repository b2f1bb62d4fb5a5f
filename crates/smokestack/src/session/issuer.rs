//! Asks the issuer whether it still accepts a session.

use std::sync::Arc;
use std::time::Instant;

use reqwest::Method;
use smokestack_core::{CaseLog, CaseNotes, Place};

use super::{Session, SessionRequest, State};
use crate::cx::Scope;

/// What the issuer says to a session.
pub(crate) enum Said {
    /// The session as it is after the answer, and when the request was sent.
    Accepted(State, Instant),
    Lost(String),
    /// No answer, or none that tells.
    Nothing,
}

/// Asks the issuer's landing page, or its API where the session is a header. The exchange is in the scope's log.
pub(crate) async fn ask(scope: &Arc<Scope>, state: &State, place: &Place) -> Said {
    let run = &scope.run;
    let Some(issuer) = run.component(&run.platform.login.component) else { return Said::Nothing };
    let api = issuer.api().filter(|_| !state.headers.is_empty());
    let address = api.unwrap_or_else(|| issuer.landing());
    let asking = Arc::new(scope.retold(scope.case.clone(), Arc::new(CaseLog::default())));
    // What it says is heard here, and not as if a case had asked.
    let visitor = Session::new(asking.clone(), State { proof: None, ..state.clone() });
    let asked = Instant::now();
    let answer = visitor.send(SessionRequest::new(Method::GET, &address), place.clone()).await;
    let exchanges = asking.log.notes().exchanges;
    scope.log.absorb(CaseNotes { exchanges, ..CaseNotes::default() });
    match answer {
        Ok(page) if page.is_signed_in() => {
            Said::Accepted(State { proof: state.proof.clone(), ..visitor.state().clone() }, asked)
        }
        Ok(page) => page.session_lost().map_or(Said::Nothing, Said::Lost),
        Err(_) => Said::Nothing,
    }
}
