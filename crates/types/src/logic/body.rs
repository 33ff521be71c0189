//! Bodies of quantifiers that look only at their own variable.

use tamis_lang::value::Constant;

use super::atom::{Compare, Operand};
use super::domain::Bound;
use crate::hir::{ConditionId, ConditionKind, Hir, Right, ValueId, ValueKind, VariableId};

/// The most conditions in a body that is looked into.
const MOST_CONDITIONS: usize = 32;

/// A condition over one variable, its parts before the whole.
#[derive(Clone, Debug)]
pub(super) struct Body<'h> {
    steps: Vec<Step<'h>>,
}

#[derive(Clone, Debug)]
enum Step<'h> {
    Constant(bool),
    Compare(Compare<'h>),
    Not(usize),
    And(Vec<usize>),
    Or(Vec<usize>),
}

impl<'h> Body<'h> {
    /// The body of a quantifier; none where it looks at anything but its variable, or in a way that has no domain.
    pub(super) fn new(hir: &'h Hir, root: ConditionId, variable: VariableId) -> Option<Self> {
        let ids = conditions(hir, root)?;
        let place = |id: &ConditionId| ids.binary_search(id).ok();
        let mut steps = Vec::with_capacity(ids.len());
        for id in &ids {
            steps.push(match &hir.condition(*id)?.kind {
                ConditionKind::Constant(answer) => Step::Constant(*answer),
                ConditionKind::Not(inner) => Step::Not(place(inner)?),
                ConditionKind::And(parts) => Step::And(parts.iter().map(place).collect::<Option<_>>()?),
                ConditionKind::Or(parts) => Step::Or(parts.iter().map(place).collect::<Option<_>>()?),
                ConditionKind::Test(test) => {
                    let (subject, operand) = sides(hir, test.left, test.right)?;
                    let compare = Compare { op: test.op, negated: test.negated, operand };
                    match &hir.value(subject)?.kind {
                        ValueKind::Constant(constant) => Step::Constant(compare.passes(&constant.as_value())),
                        ValueKind::Variable(own) if *own == variable && compare.bound().is_some() => {
                            Step::Compare(compare)
                        }
                        _ => return None,
                    }
                }
                ConditionKind::Exists(_) | ConditionKind::Sample(_) | ConditionKind::Quantified { .. } => return None,
            });
        }
        Some(Self { steps })
    }

    /// Whether a value satisfies it.
    pub(super) fn holds(&self, value: &Constant) -> bool {
        let mut answers: Vec<bool> = Vec::with_capacity(self.steps.len());
        let at = |answers: &[bool], place: &usize| answers.get(*place).copied().unwrap_or(false);
        for step in &self.steps {
            let answer = match step {
                Step::Constant(answer) => *answer,
                Step::Compare(compare) => compare.passes(&value.as_value()),
                Step::Not(inner) => !at(&answers, inner),
                Step::And(parts) => parts.iter().all(|part| at(&answers, part)),
                Step::Or(parts) => parts.iter().any(|part| at(&answers, part)),
            };
            answers.push(answer);
        }
        answers.last().copied().unwrap_or(false)
    }

    /// Whether several comparisons in it are worth comparing with each other.
    ///
    /// Ends and middles of texts seldom exclude anything, and to know takes longer than all the rest of checking.
    pub(super) fn may_exclude_itself(&self) -> bool {
        let is_stretch = |bound| matches!(bound, Bound::Equal(_) | Bound::Order(_) | Bound::Prefix(_) | Bound::Set(_));
        self.compares().filter_map(Compare::bound).filter(|bound| is_stretch(*bound)).count() > 1
    }

    /// The comparisons in it.
    pub(super) fn compares(&self) -> impl Iterator<Item = &Compare<'h>> {
        self.steps.iter().filter_map(|step| match step {
            Step::Compare(compare) => Some(compare),
            Step::Constant(_) | Step::Not(_) | Step::And(_) | Step::Or(_) => None,
        })
    }
}

/// The variable side of a comparison with something constant.
pub(super) fn sides(hir: &Hir, left: ValueId, right: Right) -> Option<(ValueId, Operand<'_>)> {
    let constant = |id: ValueId| match &hir.value(id)?.kind {
        ValueKind::Constant(constant) => Some(constant),
        _ => None,
    };
    match right {
        Right::Prepared(id) => Some((left, Operand::Prepared(hir.prepared.get(id.0 as usize)?))),
        Right::Value(right) => match (constant(left), constant(right)) {
            (_, Some(constant)) => Some((left, Operand::Right(constant))),
            (Some(constant), None) => Some((right, Operand::Left(constant))),
            (None, None) => None,
        },
    }
}

/// A condition and all its parts, in the order of the arena; none where there are too many.
pub(super) fn conditions(hir: &Hir, root: ConditionId) -> Option<Vec<ConditionId>> {
    let mut found = vec![root];
    let mut next = 0;
    while let Some(id) = found.get(next).copied() {
        next += 1;
        match &hir.condition(id)?.kind {
            ConditionKind::Not(inner) => found.push(*inner),
            ConditionKind::And(parts) | ConditionKind::Or(parts) => found.extend(parts),
            ConditionKind::Quantified { body, .. } => found.push(*body),
            ConditionKind::Constant(_)
            | ConditionKind::Test(_)
            | ConditionKind::Exists(_)
            | ConditionKind::Sample(_) => {}
        }
        if found.len() > MOST_CONDITIONS {
            return None;
        }
    }
    found.sort_unstable();
    Some(found)
}
