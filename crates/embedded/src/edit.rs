//! Edits of a text as edits of the document around it.

use tamis_lang::diagnostic::{Edit, apply_edits};
use tamis_lang::span::Span;

use crate::document::{Document, Syntax};
use crate::embedded::{Embedded, Style, indent_of};

pub(crate) fn to_document(embedded: &Embedded, edits: &[Edit]) -> Vec<Edit> {
    let wanted = apply_edits(&embedded.text, edits.iter());
    if let Some(small) = small(embedded, edits).filter(|small| gives(embedded, small, &wanted)) {
        return small;
    }
    vec![Edit { span: embedded.span, text: whole(&wanted, embedded.style) }]
}

/// One edit for each edit; none where a text cannot be written in the style.
fn small(embedded: &Embedded, edits: &[Edit]) -> Option<Vec<Edit>> {
    if !embedded.is_mapped() {
        return None;
    }
    let encode = |text: &str| encoded(embedded, text);
    edits.iter().map(|edit| Some(Edit { span: embedded.to_document(edit.span), text: encode(&edit.text)? })).collect()
}

/// A text as it is written within a scalar of this style.
fn encoded(embedded: &Embedded, text: &str) -> Option<String> {
    match embedded.style {
        Style::Json | Style::DoubleQuoted => Some(escaped(text)),
        Style::SingleQuoted if !text.contains(is_control) => Some(text.replace('\'', "''")),
        Style::Plain if !text.contains(is_control) => Some(text.to_owned()),
        Style::SingleQuoted | Style::Plain => None,
        Style::Literal => {
            let indent = " ".repeat(indent_of(&embedded.raw, embedded.style, &embedded.text));
            Some(text.replace('\n', &format!("\n{indent}")))
        }
        Style::Folded => {
            let indent = " ".repeat(indent_of(&embedded.raw, embedded.style, &embedded.text));
            Some(text.replace('\n', &format!("\n\n{indent}")))
        }
    }
}

fn is_control(character: char) -> bool {
    character.is_control()
}

/// A text between double quotes, for YAML and JSON alike.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            // What editors and YAML take for line breaks or cannot show.
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => out.push(character),
        }
    }
    out
}

/// The whole scalar anew, in quotes.
fn whole(text: &str, style: Style) -> String {
    let text = text.trim_end_matches('\n');
    let single = style != Style::Json
        && !text.contains(|c| is_control(c) || matches!(c, '\'' | '\u{feff}' | '\u{2028}' | '\u{2029}'));
    if single { format!("'{text}'") } else { format!("\"{}\"", escaped(text)) }
}

/// Whether a scalar after these edits is read as this text.
fn gives(embedded: &Embedded, edits: &[Edit], wanted: &str) -> bool {
    let start = embedded.span.start;
    let relative = |edit: &Edit| Edit {
        span: Span::new(edit.span.start.saturating_sub(start), edit.span.end.saturating_sub(start)),
        text: edit.text.clone(),
    };
    let relative: Vec<Edit> = edits.iter().map(relative).collect();
    let raw = apply_edits(&embedded.raw, relative.iter());
    let (syntax, around) = match (embedded.style, embedded.in_flow) {
        (Style::Json, _) => (Syntax::Json, format!("{{\"k\":{raw}}}")),
        (_, true) => (Syntax::Yaml, format!("{{k: {raw}, l: 1}}\n")),
        (Style::Literal | Style::Folded, false) => (Syntax::Yaml, format!("k: {}\nl: 1\n", raw.trim_end_matches('\n'))),
        (_, false) => (Syntax::Yaml, format!("k: {raw}\nl: 1\n")),
    };
    let document = Document::read(&around, syntax);
    let Some(root) = document.roots().next().filter(|_| document.problems().is_empty()) else { return false };
    let read = root.entry("k").and_then(|entry| entry.value.scalar());
    read.map(|text| text.trim_end_matches('\n')) == Some(wanted.trim_end_matches('\n'))
        && root.entries().count() == usize::from(syntax == Syntax::Yaml) + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use tamis_lang::diagnostic::apply_edits;

    /// Replaces `from` by `to` in the rule of a document.
    #[track_caller]
    fn check(document_text: &str, from: &str, to: &str, expected: &str) {
        let syntax = Syntax::of_text(document_text);
        let document = Document::read(document_text, syntax);
        assert_eq!(document.problems(), []);
        let rule = document.roots().next().unwrap().get("rule").unwrap().embedded().unwrap();
        assert!(rule.is_mapped(), "{rule:?}");
        let at = rule.text.find(from).unwrap();
        let edits = [Edit { span: Span::from_range(at..at + from.len()), text: to.to_owned() }];
        let new = apply_edits(document_text, rule.edits_to_document(&edits).iter());
        assert_eq!(new, expected);
        let read = Document::read(&new, syntax);
        let found = read.roots().next().unwrap().get("rule").unwrap().scalar().unwrap().to_owned();
        assert_eq!(found.trim_end(), apply_edits(&rule.text, edits.iter()).trim_end());
    }

    #[test]
    fn plain() {
        check("rule: a = 1 # why\n", "=", "==", "rule: a == 1 # why\n");
        check("rule: a == 1\n  && b\nx: 1\n", "b", "c", "rule: a == 1\n  && c\nx: 1\n");
    }

    #[test]
    fn plain_that_needs_quotes() {
        check("rule: a == 1\nx: 1\n", "1", "\": \"", "rule: 'a == \": \"'\nx: 1\n");
        check("rule: a == 1\n", "1", "\"it's: #\"", "rule: \"a == \\\"it's: #\\\"\"\n");
        check(
            "{ rule: a == b }\n".trim_start_matches(' ').replace('{', "# c\n{").as_str(),
            "b",
            "[1, 2]",
            "# c\n{ rule: 'a == [1, 2]' }\n",
        );
    }

    #[test]
    fn quoted() {
        check("rule: 'a == \"it''s\"'\n", "a", "'b'", "rule: '''b'' == \"it''s\"'\n");
        check("rule: \"a == \\\"x\\\"\"\n", "\"x\"", "\"y\\z\"", "rule: \"a == \\\"y\\\\z\\\"\"\n");
        check("{\"rule\": \"a == \\\"x\\\"\"}", "x", "é\n", "{\"rule\": \"a == \\\"é\\n\\\"\"}");
    }

    #[test]
    fn blocks() {
        check("rule: |\n  a == 1\n  && b\nx: 1\n", "1", "1\n&& c", "rule: |\n  a == 1\n  && c\n  && b\nx: 1\n");
        check("rule: >-\n    a == 1\n    && b\n", "1\n".trim(), "2", "rule: >-\n    a == 2\n    && b\n");
        check("rule: >\n  a == 1\n  && b\n", " && b", "", "rule: >\n  a == 1\n");
    }
}
