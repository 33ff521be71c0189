//! From when on a program can be decided, read off its instructions.
//!
//! A request can be dropped once every way that is open leads to the end where the rule does not hold: a condition is
//! known to hold and what follows then can be dropped, or it is known not to and what follows then can, or both can.
//! From the last instruction to the first that is one pass, and the same for keeping.

use tamis_lang::builtin::Builtin;
use tamis_lang::phase::Phase;
use tamis_lang::sampling::Randomness;
use tamis_types::hir::Quantifier;
use tamis_types::phases::Moments;

use crate::facts::FieldRef;
use crate::op::{Action, Bounds, Durations, Ints, Op, Operand, Sign, Sizes, Slot, Subject, SubjectKind, Target};
use crate::program::{Comparison, Program};

const FIRST: Phase = Phase::Connect;

/// From when on something can be false and true; none where it never can.
#[derive(Clone, Copy)]
struct When {
    drop: Option<Phase>,
    keep: Option<Phase>,
}

/// When a value is known.
#[derive(Clone, Copy)]
struct Known {
    first: Phase,
    last: Phase,
    absent: Option<Phase>,
    grows: bool,
    constant: bool,
}

const CONSTANT: Known = Known { first: FIRST, last: FIRST, absent: None, grows: false, constant: true };

impl Program {
    /// From when on a request can be dropped and kept.
    #[must_use]
    pub fn moments(&self) -> Moments {
        let own: Vec<Moments> = (0..self.instructions.len()).map(|_| PENDING).collect();
        let mut of = Table { program: self, own };
        for at in (0..self.instructions.len()).rev() {
            let moments = of.instruction(at);
            if let Some(place) = of.own.get_mut(at) {
                *place = moments;
            }
        }
        of.block(self.entry, 0..self.instructions.len())
    }
}

/// What stands in the table before its row is filled.
const PENDING: Moments = Moments { drop: None, keep: None, last: FIRST, drop_sooner: false, keep_sooner: false };

/// The moments of each instruction on its own; they are filled from the last to the first.
struct Table<'p> {
    program: &'p Program,
    own: Vec<Moments>,
}

impl Table<'_> {
    /// The moments of a block that starts there: the program, or the body of a quantifier.
    fn block(&self, entry: Target, range: std::ops::Range<usize>) -> Moments {
        let n = range.len();
        let (mut plain, mut soon) = (vec![None; n], vec![None; n]);
        let mut last = vec![FIRST; n];
        let after = |list: &[Option<When>], target: Target| match target {
            Target::PASS => When { drop: None, keep: Some(FIRST) },
            Target::FAIL => When { drop: Some(FIRST), keep: None },
            target => {
                let place = target.index().checked_sub(range.start);
                place.and_then(|place| list.get(place).copied().flatten()).unwrap_or(When { drop: None, keep: None })
            }
        };
        let last_after = |list: &[Phase], target: Target| {
            let place = target.index().checked_sub(range.start);
            place.and_then(|place| list.get(place).copied()).unwrap_or(FIRST)
        };
        let mut at = range.end;
        while at > range.start {
            at -= 1;
            let (Some(instruction), Some(own)) = (self.program.instructions.get(at), self.own.get(at)) else { break };
            let (then, otherwise) = (instruction.then, instruction.otherwise);
            let when = When { drop: own.drop, keep: own.keep };
            let early = |is: bool, phase: Option<Phase>| if is { Some(FIRST) } else { phase };
            let sooner = When { drop: early(own.drop_sooner, own.drop), keep: early(own.keep_sooner, own.keep) };
            let place = at - range.start;
            let found = [
                joined(when, after(&plain, then), after(&plain, otherwise)),
                joined(sooner, after(&soon, then), after(&soon, otherwise)),
            ];
            let phase = own.last.max(last_after(&last, then)).max(last_after(&last, otherwise));
            for (list, found) in [&mut plain, &mut soon].into_iter().zip(found) {
                if let Some(slot) = list.get_mut(place) {
                    *slot = Some(found);
                }
            }
            if let Some(slot) = last.get_mut(place) {
                *slot = phase;
            }
        }
        let (plain, soon) = (after(&plain, entry), after(&soon, entry));
        Moments {
            drop: plain.drop,
            keep: plain.keep,
            last: last_after(&last, entry),
            drop_sooner: is_sooner(soon.drop, plain.drop),
            keep_sooner: is_sooner(soon.keep, plain.keep),
        }
    }

    /// The moments of one condition.
    fn instruction(&self, at: usize) -> Moments {
        let Some(instruction) = self.program.instructions.get(at) else { return PENDING };
        match instruction.op {
            Op::Int { subject, sign, bounds: Ints(bounds), .. }
            | Op::Duration { subject, sign, bounds: Durations(bounds), .. }
            | Op::Size { subject, sign, bounds: Sizes(bounds), .. } => {
                let known = self.subject(subject);
                with_sooner(known, known.grows.then(|| above(bounds)).flatten(), sign)
            }
            Op::Kernel { subject, sign, builtin, .. } => {
                let known = self.subject(subject);
                with_sooner(known, known.grows.then(|| upwards(builtin.get(), true)).flatten(), sign)
            }
            Op::Exists { field } => {
                let known = self.field(field);
                Moments { keep_sooner: known.grows, ..at_phase(known.last) }
            }
            Op::Sample { .. } => at_phase(Randomness::PHASE),
            Op::Compare { comparison } => {
                self.program.comparison(comparison).map_or(PENDING, |comparison| self.comparison(comparison))
            }
            Op::Quantified { quantifier, field, body, .. } => {
                let start = at + 1;
                let body = self.block(Target::at(start), start..start.saturating_add(body.0 as usize));
                of_quantified(quantifier, self.field(field), body)
            }
            op => {
                let mut known = CONSTANT;
                op.operands(&mut |operand| {
                    if let Operand::Subject(subject) = operand {
                        known = self.subject(subject);
                    }
                });
                with_sooner(known, None, Sign::Plain)
            }
        }
    }

    fn subject(&self, subject: Subject) -> Known {
        match subject.kind() {
            SubjectKind::Field(slot) => self.field(slot),
            SubjectKind::Variable(_) => Known { constant: false, ..CONSTANT },
        }
    }

    fn field(&self, slot: Slot) -> Known {
        let Some(FieldRef { phase, optional, monotone, .. }) = self.program.field(slot) else { return CONSTANT };
        Known { first: *phase, last: *phase, absent: optional.then_some(*phase), grows: *monotone, constant: false }
    }

    /// A comparison of expressions.
    fn comparison(&self, comparison: &Comparison) -> Moments {
        let mut stack: Vec<Known> = Vec::new();
        let mut open: Vec<(usize, Known)> = Vec::new();
        for (number, step) in comparison.steps.iter().enumerate() {
            close(number, &mut open, &mut stack);
            match step.action {
                Action::Constant { .. } => stack.push(CONSTANT),
                Action::Variable { .. } => stack.push(Known { constant: false, ..CONSTANT }),
                Action::Field { slot, .. } | Action::ListLen { field: slot } => stack.push(self.field(slot)),
                Action::Count { field } => stack.push(Known { absent: None, grows: false, ..self.field(field) }),
                Action::TextLen {} => {
                    if let Some(text) = stack.last_mut() {
                        text.grows = false;
                    }
                }
                Action::Call { count, .. } => {
                    let first = stack.len().saturating_sub(count.0 as usize);
                    let operands = stack.drain(first..).fold(CONSTANT, both);
                    stack.push(Known { grows: false, ..operands });
                }
                Action::OrElse { jump } => open.extend(stack.pop().map(|left| (jump.end as usize, left))),
            }
        }
        close(comparison.steps.len(), &mut open, &mut stack);
        let left = stack.first().copied().unwrap_or(CONSTANT);
        let right = stack.get(1).copied().unwrap_or(CONSTANT);
        let beside_constant = left.grows != right.grows && (left.constant || right.constant);
        let grows = comparison.prepared.is_none() && beside_constant;
        let up = grows.then(|| upwards(comparison.operator.get(), left.grows)).flatten();
        with_sooner(both(left, right), up, comparison.sign)
    }
}

/// Ends the right sides of `??` that end before this step.
fn close(step: usize, open: &mut Vec<(usize, Known)>, stack: &mut [Known]) {
    while let Some((_, left)) = open.pop_if(|(end, _)| *end == step) {
        if let Some(right) = stack.last_mut() {
            *right = Known {
                first: left.first,
                last: left.last.max(right.last),
                absent: later(left.absent, right.absent),
                grows: false,
                constant: left.constant,
            };
        }
    }
}

/// What follows a condition, with the condition.
fn joined(own: When, then: When, otherwise: When) -> When {
    When {
        drop: earliest([later(own.keep, then.drop), later(own.drop, otherwise.drop), later(then.drop, otherwise.drop)]),
        keep: earliest([later(own.keep, then.keep), later(own.drop, otherwise.keep), later(then.keep, otherwise.keep)]),
    }
}

fn earliest(moments: [Option<Phase>; 3]) -> Option<Phase> {
    moments.into_iter().flatten().min()
}

/// The earlier of two moments that may never come.
fn earlier(a: Option<Phase>, b: Option<Phase>) -> Option<Phase> {
    a.into_iter().chain(b).min()
}

/// The moment at which both have come.
fn later(a: Option<Phase>, b: Option<Phase>) -> Option<Phase> {
    a.zip(b).map(|(a, b)| a.max(b))
}

fn is_sooner(soon: Option<Phase>, plain: Option<Phase>) -> bool {
    match (soon, plain) {
        (Some(soon), Some(plain)) => soon < plain,
        (soon, None) => soon.is_some(),
        (None, Some(_)) => false,
    }
}

/// Values that are both needed.
fn both(a: Known, b: Known) -> Known {
    Known {
        first: a.first.max(b.first),
        last: a.last.max(b.last),
        absent: earlier(a.absent, b.absent),
        grows: false,
        constant: a.constant && b.constant,
    }
}

/// Either answer from one phase on.
fn at_phase(phase: Phase) -> Moments {
    Moments { drop: Some(phase), keep: Some(phase), last: phase, drop_sooner: false, keep_sooner: false }
}

/// A comparison of a value; `up` says whether a value that grows makes it true, or false, for good.
fn with_sooner(sides: Known, up: Option<bool>, sign: Sign) -> Moments {
    let up = up.map(|up| up == (sign == Sign::Plain));
    Moments {
        // A side that is absent makes it false before the other one is known.
        drop: earlier(Some(sides.first), sides.absent),
        keep: Some(sides.first),
        last: sides.last,
        drop_sooner: up == Some(false),
        keep_sooner: up == Some(true),
    }
}

/// Whether a number that grows gets within bounds for good, or out of them.
fn above(bounds: Bounds) -> Option<bool> {
    Some(bounds.low <= bounds.high && bounds.high == i64::MAX)
}

/// The same of an operator and a constant; `left` says on which side the number that grows stands.
fn upwards(operator: &Builtin, left: bool) -> Option<bool> {
    match (operator.name, left) {
        (">" | ">=", true) | ("<" | "<=", false) => Some(true),
        ("<" | "<=" | "==", true) | (">" | ">=" | "==", false) => Some(false),
        _ => None,
    }
}

fn of_quantified(quantifier: Quantifier, source: Known, body: Moments) -> Moments {
    let among = |moment: Option<Phase>| later(Some(source.last), moment);
    let some = Moments {
        // Over no value it is false, whatever the body says.
        drop: earlier(source.absent, among(body.drop)),
        keep: among(body.keep),
        last: source.last.max(body.last),
        drop_sooner: body.drop_sooner,
        keep_sooner: body.keep_sooner,
    };
    match quantifier {
        Quantifier::Any | Quantifier::All => some,
        Quantifier::None => {
            let Moments { drop, keep, last, drop_sooner, keep_sooner } = some;
            Moments { drop: keep, keep: drop, last, drop_sooner: keep_sooner, keep_sooner: drop_sooner }
        }
    }
}
