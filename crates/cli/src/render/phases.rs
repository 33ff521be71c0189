//! A rule with brackets below its conditions, each with the phase that decides it.

use std::io::{self, Write};
use std::ops::Range;

use tamis::catalog::Phase;
use tamis::diagnostic::Span;
use tamis::{Moments, Phases, Rule};

use crate::source::Source;
use crate::style::{self, paint};
use crate::text;

/// A condition on one line of the text, in columns of the screen.
struct Mark {
    line: usize,
    /// The bytes of the line.
    text: Range<usize>,
    start: usize,
    width: usize,
    label: String,
}

/// Draws a rule without errors; of another one nothing is known.
pub(crate) fn write(out: &mut impl Write, rule: &Rule, source: &Source) -> io::Result<()> {
    let Some(checked) = rule.checked() else { return Ok(()) };
    let phases = Phases::of(checked.hir());
    if let Some(name) = &rule.name {
        writeln!(out, "{}", paint(style::HEADING, format_args!("rule {}", text::visible(name))))?;
    }
    let marks: Vec<Mark> = phases.leaves().map(|(span, moments)| mark(span, moments, source)).collect();
    let mut rest = marks.as_slice();
    while let Some(first) = rest.first() {
        let (line, after) = rest.split_at(rest.partition_point(|mark| mark.line <= first.line));
        writeln!(out, "  {}", shown(source.text.get(first.text.clone()).unwrap_or("")))?;
        write_marks(out, line)?;
        rest = after;
    }
    write_moments(out, phases.rule())?;
    writeln!(out)
}

fn mark(span: Span, moments: Moments, source: &Source) -> Mark {
    let (line, range) = source.line_at(span.start as usize);
    let end = (span.end as usize).min(range.end);
    let columns = |from: usize, to: usize| text::width(&shown(source.text.get(from..to).unwrap_or("")));
    Mark {
        line,
        text: range.clone(),
        start: columns(range.start, span.start as usize),
        width: columns(span.start as usize, end).max(1),
        label: label(moments),
    }
}

/// A piece of the text as the screen shows it, tabs as four blanks.
fn shown(piece: &str) -> String {
    text::visible(&piece.replace('\t', "    ")).into_owned()
}

fn label(moments: Moments) -> String {
    let Moments { drop, keep, last, drop_sooner, keep_sooner } = moments;
    let first = drop.into_iter().chain(keep).min().unwrap_or(last);
    match (drop_sooner || keep_sooner, first == last) {
        (true, _) => format!("by {last}"),
        (false, true) => last.to_string(),
        (false, false) => format!("{first} to {last}"),
    }
}

/// The brackets, with the labels in them or below them.
fn write_marks(out: &mut impl Write, marks: &[Mark]) -> io::Result<()> {
    let fits = |mark: &Mark| mark.width >= text::width(&mark.label) + 4;
    let mut line = Line::default();
    for mark in marks {
        let inside = if fits(mark) { mark.width - text::width(&mark.label) - 4 } else { 0 };
        let bracket = match (mark.width, fits(mark)) {
            (1, _) => paint(style::MARGIN, "╵").to_string(),
            (width, false) => paint(style::MARGIN, format!("└{}┘", "─".repeat(width - 2))).to_string(),
            _ => {
                let left = paint(style::MARGIN, format!("└{} ", "─".repeat(inside / 2))).to_string();
                let right = paint(style::MARGIN, format!(" {}┘", "─".repeat(inside - inside / 2))).to_string();
                format!("{left}{}{right}", paint(style::CODE, &mark.label))
            }
        };
        line.put(mark.start, mark.width, &bracket);
    }
    line.write(out)?;
    let mut waiting: Vec<&Mark> = marks.iter().filter(|mark| !fits(mark)).collect();
    while !waiting.is_empty() {
        let mut line = Line::default();
        waiting.retain(|mark| {
            let label = paint(style::CODE, &mark.label).to_string();
            !line.put(mark.start, text::width(&mark.label), &label)
        });
        line.write(out)?;
    }
    Ok(())
}

/// A line that is filled from the left.
#[derive(Default)]
struct Line {
    text: String,
    width: usize,
}

impl Line {
    /// Puts something at a column, if nothing is there yet and a blank remains before it.
    fn put(&mut self, start: usize, width: usize, what: &str) -> bool {
        if start < self.width || (self.width > 0 && start == self.width) {
            return false;
        }
        self.text.extend(std::iter::repeat_n(' ', start - self.width));
        self.text.push_str(what);
        self.width = start + width;
        true
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "  {}", self.text)
    }
}

/// What the phases mean for a request.
fn write_moments(out: &mut impl Write, moments: Moments) -> io::Result<()> {
    let Moments { drop, keep, last, drop_sooner, keep_sooner } = moments;
    let name = |phase: Option<Phase>, sooner: bool| {
        let sooner = if sooner { ", or sooner where a field has grown enough" } else { "" };
        format!("{}{sooner}", phase.map_or("never", Phase::as_str))
    };
    let rows = [
        ("dropped from", name(drop, drop_sooner)),
        ("kept from", name(keep, keep_sooner)),
        ("decided at", format!("{last}")),
    ];
    for (title, phase) in rows {
        writeln!(out, "  {} {phase}", paint(style::FAINT, format_args!("{title:<12}")))?;
    }
    Ok(())
}
