//! Ranges around the cursor that grow with the syntax.

use tamis_lang::span::Span;
use tamis_syntax::token::TokenKind;

use crate::document::View;

/// The ranges around an offset, the smallest first; each holds the one before it.
#[must_use]
pub fn selection(view: &View<'_>, offset: u32) -> Vec<Span> {
    let document = view.document;
    let mut spans: Vec<Span> = Vec::new();
    if let Some(comment) = document.analysis().comments.iter().find(|it| it.start <= offset && offset <= it.end) {
        spans.push(*comment);
    } else if let Some(token) = document.token_at(offset) {
        if token.kind == TokenKind::Name {
            spans.push(segment(view, token.span, offset));
        } else if let Some(content) = content(view, token.span).filter(|it| it.start <= offset && offset <= it.end) {
            spans.push(content);
        }
        spans.push(token.span);
        if let Some(id) = document.node_at(token.span) {
            spans.push(document.tree().span(id));
            spans.extend(document.ancestors(id).into_iter().map(|around| document.tree().span(around)));
        }
    }
    let items = document.items();
    let after = items.partition_point(|item| item.span.start <= offset);
    if let Some(item) = after.checked_sub(1).and_then(|place| items.get(place)).filter(|it| offset <= it.span.end) {
        spans.push(item.span);
    }
    spans.push(Span::from_range(0..view.text().len()));
    let mut grown: Vec<Span> = Vec::new();
    for span in spans {
        match grown.last() {
            Some(last) if !span.contains(*last) || span == *last => {}
            _ => grown.push(span),
        }
    }
    grown
}

/// The segment of a dotted name at an offset.
fn segment(view: &View<'_>, name: Span, offset: u32) -> Span {
    let text = view.slice(name);
    let at = offset.saturating_sub(name.start) as usize;
    let start = text.get(..at).and_then(|before| before.rfind('.')).map_or(0, |dot| dot + 1);
    let end = text.get(at..).and_then(|rest| rest.find('.')).map_or(text.len(), |dot| at + dot);
    let base = name.start as usize;
    Span::from_range(base + start..base + end)
}

/// What stands between the quotes of a text.
fn content(view: &View<'_>, literal: Span) -> Option<Span> {
    let text = view.slice(literal);
    let start = text.find(['"', '\'']).filter(|_| !text.starts_with(|c: char| c.is_ascii_digit()))? + 1;
    let end = text.rfind(['"', '\'']).filter(|end| *end >= start)?;
    let base = literal.start as usize;
    Some(Span::from_range(base + start..base + end))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::at;

    #[track_caller]
    fn check(text: &str, expected: &Expect) {
        let lines = |view: &View<'_>, offset| {
            selection(view, offset).into_iter().map(|span| format!("[{}]\n", view.slice(span))).collect::<String>()
        };
        expected.assert_eq(&at(text, lines));
    }

    #[test]
    fn from_a_segment_to_the_whole_text() {
        check(
            "rule a = url.path == \"/\" && !(http.response.sta$0tus_code == 503)",
            &expect![[r#"
                [status_code]
                [http.response.status_code]
                [http.response.status_code == 503]
                [(http.response.status_code == 503)]
                [!(http.response.status_code == 503)]
                [url.path == "/" && !(http.response.status_code == 503)]
                [rule a = url.path == "/" && !(http.response.status_code == 503)]
            "#]],
        );
    }

    #[test]
    fn from_the_content_of_a_text() {
        check(
            "url.path == \"/v$01\"",
            &expect![[r#"
                [/v1]
                ["/v1"]
                [url.path == "/v1"]
            "#]],
        );
        check(
            "$0",
            &expect![[r#"
            []
        "#]],
        );
    }
}
