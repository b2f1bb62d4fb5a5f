//! The narrow waist of Smokestack: what a case is, what can become of it, and what that means.
//!
//! Nothing here reads a clock, opens anything or prints. The DSL crate (how to look) and the runner (when, how
//! often, who hears) both know this crate and not each other. Everything decided about a run is decided here, by
//! pure functions of values: [`Selection::selects`], [`retry::next`], [`Record::verdict`], [`diagnosis::diagnose`],
//! [`SessionTable::of`].

mod baseline;
mod blame;
#[cfg(test)]
mod by_hand;
mod case;
mod case_info;
mod check;
pub mod diagnosis;
mod event;
mod exchange;
mod exit;
mod fact;
mod log;
mod millis;
mod mistake;
mod name_hash;
mod outcome;
mod place;
mod plan;
mod policy;
mod program;
mod record;
mod redact;
pub mod retry;
mod selection;
mod session_table;
mod verdict;

pub use baseline::{Baseline, Change};
pub use blame::Blame;
pub use case::{Body, BoxFuture, Case, Cell, Ending, Probe};
pub use case_info::CaseInfo;
pub use check::{Class, FailedCheck};
pub use diagnosis::{Certainty, Finding};
pub use event::Event;
pub use exchange::{CookieAction, CookieNote, Exchange, Hop, NoAnswer, Stage, Timing};
pub use exit::Exit;
pub use fact::{Fact, SessionCookie};
pub use log::{CaseLog, CaseNotes, Held, Phase};
pub use mistake::{Mistake, Refusal, Span};
pub use name_hash::name_hash;
pub use outcome::{Attempt, Outcome};
pub use place::Place;
pub use plan::{Limits, Plan, duplicate_names};
pub use policy::{ADVISORY, Policy};
pub use program::{LiveTarget, Program, Trouble, Wishes};
pub use record::{CaseRecord, ComponentInfo, Record, RunInfo};
pub use redact::{Redactor, SHORTEST_SECRET};
pub use selection::{Expression, ExpressionError, Selection, Shard};
pub use session_table::{CellState, InstanceRow, SessionTable};
pub use verdict::{ExitCode, Signal, Verdict};
