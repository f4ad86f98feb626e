//! Aligned columns of text, harmless to a terminal.

use crate::text::harmless;

/// Rows of cells whose columns are aligned when printed.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<Cell>>,
}

/// A cell: its text, and the same with colours.
#[derive(Debug)]
struct Cell {
    width: usize,
    painted: String,
}

impl Table {
    /// A table with this head.
    #[must_use]
    pub fn new(head: &[&str], paint: impl Fn(&str) -> String) -> Self {
        let mut table = Self::default();
        table.rows.push(head.iter().map(|text| Cell { width: text.chars().count(), painted: paint(text) }).collect());
        table
    }

    /// Adds a row of plain cells.
    pub fn row<const COLUMNS: usize>(&mut self, cells: [&str; COLUMNS]) {
        self.painted_row(cells.map(|cell| {
            let plain = harmless(cell).into_owned();
            (plain.clone(), plain)
        }));
    }

    /// Adds a row of cells, each as plain text and as it is to be printed.
    pub fn painted_row<const COLUMNS: usize>(&mut self, cells: [(String, String); COLUMNS]) {
        self.painted_cells(cells);
    }

    /// The same for a row whose number of cells is known only when it is made.
    pub fn painted_cells(&mut self, cells: impl IntoIterator<Item = (String, String)>) {
        let cell = |(plain, painted): (String, String)| Cell { width: plain.chars().count(), painted };
        self.rows.push(cells.into_iter().map(cell).collect());
    }

    /// Whether it has no row beside its head.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.len() <= 1
    }

    /// The lines, indented, with two spaces between columns and none at the end.
    #[must_use]
    pub fn lines(&self, indent: usize) -> Vec<String> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(|column| self.width(column)).collect();
        let lines = self.rows.iter().map(|row| {
            let mut line = " ".repeat(indent);
            for (column, cell) in row.iter().enumerate() {
                line.push_str(&cell.painted);
                if column + 1 < row.len() {
                    line.push_str(&" ".repeat(widths[column] - cell.width + 2));
                }
            }
            line.trim_end().to_owned()
        });
        lines.collect()
    }

    fn width(&self, column: usize) -> usize {
        self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_by_characters_and_not_by_bytes_or_colours() {
        let mut table = Table::new(&["name", "value"], |text| format!("<{text}>"));
        table.row(["µs", "1"]);
        table.row(["latency.p99", "22"]);
        assert_eq!(table.lines(2), ["  <name>         <value>", "  µs           1", "  latency.p99  22"]);
    }
}
