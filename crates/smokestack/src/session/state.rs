//! What a login makes and a fork copies: cookies, and headers that go with every request.

use serde::{Deserialize, Serialize};

use crate::cookies::Jar;

/// The signed-in state of one visitor. Holds secrets: it is written nowhere but into stores that say so.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) jar: Jar,
    /// Sent with every request to the platform's own addresses: `authorization` and its value.
    pub(crate) headers: Vec<(String, String)>,
}

impl From<Jar> for State {
    fn from(jar: Jar) -> State {
        State { jar, headers: Vec::new() }
    }
}
