//! What a fix makes of the text: the lines that it changes, with what is new marked below.

use std::io::{self, Write};
use std::ops::Range;

use tamis::diagnostic::{Edit, Fix, Span, apply_edits};
use unicode_width::UnicodeWidthChar as _;

use super::excerpt::Excerpt;
use super::human::Margin;
use crate::source::{Origin, Source};
use crate::style::{self, paint};
use crate::text;

/// More changed lines than this are not shown.
const SHOWN_LINES: usize = 8;

/// A part of the new text.
struct New {
    range: Range<usize>,
    /// What stands below it: `+` for text that was not there, `~` for text in place of other text.
    sign: char,
}

/// Writes the lines that a fix changes, as they are after it.
pub(crate) fn write(
    out: &mut impl Write,
    margin: &Margin,
    source: &Source,
    fix: &Fix,
    columns: usize,
) -> io::Result<()> {
    let Some((window, first_line)) = window(source, &fix.edits) else { return Ok(()) };
    let edits: Vec<Edit> = fix.edits.iter().map(|edit| moved(edit, window.start)).collect();
    let old = source.text.get(window).unwrap_or("");
    let after = Source::new("", Origin::Argument, apply_edits(old, edits.iter()));
    let news = news(edits);
    let marks: Vec<Span> = news.iter().map(|new| Span::from_range(new.range.clone())).collect();
    let excerpt = Excerpt::new(&after, &marks, columns);
    let signed: Vec<(Range<usize>, char)> = excerpt
        .marks
        .iter()
        .zip(&news)
        .filter(|(_, new)| !new.range.is_empty())
        .map(|(mark, new)| (mark.range.clone(), new.sign))
        .collect();
    let mut start = 0;
    let mut shown = 0;
    for (number, line) in excerpt.text.split('\n').enumerate() {
        if !line.trim().is_empty() {
            if shown == SHOWN_LINES {
                return margin.row(out, None, '┆', "");
            }
            shown += 1;
            let (line, below) = marked(line.trim_end(), start, &signed);
            margin.row(out, Some(first_line + number), '│', &line)?;
            if !below.is_empty() {
                margin.row(out, None, '│', &paint(style::GOOD, below).to_string())?;
            }
        }
        start += line.len() + 1;
    }
    Ok(())
}

/// The whole lines around the edits, and the number of the first one.
fn window(source: &Source, edits: &[Edit]) -> Option<(Range<usize>, usize)> {
    let start = edits.iter().map(|edit| edit.span.range().start).min()?;
    let end = edits.iter().map(|edit| edit.span.range().end).max()?;
    let (number, first) = source.line_at(start.min(source.text.len()));
    let (_, last) = source.line_at(end.min(source.text.len()));
    Some((first.start..last.end.max(end.min(source.text.len())), number))
}

/// The edit of a text that starts at `origin`.
fn moved(edit: &Edit, origin: usize) -> Edit {
    let range = edit.span.range();
    let range = range.start.saturating_sub(origin)..range.end.saturating_sub(origin);
    Edit { span: Span::from_range(range), text: edit.text.clone() }
}

/// Where the texts of the edits are once they are applied.
fn news(mut edits: Vec<Edit>) -> Vec<New> {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut added = 0;
    let mut removed = 0;
    let mut news = Vec::with_capacity(edits.len());
    for edit in edits {
        let range = edit.span.range();
        let start = (range.start + added).saturating_sub(removed);
        let sign = if range.is_empty() { '+' } else { '~' };
        news.push(New { range: start..start + edit.text.len(), sign });
        added += edit.text.len();
        removed += range.len();
    }
    news
}

/// A line with its new parts coloured, and the line of signs below it.
fn marked(line: &str, start: usize, signed: &[(Range<usize>, char)]) -> (String, String) {
    let mut colored = String::new();
    let mut below = String::new();
    for (offset, c) in line.char_indices() {
        let sign = signed.iter().find(|(range, _)| range.contains(&(start + offset))).map(|&(_, sign)| sign);
        match sign {
            Some(_) => colored.push_str(&paint(style::GOOD, c).to_string()),
            None => colored.push(c),
        }
        below.extend(std::iter::repeat_n(sign.unwrap_or(' '), c.width().unwrap_or(1)));
    }
    below.truncate(below.trim_end().len());
    debug_assert!(text::width(&below) <= text::width(line));
    (colored, below)
}
