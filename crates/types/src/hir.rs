//! The checked form of a rule: resolved, typed, without sugar.
//!
//! Names are fields, constants have the type that their operator wants, negated operators are a flag, and every
//! condition knows where it came from. Children come before parents, in both arenas.
//!
//! # What it means
//!
//! A [`ValueKind`] denotes a sequence of results, each a value or *nothing* (an operation without a result):
//!
//! - a constant or a variable: that one value; a field: its values, so an absent field gives the empty sequence;
//! - a call: one result for every combination of results of its operands, nothing where an operand or the kernel gives
//!   nothing; the empty sequence where an operand gives it;
//! - `Default`: the left sequence with each *nothing* replaced by the right sequence; the right sequence where the left
//!   is empty;
//! - `Count`: the number of values of the field, always one result; `ListLen`: the same, but empty for an absent field.
//!
//! A [`Test`] is false where a side is the empty sequence. Otherwise its mode says whether some combination of both
//! sides must pass or all must. A combination passes if both are values and the operator's kernel answers true (false,
//! of a negated test).
//!
//! A [`Sample`](ConditionKind::Sample) is true where the request's randomness is not below the threshold. A share by a key
//! is a `Test` of the key, whose operator is `sample` and whose right side is a [`Prepared::Threshold`]; it is true where
//! the randomness of the key is not below it. Neither stands within a `Not` or a quantifier, so a larger randomness never
//! makes a rule false.

use tamis_lang::builtin::BuiltinId;
use tamis_lang::catalog::FieldId;
use tamis_lang::phase::Phase;
use tamis_lang::prepared::Prepared;
use tamis_lang::sampling::Threshold;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;

/// The place of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConditionId(pub u32);

/// The place of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId(pub u32);

/// The place of a field in the table of fields that a rule uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldUseId(pub u32);

/// The place of a prepared operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PreparedId(pub u32);

/// A variable of a quantifier; how many quantifiers are around its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariableId(pub u32);

/// A rule, checked.
#[derive(Clone, Debug, Default)]
pub struct Hir {
    /// Every condition, children before parents.
    pub conditions: Vec<Condition>,
    /// Every value, operands before the operations on them.
    pub values: Vec<Value>,
    /// The fields that the rule uses, each once.
    pub fields: Vec<FieldUse>,
    /// Sets, patterns and thresholds.
    pub prepared: Vec<Prepared>,
    /// The last condition decides; none only in the empty `Hir`.
    pub root: Option<ConditionId>,
}

/// A condition with its place in the text.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What it is.
    pub kind: ConditionKind,
    /// Where it was written.
    pub span: Span,
}

/// What a condition is.
#[derive(Clone, Debug)]
pub enum ConditionKind {
    /// Always the same.
    Constant(bool),
    /// True where the other is false.
    Not(ConditionId),
    /// True where all are; two or more.
    And(Vec<ConditionId>),
    /// True where some is; two or more.
    Or(Vec<ConditionId>),
    /// A comparison.
    Test(Test),
    /// Whether the field has a value.
    Exists(FieldUseId),
    /// Whether the request is in a share of all requests.
    Sample(Threshold),
    /// A condition on the values of a field, one by one.
    Quantified {
        /// How many must satisfy it.
        quantifier: Quantifier,
        /// The field; absent means no value.
        source: FieldUseId,
        /// The name of each value within the body.
        variable: VariableId,
        /// The condition.
        body: ConditionId,
    },
}

/// How many values must satisfy a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// One is enough; false over none.
    Any,
    /// Every one; false over none.
    All,
    /// Not one; true over none.
    None,
}

/// A comparison.
#[derive(Clone, Debug)]
pub struct Test {
    /// The operator, never a negated one: `!=` is `==` with `negated`.
    pub op: BuiltinId,
    /// Whether each combination passes where the operator answers false.
    pub negated: bool,
    /// Whether some combination must pass or all.
    pub mode: Mode,
    /// The left side.
    pub left: ValueId,
    /// The right side.
    pub right: Right,
}

/// How many combinations of values must pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Every one.
    All,
    /// One is enough: `any(…)` is among the operands.
    Any,
}

/// The right side of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// An ordinary value.
    Value(ValueId),
    /// A set, a pattern or a threshold.
    Prepared(PreparedId),
}

/// A value with its type and its place in the text.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub kind: ValueKind,
    /// Its type.
    pub ty: Ty,
    /// Where it was written.
    pub span: Span,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum ValueKind {
    /// A literal, converted to the type that is wanted.
    Constant(Constant),
    /// A field of the request.
    Field(FieldUseId),
    /// The value that a quantifier looks at.
    Variable(VariableId),
    /// A kernel applied to operands.
    Call {
        /// The operator or function; its record has `Eval::Pure`.
        builtin: BuiltinId,
        /// The operands.
        arguments: Vec<ValueId>,
    },
    /// The left value, or the right one where the left is absent.
    Default(ValueId, ValueId),
    /// Bytes of a string.
    TextLen(ValueId),
    /// How many values a field has, zero included.
    Count(FieldUseId),
    /// How many values a list has; absent where the field is.
    ListLen(FieldUseId),
}

/// A field that a rule uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldUse {
    /// The field in its catalog.
    pub id: FieldId,
    /// The normalised key, of a family's member.
    pub key: Option<String>,
    /// The canonical name, key included.
    pub name: String,
    /// The type of one value.
    pub ty: Ty,
    /// Whether the catalog expects several values.
    pub many: bool,
    /// Whether a request may lack it.
    pub optional: bool,
    /// From when it is known.
    pub phase: Phase,
    /// Whether its value only ever grows, so that a lower bound is certain before its phase.
    pub monotone: bool,
    /// Whether its values must never be shown.
    pub sensitive: bool,
}

impl Test {
    /// Whether it asks for a share of the requests by a key.
    #[must_use]
    pub fn is_sample(&self) -> bool {
        self.op.get().is_sample()
    }
}

impl Hir {
    /// A condition of this rule.
    #[must_use]
    pub fn condition(&self, id: ConditionId) -> Option<&Condition> {
        self.conditions.get(id.0 as usize)
    }

    /// A value of this rule.
    #[must_use]
    pub fn value(&self, id: ValueId) -> Option<&Value> {
        self.values.get(id.0 as usize)
    }

    /// A field of this rule.
    #[must_use]
    pub fn field(&self, id: FieldUseId) -> Option<&FieldUse> {
        self.fields.get(id.0 as usize)
    }
}
