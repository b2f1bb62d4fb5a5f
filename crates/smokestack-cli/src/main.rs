//! The `smokestack` command, with the ways to log in that a platform file can declare.

use std::process::ExitCode;

use smokestack::Suites;

fn main() -> ExitCode {
    smokestack_cli::main(&Suites::new("smokestack", []))
}
