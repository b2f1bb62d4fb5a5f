//! A failed check: what was asked, what was expected, what came.

use serde::{Deserialize, Serialize};

use crate::{Blame, Place};

/// What sort of expectation was not met. Diagnosis reads it; JUnit shows it as the failure's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// A value of an answer (status, title, text, count, header, JSON) is not the expected one.
    Value,
    /// A component does not accept the session it was sent.
    SessionLost,
    /// A component accepts a request that it has to refuse: after logout, or without a session.
    SessionNotRefused,
    /// After a visit to a component the issuer no longer accepts the session.
    SessionDestroyed,
    /// The issuer lost a session of the account, and the one that was made in its place.
    SessionShortLived,
    /// A session cookie is not as the session contract says.
    Contract,
    /// The page of somebody else: it shows another account.
    Identity,
    /// A page in disguise: an error, a page of maintenance or a gateway's, with status 200.
    Impostor,
    /// Records that are known to be there are not: fewer rows than there should be.
    Records,
    /// The page of another environment: it shows another one's marker.
    Environment,
    /// A component's health check says the opposite of what its pages show.
    Health,
    /// A redirect, or an address that an answer names, leads where it must not: in circles, from https to http, out of the
    /// platform or inside it.
    Redirect,
    /// An instance shows another release than was expected, or than its siblings.
    Release,
    /// A file that a page names does not come, or not as it should: a style sheet, a script, an image.
    Resource,
    /// A text is not the one that was accepted.
    Snapshot,
    /// What a case made is still there: it could not be taken away.
    LeftBehind,
    /// What stands before pages is not as it should be: a certificate, the way from http to https, a header that protects.
    Transport,
    /// It took longer than its budget.
    Slow,
    /// A login did not end in a session.
    Login,
    /// No answer came: DNS, connect, TLS, time limit, broken off.
    NoAnswer,
    /// The case used up its time limit.
    TimeLimit,
    /// The case's own code panicked.
    Panic,
    /// The harness could not do its part: credentials missing, a write refused on a protected target.
    Harness,
}

impl Class {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Class::Value => "value",
            Class::SessionLost => "session-lost",
            Class::SessionNotRefused => "session-not-refused",
            Class::SessionDestroyed => "session-destroyed",
            Class::SessionShortLived => "session-short-lived",
            Class::Contract => "contract",
            Class::Identity => "identity",
            Class::Impostor => "impostor",
            Class::Records => "records",
            Class::Environment => "environment",
            Class::Health => "health",
            Class::Redirect => "redirect",
            Class::Release => "release",
            Class::Resource => "resource",
            Class::Snapshot => "snapshot",
            Class::LeftBehind => "left-behind",
            Class::Transport => "transport",
            Class::Slow => "slow",
            Class::Login => "login",
            Class::NoAnswer => "no-answer",
            Class::TimeLimit => "time-limit",
            Class::Panic => "panic",
            Class::Harness => "harness",
        }
    }
}

/// One expectation that was not met. Kept in parts; the runner owns the layout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedCheck {
    /// Who is at fault.
    pub blame: Blame,
    /// The sort of expectation.
    pub class: Class,
    /// The suite's line that asked; absent where no line did (a time limit).
    pub place: Option<Place>,
    /// What was looked at and how, one line: ``text of `h1` ``.
    pub what: String,
    /// What was expected, one line where it can be.
    pub expected: Option<String>,
    /// What was found instead.
    pub found: Option<String>,
    /// What changed, where a whole text was compared: the lines of a diff, each behind `-`, `+` or a blank.
    #[serde(default)]
    pub diff: Vec<String>,
    /// Facts that help to understand, one a line.
    pub notes: Vec<String>,
    /// What to try.
    pub help: Option<String>,
    /// Index into the case's exchanges of the one that was judged.
    pub exchange: Option<usize>,
}

impl FailedCheck {
    /// A failed check with nothing but its kind and subject.
    pub fn new(blame: Blame, class: Class, what: impl Into<String>) -> FailedCheck {
        FailedCheck {
            blame,
            class,
            place: None,
            what: what.into(),
            expected: None,
            found: None,
            diff: Vec::new(),
            notes: Vec::new(),
            help: None,
            exchange: None,
        }
    }

    /// The same with the line that asked.
    pub fn at(mut self, place: Place) -> FailedCheck {
        self.place = Some(place);
        self
    }

    /// The same with what was expected and what was found.
    pub fn expected_found(mut self, expected: impl Into<String>, found: impl Into<String>) -> FailedCheck {
        self.expected = Some(expected.into());
        self.found = Some(found.into());
        self
    }

    /// The same with one more fact.
    pub fn note(mut self, note: impl Into<String>) -> FailedCheck {
        self.notes.push(note.into());
        self
    }

    /// The same with what to try.
    pub fn help(mut self, help: impl Into<String>) -> FailedCheck {
        self.help = Some(help.into());
        self
    }

    /// The same about an exchange of the case.
    pub fn about(mut self, exchange: usize) -> FailedCheck {
        self.exchange = Some(exchange);
        self
    }

    /// The same in a log that has so many exchanges before those of its own.
    pub(crate) fn moved(mut self, exchanges: usize) -> FailedCheck {
        self.exchange = self.exchange.map(|index| index + exchanges);
        self
    }

    /// The whole in one line, for lists and JUnit's `message`.
    pub fn headline(&self) -> String {
        let mut line = self.what.clone();
        if let Some(expected) = &self.expected {
            line.push_str(": expected ");
            line.push_str(expected);
        }
        if let Some(found) = &self.found {
            line.push_str(if self.expected.is_some() { ", found " } else { ": " });
            line.push_str(found);
        }
        line
    }
}
