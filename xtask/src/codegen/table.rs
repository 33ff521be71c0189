//! Tables of Markdown.

/// A table; a cell holds one line of Markdown.
pub(super) struct Table {
    text: String,
}

impl Table {
    /// A table with these headlines.
    pub(super) fn new<const N: usize>(headlines: [&str; N]) -> Self {
        let mut table = Self { text: String::new() };
        table.row(headlines.map(String::from));
        table.text.push_str(&"|---".repeat(N));
        table.text.push_str("|\n");
        table
    }

    /// Appends a row.
    pub(super) fn row<const N: usize>(&mut self, cells: [String; N]) {
        for cell in cells {
            self.text.push_str("| ");
            self.text.push_str(&escaped(&cell));
            self.text.push_str(if cell.is_empty() { "" } else { " " });
        }
        self.text.push_str("|\n");
    }

    /// The table as Markdown.
    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// A bar would end the cell, even within code.
fn escaped(cell: &str) -> String {
    cell.replace('|', "\\|").replace('\n', " ")
}

/// A text as inline code.
pub(super) fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// Texts as inline code with commas between.
pub(super) fn codes<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    texts.into_iter().map(|text| code(text.as_ref())).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_do_not_end_a_cell() {
        let mut table = Table::new(["a", "b"]);
        table.row([code("||"), String::new()]);
        assert_eq!(table.into_text(), "| a | b |\n|---|---|\n| `\\|\\|` | |\n");
    }

    #[test]
    fn code_may_hold_ticks() {
        assert_eq!(codes(["a", "b`"]), "`a`, `` b` ``");
    }
}
