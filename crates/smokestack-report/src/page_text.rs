//! Text that the platform sent, made safe for a terminal: nothing in it moves the cursor, changes a colour or
//! floods the screen.

use std::fmt::Write as _;

/// The longest line that is shown, in characters.
const LONGEST_LINE: usize = 500;
/// The most lines of one text that are shown.
const MOST_LINES: usize = 40;

/// The text with control characters made visible, long lines and long texts cut.
pub fn clean(text: &str) -> String {
    let mut lines: Vec<String> = text.lines().take(MOST_LINES).map(clean_line).collect();
    let more = text.lines().count().saturating_sub(MOST_LINES);
    if more > 0 {
        lines.push(format!("… ({more} more lines)"));
    }
    lines.join("\n")
}

/// The same in one line: line breaks become blanks.
pub fn one_line(text: &str) -> String {
    clean_line(&text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" "))
}

/// Only the control characters, for text of our own layout that has names from outside in it.
pub fn escape(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => clean.push('\n'),
            '\t' => clean.push_str("    "),
            c if c.is_control() || is_invisible(c) => {
                let _ = write!(clean, "{}", c.escape_unicode());
            }
            c => clean.push(c),
        }
    }
    clean
}

fn clean_line(line: &str) -> String {
    let mut chars = line.char_indices();
    match chars.nth(LONGEST_LINE) {
        Some((end, _)) => format!("{}… ({} more)", escape(&line[..end]), chars.count() + 1),
        None => escape(line),
    }
}

/// Turns the direction of text, breaks lines, or takes no room: a page could make a failure look like another.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminal_escapes_are_seen_and_not_obeyed() {
        insta::assert_snapshot!(clean("a\u{1b}[31mred\u{7}\u{9b}K\u{202e}\tb\r\nc\rd"), @r#"
        a\u{1b}[31mred\u{7}\u{9b}K\u{202e}    b
        c\u{d}d
        "#);
    }

    #[test]
    fn long_lines_and_long_texts_are_cut_and_say_so() {
        let line = clean(&"ä".repeat(510));
        assert!(line.ends_with("ä… (10 more)") && line.chars().count() == 500 + 11);
        assert_eq!(clean(&"x".repeat(500)).len(), 500);
        assert!(clean(&"x\n".repeat(100)).ends_with("\n… (60 more lines)"));
    }

    #[test]
    fn one_line_is_one_line() {
        assert_eq!(one_line("a\n\n  b\r\nc"), "a b c");
    }
}
