//! One attempt at one case, as all that it asks for sees it.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use smokestack_core::CaseLog;

use crate::data;
use crate::page::impostor::{Disguise, Suspicion};
use crate::run::Run;
use crate::session::lease::Hold;

/// One attempt at one case.
pub(crate) struct Scope {
    pub(crate) run: Arc<Run>,
    pub(crate) log: Arc<CaseLog>,
    pub(crate) case: String,
    pub(crate) mutates: bool,
    /// Whether all of it may be asked again: a try of `eventually`.
    pub(crate) is_try: bool,
    pub(crate) row: Row,
    started: Instant,
    limit: Option<Duration>,
    pub(crate) random: Mutex<StdRng>,
    /// Pages that are not what they should be.
    suspicions: Mutex<Vec<Suspicion>>,
    /// What this attempt has leased.
    pub(crate) holds: tokio::sync::Mutex<Vec<Weak<Hold>>>,
}

/// What a case is about that is repeated over a list: a component, an account, a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) component: Option<String>,
    pub(crate) account: Option<String>,
    /// Which of the platform file's pages.
    pub(crate) page: Option<usize>,
}

/// How long a wait may last where no case is ended by its limit.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

impl Scope {
    pub(crate) fn new(run: Arc<Run>, log: Arc<CaseLog>, case: String, mutates: bool, row: Row) -> Scope {
        let random = Mutex::new(data::source(run.seed, &case));
        let (started, limit) = (Instant::now(), log.limit());
        let holds = tokio::sync::Mutex::default();
        let suspicions = Mutex::default();
        Scope { run, log, case, mutates, is_try: false, row, started, limit, random, suspicions, holds }
    }

    /// The same attempt under another case's name and with another log.
    pub(crate) fn retold(&self, case: String, log: Arc<CaseLog>) -> Scope {
        let random = Mutex::new(data::source(self.run.seed, &case));
        self.log.lend(&log);
        Scope {
            run: self.run.clone(),
            log,
            case,
            mutates: false,
            is_try: false,
            row: self.row.clone(),
            started: self.started,
            limit: self.limit,
            random,
            suspicions: Mutex::default(),
            holds: tokio::sync::Mutex::default(),
        }
    }

    /// The same attempt with a log of its own.
    pub(crate) fn aside(&self) -> Scope {
        Scope { mutates: self.mutates, ..self.retold(self.case.clone(), Arc::default()) }
    }

    /// A try of the same attempt, with a log of its own.
    pub(crate) fn of_try(&self, log: Arc<CaseLog>) -> Scope {
        Scope { mutates: self.mutates, is_try: true, ..self.retold(self.case.clone(), log) }
    }

    /// A page is not what it should be; told at the end, unless the case judges that itself.
    pub(crate) fn suspect(&self, suspicion: Suspicion) {
        self.suspicions.lock().unwrap_or_else(PoisonError::into_inner).push(suspicion);
    }

    /// The case judges by itself whether an exchange's page is one of these.
    pub(crate) fn settle(&self, exchange: usize, disguises: &[Disguise]) {
        let mut suspicions = self.suspicions.lock().unwrap_or_else(PoisonError::into_inner);
        suspicions.retain(|it| it.exchange != exchange || !disguises.contains(&it.disguise));
    }

    /// The case has ended: what it did not judge is told.
    pub(crate) fn tell_suspicions(&self) {
        let mut suspicions = self.suspicions.lock().unwrap_or_else(PoisonError::into_inner);
        suspicions.drain(..).for_each(|suspicion| self.log.failed(suspicion.check));
    }

    /// The full name of another case about the same component, if this run has it: of the same suite, or of the one that
    /// is named before it, `session::page`.
    pub(crate) fn sibling(&self, case: &str) -> Option<String> {
        let sibling = match (case.split_once("::"), &self.row.component) {
            (Some((suite, name)), Some(component)) => format!("{suite}::{component}::{name}"),
            (Some(_), None) => case.to_owned(),
            (None, _) => format!("{}::{case}", self.case.rsplit_once("::")?.0),
        };
        (sibling != self.case && self.run.has_case(&sibling)).then_some(sibling)
    }

    /// Whether the case's row is about this account.
    pub(crate) fn is_about(&self, account: &str) -> bool {
        self.row.account.as_deref() == Some(account)
    }

    /// How long the case may wait for somebody else and still say for whom before its limit ends it.
    pub(crate) fn patience(&self) -> Duration {
        let Some(limit) = self.limit else { return LONGEST_WAIT };
        let to_say_so = (limit / 10).min(Duration::from_secs(1));
        limit.saturating_sub(to_say_so).saturating_sub(self.elapsed())
    }

    /// Time since the case began.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}
