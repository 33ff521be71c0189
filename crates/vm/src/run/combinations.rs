//! Comparisons of expressions over fields with several values: every combination is looked at in turn.
//!
//! The values of each field are collected once.
//! Then the steps run again and again, like an odometer: each step that reads a field is a wheel, the last one turns
//! fastest, and a wheel that the steps did not look at (the right side of a `??` that was not needed) does not turn.
//! The order of combinations and the number of equal ones play no part in a verdict.

use std::ops::ControlFlow;

use tamis_lang::scratch::{Arena, Scratch};
use tamis_lang::value::Value;
use tamis_types::hir::Mode;

use super::Machine;
use super::expression::{Comparing, Outcome, Source};
use crate::cost::MOST_COMBINATIONS;
use crate::facts::{Fact, Facts};
use crate::op::{Action, LeafPlace, Slot};
use crate::program::Section;

/// The place of one step among the values of its field.
#[derive(Clone, Copy, Default)]
struct Wheel {
    at: usize,
    /// Whether the steps looked at it and it can turn.
    has_next: bool,
}

/// What the combinations of one comparison are made of.
struct Odometer<'v> {
    /// The values of each field of the comparison.
    values: &'v [&'v [Outcome<'v>]],
    /// One for each step that reads a field.
    wheels: &'v mut [Wheel],
    /// Whether the left side of each `??` has no result at all.
    left_is_empty: &'v mut [bool],
}

/// One combination.
struct Pass<'v, 'w> {
    values: &'v [&'v [Outcome<'v>]],
    wheels: &'w mut [Wheel],
    left_is_empty: &'w [bool],
}

impl<'v> Source<'v> for Pass<'v, '_> {
    fn field(&mut self, _: Slot, leaf: LeafPlace) -> Option<Outcome<'v>> {
        let values = self.values.get(leaf.local as usize).copied().unwrap_or_default();
        let Some(wheel) = self.wheels.get_mut(leaf.number as usize) else { return Some(Outcome::Empty) };
        wheel.has_next = wheel.at + 1 < values.len();
        Some(values.get(wheel.at).copied().unwrap_or(Outcome::Empty))
    }

    fn left_is_empty(&self, left: u32) -> bool {
        self.left_is_empty.get(left as usize).copied().unwrap_or(true)
    }
}

/// Turns to the next combination; false where there is none.
fn turn(wheels: &mut [Wheel]) -> bool {
    // What the loop leaves behind is where the next enumeration starts.
    for wheel in wheels.iter_mut().rev() {
        if wheel.has_next {
            *wheel = Wheel { at: wheel.at + 1, has_next: false };
            return true;
        }
        *wheel = Wheel::default();
    }
    false
}

impl<F: Facts + ?Sized> Comparing<'_, F> {
    /// Whether the comparison holds for enough combinations of values.
    #[cold]
    #[inline(never)]
    pub(super) fn combinations(&self, scratch: &mut Scratch) -> bool {
        let comparison = self.comparison;
        let (arena, scratch) = scratch.split();
        let values = arena.filled::<&[Outcome<'_>]>(comparison.fields.len(), &[]);
        for (values, slot) in values.iter_mut().zip(&comparison.fields) {
            *values = self.machine.collect(*slot, arena);
        }
        let n_values = |number: usize| values.get(number).map_or(0, |values| values.len());
        let combinations = comparison.steps.iter().fold(1_usize, |all, step| match step.action {
            Action::Field { leaf, .. } => all.saturating_mul(n_values(leaf.local as usize).max(1)),
            _ => all,
        });
        if combinations > MOST_COMBINATIONS {
            return false;
        }
        let mut odometer = Odometer {
            values,
            wheels: arena.filled(comparison.n_leaves, Wheel::default()),
            left_is_empty: arena.filled(comparison.left_sides.len(), true),
        };
        self.find_empty_sides(&mut odometer, scratch);

        let whole = Section { steps: 0..comparison.steps.len(), leaves: 0..comparison.n_leaves, place: 0 };
        let (mut seen, decisive) = (false, matches!(comparison.mode, Mode::Any));
        let decided = self.any(&whole, &mut odometer, scratch, |places, scratch| {
            let passes = self.passes(places, scratch);
            seen |= passes.is_some();
            passes == Some(decisive)
        });
        match comparison.mode {
            Mode::Any => decided,
            Mode::All => seen && !decided,
        }
    }

    /// Finds which left sides of `??` have no result for any combination.
    ///
    /// One without a result for *this* combination may have one for another, and then the right side plays no part.
    fn find_empty_sides(&self, odometer: &mut Odometer<'_>, scratch: &mut Scratch) {
        for (number, left) in self.comparison.left_sides.iter().enumerate() {
            let has_result = self.any(left, odometer, scratch, |places, _| {
                matches!(places.get(left.place), Some(Outcome::Value(_) | Outcome::Nothing))
            });
            if let Some(is_empty) = odometer.left_is_empty.get_mut(number) {
                *is_empty = !has_result;
            }
        }
    }

    /// Runs a section for each combination of values until one is accepted; whether one was.
    fn any(
        &self,
        section: &Section,
        odometer: &mut Odometer<'_>,
        scratch: &mut Scratch,
        mut accepts: impl FnMut(&[Outcome<'_>], &Scratch) -> bool,
    ) -> bool {
        let Odometer { values, wheels, left_is_empty } = odometer;
        loop {
            let places = scratch.arena().filled(self.comparison.n_places, Outcome::Empty);
            let mut pass = Pass { values, wheels, left_is_empty };
            self.evaluate(section.steps.clone(), &mut pass, scratch, places);
            let accepted = accepts(places, scratch);
            scratch.reset();
            if !self.machine.burn() {
                return false;
            }
            let wheels = wheels.get_mut(section.leaves.clone()).unwrap_or_default();
            if accepted {
                wheels.fill(Wheel::default());
                return true;
            }
            if !turn(wheels) {
                return false;
            }
        }
    }
}

impl<F: Facts + ?Sized> Machine<'_, F> {
    /// The values of a field, those that the request hands out one by one copied.
    fn collect<'v>(&'v self, slot: Slot, arena: &'v Arena) -> &'v [Outcome<'v>] {
        let Some(field) = self.program.field(slot) else { return &[] };
        let typed = |value: Value<'v>| Outcome::from((value.ty() == field.ty).then_some(value));
        match self.facts.get(field) {
            Fact::Absent | Fact::NotYet => &[],
            Fact::One(value) | Fact::AtLeast(value) => arena.filled(1, typed(value)),
            Fact::Many | Fact::SoFar => {
                let places = arena.filled(self.count(slot), Outcome::Empty);
                let mut n = 0;
                self.facts.each(field, &mut |value| {
                    let Some(place) = places.get_mut(n) else { return ControlFlow::Break(()) };
                    *place = typed(copied(value, arena));
                    n += 1;
                    ControlFlow::Continue(())
                });
                places.get(..n).unwrap_or_default()
            }
        }
    }
}

/// The value with its text copied.
fn copied<'v>(value: Value<'_>, arena: &'v Arena) -> Value<'v> {
    match value {
        Value::String(text) => Value::String(arena.copy(text)),
        Value::Bool(answer) => Value::Bool(answer),
        Value::Int(n) => Value::Int(n),
        Value::Float(x) => Value::Float(x),
        Value::Ip(address) => Value::Ip(address),
        Value::Network(network) => Value::Network(network),
        Value::Duration(n) => Value::Duration(n),
        Value::Size(n) => Value::Size(n),
    }
}
