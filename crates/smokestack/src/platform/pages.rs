//! Rows of the page tables, as `[[pages]]` describes them.

use std::time::Duration;

use smokestack_core::Place;

use crate::session::Tries;

/// One page and what has to be on it: a case of its own.
#[derive(Clone, Debug)]
pub(crate) struct PageRow {
    pub(crate) name: String,
    /// Whose page it is.
    pub(crate) component: String,
    pub(crate) path: String,
    pub(crate) seen_by: SeenBy,
    pub(crate) tags: Vec<String>,
    /// In the order in which they are judged, each with its line of the file.
    pub(crate) expectations: Vec<(Place, Expectation)>,
    /// How often and how long it is asked for until all of that is so.
    pub(crate) eventually: Option<(Place, Tries)>,
    /// How long it may usually take.
    pub(crate) budget: Option<(Place, Duration)>,
    /// Where the row stands.
    pub(crate) place: Place,
}

/// Who looks at a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SeenBy {
    /// The first account that all cases share.
    FirstAccount,
    /// This account.
    Account(String),
    /// Somebody who has not signed in.
    Visitor,
}

/// One thing that is expected of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expectation {
    /// The path of the last hop.
    EndsAt(String),
    Status(u16),
    Title(Wanted),
    /// The text of the first `h1`.
    Heading(Wanted),
    /// An element matches.
    Selector(String),
    /// A table, or elements that are counted themselves.
    Rows {
        of: String,
        at_least: usize,
    },
    /// A reader finds this text.
    Text(String),
    /// A reader does not.
    Lacks(String),
    Within(Duration),
}

/// A text as a row names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Whole(String),
    Part(String),
}
