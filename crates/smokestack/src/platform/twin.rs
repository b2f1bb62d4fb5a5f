//! Differences between two targets that are meant, as `[twin]` declares them.

use smokestack_core::Place;

/// A difference between two targets that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Allowed {
    /// Whose answers; those of all components where none is named.
    pub(crate) component: Option<String>,
    /// The path of the page; all where none is named.
    pub(crate) page: Option<String>,
    /// What may differ: `header strict-transport-security`.
    pub(crate) what: String,
    pub(crate) reason: String,
    /// Where it stands.
    pub(crate) place: Place,
}
