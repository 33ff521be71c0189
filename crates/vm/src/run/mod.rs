//! Evaluation: from one condition to the next, asking the request as late as possible.
//!
//! Nothing here allocates beyond the scratch memory, which keeps its size from one request to the next.
//! The thread's stack grows with quantifiers inside quantifiers only.

mod combinations;
pub(crate) mod expression;
pub(crate) mod quick;
pub(crate) mod text;

use std::cell::Cell;
use std::net::IpAddr;
use std::ops::ControlFlow;

use tamis_lang::builtin::{BuiltinId, Eval};
use tamis_lang::prepared::Prepared;
use tamis_lang::scratch::Scratch;
use tamis_lang::value::Value;
use tamis_types::hir::{Mode, Quantifier};

use crate::cost::MOST_VALUES;
use crate::facts::{Fact, Facts, FieldRef};
use crate::op::{
    ConstantRef, Durations, FinderRef, Fold, Ints, Level, Op, PreparedRef, Sign, Sizes, Slot, Subject, SubjectKind,
    Target, TextRef,
};
use crate::program::Program;
use crate::verdict::Verdict;
use expression::Comparing;
use text::Part;

impl Program {
    /// What the rule says about a request.
    ///
    /// A request of the embedder's own type gets code of its own; `&dyn Facts` works as well.
    /// The scratch memory may come from any earlier evaluation, of this program or of another one.
    /// Once it has grown to what the rule needs, nothing is allocated.
    #[must_use]
    pub fn run<F: Facts + ?Sized>(&self, facts: &F, scratch: &mut Scratch) -> Verdict {
        quick::run(self, facts, scratch).into()
    }
}

/// A program and a request.
pub(crate) struct Machine<'m, F: ?Sized> {
    pub(crate) program: &'m Program,
    pub(crate) facts: &'m F,
    /// How many values and combinations may still be looked at.
    ///
    /// The verifier knows the most that a program can look at, so this is never used up; if it is, conditions stop
    /// being true instead of going on.
    fuel: Cell<u64>,
}

impl<'m, F: ?Sized> Machine<'m, F> {
    /// A program and a request, before the first condition.
    #[inline]
    pub(crate) fn new(program: &'m Program, facts: &'m F) -> Self {
        Self { program, facts, fuel: Cell::new(program.fuel) }
    }

    /// Takes what one value, or one combination of values, costs; false where nothing is left.
    fn burn(&self) -> bool {
        let left = self.fuel.get();
        debug_assert!(left > 0, "a program may look at more than its verifier knows of");
        self.fuel.set(left.saturating_sub(1));
        left > 0
    }
}

/// What a fused comparison looks at, and how.
#[derive(Clone, Copy)]
struct Asked<'f> {
    mode: Mode,
    subject: Subject,
    sign: Sign,
    frame: Option<&'f Frame<'f>>,
}

/// The variable of a quantifier, and the frames of the quantifiers around it.
pub(crate) struct Frame<'f> {
    pub(crate) variable: Level,
    /// The value in turn; nothing where it has the wrong type.
    pub(crate) value: Option<Value<'f>>,
    pub(crate) outer: Option<&'f Frame<'f>>,
}

/// The value of a variable.
fn variable<'f>(mut frame: Option<&'f Frame<'f>>, variable: Level) -> Option<Value<'f>> {
    while let Some(candidate) = frame {
        if candidate.variable == variable {
            return candidate.value;
        }
        frame = candidate.outer;
    }
    None
}

impl<F: Facts + ?Sized> Machine<'_, F> {
    /// Runs from one instruction to an end; whether that end is the one where the condition holds.
    ///
    /// INVARIANT: successors lie further on, so this ends after at most one visit of each instruction.
    #[inline]
    fn block(&self, entry: Target, frame: Option<&Frame<'_>>, scratch: &mut Scratch) -> bool {
        let mut at = entry;
        while let Some(instruction) = self.program.instructions.get(at.index()) {
            let holds = self.holds(&instruction.op, at, frame, scratch);
            at = if holds { instruction.then } else { instruction.otherwise };
        }
        at == Target::PASS
    }

    /// Whether a condition holds.
    ///
    /// Numbers are compared in place; what takes longer is called, which keeps this loop and its registers small.
    #[inline]
    pub(crate) fn holds(&self, op: &Op, at: Target, frame: Option<&Frame<'_>>, scratch: &mut Scratch) -> bool {
        match *op {
            Op::Int { mode, subject, sign, bounds: Ints(bounds) } => {
                self.values(Asked { mode, subject, sign, frame }, |value| match value {
                    Value::Int(n) => Some(bounds.contain(n)),
                    _ => None,
                })
            }
            Op::Duration { mode, subject, sign, bounds: Durations(bounds) } => {
                self.values(Asked { mode, subject, sign, frame }, |value| match value {
                    Value::Duration(n) => Some(bounds.contain(n)),
                    _ => None,
                })
            }
            Op::Size { mode, subject, sign, bounds: Sizes(bounds) } => {
                self.values(Asked { mode, subject, sign, frame }, |value| match value {
                    Value::Size(n) => Some(bounds.contain(n)),
                    _ => None,
                })
            }
            Op::Bool { mode, subject, sign } => {
                self.values(Asked { mode, subject, sign, frame }, |value| match value {
                    Value::Bool(answer) => Some(answer),
                    _ => None,
                })
            }
            Op::Ip { mode, subject, sign, address } => self.address(Asked { mode, subject, sign, frame }, address),
            Op::TextEquals { mode, subject, sign, fold, text } => {
                self.text(Asked { mode, subject, sign, frame }, (fold, Part::Whole), text, scratch)
            }
            Op::TextStarts { mode, subject, sign, fold, text } => {
                self.text(Asked { mode, subject, sign, frame }, (fold, Part::Start), text, scratch)
            }
            Op::TextEnds { mode, subject, sign, fold, text } => {
                self.text(Asked { mode, subject, sign, frame }, (fold, Part::End), text, scratch)
            }
            Op::TextContains { mode, subject, sign, fold, finder } => {
                self.text_within(Asked { mode, subject, sign, frame }, fold, finder, scratch)
            }
            Op::Prepared { mode, subject, sign, builtin, prepared } => {
                self.prepared(Asked { mode, subject, sign, frame }, builtin, prepared)
            }
            Op::Kernel { mode, subject, sign, builtin, constant } => {
                self.kernel(Asked { mode, subject, sign, frame }, builtin, constant, scratch)
            }
            Op::Compare { comparison } => {
                let Some(comparison) = self.program.comparison(comparison) else { return false };
                Comparing { machine: self, comparison, frame }.holds(scratch)
            }
            Op::Exists { field } => self.exists(field),
            Op::Sample { threshold } => threshold.keeps(self.facts.randomness()),
            Op::Quantified { quantifier, variable, field, .. } => {
                // The body is what comes right after the quantifier.
                let body = Target::at(at.index() + 1);
                self.quantified(quantifier, (variable, field, body), frame, scratch)
            }
        }
    }

    #[inline(never)]
    fn address(&self, asked: Asked<'_>, address: IpAddr) -> bool {
        self.values(asked, |value| match value {
            Value::Ip(found) => Some(found == address),
            _ => None,
        })
    }

    #[inline(never)]
    fn text(&self, asked: Asked<'_>, (fold, part): (Fold, Part), text: TextRef, scratch: &mut Scratch) -> bool {
        let wanted = self.program.text(text);
        self.values(asked, |value| text::compare(value, fold, part, wanted, scratch))
    }

    #[inline(never)]
    fn text_within(&self, asked: Asked<'_>, fold: Fold, finder: FinderRef, scratch: &mut Scratch) -> bool {
        let Some(finder) = self.program.finder(finder) else { return false };
        self.values(asked, |value| text::contains(value, fold, finder, scratch))
    }

    #[inline(never)]
    fn prepared(&self, asked: Asked<'_>, builtin: BuiltinId, prepared: PreparedRef) -> bool {
        match self.program.prepared(prepared) {
            // What every operator does that takes a set or a pattern.
            Some(Prepared::Set(set)) => self.typed_values(asked, |value| Some(set.contains(&value))),
            Some(Prepared::Pattern(pattern)) => self.values(asked, |value| match value {
                Value::String(text) => Some(pattern.is_match(text)),
                _ => None,
            }),
            Some(prepared) => {
                let Eval::Prepared(kernel) = builtin.get().eval else { return false };
                self.typed_values(asked, |value| kernel(&value, prepared))
            }
            None => false,
        }
    }

    #[inline(never)]
    fn kernel(&self, asked: Asked<'_>, builtin: BuiltinId, constant: ConstantRef, scratch: &mut Scratch) -> bool {
        let Some(constant) = self.program.constant(constant) else { return false };
        self.typed_values(asked, |value| {
            let answer = ask(builtin, &[value, constant.as_value()], scratch);
            scratch.reset();
            answer
        })
    }

    /// Whether the values of a subject pass a test; no value never does.
    #[inline]
    fn values(&self, asked: Asked<'_>, mut test: impl FnMut(Value<'_>) -> Option<bool>) -> bool {
        let Asked { mode, subject, sign, frame } = asked;
        let value = match subject.kind() {
            SubjectKind::Variable(level) => {
                let Some(value) = variable(frame, level) else { return false };
                value
            }
            SubjectKind::Field(slot) => {
                let Some(field) = self.program.field(slot) else { return false };
                match self.facts.get(field) {
                    Fact::Absent | Fact::NotYet => return false,
                    Fact::One(value) | Fact::AtLeast(value) => value,
                    Fact::Many | Fact::SoFar => {
                        let quantifier = match mode {
                            Mode::All => Quantifier::All,
                            Mode::Any => Quantifier::Any,
                        };
                        return self.several(quantifier, field, &mut |value| sign.passes(test(value)));
                    }
                }
            }
        };
        sign.passes(test(value))
    }

    /// The same for a test that takes values of every type: those of the wrong type never reach it.
    #[inline]
    fn typed_values(&self, asked: Asked<'_>, mut test: impl FnMut(Value<'_>) -> Option<bool>) -> bool {
        let ty = match asked.subject.kind() {
            SubjectKind::Field(slot) => self.program.field(slot).map(|field| field.ty),
            // Looked at when it was bound.
            SubjectKind::Variable(_) => None,
        };
        self.values(asked, |value| if ty.is_none_or(|ty| ty == value.ty()) { test(value) } else { None })
    }

    /// Whether enough of a field's several values pass.
    #[cold]
    #[inline(never)]
    fn several(&self, quantifier: Quantifier, field: &FieldRef, passes: &mut dyn FnMut(Value<'_>) -> bool) -> bool {
        let (mut n_seen, mut decided, mut burnt) = (0, false, false);
        let decisive = !matches!(quantifier, Quantifier::All);
        self.facts.each(field, &mut |value| {
            burnt |= !decided && n_seen < MOST_VALUES && !self.burn();
            // A visit after the break is the embedder's mistake and changes nothing.
            if !decided && n_seen < MOST_VALUES && !burnt {
                n_seen += 1;
                decided = passes(value) == decisive;
            }
            if decided || burnt || n_seen == MOST_VALUES { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        !burnt
            && match quantifier {
                Quantifier::Any => decided,
                Quantifier::All => n_seen > 0 && !decided,
                Quantifier::None => !decided,
            }
    }

    /// Whether a field has a value, of any type.
    #[inline(never)]
    fn exists(&self, slot: Slot) -> bool {
        let Some(field) = self.program.field(slot) else { return false };
        match self.facts.get(field) {
            Fact::Absent | Fact::NotYet => false,
            Fact::One(_) | Fact::AtLeast(_) => true,
            Fact::Many | Fact::SoFar => self.several(Quantifier::Any, field, &mut |_| true),
        }
    }

    /// How many values a field has, of any type.
    fn count(&self, slot: Slot) -> usize {
        let Some(field) = self.program.field(slot) else { return 0 };
        match self.facts.get(field) {
            Fact::Absent | Fact::NotYet => 0,
            Fact::One(_) | Fact::AtLeast(_) => 1,
            Fact::Many | Fact::SoFar => {
                let mut n: usize = 0;
                self.facts.each(field, &mut |_| {
                    n = (n + 1).min(MOST_VALUES);
                    if n < MOST_VALUES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                });
                n
            }
        }
    }

    /// Whether a body holds for enough of a field's values.
    #[inline(never)]
    fn quantified(
        &self,
        quantifier: Quantifier,
        (variable, slot, body): (Level, Slot, Target),
        frame: Option<&Frame<'_>>,
        scratch: &mut Scratch,
    ) -> bool {
        let Some(field) = self.program.field(slot) else { return false };
        let mut holds = |value: Value<'_>| {
            let value = (value.ty() == field.ty).then_some(value);
            self.block(body, Some(&Frame { variable, value, outer: frame }), scratch)
        };
        let is_none = matches!(quantifier, Quantifier::None);
        match self.facts.get(field) {
            Fact::Absent | Fact::NotYet => is_none,
            Fact::One(value) | Fact::AtLeast(value) => self.burn() && holds(value) != is_none,
            Fact::Many | Fact::SoFar => self.several(quantifier, field, &mut holds),
        }
    }
}

/// What the kernel of an operator answers; no answer where it has no result.
pub(crate) fn ask(operator: BuiltinId, operands: &[Value<'_>], scratch: &Scratch) -> Option<bool> {
    let Eval::Pure(kernel) = operator.get().eval else { return None };
    match kernel(operands, scratch) {
        Some(Value::Bool(answer)) => Some(answer),
        _ => None,
    }
}
