//! A clean-up as it is noted on disk: all that another process needs to carry it out.

use serde::{Deserialize, Serialize};
use smokestack_core::Place;

use super::step::Step;

/// What was left, where and by whom. There is no secret in it: whoever carries it out signs in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Noted {
    /// `the record`.
    pub(super) what: String,
    /// The case's full name.
    pub(super) case: String,
    /// The suite's line that asked for it.
    pub(super) place: Place,
    pub(super) target: String,
    pub(super) url: String,
    /// Who is signed in; nobody for a visitor's.
    pub(super) account: Option<String>,
    pub(super) steps: Vec<Step>,
    /// Milliseconds since 1970.
    pub(super) noted_at: i64,
}
