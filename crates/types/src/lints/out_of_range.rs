//! Bounds beyond what a field can have.

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Severity};
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{NodeId, NodeKind};

use super::Comparison;
use super::subject::Subject;
use crate::check::Checker;
use crate::meaning::Meaning;

pub(super) fn check(checker: &mut Checker<'_>, comparison: &Comparison, subject: &Subject) {
    let Some(range) = range(checker, subject) else { return };
    for (node, constant) in subject.each(checker) {
        let Some(n) = number(constant) else { continue };
        if constant.ty() != subject.term.ty {
            continue;
        }
        if let Some(why) = why_never(subject.op.get().name, n, range) {
            report(checker, subject, node, why, comparison.is_negated());
        }
    }
    ranges(checker, subject, range, comparison.is_negated());
}

/// The smallest and the largest value of the subject: from the catalog, or zero upwards of a quantity.
fn range(checker: &Checker<'_>, subject: &Subject) -> Option<(i64, i64)> {
    let field = subject.field(checker)?;
    match field.ty {
        Ty::Int => field.range,
        Ty::Duration | Ty::Size if field.range.is_none() => Some((0, i64::MAX)),
        Ty::Bool | Ty::Float | Ty::String | Ty::Ip | Ty::Network | Ty::Duration | Ty::Size => None,
    }
}

const fn number(constant: &Constant) -> Option<i64> {
    match constant {
        Constant::Int(n) | Constant::Duration(n) | Constant::Size(n) => Some(*n),
        Constant::Bool(_) | Constant::Float(_) | Constant::String(_) | Constant::Ip(_) | Constant::Network(_) => None,
    }
}

/// Which end of the range a bound lies beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beyond {
    Low(i64),
    High(i64),
}

/// Why nothing within the range passes; for a negated operator, why everything does.
fn why_never(op: &str, n: i64, (low, high): (i64, i64)) -> Option<Beyond> {
    match op {
        ">" if n >= high => Some(Beyond::High(high)),
        "<" if n <= low => Some(Beyond::Low(low)),
        ">=" | "==" | "!=" | "in" | "not in" if n > high => Some(Beyond::High(high)),
        "<=" | "==" | "!=" | "in" | "not in" if n < low => Some(Beyond::Low(low)),
        _ => None,
    }
}

/// Ranges of a set that lie outside as a whole.
fn ranges(checker: &mut Checker<'_>, subject: &Subject, (low, high): (i64, i64), negated: bool) {
    let Meaning::Set(set) = checker.meaning(subject.constants) else { return };
    let tree = checker.tree;
    let elements: Vec<NodeId> = match tree.kind(set) {
        NodeKind::Set(elements) => tree.children(*elements).to_vec(),
        _ => vec![set],
    };
    for element in elements {
        let node = tree.without_groups(element);
        let NodeKind::Range { low: from, high: to } = tree.kind(node) else { continue };
        let bound = |end: NodeId| {
            let constant = checker.constant(tree.without_groups(end))?;
            (constant.ty() == subject.term.ty).then(|| number(constant)).flatten()
        };
        let why = match (bound(*from), bound(*to)) {
            (Some(from), _) if from > high => Beyond::High(high),
            (_, Some(to)) if to < low => Beyond::Low(low),
            _ => continue,
        };
        report(checker, subject, node, why, negated);
    }
}

fn report(checker: &mut Checker<'_>, subject: &Subject, node: NodeId, why: Beyond, negated: bool) {
    let op = subject.op.get().name;
    let name = subject.node;
    let ty = subject.term.ty;
    checker.report(Severity::Warning, |checker| {
        let literal = |n: i64| match ty {
            Ty::Duration => Constant::Duration(n),
            Ty::Size => Constant::Size(n),
            Ty::Bool | Ty::Int | Ty::Float | Ty::String | Ty::Ip | Ty::Network => Constant::Int(n),
        };
        let bound = match why {
            Beyond::Low(low) => format!("at least `{}`", literal(low)),
            Beyond::High(high) => format!("at most `{}`", literal(high)),
        };
        let (name, text) = (checker.quote(name), checker.slice(node));
        let outcome = if negated { "is always true where it is present" } else { "never matches" };
        let message = format!("{name} is {bound}, so `{op} {text}` {outcome}");
        Diagnostic::new(Code::OutOfRange, checker.span(node), message)
    });
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_code, check_without};
    use expect_test::expect;
    use tamis_lang::code::Code;

    #[test]
    fn a_bound_beyond_the_range_never_matches() {
        check_code(
            Code::OutOfRange,
            &[
                "http.response.status_code > 599",
                "600 <= http.response.status_code",
                "http.response.status_code == 700",
                "http.response.status_code != 99",
                "http.response.status_code in [200, 600..700]",
                "client.port < 0",
                "proxy.kong.latency.total < 0ms",
            ],
            &expect![[r#"
                > http.response.status_code > 599
                T403 warning 28..31 `http.response.status_code` is at most `599`, so `> 599` never matches
                > 600 <= http.response.status_code
                T403 warning 0..3 `http.response.status_code` is at most `599`, so `>= 600` never matches
                > http.response.status_code == 700
                T403 warning 29..32 `http.response.status_code` is at most `599`, so `== 700` never matches
                > http.response.status_code != 99
                T403 warning 29..31 `http.response.status_code` is at least `100`, so `!= 99` is always true where it is present
                > http.response.status_code in [200, 600..700]
                T403 warning 35..43 `http.response.status_code` is at most `599`, so `in 600..700` never matches
                > client.port < 0
                T403 warning 14..15 `client.port` is at least `0`, so `< 0` never matches
                > proxy.kong.latency.total < 0ms
                T403 warning 27..30 `proxy.kong.latency.total` is at least `0ns`, so `< 0ms` never matches
            "#]],
        );
    }

    #[test]
    fn a_bound_that_documents_the_end_is_fine() {
        check_without(
            Code::OutOfRange,
            &[
                "http.response.status_code >= 500 && http.response.status_code < 600",
                "http.response.status_code >= 100",
                "http.response.status_code in 500..699",
                "proxy.kong.latency.total > 0ms",
            ],
        );
    }
}
