//! What is wrong with a text that is not TOML. What stands in it twice is told once, with both places.

use std::ops::Range;

use crate::platform::reader::Reader;

/// One error of the TOML parser.
pub(super) struct Broken<'e> {
    pub(super) range: Range<usize>,
    pub(super) message: &'e str,
}

/// Tells of every error. A table that stands there twice is one mistake, whatever its keys are.
pub(super) fn tell(reader: &Reader, text: &str, errors: &[Broken<'_>]) {
    const TWICE: &str = "duplicate key";
    let mut told_until = 0;
    for Broken { range, message } in errors {
        if *message != TWICE {
            reader.mistake("the platform file is not TOML", range.clone(), *message);
            continue;
        }
        if range.start < told_until {
            continue;
        }
        let line = line_around(text, range.start);
        let head = head(&text[line.clone()]);
        let first = match &head {
            Some(head) => {
                lines(&text[..line.start]).find(|(_, other)| self::head(other).as_ref() == Some(head))
            }
            None => key_before(text, &line, &text[range.clone()]),
        };
        if head.is_some() {
            // Its keys are put to those of the first, of which they repeat some.
            told_until = lines(&text[line.end..])
                .find(|(_, other)| self::head(other).is_some())
                .map_or(text.len(), |(at, _)| line.end + at);
        }
        let name = head.unwrap_or_else(|| text[range.clone()].to_owned());
        let what = format!("`{name}` stands there twice");
        match first {
            Some((at, _)) => {
                let help = format!("the first one is in line {}: make them one", line_number(text, at));
                reader.mistake_with_help(what, range.clone(), "the second one", help);
            }
            None => reader.mistake(what, range.clone(), TWICE),
        }
    }
}

/// The line in which a place is, in bytes.
fn line_around(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    start..end
}

fn line_number(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// Lines with where they begin.
fn lines(text: &str) -> impl DoubleEndedIterator<Item = (usize, &str)> {
    text.lines().map(move |line| (line.as_ptr().addr() - text.as_ptr().addr(), line))
}

/// The head of a table, `[login]`, without the blanks in it; `None` for any other line.
fn head(line: &str) -> Option<String> {
    let line = line.trim();
    let end = line.rfind(']').filter(|_| line.starts_with('['))?;
    Some(line[..=end].chars().filter(|c| !c.is_whitespace()).collect())
}

/// The line of the same table that gives this key first.
fn key_before<'t>(text: &'t str, line: &Range<usize>, key: &str) -> Option<(usize, &'t str)> {
    let before = &text[..line.start];
    let table = lines(before).rev().find(|(_, line)| head(line).is_some());
    let start = table.map_or(0, |(at, _)| at);
    let is_it = |line: &str| {
        line.trim_start().strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['=', '.']))
    };
    lines(&before[start..]).map(|(at, line)| (start + at, line)).find(|(_, line)| is_it(line))
}
