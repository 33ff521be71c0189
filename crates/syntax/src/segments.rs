//! Where the items of a file begin and end.

use tamis_lang::builtin::Power;
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
    for place in 0..tokens.len() {
        let rest = tokens.get(place..).unwrap_or(&[]);
        let first = || if place == 0 { unnamed(text, rest) } else { None };
        let Some((head, len)) = head(text, rest).or_else(first) else { continue };
        if let Some(last) = segments.last_mut() {
            last.end = place;
        }
        segments.push(Segment { head: Some(head), start: place + len, end: tokens.len() });
    }
    if segments.len() > 1 && segments.first().is_some_and(|first| first.start == first.end) {
        segments.remove(0);
    }
    segments
}

/// `rule = x == 1`: an item that lacks its name, if the tokens begin a text.
fn unnamed(text: &str, tokens: &[Token]) -> Option<(Head, usize)> {
    let [keyword, define, rest @ ..] = tokens else { return None };
    let kind = item_kind(text, *keyword)?;
    let compares = |token: &Token| match token.kind {
        TokenKind::Infix(id) => matches!(id.get().power(), Some(Power::Compare | Power::Logic)),
        _ => false,
    };
    // Without a comparison behind it, before the next item, it may as well be a field that is called so.
    let is_item = is_define(*define)
        && rest.iter().enumerate().find_map(|(place, token)| match head(text, rest.get(place..).unwrap_or(&[])) {
            Some(_) => Some(false),
            None => compares(token).then_some(true),
        }) == Some(true);
    let name = keyword.span.after();
    is_item.then_some((Head { kind, keyword: keyword.span, name, define: define.span }, 2))
}

fn item_kind(text: &str, keyword: Token) -> Option<ItemKind> {
    if keyword.kind != TokenKind::Name {
        return None;
    }
    match keyword.span.slice(text) {
        "let" => Some(ItemKind::Let),
        "rule" => Some(ItemKind::Rule),
        _ => None,
    }
}

fn is_define(token: Token) -> bool {
    let TokenKind::Foreign(sign) = token.kind else { return false };
    foreign::SYMBOLS.get(usize::from(sign)).is_some_and(|foreign| foreign.spelling == "=")
}

/// The head of an item at the start of some tokens, and how many of them it is.
fn head(text: &str, tokens: &[Token]) -> Option<(Head, usize)> {
    let [keyword, name, rest @ ..] = tokens else { return None };
    let kind = item_kind(text, *keyword)?;
    if !matches!(name.kind, TokenKind::Name | TokenKind::Literal(_)) {
        return None;
    }
    let (name, n_joined) = hyphenated(text, name.span, rest);
    let define = rest.get(n_joined)?;
    is_define(*define).then_some((Head { kind, keyword: keyword.span, name, define: define.span }, n_joined + 3))
}

/// A name with the words that hyphens join to it: no name of an item, and reported as one.
fn hyphenated(text: &str, name: Span, rest: &[Token]) -> (Span, usize) {
    let (mut whole, mut count) = (name, 0);
    while let Some([hyphen, word]) = rest.get(count..count + 2) {
        let is_joined = hyphen.span.slice(text) == "-" && hyphen.span.start == whole.end;
        let is_word =
            matches!(word.kind, TokenKind::Name | TokenKind::Literal(_)) && word.span.start == hyphen.span.end;
        if !is_joined || !is_word {
            break;
        }
        whole = whole.join(word.span);
        count += 2;
    }
    (whole, count)
}
