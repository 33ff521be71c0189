//! The grammar: one production each, tolerant of every mistake.
//!
//! Conditions and values share one grammar; which of the two is needed where is the checker's business, so parentheses
//! never have to be read twice. Mistakes have productions of their own, which report and leave a hole: the parser
//! never fails, never backtracks over what it has built, and needs one pass. chumsky's error type is therefore the
//! empty one.
//!
//! A parser that is used in several places is boxed: chumsky puts a parser's whole structure into its type, and every
//! copy would double it.

use chumsky::prelude::*;
use tamis_lang::builtin::{BuiltinId, Power};
use tamis_lang::diagnostic::Severity;
use tamis_lang::span::Span;

use crate::builder::Builder;
use crate::mistake;
use crate::production::{self, Operator};
use crate::token::{Token, TokenKind};
use crate::tree::NodeId;

pub(crate) type Tokens<'src> = &'src [Token];
pub(crate) type Extra<'src> = extra::Full<EmptyErr, Builder<'src>, ()>;

/// How `&&` and `||` group where there are no parentheses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grouping {
    /// The operator that binds tighter.
    pub(crate) inner: BuiltinId,
    /// The other one.
    pub(crate) outer: BuiltinId,
    /// How bad a mix without parentheses is.
    pub(crate) mix: Severity,
}

/// A token of one kind.
fn sign<'src>(kind: TokenKind) -> impl Parser<'src, Tokens<'src>, Token, Extra<'src>> + Clone {
    any().filter(move |token: &Token| token.kind == kind)
}

/// The operator of an infix token.
fn infix<'src>(
    wanted: impl Fn(BuiltinId) -> bool + Clone + 'src,
) -> impl Parser<'src, Tokens<'src>, Operator, Extra<'src>> + Clone {
    select! { Token { kind: TokenKind::Infix(id), span } if wanted(id) => Operator { id, span } }
}

/// An operator of one precedence.
fn operator<'src>(power: Power) -> impl Parser<'src, Tokens<'src>, Operator, Extra<'src>> + Clone {
    infix(move |id| id.get().power() == Some(power))
}

/// A closing sign; where it is missing, that was reported when the delimiters were matched.
fn closing<'src>(kind: TokenKind) -> impl Parser<'src, Tokens<'src>, Option<Span>, Extra<'src>> + Clone {
    sign(kind).map(|token| token.span).or_not()
}

/// Text that belongs to nothing, up to where a condition can go on.
fn junk<'src>() -> impl Parser<'src, Tokens<'src>, (), Extra<'src>> + Clone {
    let stray = any().filter(|token: &Token| !token.kind.ends_condition() && !token.kind.starts_operand());
    stray.repeated().at_least(1).map_with(|(), e| mistake::unexpected(e.span(), e.state())).or_not().map(|_| ())
}

/// The whole of a rule: a condition and nothing behind it.
pub(crate) fn rule<'src>(grouping: Grouping) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> {
    let rest = any().repeated().at_least(1).map_with(|(), e| mistake::rest(e.span(), e.state()));
    condition(grouping).then(rest.or_not()).map(|(id, _)| id)
}

/// A condition or a value, with every operator.
fn condition<'src>(grouping: Grouping) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
    recursive(|condition| {
        let value = value(condition).boxed();
        let range = value
            .clone()
            .then(sign(TokenKind::DotDot).then(value).or_not())
            .map_with(|(low, high), e| match high {
                Some((_, high)) => production::range(low, high, e.state()),
                None => low,
            })
            .boxed();
        let comparison = range
            .clone()
            .then(operator(Power::Compare).then(range.clone()).or_not())
            .then(operator(Power::Compare).then(range).repeated().collect::<Vec<_>>())
            .map_with(|((left, right), more), e| production::comparison(left, right, &more, e.span(), e.state()));
        let unary = any()
            .filter(|token: &Token| production::is_negation(*token))
            .repeated()
            .collect::<Vec<_>>()
            .then(comparison)
            .map_with(|(prefixes, operand), e| production::negations(&prefixes, operand, e.span(), e.state()));
        let operand = unary.then(junk()).map(|(id, ())| id).boxed();
        let inner = chain(operand, grouping.inner, true).boxed();
        chain(inner, grouping.outer, false)
            .map_with(move |id, e| production::report_mix(id, grouping, e.span(), e.state()))
    })
}

/// Operands joined by one of the two logical operators.
///
/// Where two operands stand side by side an operator is missing; the tighter level reports it.
fn chain<'src>(
    operand: impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone,
    op: BuiltinId,
    reports_missing: bool,
) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
    let present = infix(move |id| id == op).map(Some);
    let beside = any().filter(move |token: &Token| reports_missing && token.kind.starts_operand());
    let missing = empty().and_is(beside).map(|()| None);
    operand
        .clone()
        .then(present.or(missing).then(operand).repeated().collect::<Vec<_>>())
        .map_with(move |(first, more), e| production::chain(op, first, more, e.span(), e.state()))
}

/// A value: sums of products of atoms with their defaults.
fn value<'src>(
    condition: impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone + 'src,
) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
    let binary = |left, (op, right): (Operator, NodeId), builder: &mut Builder<'src>| builder.infix(op, left, right);
    let atom = any()
        .filter(|token: &Token| production::is_minus(*token))
        .repeated()
        .collect::<Vec<_>>()
        .then(primary(condition))
        .map_with(|(minuses, operand), e| production::minuses(&minuses, operand, e.state()))
        .boxed();
    let default =
        atom.clone().foldl_with(operator(Power::Default).then(atom).repeated(), move |l, r, e| binary(l, r, e.state()));
    let product = default
        .clone()
        .foldl_with(operator(Power::Product).then(default).repeated(), move |l, r, e| binary(l, r, e.state()));
    product.clone().foldl_with(operator(Power::Sum).then(product).repeated(), move |l, r, e| binary(l, r, e.state()))
}

/// What needs no operator.
fn primary<'src>(
    condition: impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone + 'src,
) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
    let literal = select! { Token { kind: TokenKind::Literal(literal), span } => (literal, span) }
        .map_with(|(literal, span), e| production::literal(literal, span, e.span(), e.state()));
    let path = sign(TokenKind::Name)
        .then(key().or_not())
        .map_with(|(name, key), e| production::path(name.span, key, e.state()));
    let group = sign(TokenKind::OpenParenthesis)
        .then(condition.clone())
        .then(closing(TokenKind::CloseParenthesis))
        .map_with(|((open, inner), close), e| production::group(open.span, inner, close, e.state()));
    let braces = sign(TokenKind::OpenBrace)
        .map_with(|open, e| mistake::braces(open.span, e.span(), e.state()))
        .then(condition.clone())
        .then(closing(TokenKind::CloseBrace))
        .map_with(|((open, inner), close), e| production::group(open, inner, close, e.state()));
    let hole = empty().map_with(|(), e| mistake::missing_operand(e.span(), e.state()));
    let reported =
        sign(TokenKind::Error).repeated().at_least(1).map_with(|(), e| mistake::reported(e.span(), e.state()));
    choice((
        path,
        literal,
        call(condition.clone()),
        quantified(condition.clone()),
        group,
        set(condition),
        braces,
        reported,
        hole,
    ))
}

/// `["X-Tenant-Id"]`
fn key<'src>() -> impl Parser<'src, Tokens<'src>, (Span, usize), Extra<'src>> + Clone {
    let inside = any().filter(|token: &Token| token.kind != TokenKind::CloseBracket).repeated();
    sign(TokenKind::OpenBracket)
        .then(inside)
        .then(closing(TokenKind::CloseBracket))
        .map_with(|((open, ()), close), e| production::key_span(open.span, close, e.span(), e.state()))
}

/// `name(argument, …)`
fn call<'src>(
    condition: impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone,
) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
    let argument = sign(TokenKind::Label).or_not().then(condition);
    let arguments = argument.separated_by(sign(TokenKind::Comma)).at_least(1).collect::<Vec<_>>();
    let none = empty().and_is(sign(TokenKind::CloseParenthesis)).map(|()| Vec::new());
    sign(TokenKind::Function)
        .map_with(|name, e| production::function_head(name.span, e.state()))
        .then(sign(TokenKind::OpenParenthesis))
        .then(none.or(arguments))
        .then(closing(TokenKind::CloseParenthesis))
        .map_with(|(((head, open), arguments), close), e| {
            production::call(head, open.span, &arguments, close, e.state())
        })
}

/// `any(variable in source, condition)`
fn quantified<'src>(
    condition: impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone,
) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
    let keyword = select! { Token { kind: TokenKind::Quantifier(id), span } => Operator { id, span } };
    let variable = sign(TokenKind::OpenParenthesis)
        .then(sign(TokenKind::Name))
        .then(sign(TokenKind::QuantifierIn))
        .map(|((_, name), _)| name.span);
    let body = sign(TokenKind::Comma).then(condition.clone()).map(|(_, id)| id).or_not();
    let more = sign(TokenKind::Comma).then(condition.clone()).map(|(_, id)| id).repeated().collect::<Vec<_>>();
    keyword.then(variable).then(condition).then(body.then(more)).then(closing(TokenKind::CloseParenthesis)).map_with(
        |((((keyword, variable), source), (body, more)), close), e| {
            let parts = production::Quantified { keyword, variable, source, body, more, close };
            production::quantified(parts, e.span(), e.state())
        },
    )
}

/// `[element, …]`
fn set<'src>(
    condition: impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone,
) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
    let elements = condition.separated_by(sign(TokenKind::Comma)).at_least(1).collect::<Vec<_>>();
    let none = empty().and_is(sign(TokenKind::CloseBracket)).map(|()| Vec::new());
    sign(TokenKind::OpenBracket)
        .then(none.or(elements))
        .then(closing(TokenKind::CloseBracket))
        .map_with(|((open, elements), close), e| production::set(open.span, &elements, close, e.state()))
}
