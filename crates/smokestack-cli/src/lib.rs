//! The `smokestack` command: what is not a test.
//!
//! A platform with a login of its own in Rust builds a command that knows it, in one line:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     smokestack_cli::main(&smokestack::Suites::new("acme", []))
//! }
//! ```

mod args;
mod console;
mod platform;
mod prime;
mod report;
mod runtime;
mod sweep;
mod twin;
mod world;

use std::process::ExitCode;

use clap::Parser as _;
use smokestack::Suites;

use crate::args::{Args, Command};
use crate::world::World;

/// Runs the command. Exit codes are those of a suite binary, [`smokestack_core::ExitCode`]: 0 done, 2 usage or
/// platform file, 3 the platform could not be judged, 101 two targets differ.
pub fn main(suites: &Suites) -> ExitCode {
    let world = World::read();
    let args = match Args::try_parse_from(&world.args) {
        Ok(args) => args,
        Err(error) => {
            // Help may be cut short by `| head`.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    match args.command {
        Command::Prime(prime) => prime::run(&prime, suites, &world).into(),
        Command::Sweep(sweep) => sweep::run(&sweep, suites, &world).into(),
        Command::Report(report) => report::run(&report, &world).into(),
        Command::Twin(twin) => twin::run(&twin, suites, &world).into(),
    }
}
