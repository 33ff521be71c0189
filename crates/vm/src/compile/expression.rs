//! Values as steps: operands before the operations on them, each writing to a place that is known in advance.

use tamis_types::hir::{FieldUseId, Right, Test, ValueId, ValueKind};

use super::Lowering;
use super::tables::place;
use crate::op::{Action, Jump, LeafPlace, Level, Op, OperandCount, PreparedRef, Sign, Slot};
use crate::program::{Comparison, Section, Step};

/// The steps of one comparison while they grow.
#[derive(Default)]
struct Steps {
    steps: Vec<Step>,
    fields: Vec<Slot>,
    n_places: u32,
    n_leaves: u32,
    left_sides: Vec<Section>,
}

/// What is still to do.
enum Work {
    /// A value.
    Value { id: ValueId, into: u32 },
    /// What takes the values before it.
    Step(Step),
    /// The jump between both sides of `??`, whose left side began with this step and this leaf.
    OrElse { step: usize, leaf: u32, right: ValueId, into: u32 },
    /// The end of the right side, for the jump at this place.
    End(usize),
}

impl Lowering<'_> {
    /// The operation that can do every comparison.
    pub(super) fn compare(&mut self, test: &Test) -> Op {
        let mut steps = Steps::default();
        self.value(test.left, 0, &mut steps);
        let prepared = match test.right {
            Right::Value(right) => {
                self.value(right, 1, &mut steps);
                None
            }
            Right::Prepared(id) => Some(PreparedRef(id.0)),
        };
        let comparison = self.tables.comparison(Comparison {
            steps: steps.steps.into(),
            operator: test.op,
            prepared,
            mode: test.mode,
            sign: Sign::of(test.negated),
            fields: steps.fields.into(),
            n_places: steps.n_places as usize,
            n_leaves: steps.n_leaves as usize,
            left_sides: steps.left_sides.into(),
        });
        Op::Compare { comparison }
    }

    /// Writes the steps of a value, with a stack of its own.
    fn value(&mut self, id: ValueId, into: u32, steps: &mut Steps) {
        let mut work = vec![Work::Value { id, into }];
        while let Some(next) = work.pop() {
            match next {
                Work::Value { id, into } => self.open(id, into, steps, &mut work),
                Work::Step(step) => steps.push(step.into, step.action),
                Work::OrElse { step, leaf, right, into } => {
                    let at = steps.steps.len();
                    steps.or_else(step, leaf, into);
                    work.push(Work::End(at));
                    work.push(Work::Value { id: right, into });
                }
                Work::End(at) => steps.close(at),
            }
        }
    }

    /// Writes the step of a value without operands, or puts the operands and the step on the stack.
    fn open(&mut self, id: ValueId, into: u32, steps: &mut Steps, work: &mut Vec<Work>) {
        if let Some(constant) = self.known.value(id) {
            let constant = self.tables.constant(constant);
            steps.push(into, Action::Constant { constant });
            return;
        }
        let Some(value) = self.hir.value(id) else { return };
        match &value.kind {
            // Known above.
            ValueKind::Constant(_) => {}
            ValueKind::Field(field) => steps.field(*field, into),
            ValueKind::Variable(variable) => steps.push(into, Action::Variable { level: Level(variable.0) }),
            ValueKind::Call { builtin, arguments } => {
                let action = Action::Call { builtin: *builtin, count: OperandCount(place(arguments.len())) };
                work.push(Work::Step(Step { into, action }));
                let operands = (into..).zip(arguments).map(|(into, id)| Work::Value { id: *id, into });
                let from = work.len();
                work.extend(operands);
                work.get_mut(from..).unwrap_or_default().reverse();
            }
            ValueKind::Default(left, right) => {
                work.push(Work::OrElse { step: steps.steps.len(), leaf: steps.n_leaves, right: *right, into });
                work.push(Work::Value { id: *left, into });
            }
            ValueKind::TextLen(text) => {
                work.push(Work::Step(Step { into, action: Action::TextLen {} }));
                work.push(Work::Value { id: *text, into });
            }
            ValueKind::Count(field) => steps.push(into, Action::Count { field: Slot(field.0) }),
            ValueKind::ListLen(field) => steps.push(into, Action::ListLen { field: Slot(field.0) }),
        }
    }
}

impl Steps {
    fn push(&mut self, into: u32, action: Action) {
        self.n_places = self.n_places.max(into.saturating_add(1));
        self.steps.push(Step { into, action });
    }

    fn field(&mut self, field: FieldUseId, into: u32) {
        let slot = Slot(field.0);
        let local = self.fields.iter().position(|known| *known == slot).unwrap_or_else(|| {
            self.fields.push(slot);
            self.fields.len() - 1
        });
        let leaf = LeafPlace { local: place(local), number: self.n_leaves };
        self.n_leaves += 1;
        self.push(into, Action::Field { slot, leaf });
    }

    fn or_else(&mut self, step: usize, leaf: u32, into: u32) {
        let left = place(self.left_sides.len());
        self.left_sides.push(Section {
            steps: step..self.steps.len(),
            leaves: leaf as usize..self.n_leaves as usize,
            place: into as usize,
        });
        self.push(into, Action::OrElse { jump: Jump { left, end: 0 } });
    }

    /// The right side of the `??` whose jump is at this place ends here.
    fn close(&mut self, at: usize) {
        let here = place(self.steps.len());
        if let Some(Step { action: Action::OrElse { jump }, .. }) = self.steps.get_mut(at) {
            jump.end = here;
        }
    }
}
