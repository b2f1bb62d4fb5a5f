//! What changed between two texts, for people: the lines around it, and what they are below.

use similar::{ChangeTag, TextDiff};

/// The most lines that are shown.
const MOST: usize = 40;

/// The lines that changed, each behind `-` or `+`, with a line before and after, below the lines that they belong to.
pub(crate) fn diff(old: &str, new: &str) -> Vec<String> {
    let diff = TextDiff::from_lines(old, new);
    let before: Vec<&str> = old.lines().collect();
    let mut lines: Vec<String> = Vec::new();
    let mut shown = 0;
    for group in diff.grouped_ops(1) {
        let changes: Vec<_> = group.iter().flat_map(|op| diff.iter_changes(op)).collect();
        let begins = group.first().map_or(0, |op| op.old_range().start);
        let first = changes.first().map(|change| change.value()).unwrap_or_default();
        let heads = heads(&before[..begins.min(before.len())], indent(first));
        // What stands above it already is not said again.
        lines.extend(heads.iter().filter(|(at, _)| *at >= shown).map(|(_, head)| format!("  {head}")));
        for change in changes {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
            };
            let line = change.value().trim_end();
            if !line.is_empty() {
                lines.push(format!("{sign} {line}"));
            }
        }
        shown = group.last().map_or(shown, |op| op.old_range().end);
    }
    let more = lines.len().saturating_sub(MOST);
    if more > 0 {
        lines.truncate(MOST);
        lines.push(format!("  … ({more} more lines)"));
    }
    lines
}

/// How many lines are gone, and how many are new.
pub(super) fn counted(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    let lines = |count: usize, what: &str| match count {
        0 => None,
        1 => Some(format!("1 line {what}")),
        more => Some(format!("{more} lines {what}")),
    };
    let told = [lines(count(ChangeTag::Delete), "gone"), lines(count(ChangeTag::Insert), "new")];
    told.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The lines that one of this indentation belongs to, from the outermost: where they are, and what they say.
fn heads<'t>(before: &[&'t str], mut below: usize) -> Vec<(usize, &'t str)> {
    let mut heads = Vec::new();
    for (at, line) in before.iter().enumerate().rev() {
        if below == 0 {
            break;
        }
        if !line.trim().is_empty() && indent(line) < below {
            below = indent(line);
            heads.push((at, *line));
        }
    }
    heads.reverse();
    heads
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "\
title \"Orders\"
main
  heading 1 \"Orders\"
  table \"Orders\"
    columns Number | Title | State
    cells
      link to /orders/[id]
  form \"Filter\"
    text \"Title\"
    button \"Go\"
";

    fn shown(new: &str) -> String {
        diff(OLD, new).join("\n")
    }

    #[test]
    fn a_change_is_shown_below_what_it_belongs_to() {
        insta::assert_snapshot!(shown(&OLD.replace("| State", "| Status").replace("\"Go\"", "\"Apply\"")), @r#"
          main
            table "Orders"
        -     columns Number | Title | State
        +     columns Number | Title | Status
              cells
            form "Filter"
              text "Title"
        -     button "Go"
        +     button "Apply"
        "#);
        assert_eq!(counted(OLD, &OLD.replace("\"Go\"", "\"Apply\"")), "1 line gone, 1 line new");
    }

    #[test]
    fn texts_that_are_alike_have_no_diff() {
        assert_eq!(shown(OLD), "");
        assert_eq!(counted(OLD, OLD), "");
    }

    #[test]
    fn another_text_altogether_fits_on_a_screen() {
        let (old, new) = ("a\n".repeat(100), "b\n".repeat(100));
        let lines = diff(&old, &new);
        assert_eq!((lines.len(), lines.last().map(String::as_str)), (41, Some("  … (160 more lines)")));
        assert_eq!(counted(&old, &new), "100 lines gone, 100 lines new");
    }
}
