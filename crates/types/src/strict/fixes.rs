//! How the same is written for atc-router, where that is known.
//!
//! A fix is safe where both texts have the same verdict on every request, and otherwise says where they differ.

use tamis_lang::catalog::{Field, Resolution};
use tamis_lang::diagnostic::{Edit, Fix};
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{Document, Literal, NodeId, NodeKind};

use super::literal::{quoted, spelled};
use super::refusal::Refusal;
use super::rewrite;
use super::walk::Found;
use crate::check::Checker;
use crate::meaning::{Scale, Term};
use crate::names::use_name;

/// Longer sets are not written as alternatives.
const ALTERNATIVES: usize = 32;

/// The parts of a comparison.
#[derive(Clone, Copy)]
struct Comparison {
    node: NodeId,
    op: &'static str,
    left: NodeId,
    right: NodeId,
}

/// The fix of a finding.
pub(super) fn fix(checker: &Checker<'_>, found: &Found) -> Option<Fix> {
    let span = found.span;
    let comparison = || comparison(checker, found.node?);
    match found.refusal {
        Refusal::Comment => Some(Fix::delete("remove the comment", span).suggestion()),
        Refusal::Blank if span.slice(checker.text).contains(char::is_whitespace) => {
            Some(Fix::replace("replace it with a space", span, " "))
        }
        Refusal::Blank => Some(Fix::delete("remove it", span)),
        Refusal::Item => item(checker, found.node?),
        Refusal::Name | Refusal::Key | Refusal::Unknown => name(checker, found.node?),
        Refusal::Quotes
        | Refusal::RawText
        | Refusal::Escape
        | Refusal::Number
        | Refusal::Quantity
        | Refusal::Address => {
            let Comparison { left, right, .. } = comparison()?;
            let text = literal(checker, right, scale(checker, left))?;
            Some(rewrite(checker.span(right), text))
        }
        Refusal::Set | Refusal::Range => {
            let comparison = comparison()?;
            let text = alternatives(checker, comparison)?;
            Some(rewrite(checker.span(comparison.node), text))
        }
        Refusal::Word => {
            let sign = if span.slice(checker.text) == "and" { "&&" } else { "||" };
            Some(rewrite(span, sign.to_owned()))
        }
        Refusal::Not | Refusal::Negation => negation(checker, found.node?),
        Refusal::Operator => operator(checker, comparison()?),
        Refusal::Function => function(checker, found.node?),
        Refusal::Left => flipped(checker, comparison()?),
        Refusal::Group => group(checker, found.node?),
        Refusal::NotIn => Some(rewrite(span, "not in".to_owned())),
        Refusal::Float
        | Refusal::Truth
        | Refusal::Pattern
        | Refusal::Quantifier
        | Refusal::Alone
        | Refusal::Right
        | Refusal::Type
        | Refusal::Order
        | Refusal::Membership => None,
    }
}

fn comparison(checker: &Checker<'_>, node: NodeId) -> Option<Comparison> {
    let NodeKind::Infix { op, left, right, .. } = checker.tree.kind(node) else { return None };
    Some(Comparison { node, op: op.get().name, left: *left, right: *right })
}

/// The only rule of a file, without its name.
fn item(checker: &Checker<'_>, body: NodeId) -> Option<Fix> {
    let Document::File(items) = checker.tree.document() else { return None };
    let [item] = items.as_slice() else { return None };
    let head = Span::new(item.keyword.start, checker.span(body).start);
    Some(Fix::delete("keep only the condition", head).suggestion())
}

/// The same field under a name that the gateway reads.
fn name(checker: &Checker<'_>, node: NodeId) -> Option<Fix> {
    let NodeKind::Path { name, key } = checker.tree.kind(node) else { return None };
    let written = key.as_ref().map(|key| key.text.as_str());
    let Resolution::Field { field, key, .. } = checker.catalog.resolve(name.slice(checker.text), written) else {
        return None;
    };
    let whole = |field: &Field| key.as_ref().map_or(field.name.clone(), |key| format!("{}.{key}", field.name));
    let candidate = whole(field).replace('-', "_");
    let is_other = candidate != checker.slice(node);
    match checker.catalog.resolve(&candidate, None) {
        Resolution::Field { field: other, key: same, .. } if is_other && other.name == field.name && same == key => {
            Some(use_name(checker.span(node), &candidate))
        }
        _ => None,
    }
}

/// What a value that a comparison is about is known to be.
fn term<'a>(checker: &'a Checker<'_>, node: NodeId) -> Option<&'a Term> {
    checker.meanings.get(node.index()).and_then(|meaning| meaning.term())
}

fn scale(checker: &Checker<'_>, node: NodeId) -> Option<Scale> {
    term(checker, node)?.scale
}

/// A literal as the gateway reads it.
fn literal(checker: &Checker<'_>, node: NodeId, scale: Option<Scale>) -> Option<String> {
    let NodeKind::Literal(Literal::Value(constant)) = checker.tree.kind(node) else { return None };
    spelled(constant, checker.slice(node), scale)
}

/// Whether a comparison passes where every value passes, or there is only one.
fn asks_all(term: &Term) -> bool {
    term.mode != Some(crate::hir::Mode::Any)
}

/// Membership in a set or a range, as comparisons with its elements.
fn alternatives(checker: &Checker<'_>, comparison: Comparison) -> Option<String> {
    let Comparison { op, left, right, .. } = comparison;
    let negated = op == "not in";
    let subject = *term(checker, left)?;
    let single = !subject.many && subject.mode.is_none();
    let elements = match checker.tree.kind(right) {
        NodeKind::Set(elements) => checker.tree.children(*elements),
        NodeKind::Range { .. } => std::slice::from_ref(&comparison.right),
        _ => return None,
    };
    // Several values: every one may pass by another element, unless each has to pass all of them.
    let is_exact = single || elements.len() == 1 || asks_all(&subject) == negated;
    if elements.is_empty() || elements.len() > ALTERNATIVES || !is_exact {
        return None;
    }
    let field = checker.slice(left);
    let mut parts = Vec::with_capacity(elements.len());
    for element in elements {
        let (text, is_chain) = alternative(checker, (field, &subject), *element, negated)?;
        parts.push(if is_chain && elements.len() > 1 { format!("({text})") } else { text });
    }
    Some(parts.join(if negated { " && " } else { " || " }))
}

/// One element of a set as a comparison, and whether it is a chain.
fn alternative(
    checker: &Checker<'_>,
    (field, subject): (&str, &Term),
    element: NodeId,
    negated: bool,
) -> Option<(String, bool)> {
    if let NodeKind::Range { low, high } = checker.tree.kind(element) {
        let counts = matches!(subject.ty, Ty::Int | Ty::Duration | Ty::Size);
        let single = !subject.many && subject.mode.is_none();
        // Every value within the range is every value above its start and every value below its end.
        if !counts || !(single || asks_all(subject) && !negated) {
            return None;
        }
        let (low, high) = (literal(checker, *low, subject.scale)?, literal(checker, *high, subject.scale)?);
        let text = match negated {
            false => format!("{field} >= {low} && {field} <= {high}"),
            true => format!("{field} < {low} || {field} > {high}"),
        };
        return Some((text, true));
    }
    let NodeKind::Literal(Literal::Value(constant)) = checker.tree.kind(element) else { return None };
    let op = match (constant.ty(), subject.ty, negated) {
        (Ty::Network, Ty::Ip, false) => "in",
        (Ty::Network, Ty::Ip, true) => "not in",
        (_, _, false) => "==",
        (_, _, true) => "!=",
    };
    Some((format!("{field} {op} {}", literal(checker, element, subject.scale)?), false))
}

/// `!( … )` for a negation before something without parentheses.
fn negation(checker: &Checker<'_>, node: NodeId) -> Option<Fix> {
    let NodeKind::Prefix { op_span, operand, .. } = checker.tree.kind(node) else { return None };
    let span = checker.span(*operand);
    let sign = Span::new(op_span.start, span.start);
    if matches!(checker.tree.kind(*operand), NodeKind::Group(_)) {
        return Some(Fix::replace("write `!`", sign, "!"));
    }
    let edits = vec![Edit { span: sign, text: "!(".into() }, Edit { span: span.after(), text: ")".into() }];
    Some(Fix::new("write `!(…)`", edits))
}

/// An operator in other words, where there are some.
fn operator(checker: &Checker<'_>, comparison: Comparison) -> Option<Fix> {
    let Comparison { node, op, left, right } = comparison;
    let subject = term(checker, left)?;
    let (field, span) = (checker.slice(left), checker.span(node));
    let pattern = literal(checker, right, None)?;
    if op == "like" {
        let NodeKind::Literal(Literal::Value(constant)) = checker.tree.kind(right) else { return None };
        let Constant::String(bytes) = constant else { return None };
        let (op, text) = glob(std::str::from_utf8(bytes).ok()?)?;
        return Some(rewrite(span, format!("{field} {op} {}", quoted(&text)?)));
    }
    let positive = match op {
        "!~" => "~",
        "not contains" => "contains",
        _ => return None,
    };
    // No value passes: not that some value does.
    let some = if subject.many && asks_all(subject) { format!("any({field})") } else { field.to_owned() };
    if subject.mode == Some(crate::hir::Mode::Any) && subject.field.is_some() {
        return None;
    }
    let text = format!("!({some} {positive} {pattern})");
    let title = format!("write {}, which is also true where there is no value", tamis_lang::excerpt::proposal(&text));
    Some(Fix::replace(title, span, text).suggestion())
}

/// A glob with stars only at its ends, as an operator and a text.
fn glob(pattern: &str) -> Option<(&'static str, String)> {
    let (front, rest) = pattern.strip_prefix('*').map_or((false, pattern), |rest| (true, rest));
    let (back, text) = rest.strip_suffix('*').map_or((false, rest), |text| (true, text));
    if text.contains(['*', '?', '\\']) || (text.is_empty() && !pattern.is_empty()) {
        return None;
    }
    let op = match (front, back) {
        (true, true) => "contains",
        (true, false) => "=^",
        (false, true) => "^=",
        (false, false) => "==",
    };
    Some((op, text.to_owned()))
}

/// A function as an operator.
fn function(checker: &Checker<'_>, node: NodeId) -> Option<Fix> {
    let NodeKind::Call { name, arguments, .. } = checker.tree.kind(node) else { return None };
    let span = checker.span(node);
    match (name.slice(checker.text), checker.tree.children(*arguments)) {
        ("exists", [field]) => {
            let term = term(checker, *field)?;
            let name = checker.slice(*field);
            let subject = if term.many { format!("any({name})") } else { name.to_owned() };
            let (one, other) = match term.ty {
                Ty::String => ("== \"\"", "!= \"\""),
                Ty::Int | Ty::Duration | Ty::Size => ("== 0", "!= 0"),
                Ty::Ip => ("in 0.0.0.0/0", "not in 0.0.0.0/0"),
                Ty::Network | Ty::Bool | Ty::Float => return None,
            };
            Some(rewrite(span, format!("{subject} {one} || {subject} {other}")))
        }
        (name @ ("starts_with" | "ends_with"), [field, text]) => {
            let op = if name == "starts_with" { "^=" } else { "=^" };
            let text = literal(checker, *text, None)?;
            Some(rewrite(span, format!("{} {op} {text}", checker.slice(*field))))
        }
        (name @ ("lower" | "upper"), [text]) => {
            let NodeKind::Literal(Literal::Value(Constant::String(bytes))) = checker.tree.kind(*text) else {
                return None;
            };
            let text = std::str::from_utf8(bytes).ok()?;
            let folded = if name == "lower" { text.to_lowercase() } else { text.to_uppercase() };
            Some(rewrite(span, quoted(&folded)?))
        }
        // What holds for every value is what a comparison says by itself.
        ("all", [field]) => Some(rewrite(span, checker.slice(*field).to_owned())),
        _ => None,
    }
}

/// The two sides changed over.
fn flipped(checker: &Checker<'_>, comparison: Comparison) -> Option<Fix> {
    let Comparison { node, op, left, right } = comparison;
    let op = match op {
        "==" | "!=" => op,
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        _ => return None,
    };
    let is_field = term(checker, right).is_some_and(|term| term.field.is_some());
    let literal = literal(checker, left, scale(checker, right)).filter(|_| is_field)?;
    Some(rewrite(checker.span(node), format!("{} {op} {literal}", checker.slice(right))))
}

/// A value without its parentheses.
fn group(checker: &Checker<'_>, node: NodeId) -> Option<Fix> {
    let inner = checker.tree.without_groups(node);
    let is_one =
        matches!(checker.tree.kind(inner), NodeKind::Path { .. } | NodeKind::Literal(_) | NodeKind::Call { .. });
    is_one.then(|| Fix::replace("remove the parentheses", checker.span(node), checker.slice(inner)))
}
