//! `smokestack prime`: sessions saved before a deploy.

use std::path::{Path, PathBuf};

use smokestack::{PrimeError, Primed, Suites};
use smokestack_core::{ExitCode, Wishes};

use crate::args::Prime;
use crate::console;
use crate::world::World;

/// Runs it.
pub(crate) fn run(prime: &Prime, suites: &Suites, world: &World) -> ExitCode {
    let Some(runtime) = runtime() else { return ExitCode::Inconclusive };
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

/// What waits for answers; where there is none, that is told.
pub(crate) fn runtime() -> Option<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| console::complain(&[format!("the runtime does not start: {error}")])).ok()
}

fn wishes(prime: &Prime, world: &World) -> Wishes {
    let named = prime.config.clone().or_else(|| world.var("SMOKESTACK_CONFIG").map(Into::into));
    Wishes {
        config: named.or_else(|| below(world.directory.as_deref()?)),
        target: prime.target.clone().or_else(|| world.var("SMOKESTACK_TARGET")),
        url: prime.url.clone().or_else(|| world.var("SMOKESTACK_URL")),
        directory: world.directory.clone(),
        env: world.env.clone(),
        ..Wishes::default()
    }
}

/// The platform file of the only package that has one, where none stands here or above: `cargo test` runs in the package's
/// folder and finds it there.
fn below(folder: &Path) -> Option<PathBuf> {
    const NAME: &str = "smokestack.toml";
    if folder.ancestors().any(|folder| folder.join(NAME).is_file()) {
        return None;
    }
    let packages = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    let mut files = packages.map(|package| package.join(NAME)).filter(|file| file.is_file());
    let only = files.next()?;
    files.next().is_none().then_some(only)
}

/// What was saved, and what to do with it.
fn told(primed: &Primed, prime: &Prime) -> String {
    let list = |words: &[String]| if words.is_empty() { "none".to_owned() } else { words.join(", ") };
    let file = prime.out.display();
    let given = [
        ("--target", Some(primed.target.clone())),
        ("--config", prime.config.as_ref().map(|config| config.display().to_string())),
        ("--url", prime.url.clone()),
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
    use super::*;

    #[test]
    fn the_platform_file_of_the_only_package_that_has_one_is_found_from_above() {
        let folder = tempfile::tempdir().unwrap();
        let put = |name: &str| {
            let package = folder.path().join(name);
            std::fs::create_dir_all(&package).unwrap();
            std::fs::write(package.join("smokestack.toml"), "").unwrap();
            package.join("smokestack.toml")
        };
        assert_eq!(below(folder.path()), None);
        let only = put("suites");
        assert_eq!(below(folder.path()), Some(only));
        assert_eq!(below(&folder.path().join("suites")), None, "it stands here");
        put("other");
        assert_eq!(below(folder.path()), None, "nobody knows which");
    }

    #[test]
    fn a_word_that_a_shell_would_take_apart_is_quoted() {
        assert_eq!(word("https://[::1]:8080/"), "'https://[::1]:8080/'");
        assert_eq!(word("staging.toml"), "staging.toml");
        assert_eq!(word("ann's file"), r"'ann'\''s file'");
        assert_eq!(word(""), "''");
    }
}
