//! The lines of a text with marks below them.
//!
//! ariadne draws; this module prepares what it draws and takes the picture out of its report, because the headline, the
//! place and what follows the picture are ours. The main mark becomes heavy lines, so that it stands out in a terminal
//! without colours too.

use ariadne::{Color, Config, IndexType, Label, LabelAttach, Report, ReportKind, Source};

use unicode_width::UnicodeWidthChar as _;

use super::excerpt::Excerpt;
use super::readings::{Reading, have_lines, insert, readings};
use super::row::{Ink, Row};
use crate::text;

/// A mark of a picture.
pub(crate) struct Line<'a> {
    /// Whether it is the place of the diagnostic itself.
    pub(crate) primary: bool,
    /// What is written at its end.
    pub(crate) message: Option<&'a str>,
}

/// A picture with its margin.
pub(crate) struct Picture {
    /// The lines, without line breaks, each behind its margin.
    pub(crate) rows: Vec<Row>,
    /// Columns of the line numbers.
    pub(crate) gutter: usize,
}

/// Stands for the message of a mark that has none: ariadne draws no mark without a message.
const NO_MESSAGE: char = '\u{1}';
/// Headline, place and an empty line above the picture.
const HEAD: usize = 3;

/// Draws an excerpt with its marks.
pub(crate) fn picture(excerpt: &Excerpt, lines: &[Line<'_>]) -> Picture {
    let mut apart = readings(excerpt, lines);
    let mut rows = drawn(excerpt, lines, &apart);
    if !have_lines(&rows, &apart) {
        // A line is drawn only where a mark is left on it.
        apart.clear();
        rows = drawn(excerpt, lines, &apart);
    }
    let inline = excerpt.marks.first().is_none_or(|mark| mark.first_line == mark.last_line);
    remove_missing_message(&mut rows);
    let mut kept: Vec<Row> = Vec::with_capacity(rows.len());
    for mut row in rows {
        if row.number.is_none() && row.is_blank() {
            row.mark_gap();
        } else if row.number.is_none() && row.only_bars() {
            continue;
        }
        if inline && row.number.is_none() {
            row.embolden();
        }
        kept.push(row);
    }
    insert(&mut kept, apart);
    let gutter = excerpt.marks.iter().map(|mark| mark.last_line.to_string().len()).max().unwrap_or(1);
    Picture { rows: kept, gutter }
}

/// The rows of the picture without the marks that stand apart.
fn drawn(excerpt: &Excerpt, lines: &[Line<'_>], apart: &[Reading]) -> Vec<Row> {
    let mut rows: Vec<Row> = report(excerpt, lines, apart).lines().skip(HEAD).map(Row::parse).collect();
    rows.pop(); // The foot.
    rows
}

/// The report as ariadne draws it, in the inks of [`Ink`].
fn report(excerpt: &Excerpt, lines: &[Line<'_>], apart: &[Reading]) -> String {
    let config = Config::new().with_index_type(IndexType::Byte).with_label_attach(attach(excerpt));
    let main = excerpt.marks.first().map_or(0..0, |mark| mark.range.clone());
    let mut report = Report::build(ReportKind::Error, main).with_config(config);
    let braces = excerpt.marks.iter().filter(|mark| mark.first_line < mark.last_line).count();
    let is_apart = |place: &usize| apart.iter().any(|reading| reading.place == *place);
    let all = excerpt.marks.iter().zip(lines).enumerate();
    let mut marks: Vec<_> = all.filter(|(place, _)| !is_apart(place)).map(|(_, pair)| pair).collect();
    // A brace without a message says nothing beside braces that have one.
    marks.retain(|(mark, line)| line.message.is_some() || mark.first_line == mark.last_line || braces == 1);
    // In the order of their last lines the marks stay one group. On one line the mark without a message comes first,
    // because the row of its message is taken out again; of the others the rightmost, so that no line crosses another.
    marks.sort_by_key(|(mark, line)| (mark.last_line, line.message.is_some(), usize::MAX - mark.range.end));
    for (order, (mark, line)) in (0..).zip(marks) {
        let message =
            line.message.map_or_else(|| NO_MESSAGE.to_string(), |message| text::visible(message).into_owned());
        let ink = if line.primary { Ink::Primary } else { Ink::Secondary };
        report.add_label(Label::new(mark.range.clone()).with_message(message).with_color(color(ink)).with_order(order));
    }
    let mut drawn = Vec::new();
    // Writing to memory cannot fail.
    let _ = report.finish().write(Source::from(excerpt.text.as_str()), &mut drawn);
    String::from_utf8_lossy(&drawn).into_owned()
}

/// Where messages hang: in the middle of a mark, unless a character without columns may be there.
fn attach(excerpt: &Excerpt) -> LabelAttach {
    let mut marked = excerpt.marks.iter().filter_map(|mark| excerpt.text.get(mark.range.clone()));
    let has_no_width = |text: &str| text.chars().any(|c| c.width() == Some(0));
    if marked.any(has_no_width) { LabelAttach::Start } else { LabelAttach::Middle }
}

/// The colour by which [`Row::parse`] knows a mark.
const fn color(ink: Ink) -> Color {
    match ink {
        Ink::Primary => Color::Red,
        Ink::Secondary => Color::Blue,
        Ink::Margin | Ink::Plain => Color::Primary,
    }
}

/// Takes out the message of a mark without one, and the stalk that leads to it.
fn remove_missing_message(rows: &mut Vec<Row>) {
    let Some(at) = rows.iter().position(|row| row.contains(NO_MESSAGE)) else { return };
    rows.remove(at);
    if let Some(above) = at.checked_sub(1).and_then(|above| rows.get_mut(above)) {
        above.remove_stalk();
    }
    if at.checked_sub(1).and_then(|above| rows.get(above)).is_some_and(|row| row.number.is_none() && row.is_blank()) {
        rows.remove(at - 1);
    }
    for row in rows.iter_mut().filter(|row| row.number.is_some()) {
        row.close_brace();
    }
}
