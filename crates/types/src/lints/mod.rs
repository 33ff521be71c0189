//! Findings about rules that are right by their types and probably not meant.
//!
//! Each lint is a file of its own: what it looks for, what it proposes, and its tests.

mod absence;
pub(crate) mod absent_where;
mod allowed_values;
mod constant_condition;
pub(crate) mod covered;
mod credential;
mod duplicate_element;
mod large_duration;
pub(crate) mod late_drop;
pub(crate) mod late_negation;
mod letter_case;
mod out_of_range;
mod path_shape;
mod places;
mod plain_pattern;
pub(crate) mod relations;
mod sensitive;
mod several_values;
mod subject;
mod useless_default;

use tamis_lang::builtin::{BuiltinId, Power, Special};
use tamis_lang::diagnostic::Severity;
use tamis_lang::span::Span;
use tamis_syntax::tree::{NodeId, NodeKind};

use self::subject::Subject;
use crate::check::Checker;
use crate::meaning::Meaning;

/// A comparison of the text whose types are right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comparison {
    pub(super) node: NodeId,
    pub(super) op: BuiltinId,
    pub(super) op_span: Span,
    pub(super) left: NodeId,
    pub(super) right: NodeId,
}

/// The lints over one comparison of something with constants.
const WITH_CONSTANTS: &[fn(&mut Checker<'_>, &Comparison, &Subject)] = &[
    allowed_values::check,
    out_of_range::check,
    letter_case::check,
    path_shape::check,
    plain_pattern::check,
    large_duration::check,
    credential::check,
];

/// Runs every lint over an item.
///
/// From the last node to the first, so that a negation is seen before what it negates.
pub(crate) fn run(checker: &mut Checker<'_>, root: NodeId) {
    if !checker.sink.is_wanted(Severity::Warning) {
        return errors_only(checker, root);
    }
    let tree = checker.tree;
    for id in tree.subtree(root).rev() {
        match tree.kind(id) {
            NodeKind::Infix { op, op_span, left, right } => {
                let comparison = Comparison { node: id, op: *op, op_span: *op_span, left: *left, right: *right };
                infix(checker, &comparison);
            }
            NodeKind::Prefix { op, operand, .. } if op.get().special() == Some(Special::Not) => {
                constant_condition::check_operand(checker, *operand);
                absence::check_negation(checker, id, *operand);
            }
            NodeKind::Chain { operands, .. } => {
                for operand in tree.children(*operands) {
                    constant_condition::check_operand(checker, *operand);
                }
            }
            NodeKind::Set(elements) => duplicate_element::check(checker, tree.children(*elements)),
            _ => {}
        }
    }
    several_values::check_bare(checker);
    sensitive::check(checker, root);
}

/// Runs the only lint that finds errors.
fn errors_only(checker: &mut Checker<'_>, root: NodeId) {
    let tree = checker.tree;
    for id in tree.subtree(root).rev() {
        let NodeKind::Infix { op, op_span, left, right } = tree.kind(id) else { continue };
        let is_condition = matches!(checker.meaning(id), Meaning::Condition(_));
        if !is_condition || op.get().power() != Some(Power::Compare) {
            continue;
        }
        let comparison = Comparison { node: id, op: *op, op_span: *op_span, left: *left, right: *right };
        if let Some(subject) = comparison.subject(checker) {
            allowed_values::check(checker, &comparison, &subject);
        }
    }
}

fn infix(checker: &mut Checker<'_>, comparison: &Comparison) {
    if comparison.op.get().power() != Some(Power::Compare) {
        useless_default::check(checker, comparison);
        return;
    }
    if !matches!(checker.meaning(comparison.node), Meaning::Condition(_)) {
        return;
    }
    if let Some(subject) = comparison.subject(checker) {
        for lint in WITH_CONSTANTS {
            lint(checker, comparison, &subject);
        }
    }
    several_values::check(checker, comparison);
    constant_condition::check(checker, comparison);
    absence::check_comparison(checker, comparison);
}
