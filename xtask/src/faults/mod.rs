//! `cargo xtask faults`: every fault of the fixture platform against the stock suites, and whether they say what it is.

mod table;

use std::process::Command;
use std::time::Instant;

use fault_scenarios::{ALL, Programs, Setup, Stage, StageError, judge, judge_healthy};

use crate::world::World;
use crate::{Done, suite_binary};

/// Its command line.
#[derive(Debug, clap::Args)]
pub(crate) struct Faults {
    /// Only switches that hold this, such as `cookie`
    filter: Option<String>,

    /// Print what each run said, too, not only of those that said the wrong thing
    #[arg(long)]
    told: bool,

    /// Afterwards run the suites so many times on healthy platforms, each setup in turn, and count the green ones
    #[arg(long, value_name = "N", default_value_t = 0)]
    healthy: usize,
}

/// Runs it. Says at the end whether every fault was seen, and seen right.
pub(crate) fn run(faults: &Faults, world: &World) -> Done {
    let (suites, smokestack) = (suite_binary::build(world)?, suite_binary::build_command(world)?);
    let suites = || quiet(world.suite(&suites));
    let smokestack = || quiet(world.suite(&smokestack));
    let programs = Programs { suites: &suites, smokestack: &smokestack };
    let wanted = |switch: &str| faults.filter.as_ref().is_none_or(|filter| switch.contains(filter.as_str()));
    let scenarios: Vec<_> = ALL.iter().filter(|scenario| wanted(scenario.switch)).collect();
    if scenarios.is_empty() {
        return Err("no switch holds that; `cargo xtask faults` alone lists all".into());
    }
    println!("{}", table::HEAD);
    let (began, mut wrong) = (Instant::now(), Vec::new());
    for scenario in &scenarios {
        let stage = Stage::start(scenario.setup)?;
        stage.break_with(scenario.fault(), &programs)?;
        let told = stage.run(&programs)?;
        let judgement = judge(scenario, &told);
        println!("{}", table::row(scenario, &told, &judgement));
        if faults.told {
            println!("\n{}\n", told.stderr.trim());
        }
        if !judgement.is_right() {
            wrong.push((scenario, judgement, told));
        }
    }
    for (scenario, judgement, told) in &wrong {
        println!(
            "\n# {}: guilty is {}, because of `{}`\n# blamed: {}, exit code {:?}\n\n{}",
            scenario.name(),
            scenario.fault().guilty(),
            scenario.cause,
            judgement.blamed.join(", "),
            told.code,
            told.stderr.trim()
        );
    }
    let right = scenarios.len() - wrong.len();
    println!(
        "\n{right} of {} faults are seen as they should be, in {:.0} s",
        scenarios.len(),
        began.elapsed().as_secs_f64()
    );
    let green = healthy(faults.healthy, &programs)?;
    Ok(wrong.is_empty() && green == faults.healthy)
}

/// How many of so many runs on healthy platforms are green.
fn healthy(runs: usize, programs: &Programs<'_>) -> Result<usize, StageError> {
    let (began, mut green) = (Instant::now(), 0);
    for setup in Setup::ALL.iter().cycle().take(runs) {
        let told = Stage::start(*setup)?.run(programs)?;
        if judge_healthy(&told) {
            green += 1;
        } else {
            println!("\n# healthy, {setup:?}: exit code {:?}\n\n{}", told.code, told.stderr.trim());
        }
    }
    if runs > 0 {
        println!("{green} of {runs} healthy runs are green, in {:.0} s", began.elapsed().as_secs_f64());
    }
    Ok(green)
}

fn quiet(mut command: Command) -> Command {
    command.env("NO_COLOR", "1");
    command
}
