//! The runner: when cases run, how often, and who hears of it.
//!
//! A suite binary's whole `main` is one call:
//!
//! ```no_run
//! # fn program() -> impl smokestack_core::Program + 'static {
//! #     struct Nothing;
//! #     impl smokestack_core::Program for Nothing {
//! #         fn name(&self) -> &str {
//! #             "nothing"
//! #         }
//! #         fn plan(
//! #             &self,
//! #             _: &smokestack_core::Wishes,
//! #         ) -> Result<smokestack_core::Plan, smokestack_core::Refusal> {
//! #             Err(smokestack_core::Mistake::new("nothing to run").into())
//! #         }
//! #     }
//! #     Nothing
//! # }
//! fn main() -> std::process::ExitCode {
//!     smokestack_runner::main(program())
//! }
//! ```
//!
//! libtest-mimic owns the command line's look, the threads and stdout; this crate owns time limits, retries, panics,
//! redaction, reports and the exit code, whose meaning stands at [`smokestack_core::ExitCode`]. It knows nothing of
//! HTTP, pages or platforms.

mod args;
mod attempt;
mod console;
mod durations;
mod execution;
mod exits;
mod interruption;
mod job;
mod journal_file;
mod journals;
mod order;
mod panics;
mod refusal;
mod report_file;
mod reporters;
mod reports;
mod run;
mod runtime;
mod settings;
mod shard;
mod slots;
mod source;
mod told;
mod world;

pub use journals::{JournalsError, newest as newest_reports, records_at};
pub use refusal::text as refusal_text;
pub use report_file::write as write_report;
pub use run::main;
pub use world::state_folder;
