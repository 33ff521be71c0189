//! The lines of a text that a picture shows.
//!
//! What is drawn is not always the text itself: hidden characters are shown by number, tabs become spaces, and of a long
//! line only the parts around the marks are kept. The picture keeps the line numbers of the text.

use std::collections::BTreeMap;
use std::ops::Range;

use tamis::diagnostic::Span;
use unicode_width::UnicodeWidthChar as _;

use crate::source::Source;
use crate::text;

/// What stands for the part of a line that is left out.
const ELISION: char = '…';
/// A gap of fewer columns is not worth leaving out.
const SMALLEST_GAP: usize = 4;
/// How many columns a tab may take.
const TAB: usize = 4;

/// The lines of a text around some marks, ready to be drawn.
pub(crate) struct Excerpt {
    /// Every line up to the last mark; those without a mark are empty.
    pub(crate) text: String,
    /// The marks as bytes of this text, in the order in which they were asked for; none is empty.
    pub(crate) marks: Vec<Mark>,
    cells: Vec<Cell>,
}

/// A marked part of an excerpt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Its bytes in the excerpt.
    pub(crate) range: Range<usize>,
    /// The line, from 1, on which it starts.
    pub(crate) first_line: usize,
    /// The line, from 1, on which it ends.
    pub(crate) last_line: usize,
}

/// A character of the text and how it is drawn.
struct Cell {
    /// Its offset in the text.
    source: usize,
    /// Its bytes in the excerpt.
    drawn: Range<usize>,
    /// Its columns.
    columns: usize,
}

/// A mark in the text: its bytes and the line of each end.
struct Place {
    range: Range<usize>,
    /// Where its last character starts.
    last: usize,
}

impl Excerpt {
    /// The excerpt of a text that shows these marks in lines of about so many columns.
    pub(crate) fn new(source: &Source, marks: &[Span], columns: usize) -> Self {
        let places: Vec<Place> = marks.iter().map(|mark| Place::new(&source.text, *mark)).collect();
        let mut lines: BTreeMap<usize, (Range<usize>, Vec<Range<usize>>)> = BTreeMap::new();
        let mut add = |offset: usize, point: Range<usize>| {
            let (line, bytes) = source.line_at(offset);
            lines.entry(line).or_insert_with(|| (bytes, Vec::new())).1.push(point);
            line
        };
        let ends: Vec<(usize, usize)> = places
            .iter()
            .map(|place| {
                let single = source.line_at(place.range.start).0 == source.line_at(place.last).0;
                if single {
                    let line = add(place.range.start, place.range.clone());
                    (line, line)
                } else {
                    let first = add(place.range.start, place.range.start..place.range.start);
                    (first, add(place.last, place.last..place.range.end))
                }
            })
            .collect();
        let mut excerpt = Self { text: String::new(), marks: Vec::new(), cells: Vec::new() };
        let mut drawn = 0;
        for (line, (bytes, points)) in lines {
            excerpt.text.extend(std::iter::repeat_n('\n', line - 1 - drawn));
            drawn = line - 1;
            excerpt.draw_line(&source.text, bytes, points, columns);
        }
        for (place, (first_line, last_line)) in places.iter().zip(ends) {
            let range = excerpt.drawn(place);
            excerpt.marks.push(Mark { range, first_line, last_line });
        }
        excerpt
    }

    /// Draws one line and, behind its end, a blank that a mark at the end can stand under.
    fn draw_line(&mut self, text: &str, line: Range<usize>, points: Vec<Range<usize>>, columns: usize) {
        let mut column = 0;
        let mut done = line.start;
        for kept in kept(text, &line, points, columns) {
            if kept.start > done {
                self.draw(done, &ELISION.to_string(), 1);
                column += 1;
            }
            for (offset, c) in text.get(kept.clone()).unwrap_or("").char_indices() {
                column += self.draw_char(kept.start + offset, c, column);
            }
            done = kept.end;
        }
        if done < line.end {
            self.draw(done, &ELISION.to_string(), 1);
        }
        self.draw(line.end, " ", 1);
    }

    fn draw_char(&mut self, source: usize, c: char, column: usize) -> usize {
        if c == '\t' {
            let blanks = TAB - column % TAB;
            self.draw(source, &" ".repeat(blanks), blanks);
            return blanks;
        }
        if text::is_hidden(c) {
            let name = text::name_of_hidden(c);
            self.draw(source, &name, name.len());
            return name.len();
        }
        let columns = c.width().unwrap_or(1);
        self.draw(source, c.encode_utf8(&mut [0; 4]), columns);
        columns
    }

    fn draw(&mut self, source: usize, text: &str, columns: usize) {
        let start = self.text.len();
        self.text.push_str(text);
        self.cells.push(Cell { source, drawn: start..self.text.len(), columns });
    }

    /// The bytes under which a mark is drawn, at least one column.
    fn drawn(&self, place: &Place) -> Range<usize> {
        let at = |offset: usize| self.cells.partition_point(|cell| cell.source <= offset).saturating_sub(1);
        let mut first = at(place.range.start);
        let last = at(place.last);
        while first > 0 && (first..=last).all(|i| self.cells.get(i).is_some_and(|cell| cell.columns == 0)) {
            first -= 1;
        }
        let start = self.cells.get(first).map_or(0, |cell| cell.drawn.start);
        let end = self.cells.get(last).map_or(start, |cell| cell.drawn.end);
        start..end.max(start)
    }
}

impl Place {
    /// The mark, widened to whole characters of the text.
    fn new(text: &str, mark: Span) -> Self {
        let start = floor(text, mark.range().start);
        let end = ceiling(text, mark.range().end).max(start);
        let last = if end > start { floor(text, end - 1) } else { start };
        Self { range: start..end, last }
    }
}

/// The parts of a line that are drawn.
fn kept(text: &str, line: &Range<usize>, points: Vec<Range<usize>>, columns: usize) -> Vec<Range<usize>> {
    let content = text.get(line.clone()).unwrap_or("");
    if content.len() <= 16 * columns && drawn_columns(content) <= columns {
        return vec![line.clone()];
    }
    let points = shown_points(text, line, points, columns);
    let used: usize = points.iter().map(|point| drawn_columns(text.get(point.clone()).unwrap_or(""))).sum();
    let context = (columns.saturating_sub(used + points.len() + 1) / (2 * points.len().max(1))).max(SMALLEST_GAP);
    let mut kept: Vec<Range<usize>> = Vec::new();
    for point in points {
        let start = back(text, point.start, context, line.start);
        let end = forward(text, point.end, context, line.end);
        match kept.last_mut() {
            Some(previous) if back(text, start, SMALLEST_GAP, line.start) <= previous.end => {
                previous.end = previous.end.max(end);
            }
            _ => kept.push(start..end),
        }
    }
    fill(text, line, &mut kept, columns);
    close_to_the_ends(text, line, &mut kept);
    kept
}

/// Gives what is left of the columns to the end of the line, and then to its start.
fn fill(text: &str, line: &Range<usize>, kept: &mut [Range<usize>], columns: usize) {
    let elisions = kept.len() + 1;
    let left = |kept: &[Range<usize>]| {
        let used: usize = kept.iter().map(|part| drawn_columns(text.get(part.clone()).unwrap_or(""))).sum();
        columns.saturating_sub(used + elisions)
    };
    let rest = left(kept);
    if let Some(last) = kept.last_mut() {
        last.end = forward(text, last.end, rest, line.end);
    }
    let rest = left(kept);
    if let Some(first) = kept.first_mut() {
        first.start = back(text, first.start, rest, line.start);
    }
}

/// The points within the line, in order; of a long one only both its ends.
fn shown_points(text: &str, line: &Range<usize>, points: Vec<Range<usize>>, columns: usize) -> Vec<Range<usize>> {
    let quarter = columns / 4;
    let mut shown = Vec::new();
    for point in points {
        let point = point.start.clamp(line.start, line.end)..point.end.clamp(line.start, line.end);
        if drawn_columns(text.get(point.clone()).unwrap_or("")) <= columns / 2 {
            shown.push(point);
        } else {
            let head = forward(text, point.start, quarter, point.end);
            let tail = back(text, point.end, quarter, head);
            shown.extend([point.start..head, tail..point.end]);
        }
    }
    shown.sort_by_key(|point| (point.start, point.end));
    shown
}

/// Shows the start and the end of a line where leaving them out saves next to nothing.
fn close_to_the_ends(text: &str, line: &Range<usize>, kept: &mut [Range<usize>]) {
    if let Some(first) = kept.first_mut()
        && back(text, first.start, SMALLEST_GAP, line.start) == line.start
    {
        first.start = line.start;
    }
    if let Some(last) = kept.last_mut()
        && forward(text, last.end, SMALLEST_GAP, line.end) == line.end
    {
        last.end = line.end;
    }
}

/// The columns that a text takes when it is drawn.
fn drawn_columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

/// The columns that a character takes at most when it is drawn.
fn char_columns(c: char) -> usize {
    match c {
        '\t' => TAB,
        c if text::is_hidden(c) => text::name_of_hidden(c).len(),
        c => c.width().unwrap_or(1),
    }
}

/// The offset so many columns before another, not before `floor`.
fn back(text: &str, from: usize, columns: usize, floor: usize) -> usize {
    let mut left = columns;
    let before = text.get(floor..from).unwrap_or("").char_indices().rev();
    let fitting = before.take_while(|&(_, c)| {
        let fits = char_columns(c) <= left;
        left = left.saturating_sub(char_columns(c));
        fits
    });
    fitting.last().map_or(from, |(offset, _)| floor + offset)
}

/// The offset so many columns after another, not after `ceiling`.
fn forward(text: &str, from: usize, columns: usize, ceiling: usize) -> usize {
    let mut left = columns;
    let after = text.get(from..ceiling).unwrap_or("").char_indices();
    let fitting = after.take_while(|&(_, c)| {
        let fits = char_columns(c) <= left;
        left = left.saturating_sub(char_columns(c));
        fits
    });
    fitting.last().map_or(from, |(offset, c)| from + offset + c.len_utf8())
}

/// The start of the character at an offset.
fn floor(text: &str, offset: usize) -> usize {
    (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The end of the character before an offset.
fn ceiling(text: &str, offset: usize) -> usize {
    (offset.min(text.len())..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, mark: Span, columns: usize, drawn: &str, marked: &str) {
        let excerpt = Excerpt::new(&Source::argument(text), &[mark], columns);
        assert_eq!(excerpt.text.trim_end(), drawn);
        assert_eq!(excerpt.text.get(excerpt.marks[0].range.clone()), Some(marked));
    }

    #[test]
    fn a_short_line_is_drawn_whole() {
        check("é == 1", Span::new(3, 5), 80, "é == 1", "==");
    }

    #[test]
    fn hidden_characters_show_their_numbers() {
        check("a\u{202e}b", Span::new(1, 4), 80, "a<U+202E>b", "<U+202E>");
        check("a\u{a0}== 1", Span::new(1, 3), 80, "a<U+00A0>== 1", "<U+00A0>");
    }

    #[test]
    fn tabs_reach_the_next_stop() {
        check("\ta\tb", Span::new(3, 4), 80, "    a   b", "b");
    }

    #[test]
    fn a_mark_at_the_end_has_a_blank_to_stand_under() {
        check("a ==", Span::at(4), 80, "a ==", " ");
        check("", Span::at(0), 80, "", " ");
        check("a ==\n", Span::new(4, 5), 80, "a ==", " ");
    }

    #[test]
    fn a_mark_on_a_combining_character_shows_its_letter() {
        check("ae\u{301}b", Span::new(2, 4), 80, "ae\u{301}b", "e\u{301}");
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let text = format!("{} == 1 && {}", "a".repeat(200), "b".repeat(200));
        check(&text, Span::new(201, 203), 40, "…aaaaaaaaaaaaaaaaa == 1 && bbbbbbbbbbbb…", "==");
    }

    #[test]
    fn a_long_mark_keeps_both_ends() {
        let text = format!("x == {}!", "a".repeat(100));
        check(&text, Span::new(5, 105), 40, "x == aaaaaaaaaaaaaa…aaaaaaaaaaaaaa!", "aaaaaaaaaaaaaa…aaaaaaaaaaaaaa");
    }

    #[test]
    fn hidden_characters_take_the_columns_of_their_numbers() {
        let text = "\u{202e}".repeat(50);
        check(&text, Span::new(60, 63), 30, "…<U+202E><U+202E><U+202E>…", "<U+202E>");
    }

    #[test]
    fn lines_keep_their_numbers() {
        let excerpt = Excerpt::new(&Source::argument("a\nb\nc == d"), &[Span::new(4, 5)], 80);
        assert_eq!(excerpt.text, "\n\nc == d ");
        assert_eq!(excerpt.marks, [Mark { range: 2..3, first_line: 3, last_line: 3 }]);
    }

    #[test]
    fn spans_outside_the_text_are_clamped() {
        check("é", Span::new(1, 99), 80, "é", "é");
    }
}
