//! Marks that overlap, such as the two readings of one text: each is drawn on a line of its own, because on one line
//! nobody could tell where one ends and another begins.

use unicode_width::UnicodeWidthStr as _;

use super::excerpt::{Excerpt, Mark};
use super::picture::Line;
use super::row::Row;
use crate::text;

/// A mark that is drawn on a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// The place among the marks of the excerpt.
    pub(crate) place: usize,
    /// The line below which it stands.
    line: usize,
    row: Row,
}

/// The marks with messages that overlap on one line; those of one message stand together.
pub(crate) fn readings(excerpt: &Excerpt, lines: &[Line<'_>]) -> Vec<Reading> {
    let is_labelled = |(_, (mark, line)): &(usize, (&Mark, &Line<'_>))| {
        !line.primary && line.message.is_some() && mark.first_line == mark.last_line
    };
    let all: Vec<_> = excerpt.marks.iter().zip(lines).enumerate().filter(is_labelled).collect();
    let shares = |one: &Mark, other: &Mark| one.range.start < other.range.end && other.range.start < one.range.end;
    let overlaps = |mark: &Mark| all.iter().filter(|(_, (other, _))| shares(mark, other)).count() > 1;
    let mut apart: Vec<_> = all.iter().filter(|(_, (mark, _))| overlaps(mark)).collect();
    let first = |message: Option<&str>| all.iter().position(|(_, (_, line))| line.message == message);
    apart.sort_by_key(|(_, (mark, line))| (mark.first_line, first(line.message), mark.range.start));
    apart.into_iter().map(|(place, (mark, line))| reading(excerpt, *place, mark, line)).collect()
}

fn reading(excerpt: &Excerpt, place: usize, mark: &Mark, line: &Line<'_>) -> Reading {
    let before = excerpt.text.get(..mark.range.start).unwrap_or("");
    let start = before.rsplit('\n').next().unwrap_or(before).width();
    let columns = excerpt.text.get(mark.range.clone()).unwrap_or("").width();
    let row = Row::bracket(start, columns, &text::visible(line.message.unwrap_or_default()));
    Reading { place, line: mark.first_line, row }
}

/// Whether every line that has readings is drawn.
pub(crate) fn have_lines(rows: &[Row], readings: &[Reading]) -> bool {
    readings.iter().all(|reading| rows.iter().any(|row| row.number == Some(reading.line)))
}

/// Puts the readings below the text that they mark.
pub(crate) fn insert(rows: &mut Vec<Row>, readings: Vec<Reading>) {
    for reading in readings {
        let text = rows.iter().position(|row| row.number == Some(reading.line)).unwrap_or(0);
        let below = rows.iter().skip(text + 1).position(|row| row.number.is_some());
        rows.insert(below.map_or(rows.len(), |below| text + 1 + below), reading.row);
    }
}
