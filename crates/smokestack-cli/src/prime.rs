//! `smokestack prime`: sessions saved before a deploy.

use smokestack::{PrimeError, Primed, Suites};
use smokestack_core::ExitCode;

use crate::args::Prime;
use crate::world::World;
use crate::{console, runtime};

/// Runs it.
pub(crate) fn run(prime: &Prime, suites: &Suites, world: &World) -> ExitCode {
    let Some(runtime) = runtime::start() else { return ExitCode::Inconclusive };
    let primed = runtime.block_on(suites.prime(&prime.platform.wishes(world), &prime.out));
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

/// What was saved, and what to do with it.
fn told(primed: &Primed, prime: &Prime) -> String {
    let list = |words: &[String]| if words.is_empty() { "none".to_owned() } else { words.join(", ") };
    let file = prime.out.display();
    let given = [
        ("--target", Some(primed.target.clone())),
        ("--config", prime.platform.config.as_ref().map(|config| config.display().to_string())),
        ("--url", prime.platform.url.clone()),
        ("--carried", Some(file.to_string())),
    ];
    let again = given.into_iter().filter_map(|(flag, value)| Some(format!("{flag} {}", word(&value?))));
    let again = again.collect::<Vec<_>>().join(" ");
    let sealed = match primed.sealed {
        true => "sealed with the passphrase in SMOKESTACK_PASSPHRASE",
        false => "not sealed: set SMOKESTACK_PASSPHRASE to have it so",
    };
    let without =
        primed.without_form.iter().map(|(component, why)| format!("no form    {component}: {why}\n"));
    format!(
        "primed {target} at {url}\n\
         sessions   {accounts}\n\
         forms      {forms}\n\
         {without}\
         visitor    {cookies} {noun}\n\
         release    {releases}\n\
         saved to   {file}, mode 600, {sealed}\n\
         after the deploy: cargo test -p suites -- {again}",
        target = primed.target,
        url = primed.url,
        accounts = list(&primed.accounts),
        forms = list(&primed.forms),
        without = without.collect::<String>(),
        cookies = primed.anonymous_cookies,
        noun = if primed.anonymous_cookies == 1 { "cookie" } else { "cookies" },
        releases = list(&primed.releases),
    )
}

/// A word as a shell reads it.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn a_word_that_a_shell_would_take_apart_is_quoted() {
        assert_eq!(word("https://[::1]:8080/"), "'https://[::1]:8080/'");
        assert_eq!(word("staging.toml"), "staging.toml");
        assert_eq!(word("ann's file"), r"'ann'\''s file'");
        assert_eq!(word(""), "''");
    }
}
