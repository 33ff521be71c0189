//! Colours that follow the meaning: whole, as a difference, and of a range.

use tamis::diagnostic::Span;
use tamis_ide::{self as ide, Modifiers, TokenClass};
use tower_lsp::lsp_types::{
    Range, SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokensEdit, SemanticTokensLegend,
};

use crate::region::Region;
use crate::state::Snapshot;

/// The types that are sent, in the order of their numbers.
const TYPES: &[&str] = &[
    "comment",
    "keyword",
    "operator",
    "function",
    "property",
    "unresolvedReference",
    "variable",
    "class",
    "parameter",
    "number",
    "string",
    "regexp",
];

/// The modifiers that are sent, in the order of their bits.
const MODIFIERS: &[&str] = &["declaration", "deprecated", "sensitive"];

pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.iter().map(|name| SemanticTokenType::new(name)).collect(),
        token_modifiers: MODIFIERS.iter().map(|name| SemanticTokenModifier::new(name)).collect(),
    }
}

const fn name(class: TokenClass) -> &'static str {
    match class {
        TokenClass::Comment => "comment",
        TokenClass::Keyword | TokenClass::Bool => "keyword",
        TokenClass::Operator => "operator",
        TokenClass::Function => "function",
        TokenClass::Field => "property",
        TokenClass::Unknown => "unresolvedReference",
        TokenClass::Let => "variable",
        TokenClass::Rule => "class",
        TokenClass::Variable | TokenClass::Label => "parameter",
        TokenClass::Number | TokenClass::Quantity => "number",
        TokenClass::Text => "string",
        TokenClass::Pattern => "regexp",
    }
}

fn bits(modifiers: Modifiers) -> u32 {
    let Modifiers { is_definition, is_deprecated, is_sensitive } = modifiers;
    u32::from(is_definition) | u32::from(is_deprecated) << 1 | u32::from(is_sensitive) << 2
}

/// The words of a text.
pub(crate) fn colours(snapshot: &Snapshot) -> Vec<SemanticToken> {
    let words = snapshot.each(|region, from| words(region, Some(Span::new(from, u32::MAX))));
    numbers(snapshot, words)
}

/// The words that touch a range of a text.
pub(crate) fn colours_of(snapshot: &Snapshot, range: Range) -> Vec<SemanticToken> {
    let words = snapshot.over(range, |region, span| words(region, Some(span)));
    numbers(snapshot, words)
}

/// The words of a region at their places in the text that the editor shows.
fn words(region: &Region<'_>, range: Option<Span>) -> Vec<ide::SemanticToken> {
    let touches = |span: Span| range.is_none_or(|range| span.start <= range.end && range.start <= span.end);
    let mut found = ide::tokens(&region.view);
    found.retain(|token| touches(token.span));
    for token in &mut found {
        token.span = region.outside(token.span);
    }
    found
}

/// Each word by its distance from the one before.
fn numbers(snapshot: &Snapshot, mut words: Vec<ide::SemanticToken>) -> Vec<SemanticToken> {
    words.sort_by_key(|word| word.span.start);
    let mut found = Vec::with_capacity(words.len());
    let (mut line, mut column) = (0, 0);
    for token in words {
        let token_type = TYPES.iter().position(|known| *known == name(token.class)).unwrap_or(0);
        // A text may go over the end of a line, a colour may not.
        let mut start = token.span.start;
        for part in token.span.slice(&snapshot.text).split_inclusive('\n') {
            let content = part.trim_end_matches(['\r', '\n']);
            let indent = content.len() - content.trim_start_matches([' ', '\t']).len();
            let position = snapshot.lines.position(&snapshot.text, start + small(indent));
            let length = snapshot.lines.units(content.get(indent..).unwrap_or(""));
            start = start.saturating_add(small(part.len()));
            let behind = (position.line, position.character) >= (line, column);
            if length == 0 || !behind {
                continue;
            }
            let delta_line = position.line - line;
            let delta_start = if delta_line == 0 { position.character - column } else { position.character };
            (line, column) = (position.line, position.character);
            found.push(SemanticToken {
                delta_line,
                delta_start,
                length,
                token_type: u32::try_from(token_type).unwrap_or(0),
                token_modifiers_bitset: bits(token.modifiers),
            });
        }
    }
    found
}

fn small(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The one edit between two lists: what is left when their common beginning and end are taken away.
pub(crate) fn difference(old: &[SemanticToken], new: &[SemanticToken]) -> Vec<SemanticTokensEdit> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (rest_old, rest_new) = (old.get(head..).unwrap_or(&[]), new.get(head..).unwrap_or(&[]));
    let tail = rest_old.iter().rev().zip(rest_new.iter().rev()).take_while(|(a, b)| a == b).count();
    let deleted = rest_old.len() - tail;
    let data = rest_new.get(..rest_new.len() - tail).unwrap_or(&[]).to_vec();
    if deleted == 0 && data.is_empty() {
        return Vec::new();
    }
    // Positions count numbers, of which a word has five.
    let numbers = |n: usize| u32::try_from(n.saturating_mul(5)).unwrap_or(u32::MAX);
    vec![SemanticTokensEdit { start: numbers(head), delete_count: numbers(deleted), data: Some(data) }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_a_type_of_the_legend() {
        assert!(TokenClass::ALL.iter().all(|class| TYPES.contains(&name(*class))));
    }

    #[test]
    fn a_difference_leaves_out_what_stayed() {
        let token = |length| SemanticToken { length, ..SemanticToken::default() };
        let edits = difference(&[token(1), token(2), token(3)], &[token(1), token(4), token(5), token(3)]);
        assert_eq!((edits[0].start, edits[0].delete_count), (5, 5));
        assert_eq!(edits[0].data.as_ref().map(Vec::len), Some(2));
        assert!(difference(&[token(1)], &[token(1)]).is_empty());
    }
}
