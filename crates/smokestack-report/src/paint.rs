//! Colour, or none.

use anstyle::{AnsiColor, Style};

/// Green.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Red.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Yellow.
pub const UNSURE: Style = AnsiColor::Yellow.on_default().bold();

/// A line that is no longer there.
pub(crate) const GONE: Style = AnsiColor::Red.on_default();
/// A line that is new.
pub(crate) const NEW: Style = AnsiColor::Green.on_default();

/// Whether a text gets colour.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    /// Whether it does.
    pub colour: bool,
}

impl Paint {
    /// Without colour.
    pub const PLAIN: Paint = Paint { colour: false };

    /// The text in a style, if there is colour.
    pub fn paint(self, style: Style, text: &str) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}
