//! Rules that make the parts of a text that change from run to run the same: patterns with a name, so that they can be
//! listed, switched off and added to.

mod default;

use std::collections::BTreeSet;
use std::sync::Arc;

use regex_lite::{Captures, Regex};

use default::ADDRESS;

/// A pattern, and what stands in its place.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    name: String,
    pattern: Regex,
    with: String,
    /// What else must be true of the pattern's first group.
    only: Option<fn(&str) -> bool>,
}

/// The rules that apply to a text: own ones first, then those that are there by default.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    own: Vec<Arc<Rule>>,
    off: BTreeSet<String>,
}

/// Addresses that stand in a text, and the words for them.
pub(crate) type Addresses = [(String, String)];

impl Rule {
    /// The error says why the pattern is none.
    pub(crate) fn new(name: &str, pattern: &str, with: &str) -> Result<Rule, String> {
        let pattern = Regex::new(pattern).map_err(|error| error.to_string())?;
        if pattern.is_match("") {
            return Err("it matches where nothing is".to_owned());
        }
        Ok(Rule { name: name.to_owned(), pattern, with: with.to_owned(), only: None })
    }

    fn apply(&self, text: &str) -> Option<String> {
        if !self.pattern.is_match(text) {
            return None;
        }
        let replaced = self.pattern.replace_all(text, |found: &Captures<'_>| {
            let whole = found.get(0).map_or("", |found| found.as_str());
            let first = found.get(1).map_or(whole, |found| found.as_str());
            if self.only.is_some_and(|only| !only(first)) {
                return whole.to_owned();
            }
            let mut with = String::new();
            found.expand(&self.with, &mut with);
            with
        });
        Some(replaced.into_owned())
    }
}

impl Rules {
    pub(crate) fn add(&mut self, rule: Rule) {
        self.own.push(Arc::new(rule));
    }

    /// Does not apply the rules of this name; `false` if there is none.
    pub(crate) fn switch_off(&mut self, name: &str) -> bool {
        let known = self.names().iter().any(|known| known == name);
        if known {
            self.off.insert(name.to_owned());
        }
        known
    }

    /// The names of all rules, own ones first.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.own.iter().map(|rule| rule.name.clone()).collect();
        names.extend(default::names().into_iter().map(str::to_owned));
        names
    }

    /// The text with what changes from run to run made the same.
    pub(crate) fn apply(&self, text: &str, addresses: &Addresses) -> String {
        let mut text = text.to_owned();
        let own = self.own.iter().map(|rule| &**rule);
        let is_on = |rule: &&Rule| !self.off.contains(&rule.name);
        for rule in own.filter(is_on) {
            text = rule.apply(&text).unwrap_or(text);
        }
        if !self.off.contains(ADDRESS) {
            for (address, word) in addresses {
                text = text.replace(address.as_str(), word);
            }
        }
        for rule in default::rules().iter().filter(is_on) {
            text = rule.apply(&text).unwrap_or(text);
        }
        text
    }
}
