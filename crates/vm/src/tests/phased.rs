//! Evaluation by phase over random rules, requests and orders of arrival: what is said early is never taken back.

use std::ops::ControlFlow;

use proptest::prelude::*;
use tamis_lang::phase::Phase;
use tamis_lang::sampling::{Randomness, Threshold};
use tamis_lang::scratch::Scratch;
use tamis_lang::value::{Constant, Value};
use tamis_types::hir::{ConditionId, ConditionKind, Hir, Right, ValueId, ValueKind};

use super::build::Request;
use super::naive;
use super::random::{Choices, FIELDS, THRESHOLDS, sampled_rule};
use crate::facts::{Fact, Facts, FieldRef};
use crate::phased::{PhasedProgram, Weight};
use crate::verdict::Verdict;

/// Rules for each run of the tests.
const CASES: u32 = 4_000;
/// Orders of arrival for each rule.
const ORDERS: usize = 3;
/// At this step everything has arrived.
pub(super) const LAST: usize = 3;

/// A request of which every field arrives at its own step.
pub(super) struct Staged<'r> {
    pub(super) request: &'r Request,
    pub(super) arrivals: &'r [Arrival],
    pub(super) step: usize,
    pub(super) randomness: Randomness,
}

#[derive(Clone, Copy)]
pub(super) struct Arrival {
    pub(super) step: usize,
    /// Whether something is known before that: a lower bound, or some of the values.
    pub(super) grows: bool,
}

impl Staged<'_> {
    fn arrival(&self, slot: u32) -> Arrival {
        self.arrivals[slot as usize]
    }

    fn has_arrived(&self, slot: u32) -> bool {
        self.arrival(slot).step <= self.step
    }

    /// What a number is by now: less than in the end, and more from step to step.
    fn by_now(&self, value: &Constant) -> Option<Value<'static>> {
        let behind = i64::try_from(LAST - self.step).unwrap();
        match value {
            Constant::Int(n) => Some(Value::Int(n.saturating_sub(behind))),
            Constant::Duration(n) => Some(Value::Duration(n.saturating_sub(behind))),
            Constant::Size(n) => Some(Value::Size(n.saturating_sub(behind))),
            Constant::Float(x) if !x.is_nan() => Some(Value::Float(x - f64::from(u8::try_from(behind).unwrap()))),
            _ => None,
        }
    }
}

impl Facts for Staged<'_> {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        if self.has_arrived(field.slot) {
            return self.request.get(field);
        }
        if !self.arrival(field.slot).grows {
            return Fact::NotYet;
        }
        match self.request.get(field) {
            Fact::Many => Fact::SoFar,
            _ => match self.request.values(field.slot) {
                [value] if value.ty() == field.ty => self.by_now(value).map_or(Fact::NotYet, Fact::AtLeast),
                _ => Fact::NotYet,
            },
        }
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        let values = self.request.values(field.slot);
        let n = if self.has_arrived(field.slot) { values.len() } else { self.step.min(values.len()) };
        let _ = values[..n].iter().try_for_each(|value| visit(value.as_value()));
    }

    fn randomness(&self) -> Randomness {
        self.randomness
    }
}

/// The smallest randomness with which a request matches, by trying.
fn threshold(hir: &Hir, request: &Request) -> Threshold {
    let at = |threshold: &Threshold| naive::holds_with(hir, request, Randomness::new(threshold.get()));
    let first = THRESHOLDS.iter().copied().find(at).unwrap_or(Threshold::NEVER);
    for threshold in THRESHOLDS {
        let (below, above) = (threshold.get().wrapping_sub(1), threshold.get() + 1);
        for bits in [below, above, Randomness::MAX.get()] {
            let randomness = Randomness::new(bits);
            assert_eq!(naive::holds_with(hir, request, randomness), first.keeps(randomness));
        }
    }
    first
}

/// The rule in which no key is in its share.
fn without_keys(hir: &Hir) -> Hir {
    let mut without = hir.clone();
    for condition in &mut without.conditions {
        if matches!(&condition.kind, ConditionKind::Test(test) if test.is_sample()) {
            condition.kind = ConditionKind::Constant(false);
        }
    }
    without
}

/// What a condition is where only arrived fields count and each leaf waits for all of its fields.
fn kleene(hir: &Hir, staged: &Staged<'_>, id: ConditionId) -> Option<bool> {
    match &hir.condition(id).unwrap().kind {
        ConditionKind::Not(inner) => kleene(hir, staged, *inner).map(|answer| !answer),
        ConditionKind::And(parts) => chain(parts.iter().map(|part| kleene(hir, staged, *part)), false),
        ConditionKind::Or(parts) => chain(parts.iter().map(|part| kleene(hir, staged, *part)), true),
        ConditionKind::Sample(threshold) => Some(threshold.keeps(staged.randomness)),
        _ => {
            let arrived = slots(hir, id).into_iter().all(|slot| staged.has_arrived(slot));
            arrived.then(|| naive::condition_holds(hir, staged.request, id))
        }
    }
}

fn chain(mut parts: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut open = false;
    let decided = parts.any(|part| {
        open |= part.is_none();
        part == Some(decisive)
    });
    if decided { Some(decisive) } else { (!open).then_some(!decisive) }
}

/// The fields of a condition.
fn slots(hir: &Hir, id: ConditionId) -> Vec<u32> {
    match &hir.condition(id).unwrap().kind {
        ConditionKind::Constant(_) | ConditionKind::Sample(_) => vec![],
        ConditionKind::Not(inner) => slots(hir, *inner),
        ConditionKind::And(parts) | ConditionKind::Or(parts) => {
            parts.iter().flat_map(|part| slots(hir, *part)).collect()
        }
        ConditionKind::Exists(field) => vec![field.0],
        ConditionKind::Quantified { source, body, .. } => [vec![source.0], slots(hir, *body)].concat(),
        ConditionKind::Test(test) => match test.right {
            Right::Value(right) => [value_slots(hir, test.left), value_slots(hir, right)].concat(),
            Right::Prepared(_) => value_slots(hir, test.left),
        },
    }
}

fn value_slots(hir: &Hir, id: ValueId) -> Vec<u32> {
    match &hir.value(id).unwrap().kind {
        ValueKind::Constant(_) | ValueKind::Variable(_) => vec![],
        ValueKind::Field(field) | ValueKind::Count(field) | ValueKind::ListLen(field) => vec![field.0],
        ValueKind::TextLen(text) => value_slots(hir, *text),
        ValueKind::Call { arguments, .. } => arguments.iter().flat_map(|id| value_slots(hir, *id)).collect(),
        ValueKind::Default(left, right) => [value_slots(hir, *left), value_slots(hir, *right)].concat(),
    }
}

/// Follows one request to its end.
fn check(hir: &Hir, program: &PhasedProgram, mut staged: Staged<'_>) {
    let text = || program.program().disassemble(None);
    let request = staged.request;
    let uncounted = threshold(&without_keys(hir), request);
    let threshold = threshold(hir, request);
    let expected = Verdict::from(threshold.keeps(staged.randomness));
    assert_eq!(expected, Verdict::from(naive::holds_with(hir, request, staged.randomness)));
    let mut evaluation = program.evaluation();
    let mut scratch = Scratch::default();
    let mut before = evaluation.thresholds();
    for step in 0..=LAST {
        staged.step = step;
        let verdict = evaluation.advance(Phase::Log, &staged, &mut scratch);
        let (low, high) = evaluation.thresholds();
        assert!(before.0 <= low && high <= before.1, "the thresholds widen\n{}", text());
        assert!(low <= threshold && threshold <= high, "{threshold} is not within {low}..{high}\n{}", text());
        before = (low, high);
        let answer = kleene(hir, &staged, hir.root.unwrap());
        assert!(answer.is_none() || verdict != Verdict::NotYet, "not decided at step {step}\n{}", text());
        assert!(verdict == expected || verdict == Verdict::NotYet, "{verdict} at step {step}\n{}", text());
        assert_eq!(evaluation.is_open(), evaluation.needed().next().is_some(), "{}", text());
        assert!(evaluation.needed().all(|field| !staged.has_arrived(field.slot)));
        let whole = Staged { arrivals: staged.arrivals, request, step: LAST, randomness: staged.randomness };
        assert_eq!(evaluation.clone().finish(&whole, &mut scratch), expected, "{}", text());
    }
    assert_eq!(evaluation.verdict(), expected);
    let weight = match expected {
        Verdict::Match if uncounted.keeps(staged.randomness) => Weight::Threshold(uncounted),
        Verdict::Match => Weight::Unknown,
        Verdict::NoMatch | Verdict::NotYet => Weight::NotYet,
    };
    assert_eq!(evaluation.weight(), weight, "{}", text());
    let has_keys = hir.conditions.iter().any(|it| matches!(&it.kind, ConditionKind::Test(test) if test.is_sample()));
    if expected == Verdict::Match && !has_keys {
        assert_eq!(evaluation.thresholds(), (threshold, threshold), "{}", text());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_said_early_is_never_taken_back(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
        let mut choices = Choices(bytes.iter());
        let hir = sampled_rule(&mut choices).hir;
        let program = PhasedProgram::of(&hir);
        let mut reversed: Vec<u8> = bytes.clone();
        reversed.reverse();
        let mut choices = Choices(reversed.iter());
        for _ in 0..ORDERS {
            let arrivals: Vec<Arrival> =
                FIELDS.iter().map(|_| Arrival { step: choices.below(LAST + 1), grows: choices.one_in(2) }).collect();
            let request = choices.request(FIELDS.iter().map(|(_, ty)| *ty));
            let near = choices.of(THRESHOLDS).get();
            let randomness = Randomness::new(near.wrapping_add(choices.of(&[0, 1, 7, u64::MAX])));
            check(&hir, &program, Staged { request: &request, arrivals: &arrivals, step: 0, randomness });
        }
    }
}
