//! A diagnostic as a picture over the text, for a terminal.

use std::io::{self, Write};

use tamis::Diagnostic;
use tamis::diagnostic::{Applicability, Span};

use super::change;
use super::excerpt::Excerpt;
use super::picture::{Line, picture};
use crate::source::Source;
use crate::style::{self, paint};
use crate::text;

/// Columns that the margin takes beside the text.
const MARGIN: usize = 8;
/// Columns that a sentence has at least.
const NARROWEST: usize = 32;

/// Draws a diagnostic in lines of about so many columns.
pub(crate) fn write(out: &mut impl Write, diagnostic: &Diagnostic, source: &Source, columns: usize) -> io::Result<()> {
    let severity = style::of(diagnostic.severity);
    let name = format!("{}[{}]", diagnostic.severity.as_str(), diagnostic.code);
    let message = text::visible(&diagnostic.message);
    writeln!(out, "{}: {}", paint(severity.bold(), name), paint(style::HEADING, message))?;

    let columns = columns.saturating_sub(MARGIN);
    let (spans, lines) = marks(diagnostic);
    let picture = picture(&Excerpt::new(source, &spans, columns), &lines);
    let margin = Margin { gutter: picture.gutter };
    let position = source.position(diagnostic.span.start);
    margin.head(out, &format!("{}:{}:{}", text::visible(&source.name), position.line, position.column))?;
    margin.blank(out)?;
    for row in &picture.rows {
        margin.row(out, row.number, row.bar(), &row.render(diagnostic.severity))?;
    }
    if !diagnostic.notes.is_empty() || !diagnostic.fixes.is_empty() {
        margin.blank(out)?;
    }
    for note in &diagnostic.notes {
        margin.remark(out, "note", &text::visible(note), columns)?;
    }
    for fix in &diagnostic.fixes {
        let word = match fix.applicability {
            Applicability::Safe => "fix",
            Applicability::Suggestion => "help",
        };
        margin.remark(out, word, &text::visible(&fix.title), columns)?;
        change::write(out, &margin, source, fix, columns)?;
    }
    margin.foot(out)
}

/// The marks of a diagnostic: its own place first, then its labels.
///
/// A label on the very place of the diagnostic says what is there.
fn marks(diagnostic: &Diagnostic) -> (Vec<Span>, Vec<Line<'_>>) {
    let own = diagnostic.labels.iter().position(|label| label.span == diagnostic.span);
    let message = |index: usize| diagnostic.labels.get(index).map(|label| label.message.as_str());
    let mut spans = vec![diagnostic.span];
    let mut lines = vec![Line { primary: true, message: own.and_then(message) }];
    for (index, label) in diagnostic.labels.iter().enumerate() {
        if Some(index) != own {
            spans.push(label.span);
            lines.push(Line { primary: false, message: Some(&label.message) });
        }
    }
    (spans, lines)
}

/// The left margin below a picture.
pub(crate) struct Margin {
    /// Columns of the line numbers.
    pub(crate) gutter: usize,
}

impl Margin {
    /// The line above a picture: where it is.
    fn head(&self, out: &mut impl Write, place: &str) -> io::Result<()> {
        let (open, close) = (paint(style::MARGIN, "╭─["), paint(style::MARGIN, "]"));
        writeln!(out, "{:1$} {open} {place} {close}", "", self.gutter)
    }

    /// A line beside the bar.
    pub(crate) fn row(&self, out: &mut impl Write, number: Option<usize>, bar: char, line: &str) -> io::Result<()> {
        let number = number.map(|number| number.to_string()).unwrap_or_default();
        let gutter = self.gutter;
        let blank = if line.is_empty() { "" } else { " " };
        writeln!(out, "{}{blank}{line}", paint(style::MARGIN, format_args!("{number:>gutter$} {bar}")))
    }

    fn blank(&self, out: &mut impl Write) -> io::Result<()> {
        self.row(out, None, '│', "")
    }

    /// A sentence below the picture.
    fn remark(&self, out: &mut impl Write, word: &str, text: &str, columns: usize) -> io::Result<()> {
        let gutter = self.gutter;
        let indent = word.len() + 3;
        let mut lines = text::wrapped(text, columns.saturating_sub(indent).max(NARROWEST)).into_iter();
        let first = lines.next().unwrap_or_default();
        writeln!(out, "{:gutter$} {} {}: {first}", "", paint(style::MARGIN, "├─"), paint(style::HEADING, word))?;
        lines.try_for_each(|line| self.row(out, None, '│', &format!("{:indent$}{line}", "")))
    }

    fn foot(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{}", paint(style::MARGIN, format_args!("{}╯", "─".repeat(self.gutter + 1))))
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use proptest::prelude::*;
    use tamis::diagnostic::{Code, Edit, Fix};

    use super::*;

    fn drawn(diagnostic: &Diagnostic, text: &str, columns: usize) -> String {
        let mut out = Vec::new();
        write(&mut anstream::StripStream::new(&mut out), diagnostic, &Source::argument(text), columns).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[track_caller]
    fn check(diagnostic: &Diagnostic, text: &str, expected: &Expect) {
        expected.assert_eq(&drawn(diagnostic, text, 60));
    }

    fn at(start: u32, end: u32) -> Diagnostic {
        Diagnostic::new(Code::TypeMismatch, Span::new(start, end), "the sides differ")
    }

    #[test]
    fn labels_stand_beside_their_places() {
        check(
            &at(5, 8).label(Span::new(0, 1), "an int").label(Span::new(5, 8), "a string"),
            "a == \"1\"",
            &expect![[r#"
                error[T201]: the sides differ
                  ╭─[ rule:1:6 ]
                  │
                1 │ a == "1"
                  │ ┬    ━┳━
                  │ │     ┗━━━ a string
                  │ ╰───────── an int
                ──╯
            "#]],
        );
    }

    #[test]
    fn a_place_without_a_label_is_marked() {
        check(
            &at(5, 8),
            "a == \"1\"",
            &expect![[r#"
            error[T201]: the sides differ
              ╭─[ rule:1:6 ]
              │
            1 │ a == "1"
              │      ━━━
            ──╯
        "#]],
        );
        check(
            &at(5, 8).label(Span::new(0, 1), "an int"),
            "a == \"1\"",
            &expect![[r#"
            error[T201]: the sides differ
              ╭─[ rule:1:6 ]
              │
            1 │ a == "1"
              │ ┬    ━━━
              │ ╰───────── an int
            ──╯
        "#]],
        );
    }

    #[test]
    fn notes_and_fixes_stand_below() {
        let fix = Fix::replace("write `1`", Span::new(5, 8), "1");
        let help = Fix::insert("or negate it", 0, "!").suggestion();
        check(
            &at(5, 8).note("a is an int").fix(fix).fix(help),
            "a == \"1\"",
            &expect![[r#"
            error[T201]: the sides differ
              ╭─[ rule:1:6 ]
              │
            1 │ a == "1"
              │      ━━━
              │
              ├─ note: a is an int
              ├─ fix: write `1`
            1 │ a == 1
              │      ~
              ├─ help: or negate it
            1 │ !a == "1"
              │ +
            ──╯
        "#]],
        );
    }

    #[test]
    fn wide_and_combining_characters_line_up() {
        check(
            &at(16, 18).label(Span::new(0, 6), "wide").label(Span::new(9, 15), "none"),
            "日本 ~ \"e\u{301}x\" == 1",
            &expect![[r#"
                error[T201]: the sides differ
                  ╭─[ rule:1:12 ]
                  │
                1 │ 日本 ~ "éx" == 1
                  │ ┬───   ┬─── ━━
                  │ │      ╰──────── none
                  │ ╰─────────────── wide
                ──╯
            "#]],
        );
    }

    #[test]
    fn hidden_characters_are_shown() {
        check(
            &at(5, 8),
            "\ta ==\u{202e}1",
            &expect![[r#"
            error[T201]: the sides differ
              ╭─[ rule:1:6 ]
              │
            1 │     a ==<U+202E>1
              │         ━━━━━━━━
            ──╯
        "#]],
        );
    }

    #[test]
    fn a_mark_over_several_lines_is_a_brace() {
        check(
            &at(0, 16),
            "(a == 1\n  && b == 2)\n",
            &expect![[r#"
            error[T201]: the sides differ
              ╭─[ rule:1:1 ]
              │
            1 │ ╭─▶ (a == 1
            2 │ ╰─▶   && b == 2)
            ──╯
        "#]],
        );
        check(
            &at(9, 11).label(Span::new(0, 20), "in here"),
            "(a == 1\n && b == 2\n)",
            &expect![[r#"
                error[T201]: the sides differ
                  ╭─[ rule:2:2 ]
                  │
                1 │ ╭─▶ (a == 1
                2 │ │    && b == 2
                  │ │    ━━
                3 │ ├─▶ )
                  │ ╰─────── in here
                ──╯
            "#]],
        );
    }

    #[test]
    fn lines_between_marks_are_left_out() {
        check(
            &at(14, 15).label(Span::new(0, 1), "first"),
            "a\n\nb\n\nc\n\nd\n\nef",
            &expect![[r#"
            error[T201]: the sides differ
              ╭─[ rule:9:3 ]
              │
            1 │ a
              │ ┬
              │ ╰── first
              ┆
            9 │ ef
              │   ━
            ──╯
        "#]],
        );
    }

    #[test]
    fn a_long_line_is_cut() {
        let text = format!("{} == 1 || {}", "a".repeat(90), "b".repeat(90));
        let fix = Fix::replace("write `&&`", Span::new(96, 98), "&&");
        check(
            &at(96, 98).fix(fix),
            &text,
            &expect![[r#"
            error[T201]: the sides differ
              ╭─[ rule:1:97 ]
              │
            1 │ …aaaaaaaaaaaaaaaaaa == 1 || bbbbbbbbbbbbbbbbbbbbbbb…
              │                          ━━
              │
              ├─ fix: write `&&`
            1 │ …aaaaaaaaaaaaaaaaaa == 1 && bbbbbbbbbbbbbbbbbbbbbbb…
              │                          ~~
            ──╯
        "#]],
        );
    }

    #[test]
    fn a_fix_of_several_lines_shows_each() {
        let edits = [(0, 0, "("), (6, 6, ")\n||"), (8, 9, "X")];
        let edits = edits.map(|(start, end, text)| Edit { span: Span::new(start, end), text: text.into() });
        check(
            &at(0, 1).fix(Fix::new("group", edits.to_vec())),
            "a == 1\nb == 2\nc",
            &expect![[r#"
            error[T201]: the sides differ
              ╭─[ rule:1:1 ]
              │
            1 │ a == 1
              │ ━
              │
              ├─ fix: group
            1 │ (a == 1)
              │ +      +
            2 │ ||
              │ ++
            3 │ bX== 2
              │  ~
            ──╯
        "#]],
        );
    }

    #[test]
    fn nothing_has_a_place_too() {
        check(
            &at(0, 0),
            "",
            &expect![[r#"
            error[T201]: the sides differ
              ╭─[ rule:1:1 ]
              │
            1 │
              │ ━
            ──╯
        "#]],
        );
    }

    /// Texts with everything that makes a picture go wrong.
    fn text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[a-z =&|()]{0,9}",
            "[\\t\\r\\n \u{a0}\u{202e}\u{2028}]{1,3}",
            "[日é\u{301}👩\u{200d}─│┬]{1,4}"
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn every_place_of_every_text_can_be_drawn(
            text in text(),
            marks in proptest::collection::vec((0_u32..80, 0_u32..80), 1..4),
            columns in 1_usize..80,
        ) {
            let spans: Vec<Span> = marks.iter().map(|&(start, end)| Span::new(start, end)).collect();
            let mut diagnostic = at(spans[0].start, spans[0].end);
            for span in &spans[1..] {
                diagnostic = diagnostic.label(*span, "a label").fix(Fix::replace("a fix", *span, "new\n\ttext"));
            }
            let drawn = drawn(&diagnostic, &text, columns);
            prop_assert_eq!(drawn.matches("a label").count(), spans.len() - 1);
            prop_assert!(!drawn.contains('\u{1}'), "{}", drawn);
        }
    }
}
