//! What each production of the grammar builds.

use chumsky::span::SimpleSpan;
use tamis_lang::builtin::{BuiltinId, Power, Special};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Edit, Fix};
use tamis_lang::excerpt::proposal;
use tamis_lang::span::Span;
use tamis_lang::value::{Constant, Value};

use crate::builder::Builder;
use crate::comparison_mistake;
use crate::foreign;
use crate::grammar::Grouping;
use crate::token::{Token, TokenKind};
use crate::tree::{Literal, NodeId, NodeKind};

/// An operator with its place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operator {
    pub(crate) id: BuiltinId,
    pub(crate) span: Span,
}

/// Whether a token is `!` or `not` before an operand.
pub(crate) fn is_negation(token: Token) -> bool {
    match token.kind {
        TokenKind::Bang => true,
        TokenKind::Prefix(id) => id.get().special() == Some(Special::Not),
        _ => false,
    }
}

/// Whether a token is `-` before an operand.
pub(crate) fn is_minus(token: Token) -> bool {
    matches!(token.kind, TokenKind::Prefix(_)) && !is_negation(token)
}

/// A literal; a minus right before a number belongs to it.
pub(crate) fn literal(literal: u32, span: Span, at: SimpleSpan, builder: &mut Builder<'_>) -> NodeId {
    let minus = at.start.checked_sub(1).and_then(|before| builder.token(before)).filter(|token| is_minus(*token));
    if let Some(class) = builder.status_class(literal) {
        return comparison_mistake::status_class(class, span, builder);
    }
    let minus = minus.filter(|_| builder.is_number(literal));
    if minus.is_none() && builder.is_smallest_int(literal) {
        let message = format!("`{}` does not fit into 64 bits", span.slice(builder.text));
        let note = format!("the largest int is {}", i64::MAX);
        builder.report(at.start, Diagnostic::new(Code::NumberTooLarge, span, message).note(note));
    }
    let span = minus.map_or(span, |minus| minus.span.join(span));
    let literal = builder.take_literal(literal, minus.is_some());
    builder.leaf(NodeKind::Literal(literal), span)
}

/// A name with its key.
pub(crate) fn path(name: Span, key: Option<(Span, usize)>, builder: &mut Builder<'_>) -> NodeId {
    let Some((span, first)) = key else { return builder.leaf(NodeKind::Path { name, key: None }, name) };
    let tokens = builder.tokens;
    let inside = tokens
        .iter()
        .skip(first)
        .take_while(|token| token.span.end < span.end || token.kind != TokenKind::CloseBracket);
    let inside: Vec<Token> = inside.copied().collect();
    let key = builder.key(&inside, span);
    if key.is_none() {
        let message =
            format!("the key of `{}` is a text in quotes, for example `[\"x-tenant-id\"]`", name.slice(builder.text));
        let diagnostic = Diagnostic::new(Code::BadPath, span, message);
        let content = inside.first().zip(inside.last()).map(|(first, last)| first.span.join(last.span));
        let fix = content.filter(|_| inside.iter().all(|token| token.kind != TokenKind::Error)).map(|content| {
            let better = Value::String(content.slice(builder.text).as_bytes()).to_string();
            Fix::replace("write it in quotes", content, better).suggestion()
        });
        builder.diagnostics.push(diagnostic.fixes(fix));
        return builder.leaf(NodeKind::Hole, name.join(span));
    }
    builder.leaf(NodeKind::Path { name, key }, name.join(span))
}

/// The brackets of a key and the first token within them.
pub(crate) fn key_span(open: Span, close: Option<Span>, at: SimpleSpan, builder: &Builder<'_>) -> (Span, usize) {
    let end = at.end.checked_sub(1).and_then(|last| builder.token(last)).map_or(open, |token| token.span);
    (open.join(close.unwrap_or(end)), at.start + 1)
}

/// `( … )`
pub(crate) fn group(open: Span, inner: NodeId, close: Option<Span>, builder: &mut Builder<'_>) -> NodeId {
    let span = open.join(close.unwrap_or(builder.span(inner)));
    builder.push(NodeKind::Group(inner), span, Some(inner))
}

/// `low..high`
pub(crate) fn range(low: NodeId, high: NodeId, builder: &mut Builder<'_>) -> NodeId {
    let span = builder.span(low).join(builder.span(high));
    builder.push(NodeKind::Range { low, high }, span, Some(low))
}

/// `[ … ]`
pub(crate) fn set(open: Span, elements: &[NodeId], close: Option<Span>, builder: &mut Builder<'_>) -> NodeId {
    let last = elements.last().map_or(open, |last| builder.span(*last));
    let span = open.join(close.unwrap_or(last));
    let children = builder.list(elements);
    builder.push(NodeKind::Set(children), span, elements.first().copied())
}

/// The minus signs before an operand, the innermost last; a number has taken its own.
pub(crate) fn minuses(minuses: &[Token], operand: NodeId, builder: &mut Builder<'_>) -> NodeId {
    let mut id = operand;
    for minus in minuses.iter().rev() {
        let span = builder.span(id);
        if span.start == minus.span.start {
            continue;
        }
        let TokenKind::Prefix(op) = minus.kind else { continue };
        id = builder.push(NodeKind::Prefix { op, op_span: minus.span, operand: id }, minus.span.join(span), Some(id));
    }
    id
}

/// A comparison, or the lone operand; more operators in a row are a mistake.
pub(crate) fn comparison(
    left: NodeId,
    right: Option<(Operator, NodeId)>,
    more: &[(Operator, NodeId)],
    at: SimpleSpan,
    builder: &mut Builder<'_>,
) -> NodeId {
    let Some((op, right)) = right else { return left };
    if !more.is_empty() {
        return comparison_mistake::in_a_row(left, (op, right), more, at, builder);
    }
    if let Some(id) = comparison_mistake::with_nothing(left, op, right, builder) {
        return id;
    }
    let op = comparison_mistake::against_status_class(op, right, builder);
    builder.infix(op, left, right)
}

/// The negations before a comparison, the innermost last.
pub(crate) fn negations(prefixes: &[Token], operand: NodeId, at: SimpleSpan, builder: &mut Builder<'_>) -> NodeId {
    let mut id = operand;
    for prefix in prefixes.iter().rev() {
        let op = match prefix.kind {
            TokenKind::Prefix(op) => op,
            _ => {
                comparison_mistake::negated(prefix.span, id, at, builder);
                match tamis_lang::builtin::by_prefix("!") {
                    Some(op) => op,
                    None => continue,
                }
            }
        };
        let span = prefix.span.join(builder.span(id));
        id = builder.push(NodeKind::Prefix { op, op_span: prefix.span, operand: id }, span, Some(id));
    }
    id
}

/// Operands joined by one logical operator; `None` stands where the operator is missing.
pub(crate) fn chain(
    op: BuiltinId,
    first: NodeId,
    more: Vec<(Option<Operator>, NodeId)>,
    at: SimpleSpan,
    builder: &mut Builder<'_>,
) -> NodeId {
    if more.is_empty() {
        return first;
    }
    let mut operands = Vec::with_capacity(more.len() + 1);
    operands.push(first);
    for (operator, operand) in more {
        if operator.is_none() {
            let before = operands.last().copied().unwrap_or(first);
            comparison_mistake::missing_operator(before, operand, at, builder);
        }
        operands.push(operand);
    }
    comparison_mistake::lone_alternatives(op, &operands, builder);
    let last = operands.last().copied().unwrap_or(first);
    let span = builder.span(first).join(builder.span(last));
    let children = builder.list(&operands);
    builder.push(NodeKind::Chain { op, operands: children }, span, Some(first))
}

/// Reports a chain of one operator with a chain of the other among its operands.
pub(crate) fn report_mix(id: NodeId, grouping: Grouping, at: SimpleSpan, builder: &mut Builder<'_>) -> NodeId {
    let NodeKind::Chain { op, operands } = *builder.kind(id) else { return id };
    if op != grouping.outer {
        return id;
    }
    let operands = builder.children.get(operands.start as usize..operands.end as usize).unwrap_or(&[]).to_vec();
    let is_chain = |id: &NodeId| matches!(builder.kind(*id), NodeKind::Chain { .. });
    if operands.iter().any(is_chain) {
        crate::mix::report(id, &operands, grouping.mix, at, builder);
    }
    id
}

/// What stands before the parenthesis of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Head {
    /// The name of a function.
    Function(Span),
    /// A field and the method that another language would call on it.
    Method {
        /// The field.
        field: NodeId,
        /// The method's name.
        method: Span,
        /// The field with the method.
        whole: Span,
    },
}

/// Tells a function from a method, whose field comes before the arguments in the tree.
pub(crate) fn function_head(name: Span, builder: &mut Builder<'_>) -> Head {
    let spelled = name.slice(builder.text);
    let Some((field, method)) = spelled.rsplit_once('.') else { return Head::Function(name) };
    let known = foreign::METHODS.iter().any(|f| f.spelling == method)
        || foreign::FUNCTION_METHODS.iter().any(|(f, _)| *f == method);
    if !known {
        return Head::Function(name);
    }
    let field_span = Span::new(name.start, name.start + u32::try_from(field.len()).unwrap_or(0));
    let method_span = Span::new(field_span.end + 1, name.end);
    let field = builder.leaf(NodeKind::Path { name: field_span, key: None }, field_span);
    Head::Method { field, method: method_span, whole: name }
}

/// `name(argument, …)`, or a method of another language.
pub(crate) fn call(
    head: Head,
    open: Span,
    arguments: &[(Option<Token>, NodeId)],
    close: Option<Span>,
    builder: &mut Builder<'_>,
) -> NodeId {
    let label = arguments.iter().rev().find_map(|(label, _)| *label).map(|label| label.span);
    let arguments: Vec<NodeId> = arguments.iter().map(|(_, id)| *id).collect();
    let last = arguments.last().map_or(open, |last| builder.span(*last));
    let end = close.unwrap_or(last);
    match head {
        Head::Function(name) => {
            let kind = NodeKind::Call { name, arguments: builder.list(&arguments), label };
            builder.push(kind, name.join(end), arguments.first().copied())
        }
        Head::Method { field, method, whole } => method_call(field, method, &arguments, whole.join(end), builder),
    }
}

fn method_call(field: NodeId, method: Span, arguments: &[NodeId], span: Span, builder: &mut Builder<'_>) -> NodeId {
    let (name, field_text) = (method.slice(builder.text), builder.slice(field));
    let argument = match arguments {
        [argument] => Some(*argument),
        _ => None,
    };
    let operator = foreign::METHODS.iter().find(|f| f.spelling == name).and_then(|f| Some((f.builtin()?, argument?)));
    let diagnostic = Diagnostic::new(Code::MethodCall, method, "");
    let (message, better) = match operator {
        Some((id, argument)) => {
            let symbol = id.get().name;
            let better = format!("{field_text} {symbol} {}", builder.slice(argument));
            (format!("fields have no methods; write {}", proposal(&better)), Some(better))
        }
        None => match foreign::FUNCTION_METHODS.iter().find(|(f, _)| *f == name) {
            Some((_, ours)) => {
                let better = format!("{ours}({field_text})");
                (format!("fields have no methods; write `{better}`"), Some(better))
            }
            None => (format!("fields have no methods; `{name}` takes one value"), None),
        },
    };
    let diagnostic = Diagnostic { message, ..diagnostic };
    builder.diagnostics.push(match better {
        Some(better) => diagnostic.fix(Fix::replace(format!("write {}", proposal(&better)), span, better)),
        None => diagnostic,
    });
    match operator {
        // The closing parenthesis belongs to what is replaced.
        Some((id, argument)) => {
            let kind = NodeKind::Infix { op: id, op_span: method, left: field, right: argument };
            builder.push(kind, span, Some(field))
        }
        None => builder.push(NodeKind::Hole, span, Some(field)),
    }
}

/// The parts of a quantifier.
pub(crate) struct Quantified {
    pub(crate) keyword: Operator,
    pub(crate) variable: Span,
    pub(crate) source: NodeId,
    pub(crate) body: Option<NodeId>,
    /// What follows the condition after another comma.
    pub(crate) more: Vec<NodeId>,
    pub(crate) close: Option<Span>,
}

/// `any(variable in source, condition)`
pub(crate) fn quantified(parts: Quantified, at: SimpleSpan, builder: &mut Builder<'_>) -> NodeId {
    let Quantified { keyword, variable, source, body, more, close } = parts;
    let name = keyword.id.get().name;
    let last = more.last().copied().or(body).unwrap_or(source);
    let span = keyword.span.join(close.unwrap_or(builder.span(last)));
    let Some(body) = body else {
        let variable = variable.slice(builder.text);
        let message =
            format!("`{name}` with a variable needs one condition: `{name}({variable} in field, {variable} == \"…\")`");
        builder.report(at.start, Diagnostic::new(Code::BadQuantifier, span, message));
        return builder.push(NodeKind::Hole, span, Some(source));
    };
    let body = several_conditions(name, body, &more, at, builder);
    let kind = NodeKind::Quantified { quantifier: keyword.id, keyword: keyword.span, variable, source, body };
    builder.push(kind, span, Some(source))
}

/// Joins the conditions of a quantifier, which takes one; the commas between them are a mistake.
fn several_conditions(name: &str, body: NodeId, more: &[NodeId], at: SimpleSpan, builder: &mut Builder<'_>) -> NodeId {
    let (Some(last), Some(and)) = (more.last(), tamis_lang::builtin::by_symbol("&&")) else { return body };
    let comma = |id: &NodeId| {
        let place = builder.tokens.partition_point(|token| token.span.start < builder.span(*id).start);
        place.checked_sub(1).and_then(|before| builder.token(before)).filter(|token| token.kind == TokenKind::Comma)
    };
    let commas: Vec<Token> = more.iter().filter_map(comma).collect();
    let span = builder.span(body).join(builder.span(*last));
    let message = format!("`{name}` takes one condition; join several by `&&`");
    let diagnostic = Diagnostic::new(Code::BadQuantifier, commas.first().map_or(span, |comma| comma.span), message);
    let fix = Fix::new("join them by `&&`", commas.iter().map(|comma| edit(comma.span, " &&")).collect());
    builder.report(at.start, diagnostic.fix(fix));
    let operands: Vec<NodeId> = std::iter::once(body).chain(more.iter().copied()).collect();
    let children = builder.list(&operands);
    builder.push(NodeKind::Chain { op: and, operands: children }, span, Some(body))
}

/// Whether a node is a literal other than a truth value.
pub(crate) fn is_plain_literal(id: NodeId, builder: &Builder<'_>) -> bool {
    match builder.kind(id) {
        NodeKind::Literal(Literal::Value(value)) => !matches!(value, Constant::Bool(_)),
        _ => false,
    }
}

/// Whether a node is a comparison.
pub(crate) fn is_comparison(id: NodeId, builder: &Builder<'_>) -> bool {
    matches!(builder.kind(id), NodeKind::Infix { op, .. } if op.get().power() == Some(Power::Compare))
}

/// An edit.
pub(crate) fn edit(span: Span, text: impl Into<String>) -> Edit {
    Edit { span, text: text.into() }
}
