//! Literal and folded block scalars of YAML, decoded line by line.

use crate::quoted::line_break;
use crate::segment::Segments;

/// How the line breaks of a block become text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breaks {
    /// Each stays.
    Literal,
    /// One becomes a blank.
    Folded,
}

/// A line of a block: its bytes without the break, and the bytes of the break.
#[derive(Clone, Copy)]
struct Line<'r> {
    text: &'r str,
    at: usize,
    break_length: usize,
}

impl Line<'_> {
    fn content(&self, indent: usize) -> (&str, usize) {
        let blanks = self.text.bytes().take_while(|byte| *byte == b' ').count().min(indent);
        (self.text.get(blanks..).unwrap_or(""), self.at + blanks)
    }

    fn is_blank(&self, indent: usize) -> bool {
        let blanks = self.text.bytes().take_while(|byte| *byte == b' ').count();
        blanks == self.text.len() && blanks <= indent
    }

    const fn end(&self) -> usize {
        self.at + self.text.len()
    }

    const fn after(&self) -> usize {
        self.end() + self.break_length
    }
}

/// The columns of indentation that a block may have: what its first line has, and less where the header says so.
pub(crate) fn indents(raw: &str) -> impl Iterator<Item = usize> {
    let blanks = |line: &str| line.bytes().take_while(|byte| *byte == b' ').count();
    let first = raw.lines().skip(1).find(|line| blanks(line) < line.len()).map_or(0, blanks);
    (0..=first).rev()
}

/// A block with its header, which starts at `start`, whose lines are indented by so many columns.
pub(crate) fn decode(raw: &str, start: usize, breaks: Breaks, indent: usize) -> Segments {
    let mut segments = Segments::default();
    let (header, lines) = split(raw, start);
    let last = lines.iter().rposition(|line| !line.is_blank(indent));
    let content = lines.get(..last.map_or(0, |last| last + 1)).unwrap_or_default();
    let mut previous: Option<Line<'_>> = None;
    let mut blank = 0;
    let mut gap = lines.first().map_or(start, |line| line.at);
    for line in content {
        if line.is_blank(indent) {
            blank += 1;
            continue;
        }
        let (text, at) = line.content(indent);
        let joined = match (previous, breaks) {
            (None, _) => "\n".repeat(blank),
            (Some(previous), Breaks::Folded) if !is_more(previous.content(indent).0) && !is_more(text) => {
                if blank == 0 { " ".to_owned() } else { "\n".repeat(blank) }
            }
            (Some(_), _) => "\n".repeat(blank + 1),
        };
        segments.instead(&joined, gap..at);
        segments.verbatim(text, at);
        gap = line.end();
        previous = Some(*line);
        blank = 0;
    }
    let trailing = lines.len() - content.len();
    let end = lines.last().map_or(gap, Line::after);
    let final_breaks = match (chomping(header), previous) {
        ('-', _) | (' ', None) => 0,
        ('+', None) => trailing,
        ('+', Some(_)) => 1 + trailing,
        (_, Some(_)) => 1,
        (_, None) => 0,
    };
    let first_break = previous.map_or(end, |line| line.after());
    let end = if final_breaks > 1 { end } else { first_break };
    segments.instead(&"\n".repeat(final_breaks), gap..end.max(gap));
    segments
}

/// Whether a line keeps the breaks around it, because it is indented more than the others.
fn is_more(text: &str) -> bool {
    text.starts_with([' ', '\t'])
}

/// The header and the lines behind it.
fn split(raw: &str, start: usize) -> (&str, Vec<Line<'_>>) {
    let header = raw.find(['\n', '\r']).unwrap_or(raw.len());
    let mut lines = Vec::new();
    let mut at = header + raw.get(header..).and_then(line_break).unwrap_or(0);
    while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let break_length = rest.get(length..).and_then(line_break).unwrap_or(0);
        lines.push(Line { text: rest.get(..length).unwrap_or(""), at: start + at, break_length });
        at += length + break_length;
    }
    (raw.get(..header).unwrap_or(""), lines)
}

/// What the header says about the breaks at the end: `-`, `+`, or a blank for nothing.
fn chomping(header: &str) -> char {
    let header = header.split('#').next().unwrap_or("");
    header.chars().find(|c| matches!(c, '-' | '+')).unwrap_or(' ')
}
