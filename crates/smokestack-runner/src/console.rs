//! Standard error, where the runner speaks. Whether anybody listens changes nothing.

use std::io::Write as _;

use anstyle::{AnsiColor, Style};

/// Green.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Red.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Yellow.
pub(crate) const UNSURE: Style = AnsiColor::Yellow.on_default().bold();

/// A line that is no longer there.
pub(crate) const GONE: Style = AnsiColor::Red.on_default();
/// A line that is new.
pub(crate) const NEW: Style = AnsiColor::Green.on_default();

/// Standard error, with or without colour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    /// Whether it shows colour.
    pub(crate) colour: bool,
}

impl Console {
    /// Without colour.
    pub(crate) const PLAIN: Console = Console { colour: false };

    /// Writes lines in one piece.
    pub(crate) fn say(self, text: &str) {
        let mut stderr = std::io::stderr().lock();
        // A closed stderr is no reason to end otherwise than the run did.
        let _ = stderr.write_all(text.as_bytes());
        if !text.ends_with('\n') {
            let _ = stderr.write_all(b"\n");
        }
        let _ = stderr.flush();
    }

    /// `error: ` and what is wrong.
    pub(crate) fn complain(self, text: &str) {
        self.say(&format!("{}: {text}", self.paint(BAD, "error")));
    }

    /// The text in a style, if there is colour.
    pub(crate) fn paint(self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}
