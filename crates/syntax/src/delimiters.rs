//! Parentheses and brackets: every one is matched before the grammar runs.
//!
//! The grammar can then rely on each closing sign having its opening one, which keeps it linear on broken text, and
//! the nesting is known before anything recurses.

use tamis_lang::builtin::Power;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::span::Span;

use crate::token::{Token, TokenKind};

/// For how many brackets without a partner a better place than the end is looked for, which reads the rest each time.
const FEW: usize = 8;

/// Matches the delimiters of one rule, turning those without a partner into errors.
pub(crate) fn balance(text: &str, tokens: &mut Vec<Token>, diagnostics: &mut Vec<Diagnostic>) {
    let mut open: Vec<Token> = Vec::new();
    let mut end = Span::at(0);
    for token in tokens.iter_mut() {
        end = token.span;
        match token.kind {
            TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace => open.push(*token),
            TokenKind::CloseParenthesis | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                close(text, token, &mut open, diagnostics);
            }
            _ => {}
        }
    }
    let mut early = Vec::new();
    let looks_ahead = open.len() <= FEW;
    for opening in open {
        let sign = opening.span.slice(text);
        let closing = partner(opening.kind);
        let place = looks_ahead.then(|| early_end(text, tokens, opening)).flatten();
        let fix = match place.and_then(|place| tokens.get(place)) {
            Some(last) => Fix::insert(format!("add `{closing}`"), last.span.end, closing),
            None => Fix::insert(format!("add `{closing}` at the end"), end.end, closing),
        };
        diagnostics.push(
            Diagnostic::new(Code::UnclosedGroup, opening.span, format!("this `{sign}` is never closed"))
                .fix(fix.suggestion()),
        );
        early.extend(place);
    }
    for place in early.into_iter().rev() {
        if let Some(last) = tokens.get(place) {
            let closing = Token { kind: TokenKind::CloseBracket, span: last.span.after() };
            tokens.insert(place + 1, closing);
        }
    }
}

/// The last token within a bracket that is never closed, where that is before the end of the rule: a key is one
/// string, and no set has a condition in it.
fn early_end(text: &str, tokens: &[Token], opening: Token) -> Option<usize> {
    if opening.kind != TokenKind::OpenBracket {
        return None;
    }
    let place = tokens.partition_point(|token| token.span.start < opening.span.start);
    let before = place.checked_sub(1).and_then(|before| tokens.get(before));
    let is_key = before.is_some_and(|token| token.kind == TokenKind::Name && token.span.slice(text) != "in");
    let inside = tokens.get(place + 1..)?;
    if is_key && inside.first().is_some_and(|token| matches!(token.kind, TokenKind::Literal(_))) {
        return (inside.len() > 1).then_some(place + 1);
    }
    let joins = |token: &Token| match token.kind {
        TokenKind::Infix(id) => id.get().power() == Some(Power::Logic),
        TokenKind::Name => matches!(token.span.slice(text), "and" | "or"),
        _ => false,
    };
    let n_elements = inside.iter().position(joins)?;
    (n_elements > 0).then_some(place + n_elements)
}

fn close(text: &str, token: &mut Token, open: &mut Vec<Token>, diagnostics: &mut Vec<Diagnostic>) {
    let sign = token.span.slice(text);
    let wanted = |opening: &Token| partner(opening.kind) == sign;
    if open.last().is_some_and(wanted) {
        open.pop();
        return;
    }
    // Another sign closes what is open: one mistake, unless the right partner is further out.
    let further_out = open.iter().any(wanted);
    match open.last() {
        Some(opening) if !further_out => {
            let closing = partner(opening.kind);
            diagnostics.push(
                Diagnostic::new(
                    Code::UnclosedGroup,
                    token.span,
                    format!("`{}` is closed by `{sign}`", opening.span.slice(text)),
                )
                .label(opening.span, "opened here")
                .fix(Fix::replace(format!("write `{closing}`"), token.span, closing)),
            );
            token.kind = closing_kind(opening.kind);
            open.pop();
        }
        Some(_) => {
            // What is open further in was never closed.
            while let Some(inner) = open.pop() {
                if wanted(&inner) {
                    break;
                }
                let closing = partner(inner.kind);
                let message = format!("this `{}` is never closed", inner.span.slice(text));
                diagnostics.push(
                    Diagnostic::new(Code::UnclosedGroup, inner.span, message)
                        .fix(Fix::insert(format!("add `{closing}`"), token.span.start, closing).suggestion()),
                );
            }
        }
        None => {
            diagnostics.push(
                Diagnostic::new(Code::UnopenedGroup, token.span, format!("this `{sign}` was never opened"))
                    .fix(Fix::delete("remove it", token.span).suggestion()),
            );
            token.kind = TokenKind::Error;
        }
    }
}

const fn partner(opening: TokenKind) -> &'static str {
    match opening {
        TokenKind::OpenParenthesis => ")",
        TokenKind::OpenBracket => "]",
        _ => "}",
    }
}

const fn closing_kind(opening: TokenKind) -> TokenKind {
    match opening {
        TokenKind::OpenParenthesis => TokenKind::CloseParenthesis,
        TokenKind::OpenBracket => TokenKind::CloseBracket,
        _ => TokenKind::CloseBrace,
    }
}

/// Reports a rule whose delimiters and prefix operators nest deeper than `limit`.
///
/// Called before the delimiters are matched, and when the words are resolved, so that `not` counts where it is an operator.
pub(crate) fn too_deep(tokens: &[Token], limit: u32) -> Option<Diagnostic> {
    let mut depth: u32 = 0;
    let mut prefixes: u32 = 0;
    let mut outer: Vec<u32> = Vec::new();
    for token in tokens {
        match token.kind {
            TokenKind::Bang | TokenKind::Prefix(_) => prefixes += 1,
            TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace => {
                outer.push(prefixes);
                depth += prefixes + 1;
                prefixes = 0;
            }
            TokenKind::CloseParenthesis | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                depth = depth.saturating_sub(outer.pop().map_or(0, |prefixes| prefixes + 1));
                prefixes = 0;
            }
            kind if kind.ends_operand() => prefixes = 0,
            _ => {}
        }
        if depth + prefixes > limit {
            let message = format!("parentheses, brackets and prefix operators are nested more than {limit} deep here");
            return Some(Diagnostic::new(Code::NestingTooDeep, token.span, message));
        }
    }
    None
}
