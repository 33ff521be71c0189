//! Asking conditions about one request.
//!
//! Each field is asked for once and its answer kept, and so is the answer of a condition that stands in several rules.

use std::net::IpAddr;
use std::ops::ControlFlow;

use memchr::memmem;
use tamis_lang::builtin::Eval;
use tamis_lang::phase::Phase;
use tamis_lang::sampling::{Randomness, Threshold};
use tamis_lang::scratch::{Arena, Scratch};
use tamis_lang::value::Value;
use tamis_types::hir::Mode;

use super::condition::{Condition, Kind, Letters};
use super::conditions::{Opaque, head};
use super::core::Core;
use crate::cost::MOST_VALUES;
use crate::facts::{Fact, Facts, FieldRef};
use crate::op::{Sign, Slot, Target};
use crate::phased::live::{Live, State, above};
use crate::run::text::{self, Part};
use crate::run::{Machine, ask};

/// What was found out about conditions that several rules have.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// By the place of the condition; nothing where it was not asked.
    all: Vec<Answer>,
    /// Which ones were asked.
    asked: Vec<u32>,
}

/// What is known of a condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Answer {
    /// It was not asked.
    #[default]
    None,
    False,
    True,
    /// It cannot be said yet.
    NotYet,
}

impl Answers {
    /// Forgets what was found out, and makes room.
    pub(super) fn reset(&mut self, len: usize) {
        for id in self.asked.drain(..) {
            if let Some(answer) = self.all.get_mut(id as usize) {
                *answer = Answer::None;
            }
        }
        if self.all.len() < len {
            self.all.resize(len, Answer::None);
        }
    }

    #[inline]
    fn get(&self, id: u32) -> Answer {
        self.all.get(id as usize).copied().unwrap_or_default()
    }

    #[inline]
    fn note(&mut self, id: u32, answer: Answer) {
        if let Some(place) = self.all.get_mut(id as usize) {
            *place = answer;
            self.asked.push(id);
        }
    }
}

/// A request, and what is known of it by now.
pub(super) struct Asking<'r, F: ?Sized> {
    pub(super) core: &'r Core,
    pub(super) facts: &'r F,
    /// What the request has for each field, once it was asked.
    pub(super) fields: &'r mut [Option<Fact<'r>>],
    pub(super) answers: &'r mut Answers,
    pub(super) randomness: Option<Randomness>,
    /// The phase, where the request arrives bit by bit and more is to come.
    pub(super) phase: Option<Phase>,
    pub(super) arena: &'r Arena,
    pub(super) scratch: &'r mut Scratch,
}

/// The fields of the set for a program that has its own places for them.
struct Placed<'p, F: ?Sized> {
    facts: &'p F,
    fields: &'p [FieldRef],
    slots: &'p [u16],
}

impl<F: ?Sized> Placed<'_, F> {
    fn field(&self, field: &FieldRef) -> Option<&FieldRef> {
        self.fields.get(usize::from(*self.slots.get(field.slot as usize)?))
    }
}

impl<F: Facts + ?Sized> Facts for Placed<'_, F> {
    fn get(&self, field: &FieldRef) -> Fact<'_> {
        self.field(field).map_or(Fact::Absent, |field| self.facts.get(field))
    }

    fn each(&self, field: &FieldRef, visit: &mut dyn FnMut(Value<'_>) -> ControlFlow<()>) {
        if let Some(field) = self.field(field) {
            self.facts.each(field, visit);
        }
    }

    fn randomness(&self) -> Randomness {
        self.facts.randomness()
    }
}

impl<'r, F: Facts + ?Sized> Asking<'r, F> {
    /// What the request has for a field.
    #[inline]
    pub(super) fn fact(&mut self, slot: u16) -> Fact<'r> {
        let slot = usize::from(slot);
        match self.fields.get(slot) {
            Some(Some(fact)) => *fact,
            _ => self.look_up(slot),
        }
    }

    #[inline(never)]
    fn look_up(&mut self, slot: usize) -> Fact<'r> {
        let Some(field) = self.core.field(slot) else { return Fact::Absent };
        let fact = self.facts.get(field);
        if let Some(place) = self.fields.get_mut(slot) {
            *place = Some(fact);
        }
        fact
    }

    /// What is known of a field at this phase.
    pub(super) fn state(&mut self, slot: u16) -> State<'r> {
        let Some(field) = self.core.field(slot.into()) else { return State::Known };
        let phase = self.phase;
        State::of(field, phase, || self.fact(slot))
    }

    /// Whether a condition holds for a request that is known altogether.
    #[inline]
    pub(super) fn holds(&mut self, id: u32) -> bool {
        let Some(condition) = self.core.conditions.get(id) else { return false };
        if condition.uses == 1 {
            return self.find_out(condition);
        }
        match self.answers.get(id) {
            Answer::True => true,
            Answer::False => false,
            Answer::None | Answer::NotYet => {
                let holds = self.find_out(condition);
                self.answers.note(id, if holds { Answer::True } else { Answer::False });
                holds
            }
        }
    }

    /// Whether a condition holds, if that is known.
    pub(super) fn holds_early(&mut self, id: u32) -> Option<bool> {
        let condition = self.core.conditions.get(id)?;
        match self.answers.get(id) {
            Answer::True => Some(true),
            Answer::False => Some(false),
            Answer::NotYet => None,
            Answer::None => {
                let holds = self.find_out_early(condition);
                let answer = match holds {
                    Some(true) => Answer::True,
                    Some(false) => Answer::False,
                    None => Answer::NotYet,
                };
                self.answers.note(id, answer);
                holds
            }
        }
    }

    #[inline]
    fn find_out(&mut self, condition: &Condition) -> bool {
        match condition.kind {
            Kind::Int => self.values(condition, |value, _| match value {
                Value::Int(n) => Some(is_within(condition, n)),
                _ => None,
            }),
            Kind::Duration => self.values(condition, |value, _| match value {
                Value::Duration(n) => Some(is_within(condition, n)),
                _ => None,
            }),
            Kind::Size => self.values(condition, |value, _| match value {
                Value::Size(n) => Some(is_within(condition, n)),
                _ => None,
            }),
            Kind::Bool => self.values(condition, |value, _| match value {
                Value::Bool(answer) => Some(answer),
                _ => None,
            }),
            Kind::TextIs | Kind::TextStarts | Kind::TextEnds => self.text(condition),
            Kind::TextHas => self.text_has(condition),
            Kind::Ip4 | Kind::Ip6 => self.address(condition),
            Kind::Prepared => self.prepared(condition),
            Kind::Kernel => self.kernel(condition),
            Kind::Exists => match self.fact(condition.slot) {
                Fact::Absent | Fact::NotYet => false,
                Fact::One(_) | Fact::AtLeast(_) => true,
                Fact::Many | Fact::SoFar => self.has_value(condition.slot),
            },
            Kind::Sample => self.share(condition.a).unwrap_or(false),
            Kind::Opaque => self.core.conditions.opaque(condition).is_some_and(|opaque| self.opaque(opaque)),
        }
    }

    /// Whether the values of a field pass a test; no value never does.
    #[inline]
    fn values(&mut self, condition: &Condition, mut test: impl FnMut(Value<'_>, &mut Scratch) -> Option<bool>) -> bool {
        match self.fact(condition.slot) {
            Fact::Absent | Fact::NotYet => false,
            Fact::One(value) | Fact::AtLeast(value) => condition.how.sign().passes(test(value, self.scratch)),
            Fact::Many | Fact::SoFar => self.several(condition, &mut test),
        }
    }

    #[cold]
    #[inline(never)]
    fn several(
        &mut self,
        condition: &Condition,
        test: &mut dyn FnMut(Value<'_>, &mut Scratch) -> Option<bool>,
    ) -> bool {
        let Some(field) = self.core.field(condition.slot.into()) else { return false };
        let (sign, scratch) = (condition.how.sign(), &mut *self.scratch);
        let decisive = matches!(condition.how.mode(), Mode::Any);
        let (mut n_seen, mut decided) = (0, false);
        self.facts.each(field, &mut |value| {
            if !decided && n_seen < MOST_VALUES {
                n_seen += 1;
                decided = sign.passes(test(value, scratch)) == decisive;
            }
            if decided || n_seen == MOST_VALUES { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if decisive { decided } else { n_seen > 0 && !decided }
    }

    fn has_value(&self, slot: u16) -> bool {
        let Some(field) = self.core.field(slot.into()) else { return false };
        let mut seen = false;
        self.facts.each(field, &mut |_| {
            seen = true;
            ControlFlow::Break(())
        });
        seen
    }

    #[inline(never)]
    fn text(&mut self, condition: &Condition) -> bool {
        let part = match condition.kind {
            Kind::TextStarts => Part::Start,
            Kind::TextEnds => Part::End,
            _ => Part::Whole,
        };
        let wanted = condition.text().of(self.core.conditions.pool());
        let letters = condition.how.letters();
        if letters == Letters::Kept && matches!(part, Part::Whole) {
            // Nearly every text that is not the wanted one differs in its length or its head.
            return self.values(condition, |value, _| match value {
                Value::String(text) => Some(text.len() == wanted.len() && head(text) == condition.b && text == wanted),
                _ => None,
            });
        }
        let fold = self.core.fold(letters);
        self.values(condition, |value, scratch| text::compare(value, fold, part, wanted, scratch))
    }

    #[inline(never)]
    fn text_has(&mut self, condition: &Condition) -> bool {
        let wanted = condition.text().of(self.core.conditions.pool());
        match condition.how.letters() {
            Letters::Kept => self.values(condition, |value, _| match value {
                Value::String(text) => Some(memmem::find(text, wanted).is_some()),
                _ => None,
            }),
            letters => {
                let fold = self.core.fold(letters);
                let finder = memmem::Finder::new(wanted);
                self.values(condition, |value, scratch| text::contains(value, fold, &finder, scratch))
            }
        }
    }

    #[inline(never)]
    fn address(&mut self, condition: &Condition) -> bool {
        if condition.kind == Kind::Ip4 {
            return self.values(condition, |value, _| match value {
                Value::Ip(IpAddr::V4(found)) => {
                    let bits = u64::from(found.to_bits());
                    Some(condition.a <= bits && bits <= condition.b)
                }
                Value::Ip(IpAddr::V6(_)) => Some(false),
                _ => None,
            });
        }
        let (first, last) = match condition.text().of(self.core.conditions.pool()).as_chunks::<16>().0 {
            [first, last, ..] => (u128::from_be_bytes(*first), u128::from_be_bytes(*last)),
            _ => (1, 0),
        };
        self.values(condition, |value, _| match value {
            Value::Ip(IpAddr::V6(found)) => Some((first..=last).contains(&found.to_bits())),
            Value::Ip(IpAddr::V4(_)) => Some(false),
            _ => None,
        })
    }

    #[inline(never)]
    fn prepared(&mut self, condition: &Condition) -> bool {
        let Some((operator, prepared)) = self.core.conditions.prepared(condition) else { return false };
        let Eval::Prepared(kernel) = operator.get().eval else { return false };
        let ty = self.core.field(condition.slot.into()).map(|field| field.ty);
        self.values(condition, |value, _| if Some(value.ty()) == ty { kernel(&value, prepared) } else { None })
    }

    #[inline(never)]
    fn kernel(&mut self, condition: &Condition) -> bool {
        let Some((operator, constant)) = self.core.conditions.constant(condition) else { return false };
        let ty = self.core.field(condition.slot.into()).map(|field| field.ty);
        self.values(condition, |value, scratch| {
            if Some(value.ty()) != ty {
                return None;
            }
            let answer = ask(*operator, &[value, constant.as_value()], scratch);
            scratch.reset();
            answer
        })
    }

    /// Whether the request is in a share; none where its randomness is not known yet.
    fn share(&mut self, bits: u64) -> Option<bool> {
        let threshold = Threshold::from_bits(bits)?;
        if self.randomness.is_none() && self.phase.is_none_or(|phase| phase >= Randomness::PHASE) {
            self.randomness = Some(self.facts.randomness());
        }
        self.randomness.map(|randomness| threshold.keeps(randomness))
    }

    #[inline(never)]
    fn opaque(&mut self, opaque: &Opaque) -> bool {
        let Opaque { program, slots, at, .. } = opaque;
        let facts = Placed { facts: self.facts, fields: self.core.fields(), slots };
        let Some(instruction) = program.program.instructions.get(*at as usize) else { return false };
        let machine = Machine::new(&program.program, &facts);
        let holds = machine.holds(&instruction.op, Target::at(*at as usize), None, self.scratch);
        self.scratch.reset();
        holds
    }

    fn find_out_early(&mut self, condition: &Condition) -> Option<bool> {
        match condition.kind {
            Kind::Sample => return self.share(condition.a),
            Kind::Opaque => return self.core.conditions.opaque(condition).and_then(|opaque| self.opaque_early(opaque)),
            _ => {}
        }
        match (self.state(condition.slot), condition.kind) {
            (State::Known, _) => Some(self.find_out(condition)),
            (State::AtLeast(_), Kind::Exists) => Some(true),
            (State::AtLeast(value), Kind::Int | Kind::Duration | Kind::Size) => at_least(condition, &value),
            (State::AtLeast(value), Kind::Kernel) => {
                let (operator, constant) = self.core.conditions.constant(condition)?;
                above(operator.get(), condition.how.sign(), &value, &constant.as_value(), self.scratch)
            }
            (State::NotYet, _) | (State::AtLeast(_), _) => None,
            (State::SoFar, Kind::Exists) => self.has_value(condition.slot).then_some(true),
            (State::SoFar, _) => {
                // One value that passes is enough, or one that does not.
                let answer = self.has_value(condition.slot).then(|| self.find_out(condition))?;
                (answer == matches!(condition.how.mode(), Mode::Any)).then_some(answer)
            }
        }
    }

    #[inline(never)]
    fn opaque_early(&mut self, opaque: &Opaque) -> Option<bool> {
        let Opaque { program, slots, at, .. } = opaque;
        let facts = Placed { facts: self.facts, fields: self.core.fields(), slots };
        let live = Live { program, facts: &facts, phase: self.phase };
        let instruction = program.program.instructions.get(*at as usize)?;
        let holds = live.holds((&instruction.op, *at as usize), None, (self.arena, self.scratch));
        self.scratch.reset();
        holds
    }
}

impl Opaque {
    /// The fields that it asks for, as the set counts them.
    pub(super) fn fields(&self) -> impl Iterator<Item = u16> {
        let slots = self.program.slots(self.at as usize);
        slots.iter().filter_map(|Slot(slot)| self.slots.get(*slot as usize).copied())
    }
}

#[inline]
fn is_within(condition: &Condition, n: i64) -> bool {
    let (low, high) = condition.bounds();
    low <= n && n <= high
}

/// What bounds say of every number from a lower bound up, if they say the same of all.
fn at_least(condition: &Condition, value: &Value<'_>) -> Option<bool> {
    let (low, high) = condition.bounds();
    let sign: Sign = condition.how.sign();
    let (Value::Int(n) | Value::Duration(n) | Value::Size(n)) = *value else { return None };
    let within = if n > high || low > high { Some(false) } else { (n >= low && high == i64::MAX).then_some(true) };
    within.map(|within| sign.passes(Some(within)))
}
