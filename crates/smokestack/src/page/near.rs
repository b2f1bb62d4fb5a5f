//! The nearest that is there where a selector finds nothing: the selector without its last parts.

use scraper::ElementRef;

use super::Page;

/// The longest start tag that is shown, in characters.
const LONGEST_TAG: usize = 120;

impl Page {
    /// What comes nearest to a selector that finds nothing, a line for each of its alternatives.
    pub(super) fn near(&self, selector: &str) -> Vec<String> {
        alternatives(selector).iter().take(3).filter_map(|one| self.nearest(one)).collect()
    }

    fn nearest(&self, selector: &str) -> Option<String> {
        let (shorter, count) = shorter(selector).into_iter().find_map(|shorter| {
            let count = self.document().count(shorter).unwrap_or(0);
            (count > 0).then_some((shorter, count))
        })?;
        let first = self.document().select(shorter, 1, start_tag).ok()?.pop()?;
        let first = self.without_secrets(&first);
        let first = match first.char_indices().nth(LONGEST_TAG) {
            Some((cut, _)) => format!("{}…>", &first[..cut]),
            None => first,
        };
        Some(match count {
            1 => format!("`{shorter}` finds {first}"),
            _ => format!("`{shorter}` finds {count} elements, first {first}"),
        })
    }
}

fn start_tag(element: ElementRef<'_>) -> String {
    let attributes = element.value().attrs().map(|(name, value)| match value {
        "" => format!(" {name}"),
        _ => format!(" {name}={value:?}"),
    });
    format!("<{}{}>", element.value().name(), attributes.collect::<String>())
}

/// The selectors between the commas.
fn alternatives(selector: &str) -> Vec<&str> {
    let mut begin = 0;
    let mut found = Vec::new();
    for (at, c) in outside(selector) {
        if c == ',' {
            found.push(selector[begin..at].trim());
            begin = at + 1;
        }
    }
    found.push(selector[begin..].trim());
    found
}

/// Parts of a selector, the longest first: without more and more of its end, and then without its beginning.
fn shorter(selector: &str) -> Vec<&str> {
    let is_combinator = |c: char| c.is_whitespace() || matches!(c, '>' | '+' | '~');
    let mut ends = Vec::new();
    let mut begins = Vec::new();
    let mut before = ' ';
    for (at, c) in outside(selector) {
        let is_part = matches!(c, '.' | '#' | '[' | ':') && !(c == ':' && before == ':');
        if is_part || (is_combinator(c) && !is_combinator(before)) {
            ends.push(selector[..at].trim_end_matches(is_combinator));
        }
        if is_combinator(before) && !is_combinator(c) && at > 0 {
            begins.push(&selector[at..]);
        }
        before = c;
    }
    ends.reverse();
    ends.extend(begins);
    ends.dedup();
    ends.retain(|part| !part.is_empty() && *part != selector);
    ends
}

/// The characters that are no part of brackets, quotes or escapes; an opening bracket counts as outside.
fn outside(selector: &str) -> Vec<(usize, char)> {
    let (mut depth, mut quote, mut escaped) = (0_usize, None, false);
    let mut found = Vec::new();
    for (at, c) in selector.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        if depth == 0 && quote.is_none() {
            found.push((at, c));
        }
        match (c, quote) {
            ('\\', _) => escaped = true,
            (_, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            ('[' | '(', None) => depth += 1,
            (']' | ')', None) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_part_goes_first() {
        assert_eq!(
            shorter("main > table.orders tbody tr:first-child"),
            [
                "main > table.orders tbody tr",
                "main > table.orders tbody",
                "main > table.orders",
                "main > table",
                "main",
                "table.orders tbody tr:first-child",
                "tbody tr:first-child",
                "tr:first-child",
            ]
        );
        assert_eq!(shorter("a[href=\"/x.y\"]#b"), ["a[href=\"/x.y\"]", "a"]);
        assert_eq!(shorter("p:not(.a .b)::before"), ["p:not(.a .b)", "p"]);
        assert_eq!(shorter("h1"), [""; 0]);
    }

    #[test]
    fn each_alternative_is_looked_for() {
        assert_eq!(
            alternatives("h1.a, [title=\"a, b\"] , :is(p, b)"),
            ["h1.a", "[title=\"a, b\"]", ":is(p, b)"]
        );
    }

    proptest! {
        #[test]
        fn anything_can_be_shortened(selector in "\\PC{0,30}") {
            for part in alternatives(&selector) {
                for short in shorter(part) {
                    prop_assert!(short.len() < part.len());
                }
            }
        }
    }
}
