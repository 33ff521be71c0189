//! In which order the parts of `&&` and `||` are asked.
//!
//! Conditions have no effects and cannot fail, so the order plays no part in the verdict.
//! The part that decides most for what it costs comes first: of an `&&` the one that is cheap and often false, of an `||`
//! the one that is cheap and often true.
//! How often a condition is true is guessed from its operator; equal ones stay as written.

use std::cmp::Ordering;

use tamis_lang::builtin::Cost;
use tamis_lang::prepared::Prepared;
use tamis_lang::ty::Ty;
use tamis_types::hir::{ConditionId, ConditionKind, FieldUseId, Hir, Quantifier, Right, Test, ValueId, ValueKind};

/// What a condition costs on a usual request, in comparisons of numbers, and how often it is true.
#[derive(Clone, Copy, Debug)]
struct Guess {
    cost: f64,
    truth: f64,
}

/// The guesses for every condition of a rule.
pub(crate) struct Guesses(Vec<Guess>);

/// What a header or a parameter costs more than a field that a gateway holds.
const LOOK_UP: f64 = 6.0;
/// Comparisons of numbers in the time of one comparison of texts.
const TEXT: f64 = 3.0;
/// How many values a quantifier looks at.
const VALUES: f64 = 3.0;

impl Guesses {
    /// Guesses in one pass; children come before parents.
    pub(crate) fn of(hir: &Hir) -> Self {
        let mut guesses = Self(Vec::with_capacity(hir.conditions.len()));
        for condition in &hir.conditions {
            let guess = guesses.condition(hir, &condition.kind);
            guesses.0.push(guess);
        }
        guesses
    }

    fn get(&self, id: ConditionId) -> Guess {
        self.0.get(id.0 as usize).copied().unwrap_or(Guess { cost: 1.0, truth: 0.5 })
    }

    /// The order of two parts of an `&&`.
    pub(crate) fn of_and(&self, a: ConditionId, b: ConditionId) -> Ordering {
        let rank = |guess: Guess| guess.cost / (1.0 - guess.truth);
        rank(self.get(a)).total_cmp(&rank(self.get(b)))
    }

    /// The order of two parts of an `||`.
    pub(crate) fn of_or(&self, a: ConditionId, b: ConditionId) -> Ordering {
        let rank = |guess: Guess| guess.cost / guess.truth;
        rank(self.get(a)).total_cmp(&rank(self.get(b)))
    }

    fn condition(&self, hir: &Hir, kind: &ConditionKind) -> Guess {
        match kind {
            ConditionKind::Constant(always) => Guess { cost: 0.0, truth: if *always { 1.0 } else { 0.0 } }.apart(),
            ConditionKind::Not(inner) => {
                let Guess { cost, truth } = self.get(*inner);
                Guess { cost, truth: 1.0 - truth }
            }
            ConditionKind::And(parts) => self.chain(parts, Self::of_and, |truth| truth),
            ConditionKind::Or(parts) => {
                let Guess { cost, truth } = self.chain(parts, Self::of_or, |truth| 1.0 - truth);
                Guess { cost, truth: 1.0 - truth }
            }
            ConditionKind::Exists(field) => Guess { cost: 1.0 + look_up(hir, *field), truth: 0.5 },
            ConditionKind::Sample(threshold) => Guess { cost: 1.0, truth: threshold.probability() }.apart(),
            ConditionKind::Quantified { quantifier, source, body, .. } => {
                let Guess { cost, truth } = self.get(*body);
                let truth = match quantifier {
                    Quantifier::Any | Quantifier::All => truth,
                    Quantifier::None => 1.0 - truth,
                };
                Guess { cost: look_up(hir, *source) + VALUES * (2.0 + cost), truth }
            }
            ConditionKind::Test(test) => guess_test(hir, test),
        }
    }

    /// Parts of which the next is asked with the probability that `goes_on` makes of the truth of one.
    fn chain(
        &self,
        parts: &[ConditionId],
        order: impl Fn(&Self, ConditionId, ConditionId) -> Ordering,
        goes_on: impl Fn(f64) -> f64,
    ) -> Guess {
        let mut sorted = parts.to_vec();
        sorted.sort_by(|a, b| order(self, *a, *b));
        let mut all = Guess { cost: 0.0, truth: 1.0 };
        for part in sorted {
            let Guess { cost, truth } = self.get(part);
            all.cost += all.truth * cost;
            all.truth *= goes_on(truth);
        }
        all.apart()
    }
}

impl Guess {
    /// Nothing is guessed to be certain.
    fn apart(self) -> Self {
        Self { cost: self.cost, truth: self.truth.clamp(0.001, 0.999) }
    }
}

fn guess_test(hir: &Hir, test: &Test) -> Guess {
    let operator = test.op.get();
    let prepared = match test.right {
        Right::Prepared(id) => hir.prepared.get(id.0 as usize),
        Right::Value(_) => None,
    };
    let truth = match (operator.name, prepared) {
        (_, Some(Prepared::Threshold(threshold))) => threshold.probability(),
        ("==", _) => 0.1,
        ("<" | "<=" | ">" | ">=", _) => 0.5,
        ("in", Some(Prepared::Set(set))) if set.elements().len() > 4 => 0.4,
        _ => 0.2,
    };
    let is_text = hir.value(test.left).is_some_and(|value| value.ty == Ty::String);
    let own = match operator.cost {
        Cost::PerText(n) if is_text => TEXT * f64::from(n),
        Cost::Constant(n) | Cost::PerText(n) => f64::from(n),
        Cost::PerTextSquared(n) => 4.0 * TEXT * f64::from(n),
        Cost::Operands => 1.0,
    };
    let right = match test.right {
        Right::Value(right) => cost_of_value(hir, right),
        Right::Prepared(_) => 0.0,
    };
    let cost = own + cost_of_value(hir, test.left) + right;
    Guess { cost, truth: if test.negated { 1.0 - truth } else { truth } }.apart()
}

/// What it costs to have a value; of deep expressions only the top counts.
fn cost_of_value(hir: &Hir, id: ValueId) -> f64 {
    match hir.value(id).map(|value| &value.kind) {
        Some(ValueKind::Field(field)) => look_up(hir, *field),
        Some(ValueKind::Call { arguments, .. }) => {
            let operand = |id: &ValueId| match hir.value(*id).map(|value| &value.kind) {
                Some(ValueKind::Field(field)) => look_up(hir, *field),
                _ => 0.0,
            };
            TEXT + arguments.iter().map(operand).sum::<f64>()
        }
        Some(ValueKind::Default(..) | ValueKind::TextLen(_)) => 2.0 * TEXT,
        Some(ValueKind::Count(field) | ValueKind::ListLen(field)) => TEXT + look_up(hir, *field),
        Some(ValueKind::Constant(_) | ValueKind::Variable(_)) | None => 0.0,
    }
}

fn look_up(hir: &Hir, field: FieldUseId) -> f64 {
    if hir.field(field).is_some_and(|field| field.key.is_some()) { LOOK_UP } else { 0.0 }
}
