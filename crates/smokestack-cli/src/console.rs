//! What the command says: results to stdout, trouble to stderr.

use std::io::Write as _;

/// A result. Whether anybody reads it changes nothing.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Trouble, in lines: the first is what happened.
pub(crate) fn complain(lines: &[String]) {
    let mut stderr = std::io::stderr().lock();
    for (index, line) in lines.iter().enumerate() {
        let head = if index == 0 { "error: " } else { "  " };
        let _ = writeln!(stderr, "{head}{line}");
    }
}

/// A text that has its own layout.
pub(crate) fn show(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
