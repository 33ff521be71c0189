//! The meaning of a checked rule, written down as its documentation says it and as slowly as it likes.

use tamis_lang::builtin::Eval;
use tamis_lang::sampling::Randomness;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::{Constant, Value};
use tamis_types::hir::{
    ConditionId, ConditionKind, FieldUseId, Hir, Mode, Quantifier, Right, Test, ValueId, ValueKind,
};

use super::build::Request;

/// A value or *nothing*.
type Outcome = Option<Constant>;

pub(super) fn holds(hir: &Hir, request: &Request) -> bool {
    holds_with(hir, request, Randomness::default())
}

/// The same for a request with a trace.
pub(super) fn holds_with(hir: &Hir, request: &Request, randomness: Randomness) -> bool {
    let naive = Naive { hir, request, randomness };
    hir.root.is_some_and(|root| naive.condition(root, &[]))
}

/// Whether a condition holds.
pub(super) fn condition_holds(hir: &Hir, request: &Request, id: ConditionId) -> bool {
    Naive { hir, request, randomness: Randomness::default() }.condition(id, &[])
}

struct Naive<'n> {
    hir: &'n Hir,
    request: &'n Request,
    randomness: Randomness,
}

impl Naive<'_> {
    fn condition(&self, id: ConditionId, variables: &[(u32, Outcome)]) -> bool {
        match &self.hir.condition(id).unwrap().kind {
            ConditionKind::Constant(answer) => *answer,
            ConditionKind::Not(inner) => !self.condition(*inner, variables),
            ConditionKind::And(children) => children.iter().all(|child| self.condition(*child, variables)),
            ConditionKind::Or(children) => children.iter().any(|child| self.condition(*child, variables)),
            ConditionKind::Test(test) => self.test(test, variables),
            ConditionKind::Sample(threshold) => threshold.keeps(self.randomness),
            ConditionKind::Exists(field) => !self.field(*field).is_empty(),
            ConditionKind::Quantified { quantifier, source, variable, body } => {
                let mut answers = self.field(*source).into_iter().map(|outcome| {
                    let inner: Vec<_> = variables.iter().cloned().chain([(variable.0, outcome)]).collect();
                    self.condition(*body, &inner)
                });
                match quantifier {
                    Quantifier::Any => answers.any(|holds| holds),
                    Quantifier::All => answers.len() > 0 && answers.all(|holds| holds),
                    Quantifier::None => !answers.any(|holds| holds),
                }
            }
        }
    }

    fn test(&self, test: &Test, variables: &[(u32, Outcome)]) -> bool {
        let left = self.value(test.left, variables);
        let answers: Vec<Option<bool>> = match test.right {
            Right::Value(right) => {
                let right = self.value(right, variables);
                let pairs = left.iter().flat_map(|left| right.iter().map(move |right| (left, right)));
                pairs.map(|(left, right)| ask(test, left.as_ref()?, right.as_ref()?)).collect()
            }
            Right::Prepared(id) => {
                let Eval::Prepared(kernel) = test.op.get().eval else { return false };
                let prepared = &self.hir.prepared[id.0 as usize];
                left.iter().map(|left| kernel(&left.as_ref()?.as_value(), prepared)).collect()
            }
        };
        let mut passes = answers.iter().map(|answer| *answer == Some(!test.negated));
        match test.mode {
            Mode::All => passes.len() > 0 && passes.all(|passes| passes),
            Mode::Any => passes.any(|passes| passes),
        }
    }

    fn value(&self, id: ValueId, variables: &[(u32, Outcome)]) -> Vec<Outcome> {
        match &self.hir.value(id).unwrap().kind {
            ValueKind::Constant(constant) => vec![Some(constant.clone())],
            ValueKind::Field(field) => self.field(*field),
            ValueKind::Variable(variable) => {
                let bound = variables.iter().rev().find(|(level, _)| *level == variable.0);
                vec![bound.and_then(|(_, outcome)| outcome.clone())]
            }
            ValueKind::Call { builtin, arguments } => {
                let Eval::Pure(kernel) = builtin.get().eval else { return vec![None] };
                let mut combinations: Vec<Vec<Outcome>> = vec![vec![]];
                for argument in arguments {
                    let outcomes = self.value(*argument, variables);
                    combinations = combinations
                        .iter()
                        .flat_map(|before| {
                            outcomes.iter().map(move |outcome| before.iter().chain([outcome]).cloned().collect())
                        })
                        .collect();
                }
                let apply = |operands: Vec<Outcome>| {
                    let operands: Vec<Constant> = operands.into_iter().collect::<Option<_>>()?;
                    let operands: Vec<Value<'_>> = operands.iter().map(Constant::as_value).collect();
                    kernel(&operands, &Scratch::default()).map(|value| value.to_constant())
                };
                combinations.into_iter().map(apply).collect()
            }
            ValueKind::Default(left, right) => {
                let (left, right) = (self.value(*left, variables), self.value(*right, variables));
                if left.is_empty() {
                    return right;
                }
                left.into_iter()
                    .flat_map(|outcome| if outcome.is_some() { vec![outcome] } else { right.clone() })
                    .collect()
            }
            ValueKind::TextLen(text) => {
                let len = |outcome: Outcome| match outcome? {
                    Constant::String(bytes) => Some(Constant::Int(bytes.len().try_into().unwrap())),
                    _ => None,
                };
                self.value(*text, variables).into_iter().map(len).collect()
            }
            ValueKind::ListLen(field) if self.field(*field).is_empty() => vec![],
            ValueKind::Count(field) | ValueKind::ListLen(field) => vec![Some(self.count(*field))],
        }
    }

    fn count(&self, field: FieldUseId) -> Constant {
        Constant::Int(self.field(field).len().try_into().unwrap())
    }

    /// The values of a field; one of the wrong type is nothing.
    fn field(&self, id: FieldUseId) -> Vec<Outcome> {
        let ty = self.hir.field(id).unwrap().ty;
        self.request.values(id.0).iter().map(|value| (value.ty() == ty).then(|| value.clone())).collect()
    }
}

fn ask(test: &Test, left: &Constant, right: &Constant) -> Option<bool> {
    let Eval::Pure(kernel) = test.op.get().eval else { return None };
    match kernel(&[left.as_value(), right.as_value()], &Scratch::default()) {
        Some(Value::Bool(answer)) => Some(answer),
        _ => None,
    }
}
