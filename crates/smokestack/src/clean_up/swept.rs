//! Sweeping on its own, without a run.

use smokestack_core::{LiveTarget as _, Mistake, Refusal, Wishes};

use super::sweep::{Found, Sweep};
use crate::Suites;
use crate::platform::Address;
use crate::run_target::RunTarget;

/// What to do with what runs have left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sweeping {
    /// Take it away.
    TakeAway,
    /// Leave it there and say what it is.
    List,
    /// Leave it there and forget it.
    Forget,
}

/// What runs had left on a target.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Swept {
    /// The target's name.
    pub target: String,
    /// Its address.
    pub url: String,
    /// What was taken away, a line each.
    pub taken_away: Vec<String>,
    /// What was gone already.
    pub gone: Vec<String>,
    /// What is still there, and why.
    pub left: Vec<String>,
}

/// Why nothing was looked for.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The platform file or what was asked for is wrong; nothing was sent.
    #[error("{} mistakes in the plan", .0.mistakes.len())]
    Refused(Refusal),
    /// The target cannot be made ready.
    #[error("{0}")]
    NotReady(String),
}

impl From<Refusal> for SweepError {
    fn from(refusal: Refusal) -> SweepError {
        SweepError::Refused(refusal)
    }
}

impl Suites {
    /// Goes through what runs have left on a target, as [`Cx::on_exit`](crate::Cx::on_exit) noted it, and takes it away.
    ///
    /// # Errors
    ///
    /// The platform file is wrong, or the target is one that runs start themselves.
    pub async fn sweep(&self, wishes: &Wishes, sweeping: Sweeping) -> Result<Swept, SweepError> {
        let (run, mistakes) = self.prepare(wishes)?;
        if !mistakes.is_empty() {
            return Err(Refusal { mistakes }.into());
        }
        if run.target.address == Address::Demo {
            let what = format!("target `{}` is a demo: nothing of it outlives a run", run.target.name);
            return Err(Refusal::from(Mistake::new(what).help("name another one with `--target`")).into());
        }
        let target = RunTarget::new(run.clone(), None);
        let url = target.set_up().await.map_err(|trouble| SweepError::NotReady(trouble.what))?;
        let sweep = match sweeping {
            Sweeping::TakeAway => Sweep::TakeAway,
            Sweeping::List => Sweep::List,
            Sweeping::Forget => Sweep::Forget,
        };
        let (found, odd) = sweep.go(&run).await;
        let redacted = |text: String| run.redactor.redact(&text).into_owned();
        let mut swept = Swept {
            target: run.target.name.clone(),
            url,
            taken_away: Vec::new(),
            gone: Vec::new(),
            left: odd.into_iter().map(redacted).collect(),
        };
        for found in found {
            match found {
                Found::TakenAway { what, case } => {
                    swept.taken_away.push(redacted(format!("{what}, left by {case}")))
                }
                Found::Gone { what, case } => swept.gone.push(redacted(format!("{what}, left by {case}"))),
                Found::Left { what, case, why } => {
                    swept.left.push(redacted(format!("{what}, left by {case}: {why}")));
                }
            }
        }
        Ok(swept)
    }
}
