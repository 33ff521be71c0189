//! What a fix makes of the text: the lines that it changes, with what is new or gone marked below.

use std::io::{self, Write};
use std::ops::Range;

use anstyle::Style;
use tamis::diagnostic::{Edit, Fix, Span, apply_edits};
use unicode_width::UnicodeWidthChar as _;

use super::excerpt::Excerpt;
use super::human::Margin;
use crate::source::{Origin, Source};
use crate::style::{self, paint};
use crate::text;

/// More changed lines than this are not shown.
const SHOWN_LINES: usize = 8;

/// A part of the text that is shown.
struct Changed {
    range: Range<usize>,
    /// What stands below it: `+` for text that was not there, `~` for text in place of other text, `-` for what goes.
    sign: char,
}

/// Writes the lines that a fix changes, as they are after it; of a fix that only deletes, as they are before it.
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
    let only_deletes = edits.iter().all(|edit| edit.text.is_empty());
    let (text, changes) = if only_deletes {
        (old.to_owned(), edits.iter().map(deleted).collect())
    } else {
        (apply_edits(old, edits.iter()), news(edits))
    };
    let shown = Source::new("", Origin::Argument, text);
    let marks: Vec<Span> = changes.iter().map(|change| Span::from_range(change.range.clone())).collect();
    let excerpt = Excerpt::new(&shown, &marks, columns);
    let signed: Vec<(Range<usize>, char)> = excerpt
        .marks
        .iter()
        .zip(&changes)
        .filter(|(_, change)| !change.range.is_empty())
        .map(|(mark, change)| (mark.range.clone(), change.sign))
        .collect();
    let style = if only_deletes { style::BAD } else { style::GOOD };
    let mut start = 0;
    let mut n_shown = 0;
    for (number, line) in excerpt.text.split('\n').enumerate() {
        if !line.trim().is_empty() {
            if n_shown == SHOWN_LINES {
                return margin.row(out, None, '┆', "");
            }
            n_shown += 1;
            let (line, below) = marked(line.trim_end(), start, &signed, style);
            margin.row(out, Some(first_line + number), '│', &line)?;
            if !below.is_empty() {
                margin.row(out, None, '│', &paint(style, below).to_string())?;
            }
        }
        start += line.len() + 1;
    }
    Ok(())
}

/// What an edit takes out of the old text, without the line breaks around it.
fn deleted(edit: &Edit) -> Changed {
    Changed { range: edit.span.range(), sign: '-' }
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
fn news(mut edits: Vec<Edit>) -> Vec<Changed> {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut added = 0;
    let mut removed = 0;
    let mut news = Vec::with_capacity(edits.len());
    for edit in edits {
        let range = edit.span.range();
        let start = (range.start + added).saturating_sub(removed);
        let sign = if range.is_empty() { '+' } else { '~' };
        news.push(Changed { range: start..start + edit.text.len(), sign });
        added += edit.text.len();
        removed += range.len();
    }
    news
}

/// A line with its changed parts coloured, and the line of signs below it.
fn marked(line: &str, start: usize, signed: &[(Range<usize>, char)], style: Style) -> (String, String) {
    let mut colored = String::new();
    let mut below = String::new();
    for (offset, c) in line.char_indices() {
        let sign = signed.iter().find(|(range, _)| range.contains(&(start + offset))).map(|&(_, sign)| sign);
        match sign {
            Some(_) => colored.push_str(&paint(style, c).to_string()),
            None => colored.push(c),
        }
        below.extend(std::iter::repeat_n(sign.unwrap_or(' '), c.width().unwrap_or(1)));
    }
    below.truncate(below.trim_end().len());
    debug_assert!(text::width(&below) <= text::width(line));
    (colored, below)
}
