//! A session's way past the edge, straight to one origin of a component.

use url::Url;

use crate::http::{Client, Detour};
use crate::run::Run;

/// The way past the edge to one origin of a component. What belongs to others still goes through the edge.
pub(crate) struct Straight {
    pub(super) component: String,
    pub(super) client: Client,
}

impl Straight {
    /// The way to an origin, for requests to the component's public address; none if that has no host.
    pub(crate) fn new(run: &Run, component: &str, public: &Url, origin: &Url) -> Option<Straight> {
        let detour = Detour::to_origin(public.host_str()?, origin)?;
        Some(Straight { component: component.to_owned(), client: run.client.with_detour(detour) })
    }
}
