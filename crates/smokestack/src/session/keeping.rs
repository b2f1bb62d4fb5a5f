//! How the session of many cases is made, proved and made anew, with what all processes of a run know of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use smokestack_core::{Blame, CaseNotes, Class, Ending, Fact, FailedCheck, Place};

use super::issuer::{Said, ask};
use super::kept::{Barred, Kept, Login, Made, Told, Trouble, age, ago, learn, redacted, settings};
use super::pool::attempt;
use super::{State, earlier};
use crate::Stop;
use crate::cx::Scope;
use crate::run::Run;
use crate::store::{Drawer, Holder, now_ms};

/// How long a session counts as good that another process has seen to be good.
const FRESH: Duration = Duration::from_secs(5);

/// Somebody needs an account's session.
pub(super) struct Asking<'a> {
    pub(super) asker: &'a Arc<Scope>,
    /// What is seen goes into the log of whoever tells of it.
    pub(super) telling: &'a Arc<Scope>,
    pub(super) account: &'a str,
    pub(super) place: &'a Place,
}

/// What it is needed for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// To be used.
    Session,
    /// To know that the account may sign in: the case wants a login of its own.
    OwnLogin,
}

/// What comes of asking. The outer error is not to be remembered.
pub(super) type Settled = Result<Result<Made, Trouble>, Stop>;

impl Asking<'_> {
    /// Signs in, or goes on with what another process of the run has made or was refused.
    pub(super) async fn sign_in(&self, need: Need) -> Settled {
        let mut keeping = self.hold().await?;
        Ok(match keeping.read() {
            None => match earlier::session(self).await {
                Some(made) => {
                    keeping.keep(Login::SignedIn(made.clone()));
                    Ok(made)
                }
                None => keeping.make(false).await,
            },
            Some(Login::SignedIn(made)) => keeping.adopt(made, need).await,
            Some(told) => Err(self.told_before(told)),
        })
    }

    /// Goes on with a session of this process, if the issuer still accepts it or another can be made in its place.
    pub(super) async fn prove(&self, mine: Made) -> Settled {
        let mut keeping = self.hold().await?;
        Ok(match keeping.read() {
            Some(Login::SignedIn(theirs)) if theirs.by != mine.by => {
                let why = format!("process {} has made it anew", theirs.by.process);
                self.lost(&mine, why);
                keeping.adopt(theirs, Need::Session).await
            }
            Some(Login::SignedIn(theirs)) => {
                keeping.prove(Made { renewed: theirs.renewed || mine.renewed, ..mine }).await
            }
            Some(told) => Err(self.told_before(told)),
            None => keeping.prove(mine).await,
        })
    }

    /// Asks whether a session is lost of which somebody was refused, and tells the processes after this one.
    pub(super) async fn look(&self, mine: &Made) {
        match ask(self.telling, &mine.state, self.place).await {
            Said::Lost(why) => {
                self.lost(mine, why);
                let Ok(mut keeping) = self.hold().await else { return };
                match keeping.read() {
                    Some(Login::SignedIn(theirs)) if theirs.by == mine.by => {
                        keeping.keep(Login::SignedIn(Made { good_at: 0, ..theirs }));
                    }
                    _ => {}
                }
            }
            Said::Accepted(..) | Said::Nothing => {}
        }
    }

    /// Remembers that a login of a case's own was refused.
    pub(super) async fn bar(&self, why: &str) {
        let Ok(mut keeping) = self.hold().await else { return };
        let Some(login) = keeping.read() else { return };
        let why = self.asker.run.redactor.redact(why).into_owned();
        keeping.barred = Some(Barred { by: Holder::new(&self.asker.case), why });
        keeping.keep(login);
    }

    /// The case about the account tells why; every other is blocked.
    fn told_before(&self, login: Login) -> Trouble {
        let (told, lost) = match login {
            Login::Refused(told) => (told, false),
            Login::Lost(told) => (told, true),
            // Not asked of those.
            Login::SignedIn(made) => (Told { by: made.by, checks: Vec::new() }, false),
        };
        let (account, Told { by, checks }) = (self.account, told);
        let ending = if self.asker.run.case_about(account).is_some() {
            for check in checks {
                let note =
                    format!("seen by process {} for `{}`, {}", by.process, by.case, ago(age(by.since)));
                self.telling.log.failed(check.note(note).at(self.place.clone()));
            }
            Ending::Done
        } else {
            let reason = checks.first().map(FailedCheck::headline).unwrap_or_default();
            let by =
                format!("the login as `{account}`, see `{}` in process {}: {reason}", by.case, by.process);
            Ending::Blocked { by }
        };
        if lost { Trouble::Lost(ending) } else { Trouble::Refused(ending) }
    }

    /// The issuer no longer accepts it. Where it was never seen to, it may refuse everybody.
    fn lost(&self, made: &Made, why: String) {
        let proof = made.state.proof.as_ref();
        if made.by_issuer || proof.is_some_and(|proof| proof.by_issuer()) {
            let cases = proof.map(|proof| proof.refused_since()).unwrap_or_default();
            self.telling.log.learned(Fact::SessionLost { account: self.account.to_owned(), why, cases });
        }
    }

    pub(super) fn refused(&self, why: String) {
        self.telling.log.learned(Fact::SessionRefused { account: self.account.to_owned(), why });
    }

    pub(super) fn reused(&self, made: &Made, validated: &str) {
        let note = format!("{}, {validated}", made.origin());
        let log = &self.telling.log;
        log.absorb(CaseNotes { facts: made.facts.clone(), ..CaseNotes::default() });
        log.learned(Fact::SessionReused { account: self.account.to_owned(), note });
        log.met();
    }

    /// Holds the account's file, so that nobody else signs in meanwhile.
    async fn hold(&self) -> Result<Keeping<'_>, Stop> {
        let (run, asker, account) = (&self.asker.run, self.asker, self.account);
        let drawer = match run.kept_name(account, "session") {
            Some(name) => held(asker, &name, account).await?.unwrap_or_else(|why| {
                self.refused(why);
                None
            }),
            None => None,
        };
        Ok(Keeping { asking: self, drawer, barred: None })
    }
}

/// Holds a file for as long as somebody signs in as this account. Where the store cannot be used, it says why.
pub(super) async fn held(
    asker: &Arc<Scope>,
    name: &str,
    account: &str,
) -> Result<Result<Option<Drawer>, String>, Stop> {
    let mut phase = None;
    let waiting = |by: Option<&Holder>| {
        let who = by.map_or("another process".to_owned(), |by| format!("process {}", by.process));
        phase = Some(
            asker.log.entered(format!("waiting for {who}, which signs in as `{account}`"), asker.elapsed()),
        );
    };
    let held = asker.run.store.hold(name, &Holder::new(&asker.case), asker.patience(), waiting).await;
    if let Some(phase) = phase {
        asker.log.left(phase, asker.elapsed());
    }
    match held {
        Ok(Some(Ok(drawer))) => Ok(Ok(Some(drawer))),
        Ok(Some(Err(by))) => {
            let by = by.map_or("another process".to_owned(), |by| by.to_string());
            Err(Stop::blocked(format!("the login as `{account}`, which {by} has not come to an end with")))
        }
        Ok(None) => Ok(Ok(None)),
        Err(why) => Ok(Err(why.to_string())),
    }
}

/// The refused login of another case's own, if there was one.
pub(super) fn barred(run: &Run, account: &str) -> Option<Barred> {
    run.store.look::<Kept>(&run.kept_name(account, "session")?).ok()??.barred
}

/// The account's file is held, where there is one.
struct Keeping<'k> {
    asking: &'k Asking<'k>,
    drawer: Option<Drawer>,
    barred: Option<Barred>,
}

impl Keeping<'_> {
    /// What the run knows of the login, if it may be used.
    fn read(&mut self) -> Option<Login> {
        let kept = match self.drawer.as_ref()?.read::<Kept>() {
            Ok(kept) => kept?,
            Err(why) => {
                self.asking.refused(format!("the kept session is not used: {why}"));
                return None;
            }
        };
        if let Some(why) = kept.is_unfit(&self.settings(), now_ms()) {
            self.asking.refused(why);
            return None;
        }
        self.barred = kept.barred;
        Some(kept.login)
    }

    /// Goes on with what another process has made.
    async fn adopt(&self, made: Made, need: Need) -> Result<Made, Trouble> {
        let asking = self.asking;
        learn(&asking.asker.run, asking.account, &made.state);
        let (age, made) = (age(made.good_at), made.proven());
        if age < FRESH {
            asking.reused(&made, &format!("seen to be good {}", ago(age)));
            return Ok(made);
        }
        if need == Need::OwnLogin || made.is_mute {
            asking.reused(&made, "not validated");
            return Ok(made);
        }
        match ask(asking.telling, &made.state, asking.place).await {
            Said::Accepted(state, asked) => {
                let made = self.keep_accepted(made, state, asked);
                asking.reused(&made, "validated just now");
                Ok(made)
            }
            // Whoever uses it will see for themselves.
            Said::Nothing => {
                asking.reused(&made, "which the issuer could not be asked about");
                Ok(unanswered(made))
            }
            Said::Lost(found) => self.in_place_of(made, found).await,
        }
    }

    /// Goes on with what this process has, if the issuer accepts it.
    async fn prove(&self, made: Made) -> Result<Made, Trouble> {
        match ask(self.asking.telling, &made.state, self.asking.place).await {
            Said::Accepted(state, asked) => Ok(self.keep_accepted(made, state, asked)),
            Said::Nothing => Ok(unanswered(made)),
            Said::Lost(found) => self.in_place_of(made, found).await,
        }
    }

    fn keep_accepted(&self, made: Made, state: State, asked: Instant) -> Made {
        let made = made.accepted(state, asked);
        self.keep(Login::SignedIn(made.clone()));
        made
    }

    /// Makes a session in place of one that was lost on the server, once.
    async fn in_place_of(&self, lost: Made, found: String) -> Result<Made, Trouble> {
        let asking = self.asking;
        if lost.renewed {
            asking.lost(&lost, found.clone());
            return Err(Trouble::Lost(self.lost_again(found)));
        }
        let made = self.make(true).await?;
        let why = format!("the issuer no longer accepts the one {}: {found}", lost.origin());
        let renewed = Fact::SessionRenewed { account: asking.account.to_owned(), why };
        Ok(match ask(asking.telling, &made.state, asking.place).await {
            Said::Accepted(state, asked) => {
                // Now it is known that the issuer accepts who has signed in: the other one was lost.
                asking.lost(&Made { by_issuer: true, ..lost }, found);
                asking.telling.log.learned(renewed);
                self.keep_accepted(made, state, asked)
            }
            Said::Nothing => {
                asking.lost(&lost, found);
                asking.telling.log.learned(renewed);
                unanswered(made)
            }
            Said::Lost(again) => {
                asking.refused(format!("the issuer refuses it straight after the login too: {again}"));
                let made = Made { is_mute: true, ..made }.proven();
                self.keep(Login::SignedIn(made.clone()));
                made
            }
        })
    }

    /// Signs in and keeps what came of it. Only a refusal is remembered for others: no answer may come to be one.
    async fn make(&self, renewed: bool) -> Result<Made, Trouble> {
        let Asking { asker, telling, account, place } = self.asking;
        let result = attempt(telling, account, place, State::default()).await;
        let notes = telling.log.notes();
        let by = Holder::new(&asker.case);
        match result {
            Ok(state) => {
                let mut facts = notes.facts;
                facts.retain(|fact| matches!(fact, Fact::SignedIn { .. }));
                let made = Made::new(by, renewed, state, facts);
                self.keep(Login::SignedIn(made.clone()));
                earlier::keep(self.asking, &made);
                Ok(made)
            }
            Err(stop) => {
                let wrong = notes.failed.into_iter().filter(|check| check.blame == Blame::Wrong);
                let checks: Vec<_> = wrong.map(|check| redacted(asker, check)).collect();
                if !checks.is_empty() {
                    self.keep(Login::Refused(Told { by, checks }));
                }
                Err(Trouble::Refused(stop.ending))
            }
        }
    }

    fn lost_again(&self, found: String) -> Ending {
        let Asking { asker, telling, account, place } = self.asking;
        let what = format!("the session of `{account}` does not last");
        let check = FailedCheck::new(Blame::Wrong, Class::SessionShortLived, what)
            .expected_found("a session that lasts for the run", format!("lost on the server twice: {found}"))
            .help(self.what_to_do());
        let checks = vec![redacted(asker, check.clone())];
        self.keep(Login::Lost(Told { by: Holder::new(&asker.case), checks }));
        telling.log.failed(check.at((*place).clone()));
        Ending::Done
    }

    /// Sessions that do not last are mostly ended by another login.
    fn what_to_do(&self) -> &'static str {
        if self.asking.asker.run.platform.login.own_logins.is_some() {
            "if each account has one session at a time, somebody else signs in as this one: a person, or another run"
        } else {
            "if each account has one session at a time, cases that sign in by themselves end it: see `own_logins` in `[login]`"
        }
    }

    fn keep(&self, login: Login) {
        let Some(drawer) = &self.drawer else { return };
        let kept = Kept { settings: self.settings(), login, barred: self.barred.clone() };
        if let Err(why) = drawer.write(&kept) {
            self.asking.refused(format!("the session is not kept: {why}"));
        }
    }

    fn settings(&self) -> String {
        settings(&self.asking.asker.run, self.asking.account)
    }
}

/// The issuer gave no answer that tells: not every case after this has to wait for it.
fn unanswered(made: Made) -> Made {
    if let Some(proof) = &made.state.proof {
        proof.unanswered(Instant::now());
    }
    made
}
