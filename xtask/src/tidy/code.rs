//! Rust as far as rules need it: what is code and not comment, and which names it has.

use super::File;

/// The lines without their comments, with their numbers. A `//` in an address is none.
pub(super) fn lines(file: &File) -> impl Iterator<Item = (usize, &str)> {
    file.lines().map(|(number, line)| (number, without_comment(line)))
}

fn without_comment(line: &str) -> &str {
    let starts = line.match_indices("//").map(|(at, _)| at);
    let comment = starts.into_iter().find(|&at| !line[..at].ends_with(':'));
    comment.map_or(line, |at| &line[..at])
}

/// Whether the code has this name as a whole, not as a part of a longer one.
pub(super) fn names(code: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        let after = &code[at + name.len()..];
        let longer = code[..at].ends_with(part) || (name.ends_with(part) && after.starts_with(part));
        !longer
    })
}

/// What is imported, each path written out, with the line where the `use` begins.
pub(super) fn imports(file: &File) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in lines(file) {
        let (begin, mut tree) = match open.take() {
            Some(open) => open,
            None => match start_of_use(line) {
                Some(_) => (number, String::new()),
                None => continue,
            },
        };
        tree.push_str(if tree.is_empty() { start_of_use(line).unwrap_or_default() } else { line });
        match tree.split_once(';') {
            Some((tree, _)) => {
                let tree: String = tree.split_whitespace().collect();
                found.extend(written_out("", &tree).into_iter().map(|path| (begin, path)));
            }
            None => open = Some((begin, tree + " ")),
        }
    }
    found
}

fn start_of_use(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')')?.1.trim_start(),
        Some(rest) => rest.trim_start(),
        None => line,
    };
    line.strip_prefix("use ")
}

/// `std::{fs, time::Instant}` as `std::fs` and `std::time::Instant`.
fn written_out(prefix: &str, tree: &str) -> Vec<String> {
    let Some((head, rest)) = tree.split_once('{') else { return vec![format!("{prefix}{tree}")] };
    let prefix = format!("{prefix}{head}");
    let inner = rest.strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut begin, mut found) = (0_usize, 0, Vec::new());
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                found.extend(written_out(&prefix, &inner[begin..at]));
                begin = at + 1;
            }
            _ => {}
        }
    }
    if begin < inner.len() {
        found.extend(written_out(&prefix, &inner[begin..]));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    #[test]
    fn comments_are_not_code_and_addresses_are_not_comments() {
        assert_eq!(without_comment("f(); // println!"), "f(); ");
        assert_eq!(without_comment("/// println!"), "");
        assert_eq!(without_comment(r#"get("http://x"); // y"#), r#"get("http://x"); "#);
    }

    #[test]
    fn a_part_of_a_longer_name_is_not_the_name() {
        assert!(names("println!()", "println!") && names("x::std::fs::read", "std::fs"));
        assert!(!names("eprintln!()", "println!") && !names("std::fsync", "std::fs"));
    }

    #[test]
    fn grouped_imports_are_written_out() {
        let text = "//! x\nuse std::fmt;\npub(crate) use std::{\n    fs,\n    time::{Duration, Instant},\n};\nfn f() {}\n";
        let found = imports(&file("a.rs", text));
        let expected =
            [(2, "std::fmt"), (3, "std::fs"), (3, "std::time::Duration"), (3, "std::time::Instant")];
        assert_eq!(found, expected.map(|(line, path)| (line, path.to_owned())));
    }
}
