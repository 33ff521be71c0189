//! Columns that line up.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::Style;

use crate::style::paint;
use crate::text;

/// Blanks between two columns.
const GAP: usize = 2;
/// What is left of a column that gives way.
const NARROWEST: usize = 16;

/// Rows of cells.
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

/// How a column is laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// What stands above it.
    pub(crate) title: &'static str,
    /// Whether numbers stand in it, which line up at their right end.
    pub(crate) right: bool,
    /// Whether it gives way where the line is too long.
    pub(crate) flexible: bool,
}

/// A text with its colour.
#[derive(Debug)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Column {
    /// A column of words.
    pub(crate) const fn left(title: &'static str) -> Self {
        Self { title, right: false, flexible: false }
    }

    /// A column of numbers.
    pub(crate) const fn right(title: &'static str) -> Self {
        Self { title, right: true, flexible: false }
    }

    /// A column of words that gives way where the line is too long.
    pub(crate) const fn flexible(title: &'static str) -> Self {
        Self { title, right: false, flexible: true }
    }
}

impl Cell {
    /// A cell; hidden characters show their numbers.
    pub(crate) fn new(style: Style, text: impl AsRef<str>) -> Self {
        Self { text: text::visible(text.as_ref()).into_owned(), style }
    }

    /// A cell without a colour.
    pub(crate) fn plain(text: impl AsRef<str>) -> Self {
        Self::new(Style::new(), text)
    }
}

impl Table {
    /// A table without rows.
    pub(crate) const fn new(columns: Vec<Column>) -> Self {
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row of as many cells as there are columns.
    pub(crate) fn push(&mut self, row: Vec<Cell>) {
        debug_assert_eq!(row.len(), self.columns.len());
        self.rows.push(row);
    }

    /// Whether every row fits into so many columns when the flexible columns keep at least `least`.
    pub(crate) fn fits(&self, limit: usize, least: usize) -> bool {
        let widths = self.widths(None);
        let columns = self.columns.iter().zip(&widths);
        let needed = columns.map(|(column, &width)| if column.flexible { width.min(least) } else { width });
        needed.sum::<usize>() + GAP * widths.len().saturating_sub(1) <= limit
    }

    /// Writes the titles and the rows, without columns that say nothing.
    ///
    /// Where `limit` columns are too few, the flexible columns give way, the last one first.
    pub(crate) fn write(&self, out: &mut impl Write, limit: Option<usize>) -> io::Result<()> {
        let widths = self.widths(limit);
        debug_assert_eq!(widths.len(), self.columns.len());
        let titles = self.columns.iter().map(|column| (column.title, Style::new().bold()));
        self.write_row(out, titles, &widths)?;
        for row in &self.rows {
            self.write_row(out, row.iter().map(|cell| (cell.text.as_str(), cell.style)), &widths)?;
        }
        Ok(())
    }

    fn widths(&self, limit: Option<usize>) -> Vec<usize> {
        let mut widths = vec![0; self.columns.len()];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(text::width(&cell.text));
            }
        }
        for (width, column) in widths.iter_mut().zip(&self.columns).filter(|(width, _)| **width > 0) {
            *width = (*width).max(column.title.len());
        }
        let n_columns = widths.iter().filter(|width| **width > 0).count();
        let total = widths.iter().sum::<usize>() + GAP * n_columns.saturating_sub(1);
        let mut excess = limit.map_or(0, |limit| total.saturating_sub(limit));
        for (width, _) in widths.iter_mut().zip(&self.columns).rev().filter(|(_, column)| column.flexible) {
            let given = excess.min(width.saturating_sub(NARROWEST));
            *width -= given;
            excess -= given;
        }
        widths
    }

    fn write_row<'a>(
        &self,
        out: &mut impl Write,
        cells: impl Iterator<Item = (&'a str, Style)>,
        widths: &[usize],
    ) -> io::Result<()> {
        let mut line = String::new();
        let mut pending = 0;
        for (((content, style), column), &width) in cells.zip(&self.columns).zip(widths) {
            if width == 0 {
                continue;
            }
            let content: Cow<'_, str> = text::shortened(content, width);
            let blanks = width.saturating_sub(text::width(&content));
            let (before, after) = if column.right { (blanks, 0) } else { (0, blanks) };
            pending += before;
            if !content.is_empty() {
                line.extend(std::iter::repeat_n(' ', pending));
                line.push_str(&paint(style, content).to_string());
                pending = 0;
            }
            pending += after + GAP;
        }
        writeln!(out, "{line}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rows: &[[&str; 2]], limit: Option<usize>, expected: &str) {
        let mut table = Table::new(vec![Column::flexible("NAME"), Column::right("N")]);
        for row in rows {
            table.push(row.iter().map(Cell::plain).collect());
        }
        let mut out = Vec::new();
        table.write(&mut anstream::StripStream::new(&mut out), limit).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn columns_line_up() {
        check(&[["a", "1"], ["日本", "22"]], None, "NAME   N\na      1\n日本  22\n");
    }

    #[test]
    fn a_flexible_column_gives_way() {
        check(&[["abcdefghijklmnopqrstuvwxyz", "1"]], Some(20), "NAME               N\nabcdefghijklmnop…  1\n");
    }

    #[test]
    fn nothing_stands_behind_the_last_word() {
        check(&[["a", ""], ["b", "1"]], None, "NAME  N\na\nb     1\n");
    }

    #[test]
    fn a_column_without_a_word_is_left_out() {
        check(&[["a", ""]], None, "NAME\na\n");
    }
}
