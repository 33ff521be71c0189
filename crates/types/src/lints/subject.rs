//! What a comparison asks about: a field on one side, constants on the other.

use tamis_lang::builtin::BuiltinId;
use tamis_lang::catalog::Field;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{NodeId, NodeKind};

use super::Comparison;
use crate::check::{Checker, constant_of, ids};
use crate::comparison::flipped;
use crate::meaning::{Meaning, Term};

/// A comparison of one side with constants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject {
    /// The side that is no constant.
    pub(super) node: NodeId,
    /// What is known of it.
    pub(super) term: Term,
    /// The other side.
    pub(super) constants: NodeId,
    /// The operator as it reads with the subject on the left.
    pub(super) op: BuiltinId,
}

impl Comparison {
    /// The side that is compared with constants.
    pub(super) fn subject(&self, checker: &Checker<'_>) -> Option<Subject> {
        let is_constant = |node: NodeId| match checker.meaning(node) {
            Meaning::Value(term) => term.literal().is_some(),
            Meaning::Set(_) => true,
            Meaning::Hole | Meaning::Unknown | Meaning::Condition(_) | Meaning::Broken => false,
        };
        let (node, constants, op) = match (is_constant(self.left), is_constant(self.right)) {
            (false, true) => (self.left, self.right, self.op),
            (true, false) => (self.right, self.left, flipped(ids(), self.op)),
            _ => return None,
        };
        let term = *checker.meaning(node).term()?;
        Some(Subject { node, term, constants, op })
    }

    /// Whether the operator asks for the opposite.
    pub(super) fn is_negated(&self) -> bool {
        self.op.get().negates().is_some()
    }

    /// The name of the operator that is not negated.
    pub(super) fn positive(&self) -> &'static str {
        let builtin = self.op.get();
        builtin.negates().map_or(builtin.name, |positive| positive.name)
    }
}

impl Subject {
    /// The record of the field that the subject is, with or without `any` or `all`.
    pub(super) fn field<'c>(&self, checker: &Checker<'c>) -> Option<&'c Field> {
        checker.catalog.field(self.term.field?)
    }

    /// The constants one by one, each with its place; ranges of a set are left out.
    pub(super) fn each<'c>(&self, checker: &Checker<'c>) -> impl Iterator<Item = (NodeId, &'c Constant)> + use<'c> {
        let tree = checker.tree;
        let (single, elements): (Option<NodeId>, &[NodeId]) = match checker.meaning(self.constants) {
            Meaning::Value(term) => (term.literal(), &[]),
            Meaning::Set(set) => match tree.kind(set) {
                NodeKind::Set(elements) => (None, tree.children(*elements)),
                _ => (None, &[]),
            },
            Meaning::Hole | Meaning::Unknown | Meaning::Condition(_) | Meaning::Broken => (None, &[]),
        };
        let nodes = single.into_iter().chain(elements.iter().map(move |element| tree.without_groups(*element)));
        nodes.filter_map(move |node| Some((node, constant_of(tree, node)?)))
    }

    /// The string constants one by one; those that are not UTF-8 are left out.
    pub(super) fn texts<'c>(&self, checker: &Checker<'c>) -> impl Iterator<Item = (NodeId, &'c str)> + use<'c> {
        self.each(checker).filter_map(|(node, constant)| match constant {
            Constant::String(bytes) => Some((node, std::str::from_utf8(bytes).ok()?)),
            _ => None,
        })
    }
}
