//! Suites and their cases: one visible list of plain functions.

use std::sync::Arc;
use std::time::Duration;

use smokestack_core::{BoxFuture, Cell, Ending, Limits, Mistake, Place, Probe};

use crate::cx::{Cx, Scope};
use crate::platform::pages::PageRow;
use crate::run::Run;
use crate::scope::Row;
use crate::{Checked, Component, Given};

/// A named list of cases.
pub struct Suite {
    name: String,
    cases: Vec<Case>,
}

/// One case of a suite; with rows, one reported case for each.
pub struct Case {
    name: String,
    place: Place,
    body: Body,
    rows: Rows,
    tags: Vec<String>,
    mutates: bool,
    carried: bool,
    given: Vec<fn(&Given<'_>) -> bool>,
    ignored: bool,
    probe: Option<Probe>,
    serial: bool,
    lock: Option<String>,
    time_limit: Option<Duration>,
    retries: Option<u32>,
}

type Body = fn(Cx) -> BoxFuture<'static, Checked>;

/// What a case is repeated over.
enum Rows {
    One,
    Component(String),
    EachComponent(fn(&Component) -> bool),
    EachAccount,
    EachPage,
}

impl Suite {
    /// A suite without cases. Its name is the first part of every case's full name.
    pub fn new(name: &str) -> Suite {
        Suite { name: name.to_owned(), cases: Vec::new() }
    }

    /// The same with one more case.
    pub fn case(mut self, case: Case) -> Suite {
        self.cases.push(case);
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The suite's cases, one for each row; mistakes are added to the list.
    pub(crate) fn lay_out(&self, run: &Arc<Run>, mistakes: &mut Vec<Mistake>) -> Vec<smokestack_core::Case> {
        let mut cases = Vec::new();
        for case in &self.cases {
            match case.rows(run) {
                Ok(rows) => cases.extend(rows.into_iter().map(|row| case.for_row(&self.name, row, run))),
                Err(mistake) => mistakes.push(*mistake),
            }
        }
        cases
    }
}

/// What [`case!`](crate::case) makes.
#[doc(hidden)]
#[track_caller]
pub fn new_case(name: &str, body: Body) -> Case {
    Case {
        name: name.to_owned(),
        place: Place::caller(),
        body,
        rows: Rows::One,
        tags: Vec::new(),
        mutates: false,
        carried: false,
        given: Vec::new(),
        ignored: false,
        probe: None,
        serial: false,
        lock: None,
        time_limit: None,
        retries: None,
    }
}

impl Case {
    /// A name other than the function's.
    pub fn named(mut self, name: &str) -> Case {
        name.clone_into(&mut self.name);
        self
    }

    /// About this component; [`Cx::component`] gives it.
    pub fn component(mut self, name: &str) -> Case {
        self.rows = Rows::Component(name.to_owned());
        self
    }

    /// Once for each component of the platform file.
    pub fn each_component(self) -> Case {
        self.each_component_with(|_| true)
    }

    /// Once for each component of the platform file of which this is true.
    pub fn each_component_with(mut self, applies: fn(&Component) -> bool) -> Case {
        self.rows = Rows::EachComponent(applies);
        self
    }

    /// Once for each account of the platform file; [`Cx::account`] gives its name, which becomes the case's.
    pub fn each_account(mut self) -> Case {
        self.rows = Rows::EachAccount;
        self
    }

    /// Once for each row of the platform file's page tables; [`Cx::listed_page`] fetches and judges it. The row's name
    /// becomes the case's.
    pub fn each_page(mut self) -> Case {
        self.rows = Rows::EachPage;
        self
    }

    /// A word to select by.
    pub fn tag(mut self, tag: &str) -> Case {
        self.tags.push(tag.to_owned());
        self
    }

    /// It never makes a run red; what it finds is shown. The same as the tag `advisory`.
    pub fn advisory(self) -> Case {
        self.tag(smokestack_core::ADVISORY)
    }

    /// It writes to the platform. On a protected target it is skipped unless the run says `--allow-mutations`.
    pub fn mutates(mut self) -> Case {
        self.mutates = true;
        self
    }

    /// It looks at sessions from before a deploy: planned only where the run has some (`--carried FILE`).
    pub fn carried(mut self) -> Case {
        self.carried = true;
        self
    }

    /// Planned only where this is true of what the platform file and the command line give.
    pub fn given(mut self, is_given: fn(&Given<'_>) -> bool) -> Case {
        self.given.push(is_given);
        self
    }

    /// It runs only when asked for with `--ignored` or `--include-ignored`.
    pub fn ignored(mut self) -> Case {
        self.ignored = true;
        self
    }

    /// It fills this column of the session table, in its component's row.
    pub fn probe(mut self, probe: Probe) -> Case {
        self.probe = Some(probe);
        self
    }

    /// Nothing else of this process runs while it does.
    pub fn serial(mut self) -> Case {
        self.serial = true;
        self
    }

    /// No other case of this process with the same lock runs while it does: for what cannot be shared, such as a mailbox.
    pub fn lock(mut self, name: &str) -> Case {
        self.lock = Some(name.to_owned());
        self
    }

    /// How long it may take, its login included, instead of the run's limit.
    pub fn time_limit(mut self, limit: Duration) -> Case {
        self.time_limit = Some(limit);
        self
    }

    /// How often it may be tried again when no answer came. A wrong answer is never asked again.
    pub fn retries(mut self, retries: u32) -> Case {
        self.retries = Some(retries);
        self
    }

    fn rows(&self, run: &Arc<Run>) -> Result<Vec<Row>, Box<Mistake>> {
        let given = Given { run };
        let is_lacking = !self.given.iter().all(|is_given| is_given(&given));
        if is_lacking || (self.carried && run.carried_file.is_none()) {
            return Ok(Vec::new());
        }
        let components = &run.platform.components;
        let row = |component: &str| Row { component: Some(component.to_owned()), ..Row::default() };
        match &self.rows {
            Rows::One => Ok(vec![Row::default()]),
            Rows::Component(name) if components.iter().any(|component| component.name == *name) => {
                Ok(vec![row(name)])
            }
            Rows::Component(name) => {
                let known =
                    components.iter().map(|component| component.name.as_str()).collect::<Vec<_>>().join(", ");
                let what = format!(
                    "case `{}` is about component `{name}`, which the platform file does not have",
                    self.name
                );
                Err(Box::new(
                    Mistake::new(format!("{what} ({})", self.place)).help(format!("components: {known}")),
                ))
            }
            Rows::EachComponent(applies) => {
                let known = components.iter().map(|config| run.described(config));
                Ok(known.filter(applies).map(|component| row(component.name())).collect())
            }
            Rows::EachPage => {
                let pages = run.platform.pages.iter().enumerate();
                let row =
                    |(page, listed): (usize, &PageRow)| Row { page: Some(page), ..row(&listed.component) };
                Ok(pages.map(row).collect())
            }
            Rows::EachAccount => {
                let row = |name: &str| Row { account: Some(name.to_owned()), ..Row::default() };
                Ok(run.platform.accounts.iter().map(|account| row(&account.name)).collect())
            }
        }
    }

    fn for_row(&self, suite: &str, row: Row, run: &Arc<Run>) -> smokestack_core::Case {
        let cell = match (&row.component, self.probe) {
            (Some(component), Some(probe)) => Some(Cell { component: component.clone(), probe }),
            _ => None,
        };
        let listed = row.page.and_then(|page| run.platform.pages.get(page));
        let own_name = listed.map(|listed| &listed.name).or(row.account.as_ref());
        let own_tags = listed.map(|listed| listed.tags.as_slice()).unwrap_or_default();
        let mut case = smokestack_core::Case {
            suite: suite.to_owned(),
            name: own_name.unwrap_or(&self.name).clone(),
            component: row.component.clone(),
            place: listed.map_or(&self.place, |listed| &listed.place).clone(),
            tags: self.tags.iter().chain(own_tags).cloned().collect(),
            mutates: self.mutates,
            ignored: self.ignored,
            cell,
            serial: self.serial,
            lock: self.lock.clone(),
            time_limit: self.time_limit.or_else(|| longer_limit(self.probe, row.account.as_deref(), run)),
            retries: self.retries,
            body: Arc::new(|_| Box::pin(async { Ending::Done })),
        };
        if let Some(account) = &row.account {
            run.add_account_case(account, case.full_name());
        }
        case.body = self.core_body(case.full_name(), row, run.clone());
        case
    }

    fn core_body(&self, full_name: String, row: Row, run: Arc<Run>) -> smokestack_core::Body {
        let (body, mutates) = (self.body, self.mutates);
        if mutates && run.target.protected && !run.allow_mutations {
            let why = format!("writes to protected target `{}` need `--allow-mutations`", run.target.name);
            return Arc::new(move |_| {
                let why = why.clone();
                Box::pin(async move { Ending::Skipped { why } })
            });
        }
        Arc::new(move |log| {
            let (row, name) = (row.clone(), full_name.clone());
            let scope = Scope::new(run.clone(), log, name, mutates, row);
            let scope = Arc::new(scope);
            Box::pin(async move {
                let ending = match body(Cx { scope: scope.clone() }).await {
                    Ok(()) => Ending::Done,
                    Err(stop) => stop.ending,
                };
                // Of a case that stands on another, that other one tells.
                if !matches!(ending, Ending::Blocked { .. } | Ending::Skipped { .. }) {
                    scope.tell_suspicions();
                }
                ending
            })
        })
    }
}

/// Whoever looks at a session after the platform file's pause has a limit that begins after it. Whoever has to wait for an
/// account of the pool for own logins has one that begins after all who may come first.
fn longer_limit(probe: Option<Probe>, account: Option<&str>, run: &Run) -> Option<Duration> {
    let limit = run.target.case_limit.unwrap_or(Limits::default().case);
    let pause = run.platform.session.idle.filter(|_| probe == Some(Probe::Idle));
    let own_logins = run.platform.login.own_logins.as_deref();
    let is_spare = |name: &str| {
        run.platform.accounts.iter().any(|known| known.name == name && known.pool.as_deref() == own_logins)
    };
    let waits = matches!(probe, Some(Probe::Idle | Probe::Kept | Probe::Logout | Probe::Carried))
        || account.is_some_and(is_spare);
    if own_logins.is_none() || !waits {
        return Some(pause? + limit);
    }
    // One of each kind for each component.
    let kinds = [Probe::Idle, Probe::Kept, Probe::Logout].len() as u32;
    let before = run.platform.session.idle.unwrap_or_default() + limit * kinds;
    Some(before * run.platform.components.len() as u32 + pause.unwrap_or_default() + limit)
}

/// So many milliseconds.
pub const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// So many seconds.
pub const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}
