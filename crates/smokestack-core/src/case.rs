//! A case: one reported test, ready to run.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{CaseLog, Place};

/// A boxed future: what crosses the crates' borders, so that generic code is compiled once.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The code of a case. Called once per attempt; writes what it sees into the log.
pub type Body = Arc<dyn Fn(Arc<CaseLog>) -> BoxFuture<'static, Ending> + Send + Sync>;

/// How a case's code came to its end. Failed checks are in the log and count whatever the ending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It came to the end, or stopped early after writing down a failed check.
    Done,
    /// It could not be judged because something else failed.
    Blocked {
        /// What failed, with the case that says why.
        by: String,
    },
    /// It does not apply here.
    Skipped {
        /// Why not.
        why: String,
    },
}

/// One reported test.
#[derive(Clone)]
pub struct Case {
    /// The suite's name: `session`.
    pub suite: String,
    /// The case's own name: `page`.
    pub name: String,
    /// The component that this row of the matrix is about.
    pub component: Option<String>,
    /// Where the suite lists it.
    pub place: Place,
    /// Words to select by.
    pub tags: Vec<String>,
    /// Whether it writes to the platform (beyond login and logout).
    pub mutates: bool,
    /// Whether it runs only when asked for (`--ignored`, `--include-ignored`).
    pub ignored: bool,
    /// Which cell of the session table it fills.
    pub cell: Option<Cell>,
    /// Nothing else runs while it does.
    pub serial: bool,
    /// No other case of this lock runs while it does.
    pub lock: Option<String>,
    /// Its own time limit, instead of the run's.
    pub time_limit: Option<Duration>,
    /// How often silence may be asked again, instead of the run's.
    pub retries: Option<u32>,
    /// What to run.
    pub body: Body,
}

/// A cell of the session table: one way of using the session with one component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// The row.
    pub component: String,
    /// The column.
    pub probe: Probe,
}

/// The columns of the session table, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Probe {
    /// The component's landing page knows who is signed in.
    Page,
    /// A page with a form knows it, and the form has its token.
    Form,
    /// A form is submitted and the component accepts it.
    Write,
    /// The JSON API accepts it.
    Api,
    /// A JSON write is accepted.
    #[serde(rename = "api_write")]
    ApiWrite,
    /// It is accepted once more on a connection of its own.
    Again,
    /// Every instance of the component accepts it.
    Instances,
    /// It is accepted after a pause in which nobody used it.
    Idle,
    /// The issuer still accepts it after the component was visited.
    Kept,
    /// Two accounts in turn each see their own page.
    Accounts,
    /// It is refused after logout.
    Logout,
    /// A request without a session is refused.
    Without,
    /// Another target's session is refused.
    Foreign,
    /// A session from before the deploy is accepted.
    Carried,
}

impl Probe {
    /// All columns in their order.
    pub const ALL: [Probe; 14] = [
        Probe::Page,
        Probe::Form,
        Probe::Write,
        Probe::Api,
        Probe::ApiWrite,
        Probe::Again,
        Probe::Instances,
        Probe::Idle,
        Probe::Kept,
        Probe::Accounts,
        Probe::Logout,
        Probe::Without,
        Probe::Foreign,
        Probe::Carried,
    ];

    /// The column's head.
    pub fn word(self) -> &'static str {
        match self {
            Probe::Page => "page",
            Probe::Form => "form",
            Probe::Write => "write",
            Probe::Api => "api",
            Probe::ApiWrite => "api_write",
            Probe::Again => "again",
            Probe::Instances => "instances",
            Probe::Idle => "idle",
            Probe::Kept => "kept",
            Probe::Accounts => "accounts",
            Probe::Logout => "logout",
            Probe::Without => "without",
            Probe::Foreign => "foreign",
            Probe::Carried => "carried",
        }
    }

    /// Whether a case of this column passes by being refused.
    pub fn is_negative(self) -> bool {
        matches!(self, Probe::Logout | Probe::Without | Probe::Foreign)
    }
}

impl Case {
    /// A case without a name that runs this; the rest is for whoever lays it out.
    pub fn new(place: Place, body: Body) -> Case {
        Case {
            suite: String::new(),
            name: String::new(),
            component: None,
            place,
            tags: Vec::new(),
            mutates: false,
            ignored: false,
            cell: None,
            serial: false,
            lock: None,
            time_limit: None,
            retries: None,
            body,
        }
    }

    /// The full name: `suite::component::case`, or `suite::case` where no component is meant.
    pub fn full_name(&self) -> String {
        match &self.component {
            Some(component) => format!("{}::{}::{}", self.suite, component, self.name),
            None => format!("{}::{}", self.suite, self.name),
        }
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case")
            .field("name", &self.full_name())
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}
