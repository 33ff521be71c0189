//! The grammar: one production each, tolerant of every mistake.
//!
//! Conditions and values share one grammar; which of the two is needed where is the checker's business, so parentheses
//! never have to be read twice. Mistakes have productions of their own, which report and leave a hole: the parser
//! never fails, never backtracks over what it has built, and needs one pass. chumsky's error type is therefore the
//! empty one.
//!
//! A parser that is used in several places is used by reference: chumsky puts a parser's whole structure into its type,
//! and every copy would double it.
//! Most rules nest nothing and are short, so no parser lies on the heap before something is nested.

use chumsky::input::InputRef;
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

/// Where a parser stands.
type Place<'src, 'parse> = InputRef<'src, 'parse, Tokens<'src>, Extra<'src>>;

/// A parser that makes a node, whatever its structure.
type Node<'src, 'p> = &'p (dyn Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + 'p);

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
    let inner = custom(move |place: &mut Place<'src, '_>| place.parse(nested(grouping)));
    let whole = custom(move |place: &mut Place<'src, '_>| condition(place, grouping, &inner));
    let rest = any().repeated().at_least(1).map_with(|(), e| mistake::rest(e.span(), e.state()));
    whole.then(rest.or_not()).map(|(id, _)| id)
}

/// A condition within parentheses, brackets or arguments.
fn nested<'src>(grouping: Grouping) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> {
    recursive(|inner| custom(move |place: &mut Place<'src, '_>| condition(place, grouping, &inner)))
}

/// A condition or a value, with every operator.
fn condition<'src>(
    place: &mut Place<'src, '_>,
    grouping: Grouping,
    nested: Node<'src, '_>,
) -> Result<NodeId, EmptyErr> {
    let value = value(nested);
    let value = plain_value().or(&value as Node<'src, '_>);
    let range =
        value.clone().then(sign(TokenKind::DotDot).then(value).or_not()).map_with(|(low, high), e| match high {
            Some((_, high)) => production::range(low, high, e.state()),
            None => low,
        });
    let range: Node<'src, '_> = &range;
    let comparison = range
        .then(operator(Power::Compare).then(range).or_not())
        .then(operator(Power::Compare).then(range).repeated().collect::<Vec<_>>())
        .map_with(|((left, right), more), e| production::comparison(left, right, &more, e.span(), e.state()));
    let unary = any()
        .filter(|token: &Token| production::is_negation(*token))
        .repeated()
        .collect::<Vec<_>>()
        .then(comparison)
        .map_with(|(prefixes, operand), e| production::negations(&prefixes, operand, e.span(), e.state()));
    let operand = plain_comparison().or(unary.then(junk()).map(|(id, ())| id));
    let inner = chain(&operand as Node<'src, '_>, grouping.inner, true);
    let outer = chain(&inner as Node<'src, '_>, grouping.outer, false)
        .map_with(move |id, e| production::report_mix(id, grouping, e.span(), e.state()));
    place.parse(outer)
}

/// A name or a literal that no operator of values follows, nor a key: what the levels of [`value`] would make of it,
/// without going through each of them.
fn plain_value<'src>() -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
    custom(|place: &mut Place<'src, '_>| {
        let at = at(place);
        let builder: &Builder<'src> = place.state();
        let goes_on = match builder.token(at + 1).map(|token| token.kind) {
            Some(TokenKind::Infix(id)) => {
                matches!(id.get().power(), Some(Power::Default | Power::Product | Power::Sum))
            }
            Some(TokenKind::OpenBracket) => true,
            _ => false,
        };
        let token = builder.token(at).filter(|token| !goes_on && is_plain(*token)).ok_or(EmptyErr::default())?;
        Ok(plain(token, at, place))
    })
}

/// A name or a literal compared with another, and nothing more than that: most conditions are.
fn plain_comparison<'src>() -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
    custom(|place: &mut Place<'src, '_>| {
        let at = at(place);
        let rest = place.state().tokens.get(at..).unwrap_or_default();
        let ([left, sign, right], after) = match rest {
            [left, sign, right] => ([*left, *sign, *right], None),
            [left, sign, right, after, ..] => ([*left, *sign, *right], Some(*after)),
            _ => return Err(EmptyErr::default()),
        };
        let TokenKind::Infix(id) = sign.kind else { return Err(EmptyErr::default()) };
        let ends = after.is_none_or(|token| token.kind.ends_condition());
        if !(ends && is_plain(left) && is_plain(right) && id.get().power() == Some(Power::Compare)) {
            return Err(EmptyErr::default());
        }
        let before = place.cursor();
        let left = plain(left, at, place);
        place.skip();
        let right = plain(right, at + 2, place);
        let span = place.span_since(&before);
        Ok(production::comparison(left, Some((Operator { id, span: sign.span }, right)), &[], span, place.state()))
    })
}

/// Which token comes next.
fn at(place: &mut Place<'_, '_>) -> usize {
    let here = place.cursor();
    place.span_since(&here).start
}

/// Whether a token is a value by itself.
const fn is_plain(token: Token) -> bool {
    matches!(token.kind, TokenKind::Name | TokenKind::Literal(_))
}

/// Takes a token that is a value by itself.
fn plain(token: Token, at: usize, place: &mut Place<'_, '_>) -> NodeId {
    place.skip();
    match token.kind {
        TokenKind::Literal(literal) => production::literal(literal, token.span, (at..at + 1).into(), place.state()),
        _ => production::path(token.span, None, place.state()),
    }
}

/// Operands joined by one of the two logical operators.
///
/// Where two operands stand side by side an operator is missing; the tighter level reports it.
fn chain<'src>(
    operand: Node<'src, '_>,
    op: BuiltinId,
    reports_missing: bool,
) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
    let present = infix(move |id| id == op).map(Some);
    let beside = any().filter(move |token: &Token| reports_missing && token.kind.starts_operand());
    let missing = empty().and_is(beside).map(|()| None);
    operand
        .then(present.or(missing).then(operand).repeated().collect::<Vec<_>>())
        .map_with(move |(first, more), e| production::chain(op, first, more, e.span(), e.state()))
}

/// A value: sums of products of atoms with their defaults.
fn value<'src, 'p>(nested: Node<'src, 'p>) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + 'p {
    custom(move |place: &mut Place<'src, '_>| {
        let binary =
            |left, (op, right): (Operator, NodeId), builder: &mut Builder<'src>| builder.infix(op, left, right);
        let atom = any()
            .filter(|token: &Token| production::is_minus(*token))
            .repeated()
            .collect::<Vec<_>>()
            .then(primary(nested))
            .map_with(|(minuses, operand), e| production::minuses(&minuses, operand, e.state()));
        let atom: Node<'src, '_> = &atom;
        let default =
            atom.foldl_with(operator(Power::Default).then(atom).repeated(), move |l, r, e| binary(l, r, e.state()));
        let default: Node<'src, '_> = &default;
        let product = default
            .foldl_with(operator(Power::Product).then(default).repeated(), move |l, r, e| binary(l, r, e.state()));
        let product: Node<'src, '_> = &product;
        place.parse(
            product.foldl_with(operator(Power::Sum).then(product).repeated(), move |l, r, e| binary(l, r, e.state())),
        )
    })
}

/// What needs no operator.
fn primary<'src>(condition: Node<'src, '_>) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
    let literal = select! { Token { kind: TokenKind::Literal(literal), span } => (literal, span) }
        .map_with(|(literal, span), e| production::literal(literal, span, e.span(), e.state()));
    let path = sign(TokenKind::Name)
        .then(key().or_not())
        .map_with(|(name, key), e| production::path(name.span, key, e.state()));
    let group = sign(TokenKind::OpenParenthesis)
        .then(condition)
        .then(closing(TokenKind::CloseParenthesis))
        .map_with(|((open, inner), close), e| production::group(open.span, inner, close, e.state()));
    let braces = sign(TokenKind::OpenBrace)
        .map_with(|open, e| mistake::braces(open.span, e.span(), e.state()))
        .then(condition)
        .then(closing(TokenKind::CloseBrace))
        .map_with(|((open, inner), close), e| production::group(open, inner, close, e.state()));
    let hole = empty().map_with(|(), e| mistake::missing_operand(e.span(), e.state()));
    let reported =
        sign(TokenKind::Error).repeated().at_least(1).map_with(|(), e| mistake::reported(e.span(), e.state()));
    choice((path, literal, call(condition), quantified(condition), group, set(condition), braces, reported, hole))
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
fn call<'src>(condition: Node<'src, '_>) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
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
fn quantified<'src>(condition: Node<'src, '_>) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
    let keyword = select! { Token { kind: TokenKind::Quantifier(id), span } => Operator { id, span } };
    let variable = sign(TokenKind::OpenParenthesis)
        .then(sign(TokenKind::Name))
        .then(sign(TokenKind::QuantifierIn))
        .map(|((_, name), _)| name.span);
    let body = sign(TokenKind::Comma).then(condition).map(|(_, id)| id).or_not();
    let more = sign(TokenKind::Comma).then(condition).map(|(_, id)| id).repeated().collect::<Vec<_>>();
    keyword.then(variable).then(condition).then(body.then(more)).then(closing(TokenKind::CloseParenthesis)).map_with(
        |((((keyword, variable), source), (body, more)), close), e| {
            let parts = production::Quantified { keyword, variable, source, body, more, close };
            production::quantified(parts, e.span(), e.state())
        },
    )
}

/// `[element, …]`
fn set<'src>(condition: Node<'src, '_>) -> impl Parser<'src, Tokens<'src>, NodeId, Extra<'src>> + Clone {
    let elements = condition.separated_by(sign(TokenKind::Comma)).at_least(1).collect::<Vec<_>>();
    let none = empty().and_is(sign(TokenKind::CloseBracket)).map(|()| Vec::new());
    sign(TokenKind::OpenBracket)
        .then(none.or(elements))
        .then(closing(TokenKind::CloseBracket))
        .map_with(|((open, elements), close), e| production::set(open.span, &elements, close, e.state()))
}
