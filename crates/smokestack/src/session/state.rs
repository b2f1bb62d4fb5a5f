//! What a login makes and a fork copies: cookies, and headers that go with every request.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::proof::Proof;
use crate::cookies::Jar;

/// The signed-in state of one visitor. Holds secrets: it is written nowhere but into stores that say so.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) jar: Jar,
    /// Sent with every request to the platform's own addresses: `authorization` and its value.
    pub(crate) headers: Vec<(String, String)>,
    /// Of a session that many cases use: what they see of it together.
    #[serde(skip)]
    pub(crate) proof: Option<Arc<Proof>>,
}

impl From<Jar> for State {
    fn from(jar: Jar) -> State {
        State { jar, ..State::default() }
    }
}
