//! The canonical layout, as the smallest edits that lead to it.

use tamis_lang::diagnostic::{Diagnostic, Edit, apply_edits};
use tamis_lang::span::Span;
use tamis_syntax::token::Token;

use crate::document::{Document, View};

/// The edits that give a text its one layout; of a file with broken items, those of the others.
#[must_use]
pub fn format(view: &View<'_>) -> Vec<Edit> {
    let document = view.document;
    let options = document.options();
    match tamis_syntax::format(document.text(), options.edition, &options.limits) {
        Ok(new) => smallest(document, view, &new),
        Err(_) => document.items().iter().flat_map(|item| one(view, item.span)).collect(),
    }
}

/// The edits within a range.
#[must_use]
pub fn format_range(view: &View<'_>, range: Span) -> Vec<Edit> {
    let mut edits = format(view);
    edits.retain(|edit| range.start <= edit.span.end && edit.span.start <= range.end);
    edits
}

/// The edits within the line that ends before an offset, for a person who has just typed a line break.
#[must_use]
pub fn format_line(view: &View<'_>, offset: u32) -> Vec<Edit> {
    let before = view.text().get(..offset as usize).unwrap_or("");
    let line = before.trim_end_matches([' ', '\t', '\r', '\n']);
    let start = line.rfind('\n').map_or(0, |at| at + 1);
    let range = Span::from_range(start..line.len());
    let mut edits = format(view);
    edits.retain(|edit| range.contains(edit.span) && edit.span.start < range.end);
    edits
}

/// The edits of one item of a file with broken ones.
fn one(view: &View<'_>, span: Span) -> Vec<Edit> {
    let is_broken = |diagnostic: &Diagnostic| diagnostic.is_error() && span.contains(diagnostic.span);
    if view.document.analysis().diagnostics.iter().any(is_broken) {
        return Vec::new();
    }
    let options = view.document.options();
    let text = view.slice(span);
    let Ok(new) = tamis_syntax::format(text, options.edition, &options.limits) else { return Vec::new() };
    let new = new.trim_end();
    if new == text { Vec::new() } else { vec![Edit { span, text: new.to_owned() }] }
}

/// The edits from a text to its layout: what is between two tokens, or the spelling of one.
///
/// Formatting neither adds nor removes a token, so both texts have the same tokens in the same order.
fn smallest(document: &Document, view: &View<'_>, new: &str) -> Vec<Edit> {
    let old = document.text();
    if old == new {
        return Vec::new();
    }
    let laid_out = tamis_syntax::parse(new, document.options().edition, &document.options().limits);
    let (before, after) = (document.tokens(), laid_out.tokens.as_slice());
    let mut edits = Vec::new();
    if before.len() == after.len() {
        let pieces = pieces(before, old.len()).zip(pieces(after, new.len()));
        edits.extend(pieces.filter_map(|(from, to)| change(from, view.slice(from), to.slice(new))));
    }
    if apply_edits(old, edits.iter()) == new {
        return edits;
    }
    vec![Edit { span: Span::from_range(0..old.len()), text: new.to_owned() }]
}

/// The tokens of a text and what is between them, in order.
fn pieces(tokens: &[Token], len: usize) -> impl Iterator<Item = Span> {
    let end = Span::from_range(len..len);
    let starts = tokens.iter().map(|token| token.span).chain([end]);
    let ends = std::iter::once(Span::at(0)).chain(tokens.iter().map(|token| token.span));
    ends.zip(starts).flat_map(|(before, token)| [Span::new(before.end, token.start), token])
}

/// The edit that turns one text into another, without what both begin and end with.
fn change(span: Span, old: &str, new: &str) -> Option<Edit> {
    if old == new {
        return None;
    }
    let head = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b && a.is_ascii()).count();
    let (old, new) = (old.get(head..)?, new.get(head..)?);
    let tail = old.bytes().rev().zip(new.bytes().rev()).take_while(|(a, b)| a == b && a.is_ascii()).count();
    let start = span.start as usize + head;
    let text = new.get(..new.len() - tail)?.to_owned();
    Some(Edit { span: Span::from_range(start..start + old.len() - tail), text })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::at;

    fn show(text: &str, edits: &[Edit]) -> String {
        let line = |edit: &Edit| format!("{} {:?} -> {:?}\n", edit.span, edit.span.slice(text), edit.text);
        edits.iter().map(line).collect::<String>() + &apply_edits(text, edits.iter())
    }

    #[track_caller]
    fn check(text: &str, ask: impl Fn(&View<'_>, u32) -> Vec<Edit>, expected: &Expect) {
        expected.assert_eq(&at(text, |view, offset| show(view.text(), &ask(view, offset))));
    }

    #[test]
    fn the_edits_are_small() {
        check(
            "url.path=='/v1'  and url.scheme  == \"http\"$0",
            |view, _| format(view),
            &expect![[r#"
                8..8 "" -> " "
                10..10 "" -> " "
                10..15 "'/v1'" -> "\"/v1\""
                16..17 " " -> ""
                17..20 "and" -> "&&"
                32..33 " " -> ""
                url.path == "/v1" && url.scheme == "http""#]],
        );
    }

    #[test]
    fn a_file_with_a_broken_rule_has_its_other_rules_formatted() {
        check(
            "rule a = url.path=='/v1'\nrule b = url.path ==\nrule c = url.path=='/v2'$0\n",
            |view, _| format(view),
            &expect![[r#"
                0..24 "rule a = url.path=='/v1'" -> "rule a = url.path == \"/v1\""
                46..70 "rule c = url.path=='/v2'" -> "rule c = url.path == \"/v2\""
                rule a = url.path == "/v1"
                rule b = url.path ==
                rule c = url.path == "/v2"
            "#]],
        );
    }

    #[test]
    fn a_range_and_a_line_take_only_their_own_edits() {
        let text = "rule a = url.path=='/v1'\nrule b = url.path=='/v2'\n$0";
        check(
            text,
            |view, _| format_range(view, Span::new(3, 4)),
            &expect![[r#"
                rule a = url.path=='/v1'
                rule b = url.path=='/v2'
            "#]],
        );
        check(
            text,
            format_line,
            &expect![[r#"
                42..42 "" -> " "
                44..44 "" -> " "
                44..49 "'/v2'" -> "\"/v2\""
                rule a = url.path=='/v1'
                rule b = url.path == "/v2"
            "#]],
        );
    }

    #[test]
    fn a_text_in_its_layout_has_no_edits() {
        check("url.path == \"/é💡\"$0", |view, _| format(view), &expect![[r#"url.path == "/é💡""#]]);
    }
}
