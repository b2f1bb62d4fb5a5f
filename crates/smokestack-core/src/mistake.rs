//! Something wrong with the plan, found before the first request: with its place, so that the edge can point at it.

use std::ops::Range;
use std::sync::Arc;

/// One mistake in the platform file, the suites or the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong: lower case, no full stop, names in backticks.
    pub what: String,
    /// Where, if it has a place in a file.
    pub span: Option<Span>,
    /// A few words under the caret.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
}

/// A stretch of a text file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The file's path, as the user named it.
    pub path: String,
    /// The file's whole text.
    pub text: Arc<str>,
    /// The stretch, in bytes.
    pub range: Range<usize>,
}

impl Mistake {
    /// A mistake without a place.
    pub fn new(what: impl Into<String>) -> Mistake {
        Mistake { what: what.into(), span: None, label: String::new(), help: None }
    }

    /// The same with its place and the words under the caret.
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Mistake {
        self.span = Some(span);
        self.label = label.into();
        self
    }

    /// The same with what to do.
    pub fn help(mut self, help: impl Into<String>) -> Mistake {
        self.help = Some(help.into());
        self
    }
}

/// Everything that is wrong with a plan, at once. Nothing was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The mistakes, in the order of their places.
    pub mistakes: Vec<Mistake>,
}

impl From<Mistake> for Refusal {
    fn from(mistake: Mistake) -> Refusal {
        Refusal { mistakes: vec![mistake] }
    }
}
