//! `cargo xtask test`: everything that has to hold before a change is shared.

use std::time::Instant;

use crate::world::World;
use crate::{Done, django, needs, tidy};

/// One check.
struct Step {
    name: &'static str,
    does: Does,
}

enum Does {
    Cargo(&'static [&'static str]),
    Tidy,
}

/// `--workspace`, since the default members leave out fixtures, tests and xtask.
const STEPS: [Step; 6] = [
    Step { name: "format", does: Does::Cargo(&["fmt", "--all", "--check"]) },
    Step {
        name: "clippy",
        does: Does::Cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
    },
    Step { name: "tidy", does: Does::Tidy },
    // Without `--all-targets`, which would leave out the examples in the documentation and build those that tests
    // start under another name.
    Step { name: "tests", does: Does::Cargo(&["test", "--workspace"]) },
    // A feature of its own, since most suites have no use for its sixty crates.
    Step {
        name: "JSON Schema",
        does: Does::Cargo(&["test", "-p", "smokestack", "--features", "jsonschema", "--lib", "schema"]),
    },
    Step { name: "documentation", does: Does::Cargo(&["doc", "--workspace", "--no-deps"]) },
];

/// Runs it and stops at the first failure.
pub(crate) fn run(world: &World) -> Done {
    let start = Instant::now();
    needs::meet(&needs::ALL, world)?;
    django::install(world)?;
    for (number, step) in (1..).zip(&STEPS) {
        println!("\n[{number}/{}] {}: {}", STEPS.len(), step.name, step.line());
        let begun = Instant::now();
        let went_well = step.run(world)?;
        let took = begun.elapsed().as_secs_f64();
        if !went_well {
            println!("\n{} failed after {took:.1} s", step.name);
            return Ok(false);
        }
        println!("{} took {took:.1} s", step.name);
    }
    println!("\nall {} steps went well, in {:.1} s", STEPS.len(), start.elapsed().as_secs_f64());
    Ok(true)
}

impl Step {
    /// What to type to run it alone.
    fn line(&self) -> String {
        match self.does {
            Does::Cargo(arguments) => format!("cargo {}", arguments.join(" ")),
            Does::Tidy => "cargo xtask tidy".to_owned(),
        }
    }

    fn run(&self, world: &World) -> Done {
        match self.does {
            // Only rustdoc looks at the variable: a broken link is an error.
            Does::Cargo(arguments) => {
                let status = world.cargo().args(arguments).env("RUSTDOCFLAGS", "-D warnings").status()?;
                Ok(status.success())
            }
            Does::Tidy => tidy::run(world),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_about_the_whole_workspace_or_a_feature() {
        for step in &STEPS {
            let line = step.line();
            let whole =
                ["--workspace", "--all ", "tidy", "--features"].iter().any(|word| line.contains(word));
            assert!(whole, "{line}");
        }
    }
}
