//! What the parser says about broken text, and the holes that it leaves.

use chumsky::span::SimpleSpan;
use tamis_lang::builtin::Power;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::excerpt::{excerpt, quote};
use tamis_lang::span::Span;

use crate::builder::Builder;
use crate::token::{Token, TokenKind};
use crate::tree::{NodeId, NodeKind};

/// An operand that is not there.
pub(crate) fn missing_operand(at: SimpleSpan, builder: &mut Builder<'_>) -> NodeId {
    let place = at.start;
    let gap = builder.gap(place);
    let before = place.checked_sub(1).and_then(|before| builder.token(before));
    let unclosed =
        |token: Token| matches!(token.kind, TokenKind::OpenParenthesis | TokenKind::OpenBracket | TokenKind::OpenBrace);
    if builder.token(place).is_none() && before.is_some_and(unclosed) {
        builder.mark_reported(place);
    }
    // An operator without a value on either side is one mistake.
    if place.checked_sub(1).is_some_and(|before| builder.was_reported(before)) && before.is_some_and(is_infix) {
        builder.mark_reported(place);
    }
    let diagnostic = match builder.token(place) {
        _ if builder.tokens.is_empty() => empty_rule(builder.text),
        Some(found) if !found.kind.ends_condition() => expected_value(found, builder.text),
        found => match before
            .filter(|token| matches!(token.kind, TokenKind::Infix(_) | TokenKind::Bang | TokenKind::Prefix(_)))
        {
            Some(operator) => trailing_operator(operator, place, builder),
            None => nothing_between(before, found, gap, builder.text),
        },
    };
    builder.report(place, diagnostic);
    builder.leaf(NodeKind::Hole, gap)
}

const fn is_infix(token: Token) -> bool {
    matches!(token.kind, TokenKind::Infix(_))
}

fn empty_rule(text: &str) -> Diagnostic {
    let end = u32::try_from(text.len()).unwrap_or(0);
    Diagnostic::new(
        Code::EmptyRule,
        Span::new(0, end),
        "a rule needs a condition, for example `http.response.status_code == 503`",
    )
}

fn expected_value(found: Token, text: &str) -> Diagnostic {
    let spelled = excerpt(found.span.slice(text));
    let message = match found.kind {
        TokenKind::Infix(id) if id.get().power() == Some(Power::Compare) => {
            format!("expected a value, found the operator `{spelled}`")
        }
        _ => format!("expected a value, found `{spelled}`"),
    };
    Diagnostic::new(Code::ExpectedValue, found.span, message)
}

fn trailing_operator(operator: Token, place: usize, builder: &Builder<'_>) -> Diagnostic {
    let spelled = operator.span.slice(builder.text);
    let is_logic = matches!(operator.kind, TokenKind::Infix(id) if id.get().power() == Some(Power::Logic));
    let what = if is_logic { "a second condition" } else { "a value" };
    let message = match builder.token(place) {
        None => format!("the rule ends after `{spelled}`; {what} is missing"),
        Some(found) => format!("{what} is missing between `{spelled}` and `{}`", found.span.slice(builder.text)),
    };
    let diagnostic = Diagnostic::new(Code::TrailingOperator, operator.span, message);
    if !is_logic {
        return match spelled {
            "%" => diagnostic.note("a share such as `10%` stands only in `sample(…)`"),
            _ => diagnostic,
        };
    }
    let start = place
        .checked_sub(2)
        .and_then(|before| builder.token(before))
        .map_or(operator.span.start, |token| token.span.end);
    diagnostic.fix(Fix::delete(format!("remove `{spelled}`"), Span::new(start, operator.span.end)).suggestion())
}

fn nothing_between(before: Option<Token>, found: Option<Token>, gap: Span, text: &str) -> Diagnostic {
    let message = match (before, found) {
        (Some(before), Some(found)) => {
            format!("expected a value between {} and {}", quote(before.span.slice(text)), quote(found.span.slice(text)))
        }
        (Some(before), None) => format!("expected a value after {}", quote(before.span.slice(text))),
        (None, Some(found)) => format!("expected a value before {}", quote(found.span.slice(text))),
        (None, None) => "expected a value".to_owned(),
    };
    let span = before.map_or(gap, |token| token.span);
    let diagnostic = Diagnostic::new(Code::ExpectedValue, span, message);
    match before {
        Some(comma) if comma.kind == TokenKind::Comma && found.is_some() => {
            diagnostic.fix(Fix::delete("remove the comma", comma.span))
        }
        _ => diagnostic,
    }
}

/// Text that the lexer has reported, in the place of an operand.
pub(crate) fn reported(tokens: SimpleSpan, builder: &mut Builder<'_>) -> NodeId {
    let span = cover(tokens, builder);
    builder.mark_reported(tokens.end);
    builder.leaf(NodeKind::Hole, span)
}

/// Text after an operand that belongs to nothing.
pub(crate) fn unexpected(tokens: SimpleSpan, builder: &mut Builder<'_>) {
    let first = (tokens.start..tokens.end)
        .filter_map(|place| builder.token(place))
        .find(|token| token.kind != TokenKind::Error);
    let Some(first) = first else { return builder.mark_reported(tokens.start) };
    let span = Span::new(first.span.start, cover(tokens, builder).end);
    let spelled = excerpt(first.span.slice(builder.text));
    let message = match first.kind {
        TokenKind::Semicolon => "rules are not separated by `;`; name them in a file: `rule name = …`".to_owned(),
        TokenKind::Comma => "unexpected `,`; conditions are joined by `&&` or `||`".to_owned(),
        _ => format!("unexpected `{spelled}` after the condition"),
    };
    builder.said_unexpected = true;
    let diagnostic = Diagnostic::new(Code::UnexpectedText, span, message);
    let goes_on = first.kind == TokenKind::Comma && span.len() > first.span.len();
    let fix = Fix::replace("join the conditions by `&&`", first.span, " &&").suggestion();
    builder.report(tokens.start, if goes_on { diagnostic.fix(fix) } else { diagnostic });
}

/// What is left behind the condition of a rule; said only where nothing like it was.
pub(crate) fn rest(tokens: SimpleSpan, builder: &mut Builder<'_>) {
    if !builder.said_unexpected {
        unexpected(tokens, builder);
    }
}

/// Braces where parentheses are meant.
pub(crate) fn braces(open: Span, at: SimpleSpan, builder: &mut Builder<'_>) -> Span {
    let mut depth = 0_usize;
    let close = builder.tokens.get(at.start..).and_then(|tokens| {
        tokens.iter().find(|token| {
            match token.kind {
                TokenKind::OpenBrace => depth += 1,
                TokenKind::CloseBrace => depth -= 1,
                _ => {}
            }
            depth == 0
        })
    });
    let diagnostic = Diagnostic::new(Code::ForeignSyntax, open, "conditions are grouped by parentheses, not by braces");
    let diagnostic = match close {
        Some(close) => {
            let edit = |span, text: &str| tamis_lang::diagnostic::Edit { span, text: text.into() };
            diagnostic.fix(Fix::new("write parentheses", vec![edit(open, "("), edit(close.span, ")")]))
        }
        None => diagnostic,
    };
    builder.report(at.start, diagnostic);
    open
}

/// The text of some tokens.
pub(crate) fn cover(tokens: SimpleSpan, builder: &Builder<'_>) -> Span {
    let first = builder.token(tokens.start).map_or(builder.gap(tokens.start), |token| token.span);
    let last = tokens.end.checked_sub(1).and_then(|last| builder.token(last)).map_or(first, |token| token.span);
    first.join(last)
}
