//! Answers in CSV (RFC 4180), read as a table.

use std::sync::Arc;

use csv::{ReaderBuilder, StringRecord};

use super::grid::{Grid, Line};
use super::{Page, Table};

/// What separates fields, the likeliest first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

impl Page {
    /// The whole answer as a table in CSV: its first line names the columns. Fields are separated by commas, semicolons,
    /// tabs or bars, whichever the first line has most of.
    ///
    /// ```no_run
    /// # fn check(page: &smokestack::Page) {
    /// page.csv().rows().at_least(10);
    /// page.csv().row(0).cell("Total").is("17.50");
    /// # }
    /// ```
    pub fn csv(&self) -> Table {
        let grid = self.grid_once("", || read(self.body()).map(Arc::new));
        Table::of(self, "CSV", grid)
    }
}

fn read(text: &str) -> Result<Grid, String> {
    if text.trim().is_empty() {
        return Err("the body is empty".to_owned());
    }
    let mut reader = ReaderBuilder::new().delimiter(separator(text)).from_reader(text.as_bytes());
    let heads = reader.headers().map_err(|error| said(&error))?;
    let heads = cells(heads).into_iter().map(|head| vec![head]).collect();
    let mut grid = Grid { heads, ..Grid::default() };
    for record in reader.records() {
        let cells = cells(&record.map_err(|error| said(&error))?);
        grid.rows.push(Line { cells, heading: None });
    }
    Ok(grid)
}

fn cells(record: &StringRecord) -> Vec<Arc<str>> {
    record.iter().map(|cell| cell.trim().into()).collect()
}

/// The separator that the first line has most of, outside of quotes.
fn separator(text: &str) -> u8 {
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                if let Some(index) = SEPARATORS.iter().position(|separator| *separator == byte) {
                    counts[index] += 1;
                }
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().position(|count| *count == most).map_or(b',', |index| SEPARATORS[index])
}

fn said(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("line {line} has {len} fields, the first line {expected_len}")
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_the_one_that_the_first_line_has_most_of() {
        for (text, expected) in
            [("a,b\n1;2;3", b','), ("a;b\n1,5;2", b';'), ("a\tb", b'\t'), ("\"a,b,c\";d", b';'), ("a", b',')]
        {
            assert_eq!(separator(text), expected, "{text}");
        }
    }

    #[test]
    fn a_line_of_another_length_is_told() {
        assert_eq!(read("a,b\n1,2\n3\n").unwrap_err(), "line 3 has 1 fields, the first line 2");
        assert_eq!(read(" \n").unwrap_err(), "the body is empty");
        let grid = read("Order,Title\r\nWO-1,\"Lamp, \"\"hall\"\"\nthird\"\r\n").unwrap();
        assert_eq!(&*grid.rows[0].cells[1], "Lamp, \"hall\"\nthird");
    }
}
