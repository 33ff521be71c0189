//! What a literal is compared with.

use tamis_lang::builtin::{BuiltinId, Operand};
use tamis_lang::catalog::{AllowedValue, Field};
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;
use tamis_syntax::tree::{NodeId, NodeKind};

use crate::document::View;

/// The other side of the comparison that a literal stands in, on its own or within a set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Compared<'a> {
    /// The operator.
    pub(crate) op: BuiltinId,
    /// The field on the other side.
    pub(crate) field: &'a Field,
}

/// What a literal is compared with, if that is a field.
pub(crate) fn compared<'a>(view: &View<'a>, literal: NodeId) -> Option<Compared<'a>> {
    let tree = view.document.tree();
    let mut child = literal;
    for parent in view.document.ancestors(literal) {
        match tree.kind(parent) {
            NodeKind::Group(_) | NodeKind::Set(_) | NodeKind::Range { .. } | NodeKind::Prefix { .. } => child = parent,
            NodeKind::Infix { op, left, right, .. } => {
                let other = if *left == child { *right } else { *left };
                let field = view.catalog.field(view.field_of(tree.without_groups(other))?)?;
                return Some(Compared { op: *op, field });
            }
            _ => return None,
        }
    }
    None
}

/// Whether an operator asks which of two values is greater.
pub(crate) fn asks_for_order(op: BuiltinId) -> bool {
    let takes = |ty: Ty| op.get().signatures.iter().any(|it| it.parameters.first() == Some(&Operand::Value(ty)));
    takes(Ty::Duration) && !takes(Ty::Bool)
}

/// What the catalog says of a value of a field.
pub(crate) fn meaning<'a>(field: &'a Field, value: &Constant) -> Option<&'a AllowedValue> {
    field.allowed.as_ref()?.values.iter().find(|allowed| allowed.value == *value)
}
