//! `smokestack prime`: sessions saved before a deploy.

use smokestack::{PrimeError, Primed, Suites};
use smokestack_core::{ExitCode, Wishes};

use crate::args::Prime;
use crate::console;
use crate::world::World;

/// Runs it.
pub(crate) fn run(prime: &Prime, suites: &Suites, world: &World) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            console::complain(&[format!("the runtime does not start: {error}")]);
            return ExitCode::Inconclusive;
        }
    };
    let primed = runtime.block_on(suites.prime(&wishes(prime, world), &prime.out));
    match primed {
        Ok(primed) => {
            console::say(&told(&primed, prime));
            ExitCode::Pass
        }
        Err(PrimeError::Refused(refusal)) => {
            console::show(&smokestack_runner::refusal_text(&refusal, world.colour));
            ExitCode::Usage
        }
        Err(PrimeError::File(error)) => {
            console::complain(
                &std::iter::once(error.to_string())
                    .chain(error.help().map(str::to_owned))
                    .collect::<Vec<_>>(),
            );
            ExitCode::Usage
        }
        Err(PrimeError::NotSignedIn(mut lines)) => {
            lines.push("nothing was saved".to_owned());
            console::complain(&lines);
            ExitCode::Inconclusive
        }
    }
}

fn wishes(prime: &Prime, world: &World) -> Wishes {
    Wishes {
        config: prime.config.clone().or_else(|| world.var("SMOKESTACK_CONFIG").map(Into::into)),
        target: prime.target.clone().or_else(|| world.var("SMOKESTACK_TARGET")),
        url: prime.url.clone().or_else(|| world.var("SMOKESTACK_URL")),
        directory: world.directory.clone(),
        env: world.env.clone(),
        ..Wishes::default()
    }
}

/// What was saved, and what to do with it.
fn told(primed: &Primed, prime: &Prime) -> String {
    let list = |words: &[String]| if words.is_empty() { "none".to_owned() } else { words.join(", ") };
    let file = prime.out.display();
    let sealed = match primed.sealed {
        true => "sealed with the passphrase in SMOKESTACK_PASSPHRASE",
        false => "not sealed: set SMOKESTACK_PASSPHRASE to have it so",
    };
    format!(
        "primed {target} at {url}\n\
         sessions   {accounts}\n\
         forms      {forms}\n\
         visitor    {cookies} {noun}\n\
         release    {releases}\n\
         saved to   {file}, mode 600, {sealed}\n\
         after the deploy: cargo test -p suites -- --target {target} --carried {file}",
        target = primed.target,
        url = primed.url,
        accounts = list(&primed.accounts),
        forms = list(&primed.forms),
        cookies = primed.anonymous_cookies,
        noun = if primed.anonymous_cookies == 1 { "cookie" } else { "cookies" },
        releases = list(&primed.releases),
    )
}
