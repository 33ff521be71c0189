//! What the checker knows of each node of the tree.

use tamis_lang::builtin::BuiltinId;
use tamis_lang::catalog::FieldId;
use tamis_lang::ty::Ty;
use tamis_lang::unit::Dimension;
use tamis_syntax::tree::NodeId;

use crate::hir::{ConditionId, FieldUseId, Mode, ValueId, VariableId};

/// What a node turned out to be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Meaning {
    /// Broken; a diagnostic says why.
    Hole,
    /// A name that stands for nothing; reported when its rule ends, unless something better is known until then.
    Unknown,
    /// A value.
    Value(Term),
    /// A condition.
    Condition(ConditionId),
    /// A broken condition; a diagnostic says why.
    Broken,
    /// A set or a range, with the node that lists its elements.
    Set(NodeId),
}

/// A value, before it is known what is done with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Term {
    /// Where the value is.
    pub(crate) place: Place,
    /// Its type.
    pub(crate) ty: Ty,
    /// The field that it is, with or without `any` or `all` around it.
    pub(crate) field: Option<FieldId>,
    /// In what a bare number beside it counts.
    pub(crate) scale: Option<Scale>,
    /// The mode that `any` or `all` within it asks for.
    pub(crate) mode: Option<Mode>,
    /// Whether a field with several values is in it, without `any` or `all`.
    pub(crate) many: bool,
    /// Whether it is absent where a field is.
    pub(crate) optional: bool,
    /// Whether no field is in it.
    pub(crate) constant: bool,
    /// How many operations are stacked in it.
    pub(crate) depth: u32,
}

/// Where a value is. What may still become something else is not in the checked form yet.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// A literal, whose type may still change.
    Literal(NodeId),
    /// A field.
    Field(FieldUseId),
    /// The variable of a quantifier.
    Variable(VariableId),
    /// A call of a function that is also an operator (`starts_with`), which becomes a comparison or a value.
    Test {
        /// The function.
        function: BuiltinId,
        /// Its first argument.
        left: ValueId,
        /// Its second argument.
        right: ValueId,
    },
    /// A value of the checked form.
    Ready(ValueId),
}

/// How many nanoseconds or bytes one of a bare number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scale {
    /// What is measured.
    pub(crate) dimension: Dimension,
    /// Nanoseconds or bytes.
    pub(crate) amount: i64,
}

impl Term {
    /// A value without fields.
    pub(crate) const fn constant(place: Place, ty: Ty) -> Self {
        Self { place, ty, field: None, scale: None, mode: None, many: false, optional: false, constant: true, depth: 1 }
    }

    /// The node of a literal.
    pub(crate) const fn literal(&self) -> Option<NodeId> {
        match self.place {
            Place::Literal(node) => Some(node),
            Place::Field(_) | Place::Variable(_) | Place::Test { .. } | Place::Ready(_) => None,
        }
    }
}

impl Meaning {
    /// The value, of a node that is one.
    pub(crate) const fn term(&self) -> Option<&Term> {
        match self {
            Self::Value(term) => Some(term),
            Self::Hole | Self::Unknown | Self::Condition(_) | Self::Broken | Self::Set(_) => None,
        }
    }
}
