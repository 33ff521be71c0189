//! The checked form of one rule while it grows.

use std::collections::HashMap;

use tamis_lang::builtin::BuiltinId;
use tamis_lang::limits::Limits;
use tamis_lang::prepared::Prepared;
use tamis_lang::span::Span;
use tamis_lang::ty::Ty;

use crate::hir::{
    Condition, ConditionId, ConditionKind, FieldUse, FieldUseId, Hir, Mode, PreparedId, Right, Test, Value, ValueId,
    ValueKind, VariableId,
};
use crate::meaning::{Meaning, Place, Term};

/// From how many fields on a rule's fields are found by hash.
const MANY_FIELDS: usize = 16;

/// Values per condition that a rule may have.
///
/// Without `let` the length of the text bounds the values; a `let` that doubles another would not be bounded.
const VALUES_PER_CONDITION: u32 = 16;

/// Grows one [`Hir`].
#[derive(Debug, Default)]
pub(crate) struct Builder {
    hir: Hir,
    /// Conditions that combine no others: what the limit counts.
    n_leaves: u32,
    /// Quantifiers within quantifiers.
    quantifiers: u32,
    by_name: HashMap<String, FieldUseId>,
    /// Of each condition whether a share of the requests decides it.
    sampled: Vec<bool>,
}

/// A `let`, checked: what each use copies.
#[derive(Debug)]
pub(crate) struct Fragment {
    builder: Builder,
    root: Meaning,
}

/// Why a `let` cannot be used in one more place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TooLarge {
    /// The rule would have too many conditions or values.
    Conditions,
    /// Quantifiers would be nested too deeply.
    Quantifiers,
}

/// What has to be added to the places of a fragment.
#[derive(Clone, Debug)]
struct Offsets {
    conditions: u32,
    values: u32,
    prepared: u32,
    variables: u32,
    fields: Vec<FieldUseId>,
}

impl Builder {
    /// The fields that the rule uses so far.
    pub(crate) fn fields(&self) -> &[FieldUse] {
        &self.hir.fields
    }

    /// How many comparisons and other conditions without parts there are.
    pub(crate) const fn n_leaves(&self) -> u32 {
        self.n_leaves
    }

    /// Conditions and values, as a measure of memory.
    pub(crate) fn size(&self) -> usize {
        self.hir.conditions.len() + self.hir.values.len()
    }

    pub(crate) fn finish(mut self, root: ConditionId) -> Hir {
        self.hir.root = Some(root);
        self.hir
    }

    pub(crate) fn value(&mut self, kind: ValueKind, ty: Ty, span: Span) -> ValueId {
        let id = ValueId(place(self.hir.values.len()));
        self.hir.values.push(Value { kind, ty, span });
        id
    }

    pub(crate) fn condition(&mut self, kind: ConditionKind, span: Span) -> ConditionId {
        let id = ConditionId(place(self.hir.conditions.len()));
        if is_leaf(&kind) {
            self.n_leaves = self.n_leaves.saturating_add(1);
        }
        self.sampled.push(self.samples(&kind));
        self.hir.conditions.push(Condition { kind, span });
        id
    }

    /// Whether `sample` is in a condition.
    pub(crate) fn is_sampled(&self, id: ConditionId) -> bool {
        self.sampled.get(id.0 as usize).copied().unwrap_or(false)
    }

    fn samples(&self, kind: &ConditionKind) -> bool {
        match kind {
            ConditionKind::Constant(_) | ConditionKind::Exists(_) => false,
            ConditionKind::Sample(_) => true,
            ConditionKind::Test(test) => test.is_sample(),
            ConditionKind::Not(inner) | ConditionKind::Quantified { body: inner, .. } => self.is_sampled(*inner),
            ConditionKind::And(parts) | ConditionKind::Or(parts) => parts.iter().any(|part| self.is_sampled(*part)),
        }
    }

    pub(crate) fn test(
        &mut self,
        op: BuiltinId,
        mode: Option<Mode>,
        sides: (ValueId, Right),
        span: Span,
    ) -> ConditionId {
        let (op, negated) = match op.get().negates() {
            Some(positive) => (BuiltinId::of(positive), true),
            None => (op, false),
        };
        let (left, right) = sides;
        let test = Test { op, negated, mode: mode.unwrap_or(Mode::All), left, right };
        self.condition(ConditionKind::Test(test), span)
    }

    pub(crate) fn prepared(&mut self, prepared: Prepared) -> PreparedId {
        let id = PreparedId(place(self.hir.prepared.len()));
        self.hir.prepared.push(prepared);
        id
    }

    /// Notes that a quantifier stands within `depth` others.
    pub(crate) fn quantifier(&mut self, depth: u32) {
        self.quantifiers = self.quantifiers.max(depth.saturating_add(1));
    }

    /// The place of a field in the rule's table, each field once.
    pub(crate) fn field(&mut self, field: FieldUse) -> FieldUseId {
        let known = if self.hir.fields.len() < MANY_FIELDS {
            self.hir.fields.iter().position(|f| f.id == field.id && f.key == field.key).map(|n| FieldUseId(place(n)))
        } else {
            self.index_fields();
            self.by_name.get(&field.name).copied()
        };
        known.unwrap_or_else(|| {
            let id = FieldUseId(place(self.hir.fields.len()));
            if !self.by_name.is_empty() {
                self.by_name.insert(field.name.clone(), id);
            }
            self.hir.fields.push(field);
            id
        })
    }

    fn index_fields(&mut self) {
        if self.by_name.is_empty() {
            let entries = self.hir.fields.iter().enumerate();
            self.by_name = entries.map(|(n, field)| (field.name.clone(), FieldUseId(place(n)))).collect();
        }
    }

    /// Copies a `let` to where it is used, within `depth` quantifiers.
    ///
    /// # Errors
    ///
    /// Which limit that would break; nothing is copied then.
    pub(crate) fn import(&mut self, fragment: &Fragment, depth: u32, limits: &Limits) -> Result<Meaning, TooLarge> {
        let source = &fragment.builder;
        let n_values = place(self.hir.values.len()).saturating_add(place(source.hir.values.len()));
        let values_limit = limits.conditions.saturating_mul(VALUES_PER_CONDITION);
        if self.n_leaves.saturating_add(source.n_leaves) > limits.conditions || n_values > values_limit {
            return Err(TooLarge::Conditions);
        }
        if source.quantifiers > 0 && depth.saturating_add(source.quantifiers) > limits.quantifiers {
            return Err(TooLarge::Quantifiers);
        }
        self.quantifiers = self.quantifiers.max(depth.saturating_add(source.quantifiers));
        let offsets = Offsets {
            conditions: place(self.hir.conditions.len()),
            values: place(self.hir.values.len()),
            prepared: place(self.hir.prepared.len()),
            variables: depth,
            fields: source.hir.fields.iter().map(|field| self.field(field.clone())).collect(),
        };
        self.n_leaves = self.n_leaves.saturating_add(source.n_leaves);
        self.sampled.extend(source.sampled.iter().copied());
        self.hir.prepared.extend(source.hir.prepared.iter().cloned());
        self.hir.values.extend(source.hir.values.iter().map(|value| offsets.of_value(value)));
        self.hir.conditions.extend(source.hir.conditions.iter().map(|condition| offsets.of_condition(condition)));
        Ok(offsets.of_meaning(fragment.root))
    }
}

impl Fragment {
    pub(crate) const fn new(builder: Builder, root: Meaning) -> Self {
        Self { builder, root }
    }

    /// Conditions and values, as a measure of memory.
    pub(crate) fn size(&self) -> usize {
        self.builder.size()
    }

    pub(crate) const fn root(&self) -> Meaning {
        self.root
    }
}

impl Offsets {
    const fn condition(&self, id: ConditionId) -> ConditionId {
        ConditionId(id.0.saturating_add(self.conditions))
    }

    const fn value(&self, id: ValueId) -> ValueId {
        ValueId(id.0.saturating_add(self.values))
    }

    const fn variable(&self, id: VariableId) -> VariableId {
        VariableId(id.0.saturating_add(self.variables))
    }

    fn field(&self, id: FieldUseId) -> FieldUseId {
        let moved = self.fields.get(id.0 as usize).copied();
        debug_assert!(moved.is_some(), "a field outside the table");
        moved.unwrap_or(id)
    }

    const fn right(&self, right: Right) -> Right {
        match right {
            Right::Value(id) => Right::Value(self.value(id)),
            Right::Prepared(id) => Right::Prepared(PreparedId(id.0.saturating_add(self.prepared))),
        }
    }

    fn of_value(&self, value: &Value) -> Value {
        let kind = match &value.kind {
            ValueKind::Constant(constant) => ValueKind::Constant(constant.clone()),
            ValueKind::Field(id) => ValueKind::Field(self.field(*id)),
            ValueKind::Variable(id) => ValueKind::Variable(self.variable(*id)),
            ValueKind::Call { builtin, arguments } => {
                ValueKind::Call { builtin: *builtin, arguments: arguments.iter().map(|id| self.value(*id)).collect() }
            }
            ValueKind::Default(left, right) => ValueKind::Default(self.value(*left), self.value(*right)),
            ValueKind::TextLen(id) => ValueKind::TextLen(self.value(*id)),
            ValueKind::Count(id) => ValueKind::Count(self.field(*id)),
            ValueKind::ListLen(id) => ValueKind::ListLen(self.field(*id)),
        };
        Value { kind, ty: value.ty, span: value.span }
    }

    fn of_condition(&self, condition: &Condition) -> Condition {
        let list = |ids: &[ConditionId]| ids.iter().map(|id| self.condition(*id)).collect();
        let kind = match &condition.kind {
            ConditionKind::Constant(constant) => ConditionKind::Constant(*constant),
            ConditionKind::Not(id) => ConditionKind::Not(self.condition(*id)),
            ConditionKind::And(ids) => ConditionKind::And(list(ids)),
            ConditionKind::Or(ids) => ConditionKind::Or(list(ids)),
            ConditionKind::Test(test) => {
                ConditionKind::Test(Test { left: self.value(test.left), right: self.right(test.right), ..test.clone() })
            }
            ConditionKind::Exists(id) => ConditionKind::Exists(self.field(*id)),
            ConditionKind::Sample(threshold) => ConditionKind::Sample(*threshold),
            ConditionKind::Quantified { quantifier, source, variable, body } => ConditionKind::Quantified {
                quantifier: *quantifier,
                source: self.field(*source),
                variable: self.variable(*variable),
                body: self.condition(*body),
            },
        };
        Condition { kind, span: condition.span }
    }

    fn of_meaning(&self, meaning: Meaning) -> Meaning {
        let Meaning::Value(term) = meaning else {
            return match meaning {
                Meaning::Condition(id) => Meaning::Condition(self.condition(id)),
                Meaning::Hole | Meaning::Broken | Meaning::Unknown | Meaning::Value(_) | Meaning::Set(_) => meaning,
            };
        };
        let place = match term.place {
            Place::Literal(node) => Place::Literal(node),
            Place::Field(id) => Place::Field(self.field(id)),
            Place::Variable(id) => Place::Variable(self.variable(id)),
            Place::Test { function, left, right } => {
                Place::Test { function, left: self.value(left), right: self.value(right) }
            }
            Place::Ready(id) => Place::Ready(self.value(id)),
        };
        Meaning::Value(Term { place, ..term })
    }
}

/// Whether a condition combines no others.
const fn is_leaf(kind: &ConditionKind) -> bool {
    match kind {
        ConditionKind::Not(_) | ConditionKind::And(_) | ConditionKind::Or(_) => false,
        ConditionKind::Constant(_)
        | ConditionKind::Test(_)
        | ConditionKind::Exists(_)
        | ConditionKind::Sample(_)
        | ConditionKind::Quantified { .. } => true,
    }
}

/// A place in a table; texts are far too short for 32 bits to run out.
fn place(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
