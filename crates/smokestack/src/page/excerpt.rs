//! Texts in quotes, as failed checks show them: of a long one what stands around the place that matters.

use super::Page;

/// The longest text that is shown whole, in characters.
const LONGEST: usize = 200;
/// How much of a longer one is shown before the place that matters.
const BEFORE: usize = 60;

/// A text in quotes; of a long one, what stands around this byte.
pub(super) fn quoted(text: &str, at: usize) -> String {
    let length = text.chars().count();
    if length <= LONGEST {
        return format!("{text:?}");
    }
    let at = text.char_indices().take_while(|(index, _)| *index < at).count();
    // The end of a text is shown with as much before it as fits.
    let from = at.saturating_sub(BEFORE).min(length - LONGEST);
    let part: String = text.chars().skip(from).take(LONGEST).collect();
    let (before, after) = (if from > 0 { "…" } else { "" }, if from + LONGEST < length { "…" } else { "" });
    format!("{before}{part:?}{after} ({length} characters)")
}

/// The first byte in which a text is not the other.
pub(super) fn difference(text: &str, other: &str) -> usize {
    let same = text.chars().zip(other.chars()).take_while(|(one, other)| one == other);
    same.map(|(c, _)| c.len_utf8()).sum()
}

/// Where the longest beginning of what was looked for stands in a text.
pub(super) fn nearest(text: &str, wanted: &str) -> usize {
    let ends: Vec<usize> = wanted.char_indices().map(|(at, c)| at + c.len_utf8()).collect();
    // What has a beginning in it has all shorter ones.
    let longest = ends.partition_point(|end| text.contains(&wanted[..*end]));
    longest.checked_sub(1).and_then(|index| text.find(&wanted[..ends[index]])).unwrap_or(0)
}

impl Page {
    /// A text in quotes, shortened where it is long. Secrets go first: a part of one would not be known again.
    pub(super) fn shown(&self, text: &str) -> String {
        quoted(&self.without_secrets(text), 0)
    }

    pub(super) fn without_secrets(&self, text: &str) -> String {
        self.session().scope.run.redactor.redact(text).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_shown_whole() {
        assert_eq!(quoted("Work \"orders\"\u{1b}", 3), r#""Work \"orders\"\u{1b}""#);
    }

    #[test]
    fn of_a_long_text_the_place_that_matters_is_shown() {
        let text = format!("{}HERE{}", "ä".repeat(1000), "ö".repeat(1000));
        let shown = quoted(&text, text.find("HERE").unwrap());
        assert!(shown.starts_with("…\"äää") && shown.contains("äHEREö"), "{shown}");
        assert!(shown.ends_with("ö\"… (2004 characters)") && shown.chars().count() < 250, "{shown}");
        assert!(quoted(&text, 0).starts_with("\"äää"));
        assert!(quoted(&text, text.len()).ends_with("ööö\" (2004 characters)"));
    }

    #[test]
    fn the_first_difference_is_found_between_characters() {
        assert_eq!(difference("Bücher", "Bühne"), "Bü".len());
        assert_eq!(difference("Work", "Work orders"), 4);
        assert_eq!(difference("", "x"), 0);
    }

    #[test]
    fn what_comes_nearest_has_the_longest_beginning() {
        assert_eq!(nearest("Work permits, Work orders", "Work orderly"), "Work permits, ".len());
        assert_eq!(nearest("Invoices", "äöü"), 0);
        assert_eq!(nearest("Invoices", ""), 0);
    }
}
