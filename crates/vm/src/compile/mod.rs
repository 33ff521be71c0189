//! From the checked form to a flat program.
//!
//! Conditions are lowered from the last to the first, so the successors of each are known when its turn comes: `&&`,
//! `||` and `!` become successors and leave no instruction behind, and every jump goes forward.
//! Work that is still to do lies on a stack of its own, never on the thread's.

pub(crate) mod arrange;
mod expression;
mod fold;
mod fuse;
mod tables;

use std::cmp::Ordering;

use tamis_lang::span::Span;
use tamis_types::analysis::CheckedRule;
use tamis_types::hir::{ConditionId, ConditionKind, Hir, Mode, Quantifier};

use crate::facts::FieldRef;
use crate::op::{BodyLen, Instruction, Level, Op, Slot, Target};
use crate::program::Program;
use crate::run::quick::Quick;
use arrange::Guesses;
use fold::Known;
use fuse::narrow;
use tables::Tables;

/// Compiles a rule.
///
/// It cannot fail: everything that could be wrong with a rule, its size included, is found when the rule is checked.
#[must_use]
pub fn compile(rule: &CheckedRule) -> Program {
    compile_hir(rule.hir())
}

/// Compiles the checked form, the conditions in the order in which they cost least.
pub(crate) fn compile_hir(hir: &Hir) -> Program {
    let guesses = Guesses::of(hir);
    lower(hir, &|kind| match kind {
        ConditionKind::And(parts) => sorted(parts, |a, b| guesses.of_and(a, b)),
        ConditionKind::Or(parts) => sorted(parts, |a, b| guesses.of_or(a, b)),
        _ => Vec::new(),
    })
}

/// Parts in an order; equal ones stay as written.
pub(crate) fn sorted(parts: &[ConditionId], order: impl Fn(ConditionId, ConditionId) -> Ordering) -> Vec<ConditionId> {
    let mut sorted = parts.to_vec();
    sorted.sort_by(|a, b| order(*a, *b));
    sorted
}

/// Compiles the checked form; `arrange` says in which order the parts of an `&&` or `||` are asked.
pub(crate) fn lower(hir: &Hir, arrange: &dyn Fn(&ConditionKind) -> Vec<ConditionId>) -> Program {
    let mut lowering = Lowering {
        hir,
        arrange,
        known: Known::of(hir),
        tables: Tables::default(),
        reversed: Vec::with_capacity(hir.conditions.len()),
        entry: Target::FAIL,
    };
    if let Some(root) = hir.root {
        lowering.rule(root);
    }
    lowering.finish()
}

/// The state of one compilation.
struct Lowering<'h> {
    hir: &'h Hir,
    /// The parts of an `&&` or `||` in the order in which they are asked.
    arrange: &'h dyn Fn(&ConditionKind) -> Vec<ConditionId>,
    /// What is the same for every request.
    known: Known<'h>,
    tables: Tables,
    /// The instructions so far, the last one first; targets count from the end.
    reversed: Vec<(Instruction, Span)>,
    /// Where the condition that was lowered last begins.
    entry: Target,
}

/// What is still to do.
enum Work {
    /// A condition with its successors.
    Condition { id: ConditionId, then: Target, otherwise: Target },
    /// The last of these, and then the ones before it.
    Chain { parts: Vec<Part>, link: Link, then: Target, otherwise: Target },
    /// A quantifier whose body has been lowered.
    Quantified { op: Open, then: Target, otherwise: Target },
}

/// A part of a chain.
#[derive(Clone, Copy)]
enum Part {
    /// A condition.
    Condition(ConditionId),
    /// What several comparisons of a field with numbers say together.
    Within(Op, Span),
}

/// How the conditions of a chain hang together.
#[derive(Clone, Copy)]
enum Link {
    /// The next one is asked if this one holds.
    And,
    /// The next one is asked if this one does not hold.
    Or,
}

/// A quantifier without its body.
struct Open {
    quantifier: Quantifier,
    variable: Level,
    field: Slot,
    span: Span,
    /// How many instructions there were before the body.
    n_before: usize,
}

impl Lowering<'_> {
    /// Lowers the condition that decides.
    fn rule(&mut self, root: ConditionId) {
        let mut work = vec![Work::Condition { id: root, then: Target::PASS, otherwise: Target::FAIL }];
        while let Some(next) = work.pop() {
            match next {
                Work::Condition { id, then, otherwise } => self.condition(id, then, otherwise, &mut work),
                Work::Chain { parts, link, then, otherwise } => {
                    self.chain(parts, link, (then, otherwise), &mut work);
                }
                Work::Quantified { op, then, otherwise } => self.close(&op, then, otherwise),
            }
        }
    }

    /// Lowers a condition or puts its parts on the stack; both leave its beginning in `entry`.
    fn condition(&mut self, id: ConditionId, then: Target, otherwise: Target, work: &mut Vec<Work>) {
        if let Some(always) = self.known.condition(id) {
            self.entry = if always { then } else { otherwise };
            return;
        }
        let Some(condition) = self.hir.condition(id) else { return };
        let span = condition.span;
        match &condition.kind {
            // Known above.
            ConditionKind::Constant(_) => {}
            ConditionKind::Not(inner) => {
                work.push(Work::Condition { id: *inner, then: otherwise, otherwise: then });
            }
            ConditionKind::And(_) => {
                self.entry = then;
                let parts = self.narrowed(&(self.arrange)(&condition.kind));
                work.push(Work::Chain { parts, link: Link::And, then, otherwise });
            }
            ConditionKind::Or(_) => {
                self.entry = otherwise;
                let parts = (self.arrange)(&condition.kind).into_iter().map(Part::Condition).collect();
                work.push(Work::Chain { parts, link: Link::Or, then, otherwise });
            }
            ConditionKind::Test(test) => {
                let op = self.test(test);
                self.emit(op, span, then, otherwise);
            }
            ConditionKind::Sample(threshold) => {
                self.emit(Op::Sample { threshold: *threshold }, span, then, otherwise);
            }
            ConditionKind::Exists(field) => self.emit(Op::Exists { field: Slot(field.0) }, span, then, otherwise),
            ConditionKind::Quantified { quantifier, source, variable, body } => {
                let (quantifier, field) = (*quantifier, Slot(source.0));
                if self.known.condition(*body).is_some() {
                    // A body that holds for every value: what counts is whether there is one.
                    let (then, otherwise) = match quantifier {
                        Quantifier::Any | Quantifier::All => (then, otherwise),
                        Quantifier::None => (otherwise, then),
                    };
                    self.emit(Op::Exists { field }, span, then, otherwise);
                    return;
                }
                let n_before = self.reversed.len();
                let op = Open { quantifier, variable: Level(variable.0), field, span, n_before };
                work.push(Work::Quantified { op, then, otherwise });
                work.push(Work::Condition { id: *body, then: Target::PASS, otherwise: Target::FAIL });
            }
        }
    }

    /// Puts the last condition of a chain on the stack; its successor is the one after it, which begins at `entry`.
    fn chain(&mut self, mut parts: Vec<Part>, link: Link, (then, otherwise): (Target, Target), work: &mut Vec<Work>) {
        let Some(last) = parts.pop() else { return };
        work.push(Work::Chain { parts, link, then, otherwise });
        let (then, otherwise) = match link {
            Link::And => (self.entry, otherwise),
            Link::Or => (then, self.entry),
        };
        match last {
            // One that is always the same cannot decide the chain, or the chain would be known.
            Part::Condition(id) if self.known.condition(id).is_some() => {}
            Part::Condition(id) => work.push(Work::Condition { id, then, otherwise }),
            Part::Within(op, span) => self.emit(op, span, then, otherwise),
        }
    }

    /// The parts of an `&&`, with the comparisons of one field with numbers as one.
    ///
    /// All values lie above one number and below another one exactly where all lie between them, so this is about
    /// comparisons of all values only.
    fn narrowed(&self, parts: &[ConditionId]) -> Vec<Part> {
        let mut narrowed: Vec<Part> = Vec::with_capacity(parts.len());
        for id in parts {
            let own = self.range(*id);
            let earlier = own.and_then(|(op, _)| {
                narrowed.iter_mut().find_map(|part| match part {
                    Part::Within(earlier, span) if narrow(*earlier, op).is_some() => Some((earlier, span)),
                    _ => None,
                })
            });
            match (earlier, own) {
                (Some((earlier, whole)), Some((op, span))) => {
                    *earlier = narrow(*earlier, op).unwrap_or(*earlier);
                    *whole = whole.join(span);
                }
                (None, Some((op, span))) => narrowed.push(Part::Within(op, span)),
                (_, None) => narrowed.push(Part::Condition(*id)),
            }
        }
        narrowed
    }

    /// The operation of a condition that says that all values of something lie within bounds.
    fn range(&self, id: ConditionId) -> Option<(Op, Span)> {
        let condition = self.hir.condition(id)?;
        let ConditionKind::Test(test) = &condition.kind else { return None };
        if self.known.condition(id).is_some() || test.negated || test.mode != Mode::All {
            return None;
        }
        self.bounded(test).map(|op| (op, condition.span))
    }

    /// Puts a quantifier before its body.
    fn close(&mut self, op: &Open, then: Target, otherwise: Target) {
        let n_body = self.reversed.len() - op.n_before;
        let body = BodyLen(u32::try_from(n_body).unwrap_or(u32::MAX));
        let Open { quantifier, variable, field, span, .. } = *op;
        self.emit(Op::Quantified { quantifier, variable, field, body }, span, then, otherwise);
    }

    /// Puts an instruction before those that there are.
    fn emit(&mut self, op: Op, span: Span, then: Target, otherwise: Target) {
        self.entry = Target::at(self.reversed.len());
        self.reversed.push((Instruction { op, then, otherwise }, span));
    }

    /// Turns the instructions round and closes the tables.
    fn finish(self) -> Program {
        let n = self.reversed.len();
        let from_start = |target: Target| {
            if target.is_end() { target } else { Target::at(n.saturating_sub(target.index() + 1)) }
        };
        let turned = |(instruction, _): &(Instruction, Span)| {
            let Instruction { op, then, otherwise } = *instruction;
            Instruction { op, then: from_start(then), otherwise: from_start(otherwise) }
        };
        let forwards = || self.reversed.iter().rev();
        let (instructions, spans) = (forwards().map(turned).collect(), forwards().map(|(_, span)| *span).collect());
        let fields = (0..).zip(&self.hir.fields).map(|(slot, field)| FieldRef::new(slot, field)).collect();
        let program = Program {
            entry: from_start(self.entry),
            instructions,
            spans,
            fields,
            text: self.tables.text.into(),
            finders: self.tables.finders.into(),
            prepared: self.hir.prepared.clone().into(),
            constants: self.tables.constants.into(),
            comparisons: self.tables.comparisons.into(),
            fuel: 0,
            quick: Quick::default(),
        };
        program.prepare()
    }
}
