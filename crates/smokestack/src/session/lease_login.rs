//! How a leased account signs in: with what the case before has left, or anew.

use std::sync::Arc;

use smokestack_core::{Blame, CaseLog, CaseNotes, Class, Ending, Fact, FailedCheck, Place};

use super::issuer::{Said, ask};
use super::kept::learn;
use super::leased::{self, Login, Record, SignedIn};
use super::{State, pool};
use crate::cx::Scope;
use crate::store::Holder;
use crate::{Checked, Stop};

/// What an account is leased for.
#[derive(Clone)]
pub(crate) enum Purpose {
    /// The session that whoever leases it goes on with.
    Session,
    /// A login of the case's own, in a browser that was somewhere before if there is one.
    OwnLogin(Option<State>),
    /// A session that nobody uses until a pause is over.
    Pause,
}

impl Purpose {
    /// Of these accounts of a pool, those to be leased, in their order. What waits for a pause is kept out of the way of all
    /// others: it waits anew after each login.
    pub(super) fn of<'a>(&self, mut usable: Vec<&'a str>) -> Vec<&'a str> {
        match self {
            Purpose::Session => {}
            Purpose::OwnLogin(_) => usable.reverse(),
            Purpose::Pause => usable.truncate(1),
        }
        usable
    }
}

/// What others go on with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// The session that is made.
    Session,
    /// The same, for those who look at it after a pause.
    Unused,
    /// None: they only hear of a refusal.
    Refusal,
}

/// The session that a leased account was wanted for.
pub(super) async fn sign_in(
    scope: &Arc<Scope>,
    account: &str,
    purpose: &Purpose,
    place: &Place,
) -> Checked<State> {
    let known = leased::read(scope, account).await;
    if let Some(Record { by, login: Login::Refused { why }, .. }) = &known {
        return Err(refused_before(scope, account, by, why, place));
    }
    match (purpose, known) {
        (Purpose::Session, Some(Record { by, login: Login::SignedIn(before), .. })) => {
            left_behind(scope, account, by, before, place).await
        }
        (Purpose::Session, _) => Ok(make(scope, account, place, Keep::Session, None).await?.state),
        (Purpose::OwnLogin(browser), _) => own(scope, account, browser.clone(), place).await,
        (Purpose::Pause, Some(Record { login: Login::Unused(made), .. })) => {
            learn(&scope.run, account, &made.state);
            Ok(made.state)
        }
        (Purpose::Pause, _) => Ok(make(scope, account, place, Keep::Unused, None).await?.state),
    }
}

/// A session from a login of the case's own, in a browser that was somewhere before if there is one.
pub(super) async fn own(
    scope: &Arc<Scope>,
    account: &str,
    browser: Option<State>,
    place: &Place,
) -> Checked<State> {
    Ok(make(scope, account, place, Keep::Refusal, browser).await?.state)
}

/// The session that whoever had the account before has left, if the issuer still accepts it, or a new one.
async fn left_behind(
    scope: &Arc<Scope>,
    account: &str,
    by: Holder,
    before: SignedIn,
    place: &Place,
) -> Checked<State> {
    learn(&scope.run, account, &before.state);
    if by.process != std::process::id() {
        scope.log.absorb(CaseNotes { facts: before.facts.clone(), ..CaseNotes::default() });
    }
    if before.is_mute {
        return Ok(before.state);
    }
    match ask(scope, &before.state, place).await {
        Said::Accepted(state, _) => {
            if state.jar != before.state.jar {
                let now = SignedIn { state: state.clone(), ..before };
                leased::write(scope, account, by, Login::SignedIn(now)).await;
            }
            Ok(state)
        }
        // Whoever uses it will see for themselves.
        Said::Nothing => Ok(before.state),
        Said::Lost(found) => in_place_of(scope, account, place, &by, found).await,
    }
}

/// Makes a session in place of one that the issuer no longer accepts, and looks whether it accepts any.
async fn in_place_of(
    scope: &Arc<Scope>,
    account: &str,
    place: &Place,
    by: &Holder,
    found: String,
) -> Checked<State> {
    let made = make(scope, account, place, Keep::Session, None).await?;
    let account = account.to_owned();
    if let Said::Lost(again) = ask(scope, &made.state, place).await {
        let why = format!("the issuer refuses it straight after the login too: {again}");
        scope.log.learned(Fact::SessionRefused { account: account.clone(), why });
        let mute = SignedIn { is_mute: true, ..made.clone() };
        leased::write(scope, &account, Holder::new(&scope.case), Login::SignedIn(mute)).await;
    } else {
        let why = format!(
            "the issuer no longer accepts the one of {by}, with which a case may have logged out: {found}"
        );
        scope.log.learned(Fact::SessionRenewed { account, why });
    }
    Ok(made.state)
}

/// Signs in. A failure is told by the case about the account, or else by this one; who comes later is blocked by it.
async fn make(
    scope: &Arc<Scope>,
    account: &str,
    place: &Place,
    keep: Keep,
    browser: Option<State>,
) -> Checked<SignedIn> {
    let run = &scope.run;
    let about = run.case_about(account).filter(|_| keep == Keep::Session);
    let teller = about.unwrap_or_else(|| scope.case.clone());
    let telling = Arc::new(scope.retold(teller.clone(), Arc::new(CaseLog::default())));
    // What is refused in a browser that was here before is refused for what that browser has.
    let is_remembered = browser.is_none();
    let result = pool::attempt(&telling, account, place, browser.unwrap_or_default()).await;
    let (notes, by) = (telling.log.notes(), Holder::new(&scope.case));
    let stop = match result {
        Ok(state) => {
            let mut facts = notes.facts.clone();
            facts.retain(|fact| matches!(fact, Fact::SignedIn { .. }));
            let made = SignedIn { state, facts, is_mute: false };
            match keep {
                Keep::Session => leased::write(scope, account, by, Login::SignedIn(made.clone())).await,
                Keep::Unused => leased::write(scope, account, by, Login::Unused(made.clone())).await,
                Keep::Refusal if run.platform.login.own_logins.is_some() => {
                    leased::write(scope, account, by, Login::Ended).await;
                }
                Keep::Refusal => {}
            }
            scope.log.absorb(notes);
            return Ok(made);
        }
        Err(Stop { ending: Ending::Blocked { by } }) => return Err(Stop::blocked(by)),
        Err(stop) => stop,
    };
    if !is_remembered {
        scope.log.absorb(notes);
        return Err(stop);
    }
    // No answer may come to be one.
    let wrong = notes.failed.iter().find(|check| check.blame == Blame::Wrong).map(FailedCheck::headline);
    if let Some(why) = &wrong {
        let why = run.redactor.redact(why).into_owned();
        leased::write(scope, account, by, Login::Refused { why }).await;
    }
    let is_silent = wrong.is_none() && notes.failed.iter().any(|check| check.blame == Blame::Silent);
    let by = format!("the login as `{account}`, see `{teller}`");
    run.leasing.add_unfit(account, teller.clone(), by.clone(), is_silent);
    if teller != scope.case {
        return Err(Stop::blocked(by));
    }
    scope.log.absorb(notes);
    Err(stop)
}

/// The case about the account tells of a login that was refused before; every other is blocked by it.
fn refused_before(scope: &Scope, account: &str, by: &Holder, why: &str, place: &Place) -> Stop {
    let teller = scope.run.case_about(account);
    if teller.as_ref() == Some(&scope.case) {
        let what = format!("the login as `{account}` was refused");
        let check = FailedCheck::new(Blame::Wrong, Class::Login, what).expected_found("a session", why);
        scope.log.failed(check.note(format!("seen by {by}")).at(place.clone()));
        return Stop::failed();
    }
    Stop::blocked(match teller {
        Some(teller) => format!("the login as `{account}`, see `{teller}`"),
        None => {
            format!("the login as `{account}`, see `{}` in process {}: {why}", by.case, by.process)
        }
    })
}
