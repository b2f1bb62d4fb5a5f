//! The DSL of Smokestack: suites that log in to a web platform once, carry the session across its components and
//! check the pages that people use.
//!
//! A suite is a list of plain async functions. Fetching is awaited, judging is not: every question about a page is
//! pure, and every check is soft, so that one case tells everything that is wrong.
//!
//! ```
//! use smokestack::prelude::*;
//!
//! pub fn suite() -> Suite {
//!     Suite::new("work-orders").case(case!(the_list_shows_orders).component("work-orders").tag("critical"))
//! }
//!
//! async fn the_list_shows_orders(cx: Cx) -> Checked {
//!     let session = cx.session("dispatcher").await?; // logged in once per run; this is a fork
//!     let page = session.get(cx.component()?.landing()).await?;
//!     page.status().is(200);
//!     page.signed_in(); // not a login page, an error page or somebody else's page
//!     page.find("h1").text().is("Work orders");
//!     page.find("table.orders tbody tr").count().at_least(1);
//!     page.duration().under(ms(800));
//!     cx.done()
//! }
//! # assert_eq!(suite().name(), "work-orders");
//! ```
//!
//! The platform itself is described by one file, `smokestack.toml`; see the repository's guide.

#[cfg(test)]
mod by_hand;
mod carried;
mod clean_up;
mod component;
mod contract;
mod cookies;
mod credentials;
mod cx;
mod data;
mod demo;
mod evidence;
mod given;
mod health;
mod http;
mod login;
mod page;
mod platform;
mod program;
mod program_output;
mod regular_file;
mod resources;
mod run;
mod run_target;
mod scope;
mod session;
mod settings;
mod snapshot;
mod stop;
mod store;
mod suite;
mod transport;
mod twin;

pub use carried::{CarriedError, PrimeError, Primed};
pub use clean_up::{CleanUp, OnExit, SweepError, Sweeping, Swept};
pub use component::Component;
pub use cookies::Explanation;
pub use cx::Cx;
pub use demo::Demo;
pub use fake;
pub use given::Given;
pub use health::Health;
pub use login::{LoginWay, Visitor};
pub use page::form::Form;
pub use page::{Chain, ConnectTime, Count, Each, EachJson, Found, Header, Hops, Hsts, Images, Json};
pub use page::{JsonValues, Judged, Link, Links, Page, Percentile, Repeats, Row, Shape, Status};
pub use page::{Security, Table, Text, Texts, Took};
pub use program::Suites;
pub use resources::{FollowedLinks, Resources};
pub use session::{Every, Lease, Pending, RoundTrip, Sample, Session, Tries, Written, every};
pub use smokestack_core::Probe;
pub use snapshot::Snapshot;
pub use stop::{Checked, Stop};
pub use suite::{Case, Suite, ms, secs};
pub use transport::{Certificate, DaysLeft, Transport};
pub use twin::{Allowance, Difference, Twin, TwinError, TwinSide};

/// All that a suite names: `use smokestack::prelude::*;`.
pub mod prelude {
    pub use crate::{Case, Checked, Cx, Form, Page, Probe, Session, Stop, Suite, case, every, ms, secs};
}

/// What the macros need and nobody else should name.
#[doc(hidden)]
pub mod __private {
    pub use crate::suite::new_case;
}

/// For `fuzz/`, which is built with a flag of its own.
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzed {
    pub use crate::cookies::fuzzed::set_cookies;
}

/// A case from the name of an `async fn(Cx) -> Checked`.
///
/// ```
/// use smokestack::prelude::*;
/// async fn the_list_is_not_empty(cx: Cx) -> Checked {
///     cx.done()
/// }
/// let case = case!(the_list_is_not_empty).tag("critical").mutates();
/// ```
#[macro_export]
macro_rules! case {
    ($body:ident) => {
        $crate::__private::new_case(stringify!($body), |cx| ::std::boxed::Box::pin($body(cx)))
    };
}
