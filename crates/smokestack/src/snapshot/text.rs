//! A text made of what the platform said, as suites compare it.

use std::fmt;
use std::sync::Arc;

use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::address;
use super::judge::Comparison;
use super::rules::{Rule, Rules};
use crate::page::{Judged, Subject};
use crate::run::Run;
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
    asked: Asked,
    /// What was looked at: `outline of the page`.
    what: String,
    text: Built,
    rules: Rules,
    per_target: bool,
}

/// Who is told what came of it.
#[derive(Clone)]
enum Asked {
    Page(Box<Subject>),
    Case(Arc<Scope>),
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
    /// A text that was made of an answer.
    pub(crate) fn of_page(subject: Subject, what: &str, text: Built) -> Snapshot {
        let text = if subject.is_judged() { text } else { Built::Unjudged };
        Snapshot::new(Asked::Page(Box::new(subject)), what, text)
    }

    /// A text that belongs to no answer of the case.
    pub(crate) fn of_case(scope: Arc<Scope>, what: &str, text: Built) -> Snapshot {
        Snapshot::new(Asked::Case(scope), what, text)
    }

    fn new(asked: Asked, what: &str, text: Built) -> Snapshot {
        let rules = asked.scope().run.snapshots.rules.clone();
        Snapshot { asked, what: what.to_owned(), text, rules, per_target: false }
    }

    /// Checks that the text is the one that was accepted by this name. What is not is shown as a diff, and written beside
    /// the accepted one for `cargo insta review`; nothing is written in a pipeline (`CI`).
    ///
    /// The name is that of a file: small letters, digits, `-` and `_`.
    #[track_caller]
    pub fn matches(&self, name: &str) -> Judged {
        let place = Place::caller();
        let judged = match &self.text {
            Built::Unjudged => return Judged::of(false),
            Built::None(why) => Err(why.clone()),
            Built::Text(_) | Built::Outline(_) => {
                let text = self.to_string();
                let (scope, what) = (self.asked.scope(), self.what.as_str());
                let per_target = self.per_target;
                Comparison { scope, name, what, text: &text, per_target, place: &place }.judge()
            }
        };
        match judged {
            Ok(()) => {
                self.asked.scope().log.met();
                Judged::of(true)
            }
            Err(check) => self.asked.fail(*check, place),
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
        self.asked.fail(check, place);
        self.text = Built::Unjudged;
    }
}

impl Asked {
    fn scope(&self) -> &Arc<Scope> {
        match self {
            Asked::Page(subject) => &subject.page.session().scope,
            Asked::Case(scope) => scope,
        }
    }

    fn fail(&self, check: FailedCheck, place: Place) -> Judged {
        match self {
            Asked::Page(subject) => subject.fail(|| check, place),
            Asked::Case(scope) => {
                scope.log.failed(check.at(place));
                Judged::of(false)
            }
        }
    }
}

/// The text as it is compared.
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let made = |text: &str| same_in_every_run(&self.asked.scope().run, &self.rules, text);
        let text = match &self.text {
            Built::Text(text) => made(text),
            Built::Outline(text) => crate::page::outline::said_once(&made(text)),
            Built::None(_) | Built::Unjudged => String::new(),
        };
        f.write_str(if text.is_empty() { "(nothing)" } else { &text })
    }
}

/// The text without secrets, and without what changes from run to run or from target to target.
pub(crate) fn same_in_every_run(run: &Run, rules: &Rules, text: &str) -> String {
    // Secrets go first: a part of one would not be known again.
    let addresses = address::words(run.url(), &run.target.hosts);
    let text = rules.apply(&run.redactor.redact(text), &addresses);
    let lines: Vec<String> = text.lines().map(printable).collect();
    lines.join("\n").trim_end().to_owned()
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
