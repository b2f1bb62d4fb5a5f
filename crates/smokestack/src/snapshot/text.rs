//! A text made of what the platform said, as suites compare it.

use std::fmt;
use std::sync::Arc;

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::judge::Comparison;
use super::rules::{Rule, Rules};
use crate::scope::Scope;

/// A text made of what the platform said: the outline of a page, a fragment of it, JSON, headers, settings. Compared with
/// the text that somebody accepted, once the parts that change from run to run have been made the same.
///
/// ```no_run
/// # fn check(page: &smokestack::Page) {
/// page.outline().matches("orders");
/// page.find(".total").fragment().rule("amount", r"\d+\.\d\d", "[amount]").matches("orders-total");
/// # }
/// ```
#[derive(Clone)]
pub struct Snapshot {
    subject: Subject,
    text: Built,
    rules: Rules,
    per_target: bool,
}

/// What a text is about.
#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) scope: Arc<Scope>,
    /// Index of the exchange that it was made of.
    pub(crate) exchange: Option<usize>,
    /// What was looked at: `outline of the page`.
    pub(crate) what: String,
}

/// What came of making the text.
#[derive(Clone)]
pub(crate) enum Built {
    Text(String),
    /// An outline: what is said again and again is said once.
    Outline(String),
    /// There is none, for this reason.
    None(Box<FailedCheck>),
    /// A line before has failed; nothing is judged.
    Unjudged,
}

impl Snapshot {
    pub(crate) fn new(subject: Subject, text: Built) -> Snapshot {
        let rules = subject.scope.run.snapshots.rules.clone();
        Snapshot { subject, text, rules, per_target: false }
    }

    /// Checks that the text is the one that was accepted by this name. What is not is shown as a diff, and written beside
    /// the accepted one for `cargo insta review`; nothing is written in a pipeline (`CI`).
    ///
    /// The name is that of a file: small letters, digits, `-` and `_`.
    #[track_caller]
    pub fn matches(&self, name: &str) {
        let place = Place::caller();
        let judged = match &self.text {
            Built::Unjudged => return,
            Built::None(why) => Err(why.clone()),
            Built::Text(_) | Built::Outline(_) => {
                let text = self.to_string();
                let (scope, what) = (&self.subject.scope, self.subject.what.as_str());
                let per_target = self.per_target;
                Comparison { scope, name, what, text: &text, per_target, place: &place }.judge()
            }
        };
        match judged {
            Ok(()) => self.subject.scope.log.met(),
            Err(check) => {
                let check = FailedCheck { exchange: check.exchange.or(self.subject.exchange), ..*check };
                self.subject.scope.log.failed(check.at(place));
            }
        }
    }

    /// Each target that differs has a text of its own, `NAME@TARGET.snap`; the common one is for those that do not.
    pub fn per_target(mut self) -> Snapshot {
        self.per_target = true;
        self
    }

    /// What this pattern finds becomes `with`, before the rules that apply to every snapshot. `$1` in it is the pattern's
    /// first group. A pattern that is none fails at this line.
    #[track_caller]
    pub fn rule(mut self, name: &str, pattern: &str, with: &str) -> Snapshot {
        match Rule::new(name, pattern, with) {
            Ok(rule) => self.rules.add(rule),
            Err(why) => {
                let check = harness(format!("the pattern of rule `{name}` is not a regular expression"));
                self.fail(FailedCheck { found: Some(why), ..check }, Place::caller());
            }
        }
        self
    }

    /// A rule that is not applied here, by its name. One that there is not fails at this line.
    #[track_caller]
    pub fn without(mut self, name: &str) -> Snapshot {
        if !self.rules.switch_off(name) {
            let check = harness(format!("there is no rule `{name}`"));
            self.fail(check.note(format!("rules: {}", self.rules.names().join(", "))), Place::caller());
        }
        self
    }

    /// Nothing is judged by rules that are not as they were meant.
    fn fail(&mut self, check: FailedCheck, place: Place) {
        let exchange = self.subject.exchange;
        self.subject.scope.log.failed(FailedCheck { exchange, ..check }.at(place));
        self.text = Built::Unjudged;
    }
}

/// The text as it is compared.
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let run = &self.subject.scope.run;
        let made = |text: &str| {
            // Secrets go first: a part of one would not be known again.
            let text = self.rules.apply(&run.redactor.redact(text), &run.addresses());
            let lines: Vec<String> = text.lines().map(printable).collect();
            lines.join("\n").trim_end().to_owned()
        };
        let text = match &self.text {
            Built::Text(text) => made(text),
            Built::Outline(text) => crate::page::outline::said_once(&made(text)),
            Built::None(_) | Built::Unjudged => String::new(),
        };
        f.write_str(if text.is_empty() { "(nothing)" } else { &text })
    }
}

/// A line that a terminal may show.
fn printable(line: &str) -> String {
    let mut clean = String::with_capacity(line.len());
    for c in line.trim_end().chars() {
        match c {
            '\t' => clean.push_str("    "),
            c if c.is_control() => clean.extend(c.escape_unicode()),
            c => clean.push(c),
        }
    }
    clean
}

fn harness(what: String) -> FailedCheck {
    FailedCheck::new(Blame::Harness, Class::Harness, what)
}
