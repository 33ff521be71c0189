//! Conditions on a request of which a part is known: true, false, or not known yet.
//!
//! Where all fields of a condition are known, it is asked like those of a whole request.

use std::ops::ControlFlow;

use tamis_lang::builtin::Eval;
use tamis_lang::phase::Phase;
use tamis_lang::scratch::{Arena, Scratch};
use tamis_lang::value::Value;
use tamis_types::hir::{Mode, Quantifier};

use super::Described;
use crate::cost::MOST_VALUES;
use crate::facts::{Fact, Facts, FieldRef};
use crate::op::{BodyLen, Bounds, Durations, Ints, Level, Op, Sign, Sizes, Slot, Subject, SubjectKind, Target};
use crate::run::expression::Comparing;
use crate::run::{Frame, Machine};

/// A request at one of its phases.
pub(crate) struct Live<'m, F: ?Sized> {
    pub(crate) program: &'m Described,
    pub(crate) facts: &'m F,
    /// The phase; none where nothing more will come.
    pub(crate) phase: Option<Phase>,
}

/// What is known of a field.
pub(crate) enum State<'f> {
    /// All there will be.
    Known,
    /// Nothing.
    NotYet,
    /// A lower bound.
    AtLeast(Value<'f>),
    /// Some of its values.
    SoFar,
}

impl<'f> State<'f> {
    /// What is known of a field at a phase, or after the last one, from what the request says of it if it is asked.
    pub(crate) fn of(field: &FieldRef, phase: Option<Phase>, ask: impl FnOnce() -> Fact<'f>) -> Self {
        let Some(phase) = phase else { return Self::Known };
        let early = phase < field.phase;
        if early && !field.monotone {
            return Self::NotYet;
        }
        match ask() {
            Fact::SoFar => Self::SoFar,
            Fact::AtLeast(value) if value.ty() == field.ty => Self::AtLeast(value),
            Fact::One(value) if early && value.ty() == field.ty => Self::AtLeast(value),
            Fact::Absent | Fact::One(_) | Fact::Many if !early => Self::Known,
            Fact::NotYet | Fact::AtLeast(_) | Fact::Absent | Fact::One(_) | Fact::Many => Self::NotYet,
        }
    }
}

/// A quantifier without its body.
#[derive(Clone, Copy)]
struct Quantifying {
    quantifier: Quantifier,
    variable: Level,
    slot: Slot,
    body: BodyLen,
}

impl<'m, F: Facts + ?Sized> Live<'m, F> {
    fn machine(&self) -> Machine<'m, F> {
        Machine::new(&self.program.program, self.facts)
    }

    fn field(&self, slot: Slot) -> Option<&'m FieldRef> {
        self.program.program.field(slot)
    }

    /// What is known of a field: before its phase nothing, or a lower bound of what only grows.
    fn state(&self, slot: Slot) -> State<'m> {
        match self.field(slot) {
            Some(field) => State::of(field, self.phase, || self.facts.get(field)),
            None => State::Known,
        }
    }

    pub(super) fn is_known(&self, slot: Slot) -> bool {
        matches!(self.state(slot), State::Known)
    }

    /// Whether a condition holds, if that is known.
    pub(crate) fn holds(
        &self,
        (op, at): (&Op, usize),
        frame: Option<&Frame<'_>>,
        (arena, scratch): (&Arena, &mut Scratch),
    ) -> Option<bool> {
        if self.program.slots(at).iter().all(|slot| self.is_known(*slot)) {
            return Some(self.machine().holds(op, Target::at(at), frame, scratch));
        }
        match *op {
            Op::Int { mode, subject, sign, bounds: Ints(bounds) }
            | Op::Duration { mode, subject, sign, bounds: Durations(bounds) }
            | Op::Size { mode, subject, sign, bounds: Sizes(bounds) } => {
                self.number(subject, (mode, sign, bounds), (op, at), (frame, scratch))
            }
            Op::Kernel { mode, subject, sign, builtin, constant } => match self.subject(subject) {
                State::AtLeast(value) => {
                    let constant = self.program.program.constant(constant)?;
                    above(builtin.get(), sign, &value, &constant.as_value(), scratch)
                }
                State::SoFar => self.so_far(mode, subject, (op, at), (frame, scratch)),
                State::Known | State::NotYet => None,
            },
            Op::Bool { mode, subject, .. }
            | Op::Ip { mode, subject, .. }
            | Op::TextEquals { mode, subject, .. }
            | Op::TextStarts { mode, subject, .. }
            | Op::TextEnds { mode, subject, .. }
            | Op::TextContains { mode, subject, .. }
            | Op::Prepared { mode, subject, .. } => match self.subject(subject) {
                State::SoFar => self.so_far(mode, subject, (op, at), (frame, scratch)),
                State::Known | State::NotYet | State::AtLeast(_) => None,
            },
            Op::Compare { comparison } => {
                let comparison = self.program.program.comparison(comparison)?;
                let machine = self.machine();
                Comparing { machine: &machine, comparison, frame }.holds_early(|slot| self.is_known(slot), scratch)
            }
            Op::Exists { field } => match self.state(field) {
                State::AtLeast(_) => Some(true),
                State::SoFar => self.machine().holds(op, Target::at(at), frame, scratch).then_some(true),
                State::Known | State::NotYet => None,
            },
            // It has no fields.
            Op::Sample { .. } => None,
            Op::Quantified { quantifier, variable, field, body } => {
                let quantifying = Quantifying { quantifier, variable, slot: field, body };
                self.quantified(quantifying, at, frame, (arena, scratch))
            }
        }
    }

    fn subject(&self, subject: Subject) -> State<'m> {
        match subject.kind() {
            SubjectKind::Field(slot) => self.state(slot),
            SubjectKind::Variable(_) => State::Known,
        }
    }

    /// A comparison of numbers with bounds.
    fn number(
        &self,
        subject: Subject,
        (mode, sign, bounds): (Mode, Sign, Bounds),
        instruction: (&Op, usize),
        (frame, scratch): (Option<&Frame<'_>>, &mut Scratch),
    ) -> Option<bool> {
        match self.subject(subject) {
            State::AtLeast(Value::Int(n) | Value::Duration(n) | Value::Size(n)) => {
                let within = if n > bounds.high || bounds.low > bounds.high {
                    Some(false)
                } else {
                    (n >= bounds.low && bounds.high == i64::MAX).then_some(true)
                };
                within.map(|within| sign.passes(Some(within)))
            }
            State::SoFar => self.so_far(mode, subject, instruction, (frame, scratch)),
            State::Known | State::NotYet | State::AtLeast(_) => None,
        }
    }

    /// A comparison of which some values are there: one that passes is enough, or one that does not.
    fn so_far(
        &self,
        mode: Mode,
        subject: Subject,
        (op, at): (&Op, usize),
        (frame, scratch): (Option<&Frame<'_>>, &mut Scratch),
    ) -> Option<bool> {
        let SubjectKind::Field(slot) = subject.kind() else { return None };
        let mut has_value = false;
        self.facts.each(self.field(slot)?, &mut |_| {
            has_value = true;
            ControlFlow::Break(())
        });
        let answer = has_value.then(|| self.machine().holds(op, Target::at(at), frame, scratch))?;
        (answer == matches!(mode, Mode::Any)).then_some(answer)
    }

    /// A quantifier over a field, or over a body, that is not known altogether.
    fn quantified(
        &self,
        quantifying: Quantifying,
        at: usize,
        frame: Option<&Frame<'_>>,
        (arena, scratch): (&Arena, &mut Scratch),
    ) -> Option<bool> {
        let Quantifying { quantifier, variable, slot, body } = quantifying;
        let field = self.field(slot)?;
        let marks = arena.filled(body.0 as usize, false);
        let mut holds = |value: Value<'_>| {
            let value = (value.ty() == field.ty).then_some(value);
            self.body(at + 1, marks, Some(&Frame { variable, value, outer: frame }), (arena, scratch))
        };
        let decisive = !matches!(quantifier, Quantifier::All);
        let mut seen = Seen::default();
        let more = match self.state(slot) {
            State::Known => false,
            State::SoFar => true,
            State::NotYet | State::AtLeast(_) => return None,
        };
        match self.facts.get(field) {
            Fact::Absent | Fact::NotYet => {}
            Fact::One(value) | Fact::AtLeast(value) => seen.note(holds(value), decisive),
            Fact::Many | Fact::SoFar => {
                let mut n_seen = 0;
                self.facts.each(field, &mut |value| {
                    if !seen.decided && n_seen < MOST_VALUES {
                        n_seen += 1;
                        seen.note(holds(value), decisive);
                    }
                    if seen.decided || n_seen == MOST_VALUES {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    }
                });
            }
        }
        let answer = if seen.decided {
            decisive
        } else if seen.open || more {
            return None;
        } else {
            // Over no value `all` is false, too.
            seen.any && !decisive
        };
        Some(answer != matches!(quantifier, Quantifier::None))
    }

    /// Whether the body of a quantifier holds for one value, if that is known.
    fn body(
        &self,
        start: usize,
        marks: &mut [bool],
        frame: Option<&Frame<'_>>,
        (arena, scratch): (&Arena, &mut Scratch),
    ) -> Option<bool> {
        marks.fill(false);
        let (mut pass, mut fail) = (false, false);
        let mut mark = |target: Target, marks: &mut [bool]| {
            pass |= target == Target::PASS;
            fail |= target == Target::FAIL;
            if let Some(mark) = target.index().checked_sub(start).and_then(|place| marks.get_mut(place)) {
                *mark = true;
            }
        };
        mark(Target::at(start), marks);
        for place in 0..marks.len() {
            if !marks.get(place).copied().unwrap_or(false) {
                continue;
            }
            let at = start + place;
            let Some(instruction) = self.program.program.instructions.get(at) else { break };
            let answer = self.holds((&instruction.op, at), frame, (arena, scratch));
            if answer != Some(false) {
                mark(instruction.then, marks);
            }
            if answer != Some(true) {
                mark(instruction.otherwise, marks);
            }
        }
        match (pass, fail) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            (true, true) | (false, false) => None,
        }
    }
}

/// What a quantifier has seen.
#[derive(Default)]
struct Seen {
    any: bool,
    decided: bool,
    open: bool,
}

impl Seen {
    fn note(&mut self, answer: Option<bool>, decisive: bool) {
        self.any = true;
        self.decided |= answer == Some(decisive);
        self.open |= answer.is_none();
    }
}

/// What an operator says of every number from a lower bound up, if it says the same of all.
pub(crate) fn above(
    operator: &tamis_lang::builtin::Builtin,
    sign: Sign,
    bound: &Value<'_>,
    constant: &Value<'_>,
    scratch: &mut Scratch,
) -> Option<bool> {
    let Eval::Pure(kernel) = operator.eval else { return None };
    let Some(Value::Bool(answer)) = kernel(&[*bound, *constant], scratch) else { return None };
    scratch.reset();
    let certain = match operator.name {
        ">" | ">=" => answer,
        "<" | "<=" => !answer,
        _ => false,
    };
    certain.then(|| sign.passes(Some(answer)))
}
