//! Where the items of a file begin and end.

use tamis_lang::span::Span;

use crate::foreign;
use crate::token::{Token, TokenKind};
use crate::tree::ItemKind;

/// The tokens of one item, or of a bare rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    /// Keyword and name; none of a bare rule and of text before the first item.
    pub(crate) head: Option<Head>,
    /// The first token of the body.
    pub(crate) start: usize,
    /// One past the last token of the body.
    pub(crate) end: usize,
}

/// The beginning of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// `let` or `rule`.
    pub(crate) kind: ItemKind,
    /// Where that is written.
    pub(crate) keyword: Span,
    /// The name.
    pub(crate) name: Span,
    /// The sign between name and body.
    pub(crate) define: Span,
}

/// Cuts tokens at each `let NAME =` and `rule NAME =`.
///
/// `=` is no operator, so the three tokens begin an item wherever they stand and a mistake cannot swallow the next rule.
pub(crate) fn cut(text: &str, tokens: &[Token]) -> Vec<Segment> {
    let mut segments = vec![Segment { head: None, start: 0, end: tokens.len() }];
    for (place, window) in tokens.windows(3).enumerate() {
        let [keyword, name, define] = window else { continue };
        let Some(head) = head(text, *keyword, *name, *define) else { continue };
        if let Some(last) = segments.last_mut() {
            last.end = place;
        }
        segments.push(Segment { head: Some(head), start: place + 3, end: tokens.len() });
    }
    if segments.len() > 1 && segments.first().is_some_and(|first| first.start == first.end) {
        segments.remove(0);
    }
    segments
}

fn head(text: &str, keyword: Token, name: Token, define: Token) -> Option<Head> {
    let kind = match keyword.span.slice(text) {
        "let" => ItemKind::Let,
        "rule" => ItemKind::Rule,
        _ => return None,
    };
    let TokenKind::Foreign(sign) = define.kind else { return None };
    let is_define = foreign::SYMBOLS.get(usize::from(sign)).is_some_and(|foreign| foreign.spelling == "=");
    let named = matches!((keyword.kind, name.kind), (TokenKind::Name, TokenKind::Name | TokenKind::Literal(_)));
    (is_define && named).then_some(Head { kind, keyword: keyword.span, name: name.span, define: define.span })
}
