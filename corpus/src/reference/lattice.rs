//! The interval of thresholds of a rule of which a part is known, as the definition of the language has it.
//!
//! True is `[0, 0]`, false `[N, N]`, not yet `[0, N]` and a share `[T, T]`; `&&` takes the larger ends, `||` the smaller
//! ones, and `!` exchanges true and false.

use tamis_lang::builtin::{BuiltinId, Special};
use tamis_lang::catalog::{Catalog, FieldId};
use tamis_lang::sampling::Threshold;
use tamis_syntax::tree::{Literal, NodeId, NodeKind, Tree};

use super::value::Scope;
use super::{Reference, Values, bodies};

/// The smallest and the largest threshold that a request may have.
pub type Interval = (Threshold, Threshold);

const TRUE: Interval = (Threshold::ALWAYS, Threshold::ALWAYS);
const FALSE: Interval = (Threshold::NEVER, Threshold::NEVER);
const NOT_YET: Interval = (Threshold::ALWAYS, Threshold::NEVER);

/// The interval of each rule of a text, where only some fields are known; a condition waits for all of its fields.
#[must_use]
pub fn thresholds(
    text: &str,
    tree: &Tree,
    catalog: &Catalog,
    request: &dyn Values,
    is_known: &dyn Fn(FieldId, Option<&str>) -> bool,
) -> Vec<Interval> {
    let reference = Reference { text, tree, catalog, request };
    bodies(tree).into_iter().map(|body| reference.interval(body, is_known)).collect()
}

impl Reference<'_> {
    fn interval(&self, node: NodeId, is_known: &dyn Fn(FieldId, Option<&str>) -> bool) -> Interval {
        let (node, _) = self.plain(node, &Scope::Outermost);
        match self.tree.kind(node) {
            NodeKind::Prefix { op, operand, .. } if op.get().special() == Some(Special::Not) => {
                match self.interval(*operand, is_known) {
                    TRUE => FALSE,
                    FALSE => TRUE,
                    other => other,
                }
            }
            NodeKind::Chain { op, operands } => {
                let operands = self.tree.children(*operands).iter().map(|operand| self.interval(*operand, is_known));
                chain(*op, operands)
            }
            _ => match self.share_by_trace(node) {
                Some(threshold) => (threshold, threshold),
                None if !self.knows(node, is_known) => NOT_YET,
                None if self.condition(node, &Scope::Outermost) => TRUE,
                None => FALSE,
            },
        }
    }

    /// The threshold of `sample(p)`.
    fn share_by_trace(&self, node: NodeId) -> Option<Threshold> {
        let (function, arguments) = self.call(node)?;
        let [probability] = self.tree.children(arguments) else { return None };
        match self.tree.kind(self.tree.without_groups(*probability)) {
            NodeKind::Literal(Literal::Probability { numerator, denominator }) if function.get().is_sample() => {
                Threshold::of(*numerator, *denominator)
            }
            _ => None,
        }
    }

    /// Whether all fields in a condition are known; a name that a variable hides is looked for, too.
    fn knows(&self, node: NodeId, is_known: &dyn Fn(FieldId, Option<&str>) -> bool) -> bool {
        self.tree.subtree(node).all(|inner| {
            let (named, scope) = self.plain(inner, &Scope::Outermost);
            let is_path = matches!(self.tree.kind(inner), NodeKind::Path { .. });
            match self.field(named, scope) {
                Some((id, key)) => is_known(id, key.as_deref()),
                None => !is_path || named == inner || self.knows(named, is_known),
            }
        })
    }
}

fn chain(op: BuiltinId, operands: impl Iterator<Item = Interval>) -> Interval {
    if op.get().special() == Some(Special::And) {
        operands.fold(TRUE, |(low, high), (l, h)| (low.max(l), high.max(h)))
    } else {
        operands.fold(FALSE, |(low, high), (l, h)| (low.min(l), high.min(h)))
    }
}
