//! Reports of a run. Each is a function of the [`Record`](smokestack_core::Record), and the record can be rebuilt from the
//! run's [journal] alone.
//!
//! Nothing here reads a clock, opens anything or prints: the runner writes files, the `smokestack` command converts them.

#[cfg(test)]
mod by_hand;
mod exchange;
mod format;
mod html;
pub mod journal;
mod junit;
mod last_line;
mod merge;
pub mod page_text;
mod paint;
mod standing;
pub mod summary;
pub mod text;
mod verdict;

pub use format::{Format, RenderError};
pub use merge::{MergeError, merge};
pub use paint::{BAD, GOOD, Paint, UNSURE};
