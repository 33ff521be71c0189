//! One line of a picture: characters with their inks.

use anstyle::{AnsiColor, Color, Style};
use tamis::diagnostic::Severity;

use crate::style;

/// What a character of a picture belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// The place of the diagnostic.
    Primary,
    /// Another mark.
    Secondary,
    /// The margin.
    Margin,
    /// Anything else.
    Plain,
}

/// One line of a picture, behind its margin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// The number of the line of text; none where marks or messages are.
    pub(crate) number: Option<usize>,
    cells: Vec<(char, Ink)>,
    gap: bool,
}

impl Row {
    /// Reads a line as ariadne draws it.
    pub(crate) fn parse(line: &str) -> Self {
        let mut cells = Vec::new();
        let mut ink = Ink::Plain;
        let mut rest = line.chars();
        while let Some(c) = rest.next() {
            if c == '\u{1b}' {
                let code: String = rest.by_ref().skip(1).take_while(|&c| c != 'm').collect();
                ink = ink_of(&code);
            } else {
                cells.push((c, ink));
            }
        }
        let bar = cells.iter().position(|&(c, ink)| ink == Ink::Margin && matches!(c, '│' | '┆')).unwrap_or(0);
        let number: String = cells.iter().take(bar).map(|&(c, _)| c).collect();
        let mut row =
            Self { number: number.trim().parse().ok(), cells: cells.split_off(bar.min(cells.len())), gap: false };
        // The bar and the blank behind it.
        row.cells.drain(..row.cells.len().min(2));
        row.trim();
        row
    }

    /// A mark under some columns, with a message behind it.
    pub(crate) fn bracket(start: usize, columns: usize, message: &str) -> Self {
        let plain = |c| (c, Ink::Plain);
        let mark = match columns {
            0 | 1 => "╵".to_owned(),
            _ => format!("╰{}╯", "─".repeat(columns - 2)),
        };
        let mut cells: Vec<(char, Ink)> = std::iter::repeat_n(plain(' '), start).collect();
        cells.extend(mark.chars().map(|c| (c, Ink::Secondary)));
        cells.push(plain(' '));
        cells.extend(message.chars().map(plain));
        Self { number: None, cells, gap: false }
    }

    /// The character that stands between the number and the line.
    pub(crate) const fn bar(&self) -> char {
        if self.gap { '┆' } else { '│' }
    }

    /// Whether there is nothing to see.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells.is_empty()
    }

    /// Whether there is nothing but lines that lead down.
    pub(crate) fn only_bars(&self) -> bool {
        self.cells.iter().all(|&(c, ink)| c == ' ' || (c == '│' && ink != Ink::Plain))
    }

    /// Whether a character is in the line.
    pub(crate) fn contains(&self, wanted: char) -> bool {
        self.cells.iter().any(|&(c, _)| c == wanted)
    }

    /// Says that lines of the text are left out here.
    pub(crate) const fn mark_gap(&mut self) {
        self.gap = true;
    }

    /// Draws the main mark in heavy lines.
    pub(crate) fn embolden(&mut self) {
        self.replace(|c| match c {
            '─' => '━',
            '┬' => '┳',
            '│' => '┃',
            '╰' => '┗',
            other => other,
        });
    }

    /// Takes out the line that leads from the main mark to its message.
    pub(crate) fn remove_stalk(&mut self) {
        self.replace(|c| match c {
            '┬' => '─',
            '│' => ' ',
            other => other,
        });
        self.trim();
    }

    /// Ends the brace of the main mark on this line.
    pub(crate) fn close_brace(&mut self) {
        let brace = self.cells.iter().take_while(|&&(c, _)| matches!(c, ' ' | '│' | '╭' | '├' | '─' | '▶')).count();
        for (c, ink) in self.cells.iter_mut().take(brace) {
            if *ink == Ink::Primary && *c == '├' {
                *c = '╰';
            }
        }
    }

    /// The line with its colours, an ink at a time.
    pub(crate) fn render(&self, severity: Severity) -> String {
        let mut out = String::new();
        for run in self.cells.chunk_by(|a, b| a.1 == b.1) {
            let style = run.first().map_or(Style::new(), |&(_, ink)| style_of(ink, severity));
            let text: String = run.iter().map(|&(c, _)| c).collect();
            out.push_str(&style::paint(style, text).to_string());
        }
        out
    }

    fn replace(&mut self, new: impl Fn(char) -> char) {
        for (c, ink) in &mut self.cells {
            if *ink == Ink::Primary {
                *c = new(*c);
            }
        }
    }

    fn trim(&mut self) {
        while self.cells.last().is_some_and(|&(c, _)| c == ' ') {
            self.cells.pop();
        }
    }
}

/// What the parameters of a colour sequence of the picture mean.
fn ink_of(code: &str) -> Ink {
    match code {
        "31" => Ink::Primary,
        "34" => Ink::Secondary,
        "38;5;246" | "38;5;240" => Ink::Margin,
        _ => Ink::Plain,
    }
}

/// The colour in which an ink is printed.
const fn style_of(ink: Ink, severity: Severity) -> Style {
    match ink {
        Ink::Primary => style::of(severity).bold(),
        Ink::Secondary => Style::new().fg_color(Some(Color::Ansi(AnsiColor::Blue))),
        Ink::Margin => style::MARGIN,
        Ink::Plain => Style::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_text_has_its_number() {
        let row = Row::parse(" \u{1b}[38;5;246m12 │\u{1b}[0m \u{1b}[31ma\u{1b}[0m\u{1b}[38;5;249m b\u{1b}[0m  ");
        assert_eq!(row.number, Some(12));
        assert_eq!(row.cells, [('a', Ink::Primary), (' ', Ink::Plain), ('b', Ink::Plain)]);
    }

    #[test]
    fn equal_inks_are_one_run() {
        let row = Row::parse("\u{1b}[38;5;240m│\u{1b}[0m \u{1b}[31m─\u{1b}[0m\u{1b}[31m─\u{1b}[0m");
        assert_eq!(row.render(Severity::Error).matches('\u{1b}').count(), 3, "bold, colour, reset");
    }
}
