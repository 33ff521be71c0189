//! Comparisons as other languages, or haste, would write them.

use chumsky::span::SimpleSpan;
use tamis_lang::builtin::{self, Builtin, BuiltinId, Power, Special};
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::excerpt::{excerpt, proposal, quote};
use tamis_lang::span::Span;
use tamis_lang::value::Constant;

use crate::builder::Builder;
use crate::foreign;
use crate::production::{Operator, edit, is_comparison, is_plain_literal};
use crate::token::TokenKind;
use crate::tree::{Literal, NodeId, NodeKind};

/// `500 <= x < 600`
pub(crate) fn in_a_row(
    left: NodeId,
    first: (Operator, NodeId),
    more: &[(Operator, NodeId)],
    at: SimpleSpan,
    builder: &mut Builder<'_>,
) -> NodeId {
    let last = more.last().map_or(first.1, |(_, id)| *id);
    let span = builder.span(left).join(builder.span(last));
    let all: Vec<NodeId> = [left, first.1].into_iter().chain(more.iter().map(|(_, id)| *id)).collect();
    let broken = all.iter().any(|id| matches!(builder.kind(*id), NodeKind::Hole));
    let operators: Vec<&str> =
        std::iter::once(first.0).chain(more.iter().map(|(op, _)| *op)).map(|op| op.id.get().name).collect();
    let pairs = all.windows(2).zip(&operators);
    let better: Vec<String> = pairs
        .map(|(pair, op)| match pair {
            [a, b] => format!("{} {op} {}", builder.slice(*a), builder.slice(*b)),
            _ => String::new(),
        })
        .collect();
    let better = better.join(" && ");
    if !broken {
        let message = format!("comparisons cannot be chained; write {}", proposal(&better));
        let fix = Fix::replace("split the comparison", span, better);
        builder.report(at.start, Diagnostic::new(Code::ChainedComparison, span, message).fix(fix));
    }
    builder.push(NodeKind::Hole, span, Some(left))
}

/// `x == null`
pub(crate) fn with_nothing(left: NodeId, op: Operator, right: NodeId, builder: &mut Builder<'_>) -> Option<NodeId> {
    let is_nothing = |id: NodeId| {
        matches!(builder.kind(id), NodeKind::Path { key: None, .. }) && foreign::NOTHING.contains(&builder.slice(id))
    };
    // Whatever atc-router is given as a field is one, and it has no rule without a literal on the right.
    let is_field = builder.edition.reads_atc() && is_plain_literal(right, builder);
    let (field, nothing) = if is_nothing(right) {
        (left, right)
    } else if is_nothing(left) && !is_field {
        (right, left)
    } else {
        return None;
    };
    let span = builder.span(left).join(builder.span(right));
    let field = builder.slice(field);
    let absent = format!("!exists({field})");
    let better = match op.id.get().name {
        "==" => Some(absent),
        "!=" => Some(format!("exists({field})")),
        _ => None,
    };
    let spelled = builder.slice(nothing);
    let diagnostic = Diagnostic::new(Code::ForeignSyntax, builder.span(nothing), "");
    let diagnostic = match better {
        Some(better) => Diagnostic {
            message: format!("there is no `{spelled}`; a missing value is tested by {}", proposal(&better)),
            ..diagnostic
        }
        .fix(Fix::replace(format!("write {}", proposal(&better)), span, better)),
        None => Diagnostic {
            message: format!("there is no `{spelled}`; a missing value is tested by `exists()`"),
            ..diagnostic
        },
    };
    builder.diagnostics.push(diagnostic);
    builder.forget(nothing);
    Some(builder.push(NodeKind::Hole, span, Some(left)))
}

/// `5xx`, read as the range of its class.
pub(crate) fn status_class(class: u8, span: Span, builder: &mut Builder<'_>) -> NodeId {
    let value = |n: i64| NodeKind::Literal(Literal::Value(Constant::Int(n)));
    let first = i64::from(class) * 100;
    let low = builder.leaf(value(first), span);
    let high = builder.leaf(value(first + 99), span);
    let range = builder.push(NodeKind::Range { low, high }, span, Some(low));
    let message = format!(
        "`{}` is not a number; the class of status codes is `{first}..{}`",
        span.slice(builder.text),
        first + 99
    );
    let fix = Fix::replace(format!("write `{first}..{}`", first + 99), span, format!("{first}..{}", first + 99));
    builder.diagnostics.push(Diagnostic::new(Code::StatusClass, span, message).fix(fix));
    range
}

/// The operator for `== 5xx`, which wants membership; its fix is completed here.
pub(crate) fn against_status_class(op: Operator, right: NodeId, builder: &mut Builder<'_>) -> Operator {
    let span = builder.span(right);
    let is_class = matches!(builder.kind(right), NodeKind::Range { .. }) && !builder.slice(right).contains("..");
    if !is_class {
        return op;
    }
    let membership = match op.id.get().name {
        "==" => "in",
        "!=" => "not in",
        name => {
            class_bound(name, span, right, builder);
            return op;
        }
    };
    if let Some(diagnostic) =
        builder.diagnostics.iter_mut().rev().find(|d| d.code == Code::StatusClass && d.span == span)
    {
        for fix in &mut diagnostic.fixes {
            fix.edits.insert(0, edit(op.span, membership));
        }
    }
    builtin::by_word(membership).map_or(op, |id| Operator { id, span: op.span })
}

/// `>= 5xx`, which wants the first or the last code of the class.
fn class_bound(operator: &str, span: Span, range: NodeId, builder: &mut Builder<'_>) {
    let NodeKind::Range { low, high } = *builder.kind(range) else { return };
    let bound = match operator {
        ">=" | "<" => low,
        ">" | "<=" => high,
        _ => return,
    };
    let NodeKind::Literal(Literal::Value(bound)) = builder.kind(bound) else { return };
    let better = bound.to_string();
    let class = span.slice(builder.text);
    let message = format!("`{class}` is not a number; write `{operator} {better}`");
    if let Some(diagnostic) =
        builder.diagnostics.iter_mut().rev().find(|d| d.code == Code::StatusClass && d.span == span)
    {
        diagnostic.message = message;
        diagnostic.fixes = vec![Fix::replace(format!("write `{better}`"), span, better)];
    }
    builder.forget(range);
}

/// `!a == 1`
pub(crate) fn negated(bang: Span, operand: NodeId, at: SimpleSpan, builder: &mut Builder<'_>) {
    let NodeKind::Infix { op, op_span, left, right } = *builder.kind(operand) else { return };
    // A method of another language is reported as that, and what it is here gets the parentheses.
    let is_method = builder.slice(operand).ends_with(')')
        && Span::new(builder.span(left).end, op_span.start).slice(builder.text) == ".";
    if op.get().power() != Some(Power::Compare) || is_method {
        return;
    }
    let span = builder.span(operand);
    let text = span.slice(builder.text);
    let mut diagnostic = Diagnostic::new(
        Code::NegatedComparison,
        bang,
        format!("`!` needs parentheses before a comparison: `!({})`", excerpt(text)),
    )
    .label(span, "this comparison")
    .fix(Fix::new("add the parentheses", vec![edit(span.before(), "("), edit(span.after(), ")")]));
    if let Some(opposite) = opposite(op.get()) {
        let better = format!("{} {opposite} {}", builder.slice(left), builder.slice(right));
        let spaced =
            if op_span.start == builder.span(left).end { format!(" {opposite} ") } else { opposite.to_owned() };
        diagnostic = diagnostic.fix(
            Fix::new(
                format!("write {}, which wants a value", proposal(&better)),
                vec![edit(bang, ""), edit(op_span, spaced)],
            )
            .suggestion(),
        );
    }
    builder.report(at.start, diagnostic);
}

/// The spelling of the comparison that is the opposite of another.
fn opposite(builtin: &'static Builtin) -> Option<&'static str> {
    builtin::all()
        .find(|(_, other)| other.negates().is_some_and(|positive| std::ptr::eq(positive, builtin)))
        .map(|(_, other)| other.name)
}

/// Two operands side by side.
pub(crate) fn missing_operator(before: NodeId, after: NodeId, at: SimpleSpan, builder: &mut Builder<'_>) {
    let broken = |id: NodeId| matches!(builder.kind(id), NodeKind::Hole);
    let (left, right) = (builder.span(before), builder.span(after));
    let place = builder.tokens.partition_point(|token| token.span.start < right.start).max(at.start);
    // What stands between the two was reported already.
    let is_between = |place: usize| builder.token(place).is_some_and(|token| token.span.start >= left.end);
    let reported = ends_malformed(before, builder) || place.checked_sub(1).is_some_and(is_between);
    let says_nothing = broken(before) || broken(after) || reported;
    let is_value = |id: NodeId| matches!(builder.kind(id), NodeKind::Path { .. } | NodeKind::Literal(_));
    let (before_is_value, after_is_value) = (is_value(before), is_value(after));
    let gap = left.after();
    let found = excerpt(right.slice(builder.text));
    let diagnostic = if before_is_value && after_is_value && in_list(place, builder) {
        Diagnostic::new(Code::BadSet, right, format!("expected a comma before `{found}`")).fix(Fix::insert(
            "write the comma",
            left.end,
            ",",
        ))
    } else if before_is_value && after_is_value {
        Diagnostic::new(
            Code::ExpectedOperator,
            right,
            format!("expected an operator before `{found}`, for example `==`"),
        )
    } else if is_comparison(after, builder) || !after_is_value {
        Diagnostic::new(Code::ExpectedOperator, right, "expected `&&` or `||` between two conditions")
            .label(left, "the first condition")
            .fix(Fix::replace("join them by `&&`", gap, " &&").suggestion())
            .fix(Fix::replace("join them by `||`", gap, " ||").suggestion())
    } else {
        Diagnostic::new(Code::UnexpectedText, right, format!("unexpected `{found}` after the condition"))
            .fix(Fix::delete("remove it", Span::new(left.end, right.end)).suggestion())
    };
    if !says_nothing && !builder.was_reported(place) {
        builder.report(place, diagnostic);
    }
    if after_is_value {
        builder.forget(after);
        if before_is_value {
            builder.forget(before);
        }
    }
}

/// Whether a comparison ends with a literal that was reported.
fn ends_malformed(id: NodeId, builder: &Builder<'_>) -> bool {
    match builder.kind(id) {
        NodeKind::Infix { right, .. } => matches!(builder.kind(*right), NodeKind::Literal(Literal::Malformed)),
        kind => matches!(kind, NodeKind::Literal(Literal::Malformed)),
    }
}

/// Whether a token stands within the brackets of a set or the parentheses of a call.
///
/// Looks back a few tokens only, so that a text of mistakes is still read in linear time.
fn in_list(place: usize, builder: &Builder<'_>) -> bool {
    const FAR_ENOUGH: usize = 64;
    let mut closed = 0_usize;
    for back in 1..=FAR_ENOUGH.min(place) {
        match builder.token(place - back).map(|token| token.kind) {
            Some(TokenKind::CloseParenthesis | TokenKind::CloseBracket) => closed += 1,
            Some(TokenKind::OpenParenthesis | TokenKind::OpenBracket) if closed > 0 => closed -= 1,
            Some(TokenKind::OpenBracket) => return true,
            Some(TokenKind::OpenParenthesis) => {
                let before = place.checked_sub(back + 1).and_then(|before| builder.token(before));
                return before.is_some_and(|token| token.kind == TokenKind::Function);
            }
            _ => {}
        }
    }
    false
}

/// `x == 500 || 502`: literals that stand alone behind a comparison.
pub(crate) fn lone_alternatives(op: BuiltinId, operands: &[NodeId], builder: &mut Builder<'_>) {
    let mut at = 0;
    while let Some(&comparison) = operands.get(at) {
        at += 1;
        let rest = operands.get(at..).unwrap_or(&[]);
        let n_lone = rest.iter().take_while(|id| is_plain_literal(**id, builder)).count();
        let lone = rest.get(..n_lone).unwrap_or(&[]).to_vec();
        if lone.is_empty() || !is_comparison(comparison, builder) {
            continue;
        }
        alternatives(op, comparison, &lone, builder);
        for id in lone {
            builder.forget(id);
        }
        at += n_lone;
    }
}

fn alternatives(op: BuiltinId, comparison: NodeId, lone: &[NodeId], builder: &mut Builder<'_>) {
    let NodeKind::Infix { op: compare, op_span, left, right } = *builder.kind(comparison) else { return };
    let Some((first, last)) = lone.first().zip(lone.last()) else { return };
    let (field, symbol) = (builder.slice(left), op_span.slice(builder.text));
    let joint = op.get().name;
    let values: Vec<&str> = std::iter::once(right).chain(lone.iter().copied()).map(|id| builder.slice(id)).collect();
    let whole = builder.span(comparison).join(builder.span(*last));
    let membership = match (compare.get().name, op.get().special()) {
        ("==", Some(Special::Or)) => Some("in"),
        ("!=", Some(Special::And)) => Some("not in"),
        _ => None,
    };
    let better = match membership {
        Some(word) => format!("{field} {word} [{}]", values.join(", ")),
        None => values
            .iter()
            .map(|value| format!("{field} {symbol} {value}"))
            .collect::<Vec<_>>()
            .join(&format!(" {joint} ")),
    };
    let alone = builder.slice(*first);
    let reason = if membership.is_some() { "its own comparison, or list the values" } else { "its own comparison" };
    let proposed = proposal(&better);
    let message = format!("{} stands alone; each side of `{joint}` needs {reason}: {proposed}", quote(alone));
    let fix = Fix::replace(format!("write {proposed}"), whole, better).suggestion();
    builder.diagnostics.push(Diagnostic::new(Code::AlternativeValues, builder.span(*first), message).fix(fix));
}
