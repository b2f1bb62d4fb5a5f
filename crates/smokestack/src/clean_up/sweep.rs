//! What runs have left that came to no end: found by their notes, and taken away.

use std::sync::Arc;

use smokestack_core::{CaseLog, Fact};

use super::carry_out::{self, Done, NOT_FOUND};
use super::noted::Noted;
use super::step;
use crate::run::Run;
use crate::scope::{Row, Scope};
use crate::session::{Session, State, pool};
use crate::store::{Holder, Note};

/// What was found on the target that a run had left.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// It is gone now.
    TakenAway { what: String, case: String },
    /// It was gone already.
    Gone { what: String, case: String },
    /// It is still there, and why.
    Left { what: String, case: String, why: String },
}

/// What is to be done with what is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sweep {
    /// Taken away.
    TakeAway,
    /// Told only.
    List,
    /// Forgotten: nobody will look for it again.
    Forget,
}

impl Found {
    /// For a run's record; nothing where nothing was there.
    pub(crate) fn fact(self) -> Option<Fact> {
        match self {
            Found::TakenAway { what, case } => Some(Fact::TakenAway { what, case }),
            Found::Gone { .. } => None,
            Found::Left { what, case, why } => Some(Fact::LeftBehind { what, case, why }),
        }
    }
}

impl Sweep {
    /// Goes through what runs before this one have left on the target, and what is odd about their notes.
    pub(crate) async fn go(self, run: &Arc<Run>) -> (Vec<Found>, Vec<String>) {
        let (left, odd) = run.notes.left::<Noted>();
        let url = run.url().to_string();
        let mut found = Vec::new();
        for (note, noted) in left {
            // What this run could not take away was told by its case.
            if noted.target == run.target.name && noted.url == url && noted.noted_at < run.began_at {
                found.push(self.one(run, note, noted).await);
            }
        }
        (found, odd.iter().map(ToString::to_string).collect())
    }

    async fn one(self, run: &Arc<Run>, note: Note, noted: Noted) -> Found {
        let what = step::told_of(&noted.what, &noted.steps);
        let case = noted.case.clone();
        let left = |why: String| Found::Left { what: what.clone(), case: case.clone(), why };
        match self {
            Sweep::List => return left(format!("noted at {}", noted.place)),
            Sweep::Forget => {
                note.done();
                return left("forgotten".to_owned());
            }
            Sweep::TakeAway => {}
        }
        if run.target.protected && !run.allow_mutations {
            return left(format!(
                "writes to protected target `{}` need `--allow-mutations`",
                run.target.name
            ));
        }
        match take_away(run, &noted).await {
            Ok(Done::TakenAway) => {
                note.done();
                Found::TakenAway { what, case }
            }
            Ok(Done::NothingLeft) => {
                note.done();
                Found::Gone { what, case }
            }
            Ok(Done::NotFound) => left(NOT_FOUND.to_owned()),
            Err(why) => left(why),
        }
    }
}

async fn take_away(run: &Arc<Run>, noted: &Noted) -> Result<Done, String> {
    let log = Arc::new(CaseLog::default());
    let scope = Arc::new(Scope::new(run.clone(), log, noted.case.clone(), true, Row::default()));
    let told = |why: &str| {
        let failed = scope.log.notes().failed;
        failed.first().map_or_else(|| why.to_owned(), |check| check.headline())
    };
    // Whoever has leased the account has it for itself.
    let mut _lease = None;
    let session = match &noted.account {
        None => Session::new(scope.clone(), State::default()).of_visitor(),
        Some(account) => {
            if let Ok(Some(lock)) = run.store.lock(&run.lease_name(account)) {
                match lock.try_take(&Holder::new(&noted.case)) {
                    Ok(Err(holder)) => {
                        let who = holder.map_or("another process".to_owned(), |holder| holder.to_string());
                        return Err(format!("its account `{account}` is with {who}"));
                    }
                    Ok(Ok(held)) => _lease = Some(held),
                    Err(_) => {}
                }
            }
            let state = pool::shared(&scope, account, &noted.place).await;
            Session::new(scope.clone(), state.map_err(|_| told(&format!("`{account}` cannot sign in")))?)
        }
    };
    let done = carry_out::carry_out(&session, &noted.steps, &noted.place).await;
    done.map_err(|failure| failure.check.headline())
}
