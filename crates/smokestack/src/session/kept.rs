//! A session that all processes of a run share: whoever comes first signs in, the others validate it and go on with it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde::{Deserialize, Serialize};
use smokestack_core::{Blame, CaseLog, CaseNotes, Class, Ending, Fact, FailedCheck, Place};

use super::pool::attempt;
use super::{Session, SessionRequest, State};
use crate::Stop;
use crate::cx::Scope;
use crate::store::{Drawer, Holder, now_ms};

/// How long a session counts as good that somebody has seen to be good.
const FRESH: Duration = Duration::from_secs(5);

/// What the processes of a run know of an account's login.
#[derive(Serialize, Deserialize)]
struct Kept {
    /// The login settings it was made with.
    settings: String,
    /// Who signed in.
    made: Holder,
    /// When the platform was last seen to accept the session, milliseconds since 1970.
    good_at: i64,
    /// Whether it was lost on the server before and made anew.
    renewed: bool,
    login: Login,
}

#[derive(Serialize, Deserialize)]
enum Login {
    SignedIn { state: State, facts: Vec<Fact> },
    Refused { checks: Vec<FailedCheck> },
}

/// What the issuer says to a kept session.
enum Said {
    Accepted(State),
    Lost(String),
    /// No answer, or none that tells.
    Nothing,
}

/// Signs in, or goes on with what another process of the run has made or was refused. What was seen is in the log
/// of `telling`. The outer error is not to be remembered.
pub(super) async fn sign_in(
    asker: &Arc<Scope>,
    telling: &Arc<Scope>,
    account: &str,
    place: &Place,
) -> Result<Result<State, Ending>, Stop> {
    let run = &asker.run;
    let signed_in = async || attempt(telling, account, place).await.map_err(|stop| stop.ending);
    let Some(name) = run.kept_name(account) else { return Ok(signed_in().await) };
    let mut phase = None;
    let waiting = |by: Option<&Holder>| {
        let who = by.map_or("another process".to_owned(), |by| format!("process {}", by.process));
        phase = Some(
            asker.log.entered(format!("waiting for {who}, which signs in as `{account}`"), asker.elapsed()),
        );
    };
    let held = run.store.hold(&name, &Holder::new(&asker.case), asker.patience(), waiting).await;
    if let Some(phase) = phase {
        asker.log.left(phase, asker.elapsed());
    }
    let drawer = match held {
        Ok(Some(Ok(drawer))) => drawer,
        Ok(Some(Err(by))) => {
            let by = by.map_or("another process".to_owned(), |by| by.to_string());
            return Err(Stop::blocked(format!(
                "the login as `{account}`, which {by} has not come to an end with"
            )));
        }
        Ok(None) => return Ok(signed_in().await),
        Err(why) => {
            refused(telling, account, why.to_string());
            return Ok(signed_in().await);
        }
    };
    let keeping = Keeping { asker, telling, account, place, drawer };
    Ok(keeping.sign_in().await)
}

fn refused(scope: &Scope, account: &str, why: String) {
    scope.log.learned(Fact::SessionRefused { account: account.to_owned(), why });
}

/// The account's file is held.
struct Keeping<'k> {
    asker: &'k Arc<Scope>,
    telling: &'k Arc<Scope>,
    account: &'k str,
    place: &'k Place,
    drawer: Drawer,
}

impl Keeping<'_> {
    async fn sign_in(self) -> Result<State, Ending> {
        let kept = match self.drawer.read::<Kept>() {
            Ok(kept) => kept,
            Err(why) => {
                refused(self.telling, self.account, format!("the kept session is not used: {why}"));
                None
            }
        };
        let settings = self.settings();
        match kept {
            Some(kept) if kept.settings != settings => {
                refused(self.telling, self.account, "the kept session is of other login settings".to_owned());
                self.make(false).await
            }
            Some(Kept { made, login: Login::Refused { checks }, .. }) => {
                Err(self.refused_before(&made, checks))
            }
            Some(Kept { made, good_at, renewed, login: Login::SignedIn { state, facts }, .. }) => {
                self.learn(&state);
                let age = age(good_at);
                if age < FRESH {
                    self.reused(&made, &format!("validated {}", ago(age)), facts);
                    return Ok(state);
                }
                match self.ask(state.clone()).await {
                    Said::Accepted(state) => {
                        let login = Login::SignedIn { state: state.clone(), facts: facts.clone() };
                        self.keep(Kept { settings, made: made.clone(), good_at: now_ms(), renewed, login });
                        self.reused(&made, "validated just now", facts);
                        Ok(state)
                    }
                    // Whoever uses it will see for themselves.
                    Said::Nothing => {
                        self.reused(&made, "which the issuer could not be asked about", facts);
                        Ok(state)
                    }
                    Said::Lost(found) if renewed => Err(self.lost_again(found)),
                    Said::Lost(found) => {
                        let why = format!("the issuer no longer accepts the one made by {made}: {found}");
                        self.telling
                            .log
                            .learned(Fact::SessionRenewed { account: self.account.to_owned(), why });
                        self.make(true).await
                    }
                }
            }
            None => self.make(false).await,
        }
    }

    /// Signs in and keeps what came of it. Only a refusal is remembered for others: no answer may come to be one.
    async fn make(&self, renewed: bool) -> Result<State, Ending> {
        let result = attempt(self.telling, self.account, self.place).await.map_err(|stop| stop.ending);
        let notes = self.telling.log.notes();
        let login = match &result {
            Ok(state) => {
                let mut facts = notes.facts;
                facts.retain(|fact| matches!(fact, Fact::SignedIn { .. }));
                Login::SignedIn { state: state.clone(), facts }
            }
            Err(_) => {
                let wrong = notes.failed.into_iter().filter(|check| check.blame == Blame::Wrong);
                let checks: Vec<_> = wrong.map(|check| self.redacted(check)).collect();
                if checks.is_empty() {
                    return result;
                }
                Login::Refused { checks }
            }
        };
        self.remember(renewed, login);
        result
    }

    fn remember(&self, renewed: bool, login: Login) {
        let (settings, made) = (self.settings(), Holder::new(&self.asker.case));
        self.keep(Kept { settings, made, good_at: now_ms(), renewed, login });
    }

    fn keep(&self, kept: Kept) {
        if let Err(why) = self.drawer.write(&kept) {
            refused(self.telling, self.account, format!("the session is not kept: {why}"));
        }
    }

    fn reused(&self, made: &Holder, validated: &str, facts: Vec<Fact>) {
        let note = format!("made {} by process {}, {validated}", ago(age(made.since)), made.process);
        let log = &self.telling.log;
        log.absorb(CaseNotes { facts, ..CaseNotes::default() });
        log.learned(Fact::SessionReused { account: self.account.to_owned(), note });
        log.met();
    }

    /// The case about the account tells why; every other is blocked.
    fn refused_before(&self, made: &Holder, checks: Vec<FailedCheck>) -> Ending {
        let account = self.account;
        if self.asker.run.case_about(account).is_some() {
            for check in checks {
                let note =
                    format!("seen by process {} for `{}`, {}", made.process, made.case, ago(age(made.since)));
                self.telling.log.failed(check.note(note).at(self.place.clone()));
            }
            return Ending::Done;
        }
        let reason = checks.first().map(FailedCheck::headline).unwrap_or_default();
        let by =
            format!("the login as `{account}`, see `{}` in process {}: {reason}", made.case, made.process);
        Ending::Blocked { by }
    }

    fn lost_again(&self, found: String) -> Ending {
        let what = format!("the session of `{}` does not last", self.account);
        let check = FailedCheck::new(Blame::Wrong, Class::Login, what)
            .expected_found("a session that lasts for the run", format!("lost on the server twice: {found}"))
            .help("if the platform allows an account one session at a time, cases that sign in by themselves end it");
        self.remember(true, Login::Refused { checks: vec![self.redacted(check.clone())] });
        self.telling.log.failed(check.at(self.place.clone()));
        Ending::Done
    }

    /// Asks the issuer's landing page, or its API where the session is a header.
    async fn ask(&self, state: State) -> Said {
        let run = &self.asker.run;
        let Some(issuer) = run.component(&run.platform.login.component) else { return Said::Nothing };
        let api = issuer.api().filter(|_| !state.headers.is_empty());
        let address = api.unwrap_or_else(|| issuer.landing());
        let asking = Arc::new(self.telling.retold(self.telling.case.clone(), Arc::new(CaseLog::default())));
        let visitor = Session::new(asking.clone(), state);
        let answer = visitor.send(SessionRequest::new(Method::GET, &address), self.place.clone()).await;
        let exchanges = asking.log.notes().exchanges;
        self.telling.log.absorb(CaseNotes { exchanges, ..CaseNotes::default() });
        match answer {
            Ok(page) if page.is_signed_in() => Said::Accepted(visitor.state().clone()),
            Ok(page) => page.session_lost().map_or(Said::Nothing, Said::Lost),
            Err(_) => Said::Nothing,
        }
    }

    /// What the login depends on, as far as the platform file says it.
    fn settings(&self) -> String {
        let platform = &self.asker.run.platform;
        let account = platform.accounts.iter().find(|known| known.name == self.account);
        crate::store::fingerprint(&format!("{:?} {account:?}", platform.login))
    }

    /// What is in the session is not shown in this process either.
    fn learn(&self, state: &State) {
        fn texts(value: &serde_json::Value, learn: &dyn Fn(&str)) {
            match value {
                serde_json::Value::String(text) => learn(text),
                serde_json::Value::Array(values) => values.iter().for_each(|value| texts(value, learn)),
                serde_json::Value::Object(fields) => fields
                    .iter()
                    .filter(|(key, value)| *key == "value" || !value.is_string())
                    .for_each(|(_, value)| texts(value, learn)),
                _ => {}
            }
        }
        let run = &self.asker.run;
        let label = format!("session of `{}`", self.account);
        texts(&serde_json::to_value(&state.jar).unwrap_or_default(), &|text| run.learn_token(text, &label));
        for (_, value) in &state.headers {
            run.learn_token(value, &label);
            run.learn_token(value.split_once(' ').map_or("", |(_, token)| token), &label);
        }
    }

    fn redacted(&self, check: FailedCheck) -> FailedCheck {
        let clean = |text: String| self.asker.run.redactor.redact(&text).into_owned();
        FailedCheck {
            what: clean(check.what),
            expected: check.expected.map(clean),
            found: check.found.map(clean),
            notes: check.notes.into_iter().map(clean).collect(),
            help: check.help.map(clean),
            exchange: None,
            ..check
        }
    }
}

fn age(at: i64) -> Duration {
    Duration::from_millis(u64::try_from(now_ms() - at).unwrap_or(u64::MAX))
}

fn ago(age: Duration) -> String {
    match age.as_secs() {
        0 => format!("{} ms ago", age.as_millis()),
        seconds @ 1..60 => format!("{seconds} s ago"),
        seconds => format!("{} m ago", seconds / 60),
    }
}
