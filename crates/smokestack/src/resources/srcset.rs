//! `srcset`: the addresses of an image's candidates (HTML, "parsing a srcset attribute").

/// The addresses, in their order.
pub(super) fn addresses(srcset: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = srcset;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        if rest.is_empty() {
            return found;
        }
        let end = rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let (address, after) = rest.split_at(end);
        let whole = address.trim_end_matches(',');
        if !whole.is_empty() {
            found.push(whole);
        }
        // An address that ends in a comma has no descriptors behind it.
        rest = if whole.len() < address.len() { after } else { behind_descriptors(after) };
    }
}

/// What stands behind the comma that ends a candidate's descriptors; one in parentheses does not.
fn behind_descriptors(text: &str) -> &str {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => return &text[at + 1..],
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_told_apart_by_commas_outside_their_addresses() {
        assert_eq!(addresses("a.png 1x, b.png 2x"), ["a.png", "b.png"]);
        assert_eq!(addresses(" a,b.png 100w , c.png"), ["a,b.png", "c.png"]);
        assert_eq!(addresses("a.png, b.png"), ["a.png", "b.png"]);
        assert_eq!(addresses("a.png foo(1,2) 2x,\nb.png"), ["a.png", "b.png"]);
        assert_eq!(
            addresses("data:image/png;base64,AAAA 1x, c.png 2x"),
            ["data:image/png;base64,AAAA", "c.png"]
        );
        assert!(addresses(" , ,").is_empty());
    }
}
