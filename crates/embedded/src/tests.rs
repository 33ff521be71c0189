//! Any text, written in any style, is found again with each of its characters in its place.

use proptest::prelude::*;
use tamis_lang::diagnostic::{Edit, apply_edits};
use tamis_lang::span::Span;

use crate::{Document, Embedded, Style, Syntax, find};

/// Documents with a rule in every style, and what the rule says.
const STYLES: &[(&str, &str)] = &[
    ("sampling_rule: a == 1", "a == 1"),
    ("sampling_rule: a == 1\n  && b   \n\n  && c # why", "a == 1 && b\n&& c"),
    ("- {sampling_rule: a == 1, x: 2}", "a == 1"),
    ("sampling_rule: 'a == \"it''s\"\n\n  && b'", "a == \"it's\"\n&& b"),
    ("sampling_rule: \"a == \\\"x\\\" \\\n  && b\\x41\\u00e9\\\n\n  c\"", "a == \"x\" && bAé\nc"),
    ("sampling_rule: \"\\ud83d\\ude00 == a\"", "😀 == a"),
    ("sampling_rule: |\n  a == 1\n    && b\n\n  && c\n\nx: 1", "a == 1\n  && b\n\n&& c\n"),
    ("sampling_rule: |- # why | not\n   a\n   b\n", "a\nb"),
    ("sampling_rule: |+\n  a\n\nx: 1", "a\n\n"),
    ("sampling_rule: |2\n    a\n   b\n", "  a\n b\n"),
    ("sampling_rule: >\n  a == 1\n  && b\n\n  && c\n", "a == 1 && b\n&& c\n"),
    ("sampling_rule: >-\n  a\n    b\n    c\n  d\n", "a\n  b\n  c\nd"),
    ("sampling_rule: >-\n\n\n  a\n\n    b\n\n\n  c", "\n\na\n\n  b\n\n\nc"),
    ("sampling_rule: &name !!str a == 1", "a == 1"),
    ("sampling_rule: &name >-\r\n  a ==\r\n  1\r\n", "a == 1"),
    ("{\"sampling_rule\": \"a == \\\"\\u00e9\\/\\ud83d\\ude00\\\"\"}", "a == \"é/😀\""),
];

fn rule(text: &str) -> Embedded {
    let document = Document::read(text, Syntax::of_text(text));
    assert_eq!(document.problems(), [], "{text}");
    find(&document).into_iter().next().unwrap().rule
}

/// Each character of a rule has a place of its own, in order, where the document says the same or has an escape.
#[track_caller]
fn check_places(document: &str, rule: &Embedded) {
    assert!(rule.is_mapped(), "{document:?}");
    let mut end = 0;
    for (at, character) in rule.text.char_indices() {
        let span = Span::from_range(at..at + character.len_utf8());
        let place = rule.to_document(span);
        let written = document.get(place.range()).unwrap();
        if !written.is_empty() && place.start >= end {
            assert_eq!(rule.to_text(place.start).map(|it| it <= span.start), Some(true), "{document:?} {character:?}");
            end = place.end;
        }
        let stands_for_itself = character.is_ascii_alphanumeric() && !written.starts_with('\\');
        assert!(!stands_for_itself || written == character.to_string(), "{document:?}: {character:?} at {written:?}");
        assert!(!stands_for_itself || rule.to_text(place.start) == Some(span.start));
    }
}

#[test]
fn a_rule_is_found_in_every_style() {
    for (document, expected) in STYLES {
        let rule = rule(document);
        assert_eq!(rule.text, *expected, "{document}");
        check_places(document, &rule);
    }
}

#[test]
fn the_place_behind_the_last_character_is_within_the_scalar() {
    for (document, _) in STYLES {
        let rule = rule(document);
        let end = rule.to_document(Span::at(u32::try_from(rule.text.len()).unwrap()));
        assert!(end.is_empty() && end.start >= rule.span.start && end.end <= rule.span.end, "{document}: {end:?}");
    }
}

/// A text in a style, as somebody could write it.
fn written(text: &str, style: Style) -> Option<String> {
    let lines = |indent: &str| text.replace('\n', &format!("\n{indent}"));
    let has_odd_blanks = text.is_empty() || text.starts_with([' ', '\n', '\t']) || text.ends_with([' ', '\n', '\t']);
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    Some(match style {
        Style::Plain => return None,
        Style::SingleQuoted if text.contains(['\n', '\t']) => return None,
        Style::SingleQuoted => format!("k:\n- sampling_rule: '{}'\n", text.replace('\'', "''")),
        Style::DoubleQuoted => format!("sampling_rule: \"{escaped}\"\nx: 1\n"),
        Style::Json => format!("{{\"a\": [{{\"sampling_rule\": \"{escaped}\"}}]}}"),
        Style::Literal | Style::Folded if has_odd_blanks => return None,
        Style::Literal => format!("sampling_rule: |-\n   {}\nx: 1\n", lines("   ")),
        Style::Folded if text.contains("\n ") || text.contains("\n\t") || text.contains("\n\n") => return None,
        Style::Folded => format!("sampling_rule: >-\n  {}\n", text.replace('\n', "\n\n  ")),
    })
}

fn style() -> impl Strategy<Value = Style> {
    prop::sample::select(vec![Style::SingleQuoted, Style::DoubleQuoted, Style::Json, Style::Literal, Style::Folded])
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof!["[a-z0-9 ]{1,9}", "[ =&|\"'\\\\#:,{}\\[\\]>-]{1,4}", "[é日😀\u{a0}]{1,2}", "\n", "\n "];
    proptest::collection::vec(piece, 1..10).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_text_is_found_with_its_places(text in text(), style in style()) {
        let Some(document) = written(&text, style) else { return Ok(()) };
        let rule = rule(&document);
        prop_assert_eq!(&rule.text, &text);
        check_places(&document, &rule);
    }

    #[test]
    fn any_edit_gives_the_edited_text(
        text in text(), style in style(), new in text(), start in 0_usize..40, length in 0_usize..6,
    ) {
        let Some(document) = written(&text, style) else { return Ok(()) };
        let rule = rule(&document);
        let boundary = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap();
        let range = boundary(start)..boundary(start + length);
        let edits = [Edit { span: Span::from_range(range), text: new }];
        let wanted = apply_edits(&text, edits.iter());
        let changed = apply_edits(&document, rule.edits_to_document(&edits).iter());
        let read = Document::read(&changed, Syntax::of_text(&changed));
        prop_assert_eq!(read.problems(), [], "{}", changed);
        let found = find(&read);
        // A rule of nothing but blanks is no rule.
        let found = found.first().map_or("", |found| found.rule.text.as_str());
        prop_assert_eq!(found.trim_end_matches('\n'), wanted.trim_end_matches('\n'), "{}", changed);
    }

    #[test]
    fn no_text_is_too_odd(text in "[a-c:\\-?\\[\\]{}&*!|>'\"%@` \\t\\n\\r\\\\,#é0-9]{0,60}") {
        for syntax in [Syntax::Yaml, Syntax::Json] {
            let document = Document::read(&text, syntax);
            for node in document.nodes() {
                prop_assert!(text.get(node.span().range()).is_some());
                let Some(embedded) = node.embedded() else { continue };
                for (at, character) in embedded.text.char_indices() {
                    let place = embedded.to_document(Span::from_range(at..at + character.len_utf8()));
                    prop_assert!(text.get(place.range()).is_some(), "{:?} {:?}", embedded, place);
                }
            }
        }
    }
}
