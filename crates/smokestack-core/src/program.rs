//! What the runner and the DSL say to each other: a program makes a plan, a live target stands behind its cases.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::{BoxFuture, Fact, Plan, Record, Refusal};

/// What the user asked for, read once from arguments and environment.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// The platform file, if one was named.
    pub config: Option<PathBuf>,
    /// The target's name, if one was named.
    pub target: Option<String>,
    /// The target's address, instead of the platform file's.
    pub url: Option<String>,
    /// The seed of made-up data.
    pub seed: u64,
    /// Whether cases that write may run on a protected target.
    pub allow_mutations: bool,
    /// Whether each case runs in a process of its own, as under nextest.
    pub process_per_case: bool,
    /// The file with sessions from before the deploy, if one was named.
    pub carried: Option<PathBuf>,
    /// The folder with accepted snapshots, if one was named.
    pub snapshots: Option<PathBuf>,
    /// The release that every instance should show, if one was named.
    pub expect_release: Option<String>,
    /// Where what outlives a process is kept: sessions, leases, login budgets; absent where there is no target folder.
    pub state: Option<PathBuf>,
    /// What all processes of one run have in common; absent if this process is the whole run.
    pub run_id: Option<String>,
    /// How old a session of an earlier run may be that this run uses; absent where it signs in by itself.
    pub reuse_sessions: Option<Duration>,
    /// The folder that the run was started in, where it is known.
    pub directory: Option<PathBuf>,
    /// The environment, frozen at start.
    pub env: BTreeMap<String, String>,
}

/// A set of suites that can be planned: the DSL's side of a suite binary.
pub trait Program: Send + Sync {
    /// Its name in reports.
    fn name(&self) -> &str;

    /// Reads the platform file and lays out the cases. Reads nothing else, sends nothing, needs no secret.
    fn plan(&self, wishes: &Wishes) -> Result<Plan, Refusal>;
}

/// What stands behind the cases of a run.
pub trait LiveTarget: Send + Sync {
    /// The full names of the cases that this run is about, told before [`LiveTarget::set_up`].
    fn selected(&self, cases: Vec<String>);

    /// Makes the target ready before the first case and returns its address. Starts the demo platform if the
    /// target is one.
    fn set_up(&self) -> BoxFuture<'_, Result<String, Trouble>>;

    /// Gathers what findings need once all cases have ended, such as the settings of a component that lost the
    /// session. Called for every run; asks nothing where nothing failed.
    fn evidence<'a>(&'a self, record: &'a Record) -> BoxFuture<'a, Vec<Fact>>;

    /// The case that told of this finding in another process of the run; where none did, this case is who will have.
    /// A run that is one process tells each finding once in any case.
    fn told_before<'a>(&'a self, _finding: &'a str, _case: &'a str) -> BoxFuture<'a, Option<String>> {
        Box::pin(async { None })
    }

    /// Ends what [`LiveTarget::set_up`] started; called after a failed one too.
    fn tear_down(&self) -> BoxFuture<'_, ()>;
}

/// The harness could not do its part, so that nothing can be said of the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// What happened.
    pub what: String,
    /// What to do.
    pub help: Option<String>,
}
