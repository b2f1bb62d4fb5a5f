//! `cargo xtask demo`: the incident of 8 August 2023, played on a platform of one's own.

mod act;
mod judgement;
mod keep;
mod stage;
mod tee;

use std::fs;
use std::time::{Duration, Instant};

use fixture_platform::{Component, Fault, Target};

use crate::world::World;
use crate::{Done, needs, suite_binary};
use act::Act;
use judgement::{Expected, Told};
use stage::Stage;

const LONGEST: Duration = Duration::from_secs(60 * 60);

/// Its command line.
#[derive(Debug, clap::Args)]
pub(crate) struct Demo {
    /// Keep sessions in real Redis servers; installs `redis-server` if it is missing
    #[arg(long)]
    redis: bool,

    /// Leave the broken platform running to be tried by hand, at most 1h [default: 10m]
    #[arg(long, value_name = "DURATION", num_args = 0..=1, default_missing_value = "10m", value_parser = bounded)]
    keep: Option<Duration>,
}

/// Runs it. Says at the end whether both acts came out as they should.
pub(crate) fn run(demo: &Demo, world: &World) -> Done {
    if demo.redis {
        needs::meet(&[needs::REDIS], world)?;
    }
    println!("building the stock suites");
    let begun = Instant::now();
    let binary = suite_binary::build(world)?;
    println!("built in {:.1} s", begun.elapsed().as_secs_f64());
    let reports = suite_binary::target_folder(world)?.join("smokestack").join("demo");
    fs::create_dir_all(&reports)?;

    println!("\n# act 1: release 2023.32 on staging, as it should be\n");
    let rehearsal = Stage::start(Target::Staging, &[], demo.redis)?;
    let act = Act { binary: &binary, reports: &reports, stage: &rehearsal };
    let healthy = act.play(world)?;
    let mut wrong = judgement::differences("act 1", &healthy, &Expected::pass());
    drop(rehearsal);

    println!("\n# act 2: the same release on prod, where work-orders names the store of before\n");
    let fault = Fault::WrongStore { component: Component::WorkOrders };
    let incident = Stage::start(Target::Prod, &[fault], demo.redis)?;
    let act = Act { binary: &binary, reports: &reports, stage: &incident };
    let broken = act.play(world)?;
    let stores = incident.platform.stores();
    let expected = Expected::rollback(Component::WorkOrders.name(), [stores.primary, stores.old]);
    wrong.extend(judgement::differences("act 2", &broken, &expected));

    println!();
    for (name, told) in [("act 1", &healthy), ("act 2", &broken)] {
        println!("{name}: {}", line(told));
    }
    for difference in &wrong {
        println!("{difference}");
    }
    let well = wrong.is_empty();
    println!(
        "{}",
        if well {
            "both acts came out as they should: staging passes, prod is to be rolled back because of work-orders"
        } else {
            "the demo did not come out as it should"
        }
    );
    if let Some(time) = demo.keep {
        keep::open(&incident, time)?;
    }
    Ok(well)
}

fn line(told: &Told) -> String {
    let code = told.code.map_or_else(|| "killed".to_owned(), |code| format!("exit {code}"));
    format!("{code}, in {:.2} s, {}", told.took.as_secs_f64(), told.junit.display())
}

fn bounded(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text).map_err(|error| error.to_string())?;
    if duration > LONGEST {
        return Err("at most 1h".to_owned());
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        demo: Demo,
    }

    fn keep(arguments: &[&str]) -> Result<Option<Duration>, String> {
        let line = std::iter::once(&"demo").chain(arguments);
        Line::try_parse_from(line).map(|line| line.demo.keep).map_err(|error| error.to_string())
    }

    #[test]
    fn the_platform_is_kept_for_a_bounded_time_and_only_if_asked_for() {
        assert_eq!(keep(&["--redis"]), Ok(None));
        assert_eq!(keep(&["--keep", "--redis"]), Ok(Some(Duration::from_secs(600))));
        assert_eq!(keep(&["--keep", "90s"]), Ok(Some(Duration::from_secs(90))));
        assert!(keep(&["--keep", "2h"]).unwrap_err().contains("at most 1h"));
    }
}
