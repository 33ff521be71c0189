//! Comparisons of expressions.
//!
//! Nearly always every field has one value or none, and one pass over the steps decides.
//! Where a field turns out to have several, [`combinations`](super::combinations) starts over.

use std::ops::Range;

use tamis_lang::builtin::{BuiltinId, Eval};
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Value;

use super::{Frame, Machine, ask, variable};
use crate::facts::{Fact, Facts};
use crate::op::{Action, Jump, LeafPlace, Slot};
use crate::program::{Comparison, Step};

/// What a place holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Outcome<'v> {
    /// A value.
    Value(Value<'v>),
    /// An operation without a result.
    Nothing,
    /// No result at all: an absent field.
    Empty,
}

impl<'v> From<Option<Value<'v>>> for Outcome<'v> {
    fn from(value: Option<Value<'v>>) -> Self {
        value.map_or(Self::Nothing, Self::Value)
    }
}

/// Where the values of fields come from.
pub(super) trait Source<'v> {
    /// The value of a field for this pass, or `None` where only combinations of values can tell.
    fn field(&mut self, slot: Slot, leaf: LeafPlace) -> Option<Outcome<'v>>;

    /// Whether this left side of a `??` has no result for any combination.
    fn left_is_empty(&self, left: u32) -> bool;
}

/// The request itself, as long as no field has several values.
struct Single<'v, F: ?Sized>(&'v Machine<'v, F>);

impl<'v, F: Facts + ?Sized> Source<'v> for Single<'v, F> {
    fn field(&mut self, slot: Slot, _: LeafPlace) -> Option<Outcome<'v>> {
        let Some(field) = self.0.program.field(slot) else { return Some(Outcome::Empty) };
        match self.0.facts.get(field) {
            Fact::Absent | Fact::NotYet => Some(Outcome::Empty),
            Fact::One(value) | Fact::AtLeast(value) => Some((value.ty() == field.ty).then_some(value).into()),
            Fact::Many | Fact::SoFar => None,
        }
    }

    /// There is one combination, and it is asked only where it has no result.
    fn left_is_empty(&self, _: u32) -> bool {
        true
    }
}

/// A comparison that is under way.
pub(crate) struct Comparing<'v, F: ?Sized> {
    pub(crate) machine: &'v Machine<'v, F>,
    pub(crate) comparison: &'v Comparison,
    pub(crate) frame: Option<&'v Frame<'v>>,
}

/// The same where some fields are not known yet; those count as absent and are noted.
struct Early<'v, F: ?Sized, K> {
    single: Single<'v, F>,
    is_known: K,
    /// Whether a field was asked for that is not known yet.
    lacks: bool,
    /// Whether a field is known to be absent.
    absent: bool,
    /// Whether a field has several values.
    several: bool,
}

impl<'v, F: Facts + ?Sized, K: Fn(Slot) -> bool> Source<'v> for Early<'v, F, K> {
    fn field(&mut self, slot: Slot, leaf: LeafPlace) -> Option<Outcome<'v>> {
        if !(self.is_known)(slot) {
            self.lacks = true;
            return Some(Outcome::Empty);
        }
        let outcome = self.single.field(slot, leaf);
        self.absent |= matches!(outcome, Some(Outcome::Empty));
        self.several |= outcome.is_none();
        // What is absent behind a field of several values is looked for, too: it decides as it did before they came.
        outcome.or(Some(Outcome::Nothing))
    }

    fn left_is_empty(&self, left: u32) -> bool {
        self.single.left_is_empty(left)
    }
}

impl<F: Facts + ?Sized> Comparing<'_, F> {
    /// Whether it holds, as far as that can be said from the fields that are known.
    pub(crate) fn holds_early(&self, is_known: impl Fn(Slot) -> bool, scratch: &mut Scratch) -> Option<bool> {
        let counted = |step: &Step| match step.action {
            Action::Count { field } | Action::ListLen { field } => Some(field),
            Action::Constant { .. }
            | Action::Field { .. }
            | Action::Variable { .. }
            | Action::Call { .. }
            | Action::TextLen {}
            | Action::OrElse { .. } => None,
        };
        let lacks_count = self.comparison.steps.iter().filter_map(counted).any(|slot| !is_known(slot));
        let (answer, lacks, absent) = {
            let single = Single(self.machine);
            let mut early = Early { single, is_known: &is_known, lacks: lacks_count, absent: false, several: false };
            let places = scratch.arena().filled(self.comparison.n_places, Outcome::Empty);
            self.evaluate(0..self.comparison.steps.len(), &mut early, scratch, places);
            let answer = (!early.several).then(|| self.passes(places, scratch) == Some(true));
            (answer, early.lacks, early.absent)
        };
        scratch.reset();
        // Without `??` one absent side is enough.
        if absent && self.comparison.left_sides.is_empty() {
            return Some(false);
        }
        match answer {
            Some(answer) => (!lacks).then_some(answer),
            None => {
                let all_known = !lacks_count && self.comparison.fields.iter().all(|slot| is_known(*slot));
                all_known.then(|| self.holds(scratch))
            }
        }
    }

    /// Whether it holds.
    #[inline(never)]
    pub(super) fn holds(&self, scratch: &mut Scratch) -> bool {
        let holds = if let Some(holds) = self.single(scratch) {
            holds
        } else {
            scratch.reset();
            self.combinations(scratch)
        };
        scratch.reset();
        holds
    }

    /// The same, if no field has several values.
    fn single(&self, scratch: &Scratch) -> Option<bool> {
        let places = scratch.arena().filled(self.comparison.n_places, Outcome::Empty);
        let finished = self.evaluate(0..self.comparison.steps.len(), &mut Single(self.machine), scratch, places);
        finished.then(|| self.passes(places, scratch) == Some(true))
    }

    /// Runs a range of steps for one combination of values; false where the source has no value for this pass.
    pub(super) fn evaluate<'v>(
        &'v self,
        range: Range<usize>,
        source: &mut impl Source<'v>,
        scratch: &'v Scratch,
        places: &mut [Outcome<'v>],
    ) -> bool {
        let Self { machine, comparison, frame } = *self;
        let steps = comparison.steps.get(..range.end).unwrap_or(&comparison.steps);
        let mut at = range.start;
        while let Some(step) = steps.get(at) {
            at += 1;
            let into = step.into as usize;
            let outcome = match step.action {
                Action::Constant { constant } => {
                    machine.program.constant(constant).map(|found| found.as_value()).into()
                }
                Action::Field { slot, leaf } => match source.field(slot, leaf) {
                    Some(outcome) => outcome,
                    None => return false,
                },
                Action::Variable { level } => variable(frame, level).into(),
                Action::Call { builtin, count } => call(builtin, places, into, count.0 as usize, scratch),
                Action::TextLen {} => match places.get(into) {
                    Some(Outcome::Value(Value::String(text))) => number(text.len()),
                    Some(Outcome::Value(_) | Outcome::Nothing) => Outcome::Nothing,
                    Some(Outcome::Empty) | None => Outcome::Empty,
                },
                Action::Count { field } => number(machine.count(field)),
                Action::ListLen { field } => match machine.count(field) {
                    0 => Outcome::Empty,
                    n => number(n),
                },
                Action::OrElse { jump: Jump { left, end } } => {
                    let right_counts = match places.get(into) {
                        Some(Outcome::Value(_)) => false,
                        Some(Outcome::Nothing) => true,
                        Some(Outcome::Empty) | None => source.left_is_empty(left),
                    };
                    if !right_counts {
                        at = end as usize;
                    }
                    continue;
                }
            };
            if let Some(place) = places.get_mut(into) {
                *place = outcome;
            }
        }
        true
    }

    /// Whether what lies in the first places passes; no answer where a side has no result at all.
    pub(super) fn passes(&self, places: &[Outcome<'_>], scratch: &Scratch) -> Option<bool> {
        let Comparison { operator, prepared, sign, .. } = *self.comparison;
        let answer = match (prepared, places) {
            (_, [] | [Outcome::Empty, ..]) | (None, [_] | [_, Outcome::Empty, ..]) => return None,
            (Some(prepared), [Outcome::Value(left), ..]) => match operator.get().eval {
                Eval::Prepared(kernel) => self.machine.program.prepared(prepared).and_then(|right| kernel(left, right)),
                Eval::Pure(_) | Eval::Negated(_) | Eval::Special(_) => None,
            },
            (None, [Outcome::Value(left), Outcome::Value(right), ..]) => ask(operator, &[*left, *right], scratch),
            (_, [Outcome::Value(_) | Outcome::Nothing, ..]) => None,
        };
        Some(sign.passes(answer))
    }
}

/// Applies a kernel to the operands from one place on.
fn call<'v>(
    builtin: BuiltinId,
    places: &[Outcome<'v>],
    from: usize,
    count: usize,
    scratch: &'v Scratch,
) -> Outcome<'v> {
    let Eval::Pure(kernel) = builtin.get().eval else { return Outcome::Nothing };
    let Some(operands) = places.get(from..from.saturating_add(count)) else { return Outcome::Empty };
    if operands.iter().any(|operand| matches!(operand, Outcome::Empty)) {
        return Outcome::Empty;
    }
    let mut few = [Value::Bool(false); 2];
    let values = match few.get_mut(..count) {
        Some(few) => few,
        None => scratch.arena().filled(count, Value::Bool(false)),
    };
    for (value, operand) in values.iter_mut().zip(operands) {
        match operand {
            Outcome::Value(found) => *value = *found,
            Outcome::Nothing | Outcome::Empty => return Outcome::Nothing,
        }
    }
    kernel(values, scratch).into()
}

/// A length or a count.
fn number<'v>(n: usize) -> Outcome<'v> {
    Outcome::Value(Value::Int(i64::try_from(n).unwrap_or(i64::MAX)))
}
