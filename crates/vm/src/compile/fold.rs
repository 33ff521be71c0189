//! What a rule says about every request alike.
//!
//! Kernels are pure, so a call on constants can be made once and for all.
//! Only calls that give a value are folded; one without a result stays in the program.

use std::borrow::Cow;

use tamis_lang::builtin::Eval;
use tamis_lang::sampling::Threshold;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::{Constant, Value};
use tamis_types::hir::{ConditionId, ConditionKind, Hir, Quantifier, Right, Test, ValueId, ValueKind};

use crate::op::Sign;

/// The values and conditions that are the same for every request.
pub(super) struct Known<'h> {
    values: Vec<Option<Cow<'h, Constant>>>,
    conditions: Vec<Option<bool>>,
}

impl<'h> Known<'h> {
    /// Finds them in one pass over each arena; children come before parents.
    pub(super) fn of(hir: &'h Hir) -> Self {
        let mut known =
            Self { values: Vec::with_capacity(hir.values.len()), conditions: Vec::with_capacity(hir.conditions.len()) };
        let mut scratch = Scratch::default();
        for value in &hir.values {
            let constant = known.fold_value(&value.kind, &scratch);
            known.values.push(constant);
            scratch.reset();
        }
        for condition in &hir.conditions {
            let always = known.fold_condition(&condition.kind, hir, &scratch);
            known.conditions.push(always);
            scratch.reset();
        }
        known
    }

    /// The constant that a value always is.
    pub(super) fn value(&self, id: ValueId) -> Option<&Constant> {
        self.values.get(id.0 as usize)?.as_deref()
    }

    /// The answer that a condition always gives.
    pub(super) fn condition(&self, id: ConditionId) -> Option<bool> {
        self.conditions.get(id.0 as usize).copied().flatten()
    }

    fn fold_value(&self, kind: &'h ValueKind, scratch: &Scratch) -> Option<Cow<'h, Constant>> {
        match kind {
            ValueKind::Constant(constant) => Some(Cow::Borrowed(constant)),
            ValueKind::Call { builtin, arguments } => {
                let Eval::Pure(kernel) = builtin.get().eval else { return None };
                let operands: Option<Vec<Value<'_>>> =
                    arguments.iter().map(|id| self.value(*id).map(Constant::as_value)).collect();
                kernel(&operands?, scratch).map(|value| Cow::Owned(value.to_constant()))
            }
            // Copied, because the constant it was may live elsewhere.
            ValueKind::Default(left, _) => self.value(*left).cloned().map(Cow::Owned),
            ValueKind::TextLen(text) => match self.value(*text)? {
                Constant::String(bytes) => i64::try_from(bytes.len()).ok().map(|n| Cow::Owned(Constant::Int(n))),
                _ => None,
            },
            ValueKind::Field(_) | ValueKind::Variable(_) | ValueKind::Count(_) | ValueKind::ListLen(_) => None,
        }
    }

    fn fold_condition(&self, kind: &ConditionKind, hir: &Hir, scratch: &Scratch) -> Option<bool> {
        match kind {
            ConditionKind::Constant(always) => Some(*always),
            ConditionKind::Not(inner) => self.condition(*inner).map(|always| !always),
            ConditionKind::And(children) => self.fold_chain(children, false),
            ConditionKind::Or(children) => self.fold_chain(children, true),
            ConditionKind::Test(test) => self.fold_test(test, hir, scratch),
            ConditionKind::Exists(_) => None,
            ConditionKind::Sample(threshold) => (*threshold == Threshold::ALWAYS).then_some(true),
            // A body that always holds still asks whether there is a value.
            ConditionKind::Quantified { quantifier, body, .. } => match (self.condition(*body)?, quantifier) {
                (true, _) => None,
                (false, Quantifier::Any | Quantifier::All) => Some(false),
                (false, Quantifier::None) => Some(true),
            },
        }
    }

    /// A chain that one condition with the answer `decisive` decides.
    fn fold_chain(&self, children: &[ConditionId], decisive: bool) -> Option<bool> {
        let mut always = Some(!decisive);
        for child in children {
            match self.condition(*child) {
                Some(answer) if answer == decisive => return Some(decisive),
                Some(_) => {}
                None => always = None,
            }
        }
        always
    }

    fn fold_test(&self, test: &Test, hir: &Hir, scratch: &Scratch) -> Option<bool> {
        let left = self.value(test.left)?.as_value();
        let answer = match (test.op.get().eval, test.right) {
            (Eval::Pure(kernel), Right::Value(right)) => {
                let right = self.value(right)?.as_value();
                match kernel(&[left, right], scratch) {
                    Some(Value::Bool(answer)) => Some(answer),
                    _ => None,
                }
            }
            (Eval::Prepared(kernel), Right::Prepared(id)) => kernel(&left, hir.prepared.get(id.0 as usize)?),
            // No checked rule has such a test; at run time it never passes.
            (Eval::Pure(_) | Eval::Prepared(_) | Eval::Negated(_) | Eval::Special(_), _) => return None,
        };
        Some(Sign::of(test.negated).passes(answer))
    }
}
