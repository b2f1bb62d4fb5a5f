//! One login, from the first request to what is learned from it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use smokestack_core::{Blame, Class, Fact, FailedCheck, Place};

use super::refusal::Refusal;
use super::visitor::Visitor;
use crate::credentials::Credentials;
use crate::cx::Scope;
use crate::platform::Account;
use crate::session::{State, Straight};
use crate::{Checked, Stop};

/// What somebody signs in with: whatever a browser kept from before, and a way past the edge if there is one.
#[derive(Default)]
pub(crate) struct Browser {
    pub(crate) state: State,
    pub(crate) past_edge: Option<Straight>,
}

/// Logs an account in and returns its session. Failures are written down at `place`. What a browser that was somewhere
/// before holds in the end says nothing of what a login sets.
pub(crate) async fn log_in(
    scope: &Arc<Scope>,
    account: &Account,
    credentials: &Arc<Credentials>,
    place: &Place,
    browser: Browser,
) -> Checked<State> {
    let is_new = browser.state.jar.len() == 0;
    let config = &scope.run.platform.login;
    let visitor =
        Visitor::new(scope.clone(), &account.name, credentials.clone(), place.clone(), browser.state);
    let visitor = match browser.past_edge {
        Some(way) => visitor.straight(way),
        None => visitor,
    };
    let Some(way) = scope.run.ways.named(&config.way, &config.settings) else {
        let what = format!("way `{}` is not part of this suite binary", config.way);
        scope.log.failed(FailedCheck::new(Blame::Harness, Class::Harness, what).at(place.clone()));
        return Err(Stop::failed());
    };
    let began = Instant::now();
    way.log_in(&visitor).await?;
    let cookies = visitor.cookies();
    let (held, anonymous) = (!visitor.session.state().headers.is_empty(), visitor.anonymous_cookies());
    if is_new && cookies.is_empty() && anonymous.is_empty() && !held {
        visitor.got_no_cookies();
        let refusal = Refusal::new("the login set no cookie that a browser keeps");
        return Err(visitor.refused(refusal.notes(visitor.cookie_notes())));
    }
    if !visitor.is_signed_in() {
        visitor.prove().await?;
    }
    // What only the next one-time code was waited for is nobody's slowness.
    let took = began.elapsed().saturating_sub(visitor.waited());
    if is_new {
        scope.log.learned(Fact::SignedIn {
            account: account.name.clone(),
            way: config.way.clone(),
            renewed: visitor.renewed(&cookies, &anonymous),
            cookies: if cookies.is_empty() && !held { anonymous.clone() } else { cookies },
            anonymous,
            refused: visitor.refused_cookies(),
            took_ms: took.as_secs_f64() * 1000.0,
        });
    }
    if let Some(budget) = config.budget.filter(|budget| took > *budget) {
        slow(scope, &visitor, took, budget, place);
    }
    let state = visitor.session.state().clone();
    Ok(state)
}

/// The session is as good as any; that it took so long is a failure all the same.
fn slow(scope: &Scope, visitor: &Visitor, took: Duration, budget: Duration, place: &Place) {
    let shown = |time: Duration| match time.as_secs_f64() {
        seconds if seconds < 1.0 => format!("{:.0} ms", seconds * 1000.0),
        seconds => format!("{seconds:.1} s"),
    };
    let budget = humantime::format_duration(budget);
    let check = FailedCheck::new(Blame::Wrong, Class::Slow, format!("login as `{}`", visitor.account()));
    let (found, exchange) = match visitor.longest() {
        Some((step, longest, index)) => {
            (format!("{}, of which {step} took {}", shown(took), shown(longest)), Some(index))
        }
        None => (shown(took), None),
    };
    let check = check.expected_found(format!("within {budget}"), found).at(place.clone());
    scope.log.failed(FailedCheck { exchange, ..check });
}
