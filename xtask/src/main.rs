//! What a contributor types: `cargo xtask demo`, `test`, `tidy`, `faults`, `devloop`, `bench`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks to its user")]

mod bench;
mod demo;
mod devloop;
mod django;
mod faults;
mod needs;
mod signals;
mod suite_binary;
mod test;
mod tidy;
mod world;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::world::World;

/// Why a command came to no good end, in words for its user.
type Trouble = Box<dyn std::error::Error>;

/// Whether everything was as it should be; what was not has been said.
type Done = Result<bool, Trouble>;

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "What a contributor types.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Plays the incident: a healthy release passes on staging, the same release fails on prod
    Demo(demo::Demo),
    /// Installs what the tests need and runs every check and test
    Test,
    /// Checks the invariants of the workspace
    Tidy,
    /// Breaks the fixture platform in every way it knows, and prints what the stock suites say of each
    Faults(faults::Faults),
    /// Measures how long it takes from an edited case to its result
    Devloop,
    /// Measures what the harness costs against the bare libraries below it
    Bench(bench::Bench),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let world = World::read();
    let done = match arguments.command {
        Command::Demo(demo) => demo::run(&demo, &world),
        Command::Test => test::run(&world),
        Command::Tidy => tidy::run(&world),
        Command::Faults(faults) => faults::run(&faults, &world),
        Command::Devloop => devloop::run(&world),
        Command::Bench(bench) => bench::run(&bench, &world),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(trouble) => {
            eprintln!("error: {trouble}");
            let mut cause = trouble.source();
            while let Some(error) = cause {
                eprintln!("  because {error}");
                cause = error.source();
            }
            ExitCode::FAILURE
        }
    }
}
