//! Tables in an outline: their heads, and what their rows have, said once.

use std::collections::BTreeSet;

use scraper::ElementRef;

use super::name::text_of;

/// Stands above what the cells of a table's rows have.
pub(super) const CELLS: &str = "cells";

/// What is said of a table beside its name: the heads of its columns, or of its rows where each has one.
pub(super) fn heads(table: ElementRef<'_>) -> String {
    let mut line = String::new();
    let joined = |rows: &[ElementRef<'_>]| {
        let heads = rows.iter().map(|head| text_of(*head)).filter(|head| !head.is_empty());
        heads.collect::<Vec<_>>().join(" | ")
    };
    let rows: Vec<ElementRef<'_>> = own(table, "tr").take(200).collect();
    let head = rows.iter().find(|row| {
        row.child_elements().count() > 1 && row.child_elements().all(|cell| cell.value().name() == "th")
    });
    let columns = head.map(|row| joined(&row.child_elements().collect::<Vec<_>>()));
    let is_head = |cell: &ElementRef<'_>| cell.value().name() == "th";
    match columns.filter(|heads| !heads.is_empty()) {
        Some(columns) => line.push_str(&format!(", columns {columns}")),
        // Names beside their values.
        None => {
            let first = rows.iter().filter_map(|row| row.child_elements().next()).filter(is_head);
            let heads = joined(&first.collect::<Vec<_>>());
            if !heads.is_empty() {
                line.push_str(&format!(", rows {heads}"));
            }
        }
    }
    line
}

/// Whether a table's rows are data and no layout: somebody said what stands in them.
pub(super) fn is_data(body: ElementRef<'_>) -> bool {
    let table = body.parent().and_then(ElementRef::wrap);
    let is_head = |cell: ElementRef<'_>| cell.value().name() == "th";
    table.is_some_and(|table| own(table, "tr").take(200).any(|row| row.child_elements().any(is_head)))
}

/// An outline in which nothing is said twice: neither lines that follow each other, nor what the rows of a table have.
pub(crate) fn said_once(outline: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut kept: Vec<&str> = Vec::new();
    // What was said below each `cells` that is open, by its indentation.
    let mut cells: Vec<(usize, BTreeSet<&str>)> = Vec::new();
    // The lines under which nothing more follows, by their indentation: only those are alike as a whole.
    let lines: Vec<&str> = outline.lines().collect();
    for (at, line) in lines.iter().copied().enumerate() {
        while cells.last().is_some_and(|(above, _)| indent(line) <= *above) {
            cells.pop();
        }
        let is_leaf = lines.get(at + 1).is_none_or(|next| indent(next) <= indent(line));
        let said = match cells.last_mut() {
            Some((_, said)) => !said.insert(line),
            None => is_leaf && kept.last() == Some(&line),
        };
        if !said {
            kept.push(line);
        }
        if line.trim_start() == CELLS {
            cells.push((indent(line), BTreeSet::new()));
        }
    }
    kept.join("\n")
}

/// Elements of this name that belong to this table and not to one in it.
fn own<'e>(table: ElementRef<'e>, tag: &'e str) -> impl Iterator<Item = ElementRef<'e>> {
    table.child_elements().flat_map(move |part| match part.value().name() == tag {
        true => vec![part],
        false => part.child_elements().filter(|row| row.value().name() == tag).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_itself_is_said_once_with_all_that_is_below_it() {
        assert_eq!(said_once("a\na\nb\na"), "a\nb\na");
        assert_eq!(said_once("form\n  a\nform\n  b"), "form\n  a\nform\n  b");
        assert_eq!(said_once("cells\n  a\n  b\n  a\n  b\nb"), "cells\n  a\n  b\nb");
    }
}
