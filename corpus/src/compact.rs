//! Diagnostics as plain text: stable, readable without colours, and complete, so that a page can hold them.
//!
//! ```text
//! error[T301] 1:1: `htp.host` is not a known field
//!   | htp.host == "a"
//!   | ^^^^^^^^
//!   fix: use `http.host`
//!   > http.host == "a"
//! ```
//!
//! A fix that a person should confirm is a `suggestion:`.
//! Characters that cannot be seen are written as escapes.

use std::fmt::Write as _;

use tamis_lang::diagnostic::{Applicability, Diagnostic, Fix};
use tamis_lang::span::Span;

/// The diagnostics of a text, one below the other.
#[must_use]
pub fn render(text: &str, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| one(text, diagnostic)).collect()
}

fn one(text: &str, diagnostic: &Diagnostic) -> String {
    let mut out = String::new();
    let place = Place::of(text, diagnostic.span);
    let head = format!("{}[{}]", diagnostic.severity.as_str(), diagnostic.code);
    let _ = writeln!(out, "{head} {}:{}: {}", place.line, place.column, diagnostic.message);
    place.draw(&mut out, '^', "");
    let mut drawn = place.line;
    for label in &diagnostic.labels {
        let place = Place::of(text, label.span);
        if place.line == drawn {
            place.underline(&mut out, '-', &label.message);
        } else {
            place.draw(&mut out, '-', &label.message);
        }
        drawn = place.line;
    }
    for note in &diagnostic.notes {
        let _ = writeln!(out, "  note: {note}");
    }
    for fix in &diagnostic.fixes {
        let kind = match fix.applicability {
            Applicability::Safe => "fix",
            Applicability::Suggestion => "suggestion",
        };
        let _ = writeln!(out, "  {kind}: {}", fix.title);
        for line in changed_lines(text, fix) {
            let _ = writeln!(out, "  > {}", visible(line.trim_end_matches('\r')));
        }
    }
    out
}

/// The lines that a fix leaves where it changed something; none where it only removed whole lines.
fn changed_lines(text: &str, fix: &Fix) -> Vec<String> {
    let mended = fix.apply(text);
    let (before, after): (Vec<_>, Vec<_>) = (text.split('\n').collect(), mended.split('\n').collect());
    let same_head = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let rest = before.len().min(after.len()) - same_head;
    let same_tail = before.iter().rev().zip(after.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let changed = after.get(same_head..after.len() - same_tail).unwrap_or(&[]);
    changed.iter().map(|line| (*line).to_owned()).collect()
}

/// A span as a person counts: from 1, in characters.
struct Place<'a> {
    line: usize,
    column: usize,
    /// The text of the line.
    content: &'a str,
    /// The part of the span that is on the line, in bytes of the line.
    start: usize,
    end: usize,
}

impl<'a> Place<'a> {
    fn of(text: &'a str, span: Span) -> Self {
        let start = (span.start as usize).min(text.len());
        let before = text.get(..start).unwrap_or("");
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let content = text.get(line_start..).unwrap_or("").split('\n').next().unwrap_or("").trim_end_matches('\r');
        let from = start - line_start;
        let to = (span.end as usize).saturating_sub(line_start).clamp(from, content.len().max(from));
        let column = text.get(line_start..start).unwrap_or("").chars().count() + 1;
        Self { line: before.matches('\n').count() + 1, column, content, start: from, end: to }
    }

    /// The line with a mark under the span.
    fn draw(&self, out: &mut String, mark: char, message: &str) {
        let _ = writeln!(out, "  | {}", visible(self.content));
        self.underline(out, mark, message);
    }

    fn underline(&self, out: &mut String, mark: char, message: &str) {
        let width = |range: &str| visible(range).chars().count();
        let indent = width(self.content.get(..self.start).unwrap_or(self.content));
        let length = width(self.content.get(self.start..self.end).unwrap_or("")).max(1);
        let marks: String = std::iter::repeat_n(mark, length).collect();
        let line = format!("  | {}{marks} {message}", " ".repeat(indent));
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

/// The text with what cannot be seen as escapes.
fn visible(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
        out
    })
}

/// Whether a person cannot see the character, or cannot tell it from a space.
fn is_hidden(c: char) -> bool {
    let turns_or_hides = matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    turns_or_hides || c.is_control() || (c.is_whitespace() && c != ' ')
}

/// The inverse of what [`render`] does to characters that cannot be seen: `\u{a0}` becomes a no-break space, and `\xff`
/// the byte.
///
/// Other backslashes stay as they are, so that the escapes of a rule need not be doubled.
#[must_use]
pub fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (plain, escape) = rest.split_at(at);
        out.extend_from_slice(plain.as_bytes());
        let used = match hidden_character(escape) {
            Some((bytes, used)) => {
                out.extend_from_slice(&bytes);
                used
            }
            None => {
                out.push(b'\\');
                1
            }
        };
        rest = escape.get(used..).unwrap_or("");
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

/// The character or byte that an escape at the start of a text stands for, and the length of the escape.
fn hidden_character(escape: &str) -> Option<(Vec<u8>, usize)> {
    if let Some(rest) = escape.strip_prefix("\\u{") {
        let (digits, _) = rest.split_once('}')?;
        let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
        return Some((c.to_string().into_bytes(), digits.len() + 4));
    }
    let digits = escape.strip_prefix("\\x")?.get(..2)?;
    Some((vec![u8::from_str_radix(digits, 16).ok()?], 4))
}

#[cfg(test)]
mod tests {
    use tamis_lang::code::Code;

    use super::*;

    #[track_caller]
    fn check(text: &str, diagnostic: Diagnostic, expected: &str) {
        assert_eq!(render(text, &[diagnostic]), expected);
    }

    #[test]
    fn spans_are_drawn_under_their_line() {
        let diagnostic = Diagnostic::new(Code::UnknownField, Span::new(4, 6), "no")
            .label(Span::new(7, 8), "seven")
            .label(Span::new(0, 3), "first line")
            .note("why")
            .fix(Fix::replace("mend", Span::new(4, 6), "é").suggestion());
        let expected = "error[T301] 2:2: no\n  | éb c\n  |  ^\n  |   - seven\n  | x\n  | - first line\n  \
                        note: why\n  suggestion: mend\n";
        let text = "x\n\u{e9}b c";
        let diagnostic = Diagnostic {
            span: Span::new(4, 5),
            labels: vec![
                tamis_lang::diagnostic::Label { span: Span::new(5, 6), message: "seven".into() },
                tamis_lang::diagnostic::Label { span: Span::new(0, 1), message: "first line".into() },
            ],
            fixes: vec![Fix::replace("mend", Span::new(4, 5), "z").suggestion()],
            ..diagnostic
        };
        check(text, diagnostic, &format!("{expected}  > éz c\n"));
    }

    #[test]
    fn a_span_that_goes_on_ends_with_its_line() {
        let diagnostic = Diagnostic::new(Code::UnclosedString, Span::new(1, 5), "open");
        check("ab\ncd", diagnostic, "error[T003] 1:2: open\n  | ab\n  |  ^\n");
        let at_end = Diagnostic::new(Code::EmptyRule, Span::at(2), "end");
        check("ab", at_end, "error[T101] 1:3: end\n  | ab\n  |   ^\n");
    }

    #[test]
    fn what_cannot_be_seen_is_escaped_and_read_back() {
        let diagnostic = Diagnostic::new(Code::UnusualBlank, Span::new(1, 3), "blank");
        check("a\u{a0}b", diagnostic, "warning[T002] 1:2: blank\n  | a\\u{a0}b\n  |  ^^^^^^\n");
        assert_eq!(unescape(r"a\u{a0}b\n\u{}\xff\"), b"a\xc2\xa0b\\n\\u{}\xff\\");
    }
}
