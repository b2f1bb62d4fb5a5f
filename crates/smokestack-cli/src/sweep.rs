//! `smokestack sweep`: what runs have left on a target is taken away.

use smokestack::{Suites, SweepError, Sweeping, Swept};
use smokestack_core::{ExitCode, Wishes};

use crate::args::Sweep;
use crate::world::World;
use crate::{console, runtime};

/// Runs it.
pub(crate) fn run(sweep: &Sweep, suites: &Suites, world: &World) -> ExitCode {
    let Some(runtime) = runtime::start() else { return ExitCode::Inconclusive };
    let sweeping = match (sweep.list, sweep.forget) {
        (true, _) => Sweeping::List,
        (_, true) => Sweeping::Forget,
        _ => Sweeping::TakeAway,
    };
    match runtime.block_on(suites.sweep(&wishes(sweep, world), sweeping)) {
        Ok(swept) => {
            console::say(&told(&swept, sweeping));
            let is_done = sweeping == Sweeping::Forget || swept.left.is_empty();
            if is_done { ExitCode::Pass } else { ExitCode::Inconclusive }
        }
        Err(SweepError::Refused(refusal)) => {
            console::show(&smokestack_runner::refusal_text(&refusal, world.colour));
            ExitCode::Usage
        }
        Err(SweepError::NotReady(why)) => {
            console::complain(&[why]);
            ExitCode::Inconclusive
        }
    }
}

fn wishes(sweep: &Sweep, world: &World) -> Wishes {
    let is_yes = |value: String| ["1", "true", "yes"].contains(&value.to_ascii_lowercase().as_str());
    Wishes {
        allow_mutations: sweep.allow_mutations || world.var("SMOKESTACK_ALLOW_MUTATIONS").is_some_and(is_yes),
        state: smokestack_runner::state_folder(&world.env, world.directory.as_deref()),
        ..sweep.platform.wishes(world)
    }
}

/// What became of what was left.
fn told(swept: &Swept, sweeping: Sweeping) -> String {
    let mut text = format!("swept {} at {}", swept.target, swept.url);
    let left = match sweeping {
        Sweeping::TakeAway => "still there",
        Sweeping::List => "left",
        Sweeping::Forget => "forgotten",
    };
    let lists = [("taken away", &swept.taken_away), ("gone already", &swept.gone), (left, &swept.left)];
    for (head, list) in lists {
        list.iter().for_each(|line| text.push_str(&format!("\n{head:<14}{line}")));
    }
    if lists.iter().all(|(_, list)| list.is_empty()) {
        text.push_str("\nnothing is left");
    }
    text
}
