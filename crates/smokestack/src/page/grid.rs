//! A table as rows and named columns, whichever way it came: HTML's cells over several rows and columns are laid out.

use std::sync::Arc;

use scraper::ElementRef;

use super::document::folded;

/// A table as rows and named columns.
#[derive(Debug, Default)]
pub(super) struct Grid {
    /// What stands above each column, from top to bottom.
    pub(super) heads: Vec<Vec<Arc<str>>>,
    pub(super) rows: Vec<Line>,
    /// Rows that are one text over the whole width: a heading within the table, or the word that it is empty.
    pub(super) across: Vec<Arc<str>>,
}

/// One row.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// One for each column that the row reaches.
    pub(super) cells: Vec<Arc<str>>,
    /// The row's own heading, a `th`.
    pub(super) heading: Option<Arc<str>>,
}

/// The widest that a cell may be where nothing above says how wide the table is (HTML allows 1,000).
const WIDEST: usize = 100;

/// A cell as the page has it.
#[derive(Clone)]
struct Cell {
    text: Arc<str>,
    is_head: bool,
    of_row: bool,
    columns: usize,
    rows: usize,
}

impl Grid {
    /// A `table` of a page.
    pub(super) fn of_table(table: ElementRef<'_>) -> Grid {
        let mut head = Vec::new();
        let mut bodies: Vec<Vec<Vec<Cell>>> = Vec::new();
        let mut own = Vec::new();
        for part in table.child_elements() {
            match part.value().name() {
                "thead" => head.extend(rows(part)),
                "tbody" => bodies.push(rows(part)),
                "tr" => own.push(row(part)),
                // A foot sums up; it is no row of data.
                _ => {}
            }
        }
        if !own.is_empty() {
            bodies.push(own);
        }
        if head.is_empty()
            && let Some(body) = bodies.first_mut()
            && body.first().is_some_and(|row| names_columns(row))
        {
            head.push(body.remove(0));
        }
        let heads = columns(laid_out(head, None));
        let width = Some(heads.len()).filter(|width| *width > 0);
        let mut grid = Grid { heads, ..Grid::default() };
        for body in bodies {
            let spans = |row: &Vec<Cell>| row.len() == 1 && row[0].columns > 1 && row[0].rows == 1;
            let across: Vec<bool> = body.iter().map(spans).collect();
            let headings: Vec<_> = body
                .iter()
                .map(|row| row.iter().find(|cell| cell.is_head).map(|cell| cell.text.clone()))
                .collect();
            let lines = laid_out(body, width);
            for ((cells, heading), across) in lines.into_iter().zip(headings).zip(across) {
                match cells
                    .first()
                    .filter(|first| across && cells.iter().all(|cell| Arc::ptr_eq(cell, first)))
                {
                    Some(text) => grid.across.push(text.clone()),
                    None if cells.is_empty() => {}
                    None => grid.rows.push(Line { cells, heading }),
                }
            }
        }
        grid
    }

    /// The column of this name: what stands above it, in whole (`Price / Net`) or in part.
    pub(super) fn column(&self, name: &str) -> Result<usize, String> {
        if self.heads.is_empty() {
            return Err("nothing names its columns".to_owned());
        }
        let whole = |heads: &Vec<Arc<str>>| joined(heads) == name;
        let part = |heads: &Vec<Arc<str>>| heads.iter().any(|head| &**head == name);
        let found = |is: &dyn Fn(&Vec<Arc<str>>) -> bool| -> Vec<usize> {
            (0..self.heads.len()).filter(|column| is(&self.heads[*column])).collect()
        };
        let wholly = found(&whole);
        match if wholly.is_empty() { found(&part) } else { wholly }[..] {
            [column] => Ok(column),
            [] => Err(format!("there is no column {name:?}")),
            ref several => Err(format!("{} columns are called {name:?}", several.len())),
        }
    }

    /// The names of all columns.
    pub(super) fn names(&self) -> Vec<String> {
        self.heads.iter().map(|heads| joined(heads)).collect()
    }
}

fn joined(heads: &[Arc<str>]) -> String {
    heads.iter().map(|head| &**head).filter(|head| !head.is_empty()).collect::<Vec<_>>().join(" / ")
}

/// The texts above each column; a head over several rows is one.
fn columns(rows: Vec<Vec<Arc<str>>>) -> Vec<Vec<Arc<str>>> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut heads = vec![Vec::<Arc<str>>::new(); width];
    for row in rows {
        for (column, text) in row.into_iter().enumerate() {
            if heads[column].last().is_none_or(|above| !Arc::ptr_eq(above, &text)) {
                heads[column].push(text);
            }
        }
    }
    heads
}

fn rows(part: ElementRef<'_>) -> Vec<Vec<Cell>> {
    part.child_elements().filter(|row| row.value().name() == "tr").map(row).collect()
}

fn row(row: ElementRef<'_>) -> Vec<Cell> {
    let cells = row.child_elements().filter(|cell| matches!(cell.value().name(), "td" | "th"));
    let number = |cell: ElementRef<'_>, name: &str| cell.attr(name)?.trim().parse::<usize>().ok();
    cells
        .map(|cell| Cell {
            text: folded(cell.text()).into(),
            is_head: cell.value().name() == "th",
            of_row: cell.attr("scope").is_some_and(|scope| scope.eq_ignore_ascii_case("row")),
            columns: number(cell, "colspan").unwrap_or(1).max(1),
            // 0 is all the rows that follow in this part of the table.
            rows: number(cell, "rowspan").map_or(1, |rows| if rows == 0 { usize::MAX } else { rows }),
        })
        .collect()
}

/// Whether a row holds the names of columns: headings only, and not those of rows.
fn names_columns(row: &[Cell]) -> bool {
    !row.is_empty() && row.iter().all(|cell| cell.is_head && !cell.of_row)
}

/// The texts of each row, one for each column (HTML, "forming a table").
fn laid_out(rows: Vec<Vec<Cell>>, width: Option<usize>) -> Vec<Vec<Arc<str>>> {
    // What reaches down from above, by column, and for how many rows still.
    let mut down: Vec<Option<(Arc<str>, usize)>> = Vec::new();
    let mut lines = Vec::new();
    for row in rows {
        let mut line: Vec<Arc<str>> = Vec::new();
        let mut cells = row.into_iter();
        loop {
            while let Some(Some((text, rows))) = down.get_mut(line.len()) {
                let text = text.clone();
                *rows -= 1;
                if *rows == 0 {
                    down[line.len()] = None;
                }
                line.push(text);
            }
            let Some(cell) = cells.next() else { break };
            let room = width.map_or(WIDEST, |width| width.saturating_sub(line.len()).max(1));
            for _ in 0..cell.columns.min(room) {
                let column = line.len();
                if down.get(column).is_some_and(Option::is_some) {
                    break;
                }
                if cell.rows > 1 {
                    down.resize(down.len().max(column + 1), None);
                    down[column] = Some((cell.text.clone(), cell.rows - 1));
                }
                line.push(cell.text.clone());
            }
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use scraper::{Html, Selector};

    use super::*;

    fn grid(rows: &str) -> Grid {
        let html = Html::parse_document(&format!("<table>{rows}</table>"));
        Grid::of_table(html.select(&Selector::parse("table").unwrap()).next().unwrap())
    }

    fn shown(grid: &Grid) -> String {
        let line = |line: &Line| line.cells.iter().map(|cell| &**cell).collect::<Vec<_>>().join(" | ");
        let lines = grid.rows.iter().map(line);
        std::iter::once(grid.names().join(" | ")).chain(lines).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn cells_over_several_rows_and_columns_are_in_each_of_them() {
        let grid = grid(
            "<thead><tr><th rowspan=2>Order<th colspan=2>Price<tr><th>Net<th>Gross</thead>\
             <tr><td rowspan=2>WO-1<td>1<td>2<tr><td>3<td>4<tr><td>WO-2<td colspan=9>free",
        );
        insta::assert_snapshot!(shown(&grid), @r"
            Order | Price / Net | Price / Gross
            WO-1 | 1 | 2
            WO-1 | 3 | 4
            WO-2 | free | free
        ");
        assert_eq!(grid.column("Net"), Ok(1));
        assert_eq!(grid.column("Price / Gross"), Ok(2));
        assert_eq!(grid.column("Price"), Err("2 columns are called \"Price\"".to_owned()));
        assert_eq!(grid.column("Tax"), Err("there is no column \"Tax\"".to_owned()));
    }

    #[test]
    fn a_first_row_of_headings_names_the_columns_and_headings_of_rows_do_not() {
        let with_head = grid("<tr><th>Order<th>Status<tr><td>WO-1<td>open");
        assert_eq!((with_head.names().join(","), with_head.rows.len()), ("Order,Status".to_owned(), 1));
        let of_rows = grid("<tr><th scope=row>Status<td>open<tr><th scope=row>Owner<td>Alice");
        assert_eq!((of_rows.names().len(), of_rows.rows.len()), (0, 2));
        assert_eq!(of_rows.rows[1].heading.as_deref(), Some("Owner"));
        assert_eq!(of_rows.column("Status"), Err("nothing names its columns".to_owned()));
    }

    #[test]
    fn the_word_that_a_table_is_empty_is_no_row() {
        let empty = grid("<thead><tr><th>Order<th>Status</thead><tr><td colspan=2>No orders yet</td></tr>");
        assert_eq!((empty.rows.len(), &*empty.across[0]), (0, "No orders yet"));
        let foot = grid("<tr><th>Order<tr><td>WO-1<tfoot><tr><td>1 order</tfoot>");
        assert_eq!(foot.rows.len(), 1, "a foot is no row of data");
        assert_eq!(grid("<tr><td>one<tr><td>two").rows.len(), 2, "of one column no cell goes across");
    }

    #[test]
    fn a_table_within_a_cell_is_no_part_of_the_table() {
        let outer = grid("<tr><th>A<tr><td><table><tr><td>inner<tr><td>more</table>");
        assert_eq!(outer.rows.len(), 1);
    }

    proptest! {
        #[test]
        fn any_spans_can_be_laid_out(spans in prop::collection::vec((0_usize..2000, 0_usize..70_000), 0..40)) {
            let cells = spans.iter().enumerate().map(|(index, (columns, rows))| {
                let row = if index % 3 == 0 { "<tr>" } else { "" };
                format!("{row}<td colspan={columns} rowspan={rows}>{index}")
            });
            let grid = grid(&cells.collect::<String>());
            prop_assert!(grid.rows.iter().all(|row| row.cells.len() <= WIDEST * 40));
        }
    }
}
