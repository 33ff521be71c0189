//! Lines out of a stream of text, breaks and groups, after Oppen's algorithm.
//!
//! A group is printed on one line if it fits, otherwise all of its breaks become new lines. The stream is flat, so that
//! nothing recurses, however deep the text is nested.

use std::borrow::Cow;

/// How many characters a line has before it is broken.
const WIDTH: usize = 100;
/// How far a level is indented.
const INDENT: usize = 4;

/// An instruction to the printer.
#[derive(Clone, Debug)]
pub(crate) enum Item<'a> {
    /// Text that is never broken.
    Text(Cow<'a, str>),
    /// A blank, unless the line begins here.
    Blank,
    /// A place where the line may end; `blank` where it does not.
    Break {
        /// Whether a blank stands here on one line.
        blank: bool,
        /// Whether the line ends here only if what follows does not fit.
        fill: bool,
    },
    /// The end of a line, whatever fits; with an empty line behind it.
    Newline {
        /// Whether an empty line follows.
        empty_line: bool,
    },
    /// The start of a group.
    Open,
    /// The end of a group.
    Close,
    /// The lines from here are one level deeper.
    Indent,
    /// The lines from here are one level less deep.
    Dedent,
}

/// What is known about an item before it is printed.
#[derive(Clone, Copy, Default)]
struct Measure {
    /// Of a group: its width on one line. Of a break: the width up to the next break.
    width: usize,
    /// Of a group: whether it holds the end of a line.
    forced: bool,
}

/// Prints a stream.
pub(crate) fn print(items: &[Item<'_>]) -> String {
    let measures = measure(items);
    let mut printer = Printer { out: String::new(), column: 0, depth: 0, fresh: true, broken: vec![true] };
    for (item, measure) in items.iter().zip(&measures) {
        printer.item(item, *measure);
    }
    printer.out
}

/// Widths of groups and of what follows each break.
fn measure(items: &[Item<'_>]) -> Vec<Measure> {
    let mut measures = vec![Measure::default(); items.len()];
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut last_break: Option<(usize, usize)> = None;
    let mut total = 0;
    for (place, item) in items.iter().enumerate() {
        let mut settle = |last: &mut Option<(usize, usize)>, total: usize| {
            if let Some((at, start)) = last.take()
                && let Some(slot) = measures.get_mut(at)
            {
                slot.width = total - start;
            }
        };
        match item {
            Item::Text(text) => total += text.chars().count(),
            Item::Blank => total += 1,
            Item::Break { blank, .. } => {
                settle(&mut last_break, total);
                last_break = Some((place, total));
                total += usize::from(*blank);
            }
            Item::Newline { .. } => {
                settle(&mut last_break, total);
                for (at, _) in &open {
                    if let Some(slot) = measures.get_mut(*at) {
                        slot.forced = true;
                    }
                }
            }
            Item::Open => open.push((place, total)),
            Item::Close => {
                settle(&mut last_break, total);
                if let Some((at, start)) = open.pop()
                    && let Some(slot) = measures.get_mut(at)
                {
                    slot.width = total - start;
                }
            }
            Item::Indent | Item::Dedent => {}
        }
    }
    measures
}

struct Printer {
    out: String,
    column: usize,
    depth: usize,
    /// Whether nothing has been printed on this line.
    fresh: bool,
    /// For each open group whether its breaks end lines.
    broken: Vec<bool>,
}

impl Printer {
    fn item(&mut self, item: &Item<'_>, measure: Measure) {
        match item {
            Item::Text(text) => self.text(text),
            Item::Blank if self.fresh => {}
            Item::Blank => self.text(" "),
            Item::Break { blank, fill } => self.soft(*blank, *fill, measure.width),
            Item::Newline { empty_line } => self.newline(*empty_line),
            Item::Open => {
                let outer = self.broken.last().copied().unwrap_or(true);
                let fits = self.start_column() + measure.width <= WIDTH;
                self.broken.push(outer && (measure.forced || !fits));
            }
            Item::Close => {
                self.broken.pop();
            }
            Item::Indent => self.depth += 1,
            Item::Dedent => self.depth = self.depth.saturating_sub(1),
        }
    }

    /// The column at which the next text begins.
    fn start_column(&self) -> usize {
        if self.fresh { self.depth * INDENT } else { self.column }
    }

    fn text(&mut self, text: &str) {
        if self.fresh {
            self.column = self.depth * INDENT;
            self.out.extend(std::iter::repeat_n(' ', self.column));
            self.fresh = false;
        }
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn soft(&mut self, blank: bool, fill: bool, width: usize) {
        if self.fresh {
            return;
        }
        let breaks = self.broken.last().copied().unwrap_or(true);
        if breaks && (!fill || self.column + width > WIDTH) {
            self.newline(false);
        } else if blank {
            self.text(" ");
        }
    }

    fn newline(&mut self, empty_line: bool) {
        if !self.fresh {
            self.out.push('\n');
        }
        if empty_line && !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
        self.fresh = true;
        self.column = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(words: usize, fill: bool) -> Vec<Item<'static>> {
        let mut items = vec![Item::Open];
        for n in 0..words {
            if n > 0 {
                items.push(Item::Break { blank: true, fill });
            }
            items.push(Item::Text("word".into()));
        }
        items.push(Item::Close);
        items
    }

    #[test]
    fn what_fits_stays_on_one_line() {
        assert_eq!(print(&stream(3, false)), "word word word");
        assert_eq!(print(&stream(20, false)).lines().count(), 1);
    }

    #[test]
    fn what_does_not_fit_breaks_everywhere_or_is_filled() {
        assert_eq!(print(&stream(21, false)).lines().count(), 21);
        assert_eq!(print(&stream(21, true)).lines().count(), 2);
    }

    #[test]
    fn the_end_of_a_line_breaks_what_is_around_it() {
        let mut items = stream(2, false);
        items.insert(2, Item::Newline { empty_line: false });
        assert_eq!(print(&items), "word\nword");
    }
}
