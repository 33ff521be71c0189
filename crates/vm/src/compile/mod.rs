//! From the checked form to a flat program.
//!
//! Conditions are lowered from the last to the first, so the successors of each are known when its turn comes: `&&`,
//! `||` and `!` become successors and leave no instruction behind, and every jump goes forward.
//! Work that is still to do lies on a stack of its own, never on the thread's.

mod expression;
mod fold;
mod fuse;
mod tables;

use tamis_lang::span::Span;
use tamis_types::analysis::CheckedRule;
use tamis_types::hir::{ConditionId, ConditionKind, Hir, Quantifier};

use crate::facts::FieldRef;
use crate::op::{BodyLen, Instruction, Level, Op, Slot, Target};
use crate::program::Program;
use fold::Known;
use tables::Tables;

/// Compiles a rule.
///
/// It cannot fail: everything that could be wrong with a rule, its size included, is found when the rule is checked.
#[must_use]
pub fn compile(rule: &CheckedRule) -> Program {
    compile_hir(rule.hir())
}

/// Compiles the checked form.
pub(crate) fn compile_hir(hir: &Hir) -> Program {
    let mut lowering =
        Lowering { hir, known: Known::of(hir), tables: Tables::default(), reversed: Vec::new(), entry: Target::FAIL };
    if let Some(root) = hir.root {
        lowering.rule(root);
    }
    lowering.finish()
}

/// The state of one compilation.
struct Lowering<'h> {
    hir: &'h Hir,
    /// What is the same for every request.
    known: Known<'h>,
    tables: Tables,
    /// The instructions so far, the last one first; targets count from the end.
    reversed: Vec<(Instruction, Span)>,
    /// Where the condition that was lowered last begins.
    entry: Target,
}

/// What is still to do.
enum Work<'h> {
    /// A condition with its successors.
    Condition { id: ConditionId, then: Target, otherwise: Target },
    /// The last of these, and then the ones before it.
    Chain { children: &'h [ConditionId], link: Link, then: Target, otherwise: Target },
    /// A quantifier whose body has been lowered.
    Quantified { op: Open, then: Target, otherwise: Target },
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

impl<'h> Lowering<'h> {
    /// Lowers the condition that decides.
    fn rule(&mut self, root: ConditionId) {
        let mut work = vec![Work::Condition { id: root, then: Target::PASS, otherwise: Target::FAIL }];
        while let Some(next) = work.pop() {
            match next {
                Work::Condition { id, then, otherwise } => self.condition(id, then, otherwise, &mut work),
                Work::Chain { children, link, then, otherwise } => {
                    self.chain(children, link, (then, otherwise), &mut work);
                }
                Work::Quantified { op, then, otherwise } => self.close(&op, then, otherwise),
            }
        }
    }

    /// Lowers a condition or puts its parts on the stack; both leave its beginning in `entry`.
    fn condition(&mut self, id: ConditionId, then: Target, otherwise: Target, work: &mut Vec<Work<'h>>) {
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
            ConditionKind::And(children) => {
                self.entry = then;
                work.push(Work::Chain { children, link: Link::And, then, otherwise });
            }
            ConditionKind::Or(children) => {
                self.entry = otherwise;
                work.push(Work::Chain { children, link: Link::Or, then, otherwise });
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
    ///
    /// Conditions are asked in the order in which they were written.
    /// They have no effects and cannot fail, so any other order gives the same verdict; the cheapest first would be
    /// faster.
    fn chain(
        &mut self,
        children: &'h [ConditionId],
        link: Link,
        (then, otherwise): (Target, Target),
        work: &mut Vec<Work<'h>>,
    ) {
        let Some((last, before)) = children.split_last() else { return };
        work.push(Work::Chain { children: before, link, then, otherwise });
        // One that is always the same cannot decide the chain, or the chain would be known.
        if self.known.condition(*last).is_none() {
            let (then, otherwise) = match link {
                Link::And => (self.entry, otherwise),
                Link::Or => (then, self.entry),
            };
            work.push(Work::Condition { id: *last, then, otherwise });
        }
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
        let turn = |(instruction, span): &(Instruction, Span)| {
            let Instruction { op, then, otherwise } = *instruction;
            (Instruction { op, then: from_start(then), otherwise: from_start(otherwise) }, *span)
        };
        let (instructions, spans): (Vec<_>, Vec<_>) = self.reversed.iter().rev().map(turn).unzip();
        let fields = (0..).zip(&self.hir.fields).map(|(slot, field)| FieldRef::new(slot, field)).collect();
        let mut program = Program {
            entry: from_start(self.entry),
            instructions: instructions.into(),
            spans: spans.into(),
            fields,
            text: self.tables.text.into(),
            finders: self.tables.finders.into(),
            prepared: self.hir.prepared.clone().into(),
            constants: self.tables.constants.into(),
            comparisons: self.tables.comparisons.into(),
            fuel: 0,
        };
        program.fuel = program.visits();
        program
    }
}
