//! Tables as rows by the names of their columns: HTML's and CSV's.

use std::sync::Arc;

use scraper::ElementRef;
use smokestack_core::{Blame, Class, FailedCheck, Place};

use super::count::Count;
use super::excerpt::quoted;
use super::grid::{Grid, Line};
use super::judged::{Judged, Subject};
use super::{Page, Text, Texts};
use crate::Checked;

/// How many names or values a note shows.
const MOST: usize = 12;

/// A table: of an HTML page, or a whole answer in CSV.
#[derive(Clone)]
pub struct Table {
    subject: Subject,
    what: String,
    /// The table, or why there is none.
    grid: Result<Arc<Grid>, String>,
    /// What was there instead.
    notes: Vec<String>,
}

/// A row of a table.
#[derive(Clone)]
pub struct Row {
    subject: Subject,
    what: String,
    /// The table and the row's number, or why there is none.
    found: Result<(Arc<Grid>, usize), String>,
    notes: Vec<String>,
}

impl Page {
    /// The table that a CSS selector finds, the first of several. Rows are those of its body; a row that is one text over
    /// the whole width, such as "No orders yet", is none. Cells over several rows or columns are in each of them.
    ///
    /// ```no_run
    /// # fn check(page: &smokestack::Page) {
    /// let orders = page.table("table.orders");
    /// orders.rows().at_least(3);
    /// orders.row(0).cell("Status").is("open");
    /// orders.row_where("Order", "WO-17").cell("Title").contains("lamp");
    /// orders.column("Status").each().is_one_of(&["open", "done"]);
    /// # }
    /// ```
    #[track_caller]
    pub fn table(&self, selector: &str) -> Table {
        let place = Place::caller();
        let what = format!("`{selector}`");
        match self.session().scope.run.selectors.get(selector) {
            Ok(_) => {
                let grid = self.grid_once(selector, || self.laid_out(selector));
                let notes = if grid.is_err() { self.near(selector) } else { Vec::new() };
                Table { subject: Subject::new(self, &what), what, grid, notes }
            }
            Err(why) => {
                let check = FailedCheck::new(
                    Blame::Harness,
                    Class::Harness,
                    format!("`{selector}` is not a CSS selector"),
                );
                let check = FailedCheck { found: Some(why.clone()), ..check };
                let subject = Subject::wrong(self, &what, check, place);
                Table { subject, what, grid: Err(why), notes: Vec::new() }
            }
        }
    }

    fn laid_out(&self, selector: &str) -> Result<Arc<Grid>, String> {
        let read = |element: ElementRef<'_>| match element.value().name() {
            "table" => Ok(Arc::new(Grid::of_table(element))),
            name => Err(format!("a `{name}`, which is no table")),
        };
        let mut found = self.document().select(selector, 1, read)?;
        found.pop().unwrap_or_else(|| Err("no element matches".to_owned()))
    }
}

impl Table {
    pub(super) fn of(page: &Page, what: &str, grid: Result<Arc<Grid>, String>) -> Table {
        Table { subject: Subject::new(page, what), what: what.to_owned(), grid, notes: Vec::new() }
    }

    /// How many rows it has.
    pub fn rows(&self) -> Count {
        let what = format!("rows of {}", self.what);
        match &self.grid {
            Ok(grid) => {
                let across = grid
                    .across
                    .iter()
                    .take(3)
                    .map(|text| format!("one text over the whole width: {}", self.shown(text)));
                Count::of(self.subject.clone(), what, grid.rows.len()).told(across.collect())
            }
            Err(why) => Count::missing(self.subject.clone(), what, why.clone()).told(self.notes.clone()),
        }
    }

    /// The names of its columns; a name above several columns stands before theirs: `Price / Net`.
    pub fn columns(&self) -> Texts {
        let what = format!("columns of {}", self.what);
        match &self.grid {
            Ok(grid) => Texts::of(self.subject.clone(), what, grid.names()),
            Err(why) => Texts::missing(self.subject.clone(), what, why.clone()).told(self.notes.clone()),
        }
    }

    /// The texts of a column, from top to bottom.
    pub fn column(&self, name: &str) -> Texts {
        let what = format!("column `{name}` of {}", self.what);
        let column = self.grid.as_ref().map_err(Clone::clone).and_then(|grid| Ok((grid, grid.column(name)?)));
        match column {
            Ok((grid, column)) => {
                let texts = grid.rows.iter().map(|line| cell(line, column).unwrap_or_default().to_owned());
                Texts::of(self.subject.clone(), what, texts.collect())
            }
            Err(why) => Texts::missing(self.subject.clone(), what, why).told(self.column_notes()),
        }
    }

    /// A row, counted from 0.
    pub fn row(&self, index: usize) -> Row {
        let found = self.grid.clone().and_then(|grid| match grid.rows.len() {
            rows if index < rows => Ok((grid, index)),
            1 => Err("it has 1 row".to_owned()),
            rows => Err(format!("it has {rows} rows")),
        });
        self.row_of(format!("row {index} of {}", self.what), found, self.notes.clone())
    }

    /// The first row in whose column of this name stands this text.
    pub fn row_where(&self, column: &str, text: &str) -> Row {
        let what = format!("row with `{column}` {} of {}", quoted(text, 0), self.what);
        let found = self.grid.clone().and_then(|grid| {
            let number = grid.column(column)?;
            let row = grid.rows.iter().position(|line| cell(line, number) == Some(text));
            row.map(|row| (grid, row)).ok_or_else(|| "no row has it".to_owned())
        });
        let known = self.grid.as_ref().is_ok_and(|grid| grid.column(column).is_ok());
        let notes = match found {
            Err(_) if known => {
                let values = self.column(column);
                let values: Vec<String> = values.values().iter().map(|value| self.shown(value)).collect();
                vec![format!("column `{column}`: {}", some(&values))]
            }
            Err(_) => self.column_notes(),
            Ok(_) => Vec::new(),
        };
        self.row_of(what, found, notes)
    }

    /// The first row whose own heading, a `th`, is this: of a table without names above its columns.
    pub fn row_named(&self, heading: &str) -> Row {
        let what = format!("row `{heading}` of {}", self.what);
        let found = self.grid.clone().and_then(|grid| {
            let row = grid.rows.iter().position(|line| line.heading.as_deref() == Some(heading));
            row.map(|row| (grid, row)).ok_or_else(|| "no row is headed so".to_owned())
        });
        let notes = match &self.grid {
            Ok(grid) => {
                let headings = grid.rows.iter().filter_map(|line| line.heading.as_deref());
                let headings: Vec<String> = headings.map(|heading| self.shown(heading)).collect();
                if headings.is_empty() { Vec::new() } else { vec![format!("its rows: {}", some(&headings))] }
            }
            Err(_) => self.notes.clone(),
        };
        self.row_of(what, found, notes)
    }

    /// Checks that it is there.
    #[track_caller]
    pub fn exists(&self) -> Judged {
        self.expect_there(Place::caller())
    }

    /// Ends the case if a check of this table failed before, or else if there is none.
    ///
    /// # Errors
    ///
    /// It is told already.
    #[track_caller]
    pub fn required(&self) -> Checked {
        let place = Place::caller();
        self.subject.required(|| self.expect_there(place))
    }

    fn expect_there(&self, place: Place) -> Judged {
        self.subject.expect_there(self.grid.as_ref().err(), &self.what, "a table", &self.notes, place)
    }

    fn row_of(&self, what: String, found: Result<(Arc<Grid>, usize), String>, notes: Vec<String>) -> Row {
        Row { subject: self.subject.clone(), what, found, notes }
    }

    fn column_notes(&self) -> Vec<String> {
        match &self.grid {
            Ok(grid) => columns_note(grid),
            Err(_) => self.notes.clone(),
        }
    }

    fn shown(&self, text: &str) -> String {
        self.subject.page.shown(text)
    }
}

impl Row {
    /// The text in the column of this name.
    pub fn cell(&self, column: &str) -> Text {
        let what = format!("`{column}` in {}", self.what);
        let (text, missing, notes) = match &self.found {
            Ok((grid, row)) => match grid.column(column) {
                Ok(column) => {
                    (cell(&grid.rows[*row], column), "the row ends before it".to_owned(), Vec::new())
                }
                Err(why) => (None, why, columns_note(grid)),
            },
            Err(why) => (None, why.clone(), self.notes.clone()),
        };
        Text::of(self.subject.clone(), what, text.map(str::to_owned), missing).told(notes)
    }

    /// All its texts, from left to right.
    pub fn cells(&self) -> Texts {
        let what = format!("cells of {}", self.what);
        match &self.found {
            Ok((grid, row)) => {
                let cells = grid.rows[*row].cells.iter().map(|cell| cell.to_string());
                Texts::of(self.subject.clone(), what, cells.collect())
            }
            Err(why) => Texts::missing(self.subject.clone(), what, why.clone()).told(self.notes.clone()),
        }
    }

    /// What stands beside its heading: the text of the first cell that is no heading.
    pub fn value(&self) -> Text {
        let text = self.found.as_ref().ok().and_then(|(grid, row)| {
            let line = &grid.rows[*row];
            line.cells
                .iter()
                .find(|cell| line.heading.as_ref().is_none_or(|heading| !Arc::ptr_eq(cell, heading)))
        });
        let missing =
            self.found.as_ref().err().cloned().unwrap_or_else(|| "nothing stands beside it".to_owned());
        let what = format!("value of {}", self.what);
        Text::of(self.subject.clone(), what, text.map(|text| text.to_string()), missing)
            .told(self.notes.clone())
    }

    /// Checks that there is such a row.
    #[track_caller]
    pub fn exists(&self) -> Judged {
        self.expect_there(Place::caller())
    }

    /// Ends the case if a check of this table failed before, or else if there is no such row.
    ///
    /// # Errors
    ///
    /// It is told already.
    #[track_caller]
    pub fn required(&self) -> Checked {
        let place = Place::caller();
        self.subject.required(|| self.expect_there(place))
    }

    fn expect_there(&self, place: Place) -> Judged {
        self.subject.expect_there(self.found.as_ref().err(), &self.what, "a row", &self.notes, place)
    }
}

fn cell(line: &Line, column: usize) -> Option<&str> {
    line.cells.get(column).map(|cell| &**cell)
}

fn columns_note(grid: &Grid) -> Vec<String> {
    let names: Vec<String> = grid.names().iter().map(|name| format!("{name:?}")).collect();
    if names.is_empty() { Vec::new() } else { vec![format!("its columns: {}", some(&names))] }
}

fn some(names: &[String]) -> String {
    let more = if names.len() > MOST { format!(", … ({} in all)", names.len()) } else { String::new() };
    let first = names.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.is_empty() { "empty".to_owned() } else { first + &more }
}
