//! What one target says in words that are the same for both: without its addresses, release, environment and account.

use url::Url;

use crate::page::outline::said_once;
use crate::run::Run;
use crate::snapshot::same_in_every_run;

/// Shorter ones may be a part of anything.
const SHORTEST: usize = 3;

/// The words of one target.
pub(super) struct Words<'r> {
    run: &'r Run,
    own: Vec<(String, &'static str)>,
}

impl<'r> Words<'r> {
    /// Of a run, whose `accounts` have signed in.
    pub(super) fn of(run: &'r Run, accounts: &[String]) -> Words<'r> {
        let shown = accounts.iter().filter_map(|account| Some((run.shown_name(account)?, "[account]")));
        let environment = run.target.environment.iter().map(|name| (name.clone(), "[environment]"));
        Words { run, own: environment.chain(shown).collect() }
    }

    /// The same for an answer of this release and this instance.
    pub(super) fn from(&self, release: Option<&str>, instance: Option<&str>) -> Words<'r> {
        let more = [(release, "[release]"), (instance, "[instance]")];
        let more = more.into_iter().filter_map(|(own, word)| Some((own?.to_owned(), word)));
        Words { run: self.run, own: self.own.iter().cloned().chain(more).collect() }
    }

    /// A text without what is this target's own.
    pub(super) fn text(&self, text: &str) -> String {
        let text = same_in_every_run(self.run, &self.run.snapshots.rules, text);
        let own = self.own.iter().filter(|(own, _)| own.chars().count() >= SHORTEST);
        own.fold(text, |text, (own, word)| in_place_of(&text, own, word))
    }

    /// An outline; what is said again and again is said once.
    pub(super) fn outline(&self, text: &str) -> String {
        said_once(&self.text(text))
    }

    /// Where an answer leads, from the address that gave it: one of the target's own without its beginning.
    pub(super) fn location(&self, from: &str, location: &str) -> String {
        let whole = Url::parse(from).and_then(|from| from.join(location)).map(String::from);
        let told = self.text(whole.as_deref().unwrap_or(location));
        match told.strip_prefix("{target}") {
            Some(path) if path.starts_with('/') => path.to_owned(),
            _ => told,
        }
    }
}

/// The text with `word` for each `own` that is no part of a longer word.
fn in_place_of(text: &str, own: &str, word: &str) -> String {
    let within = |c: char| c.is_alphanumeric() || c == '_';
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(own) {
        let (before, after) = (&rest[..at], &rest[at + own.len()..]);
        told.push_str(before);
        let alone = !told.ends_with(within) && !after.starts_with(within);
        told.push_str(if alone { word } else { own });
        rest = after;
    }
    told + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_part_of_a_longer_word_stays() {
        assert_eq!(in_place_of("prod, product, (prod) prod", "prod", "[x]"), "[x], product, ([x]) [x]");
        assert_eq!(in_place_of("release 2023.32.", "2023.32", "[release]"), "release [release].");
        assert_eq!(in_place_of("grüße", "üß", "[x]"), "grüße");
    }
}
