//! Standard error, where the runner speaks. Whether anybody listens changes nothing.

use std::io::Write as _;

use smokestack_report::{BAD, Paint};

/// Standard error, with or without colour.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Console {
    /// Whether it shows colour.
    pub(crate) colour: bool,
}

impl Console {
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
        self.say(&format!("{}: {text}", self.paint().paint(BAD, "error")));
    }

    /// How its texts are coloured.
    pub(crate) fn paint(self) -> Paint {
        Paint { colour: self.colour }
    }
}
