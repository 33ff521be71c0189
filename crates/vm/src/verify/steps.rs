//! Comparisons of expressions: what their steps leave where.
//!
//! Bytes have the steps alone, as for a machine with a stack.
//! The place that each step writes to, the wheels of combinations and the left sides of `??` follow from them.

use tamis_lang::builtin::{self, BuiltinId, Eval};
use tamis_lang::ty::Ty;
use tamis_types::hir::Mode;

use super::operands::{field_type, place, taken_as, takes};
use crate::bytecode::wire::count;
use crate::bytecode::{Place, Reason, Refusal};
use crate::op::{Action, Jump, LeafPlace, OperandCount, PreparedRef, Sign, Slot};
use crate::program::{Comparison, Program, Section, Step};

/// A comparison as bytes have it.
pub(crate) struct Shape {
    pub(crate) operator: BuiltinId,
    pub(crate) prepared: Option<PreparedRef>,
    pub(crate) mode: Mode,
    pub(crate) sign: Sign,
    pub(crate) actions: Vec<Action>,
}

/// A value on the stack, by what was before it.
#[derive(Clone, Copy)]
struct Entry {
    /// Its first step.
    step: usize,
    /// How many steps before it read a field.
    leaves: u32,
}

/// The steps so far.
#[derive(Default)]
struct Assembly {
    stack: Vec<Entry>,
    /// The `??` whose right sides are under way: the end of each, and its left side.
    open: Vec<(u32, Entry, usize)>,
    steps: Vec<Step>,
    fields: Vec<Slot>,
    n_leaves: u32,
    n_places: usize,
    left_sides: Vec<Section>,
}

/// Makes the comparison of a shape.
pub(super) fn assemble(program: &Program, number: u32, shape: Shape) -> Result<Comparison, Refusal> {
    let mut assembly = Assembly::default();
    let n_steps = count(shape.actions.len());
    for (step, action) in (0..).zip(shape.actions) {
        let added = assembly.close(step).and_then(|()| assembly.add(program, step, action, n_steps));
        added.map_err(|reason| Refusal { place: Place::Step { comparison: number, step }, reason })?;
    }
    let refuse = |reason| Refusal { place: Place::Comparison(number), reason };
    assembly.close(n_steps).map_err(refuse)?;
    if let Some(prepared) = shape.prepared {
        place(prepared.0, program.prepared.len(), "sets and patterns").map_err(refuse)?;
    }
    let (expected, found) = (if shape.prepared.is_some() { 1 } else { 2 }, assembly.stack.len());
    if expected != found {
        return Err(refuse(Reason::WrongResults { expected, found }));
    }
    Ok(Comparison {
        steps: assembly.steps.into(),
        operator: shape.operator,
        prepared: shape.prepared,
        mode: shape.mode,
        sign: shape.sign,
        fields: assembly.fields.into(),
        n_places: assembly.n_places,
        n_leaves: assembly.n_leaves as usize,
        left_sides: assembly.left_sides.into(),
    })
}

impl Assembly {
    /// Ends the right sides that end before this step.
    fn close(&mut self, step: u32) -> Result<(), Reason> {
        while let Some((_, left, depth)) = self.open.pop_if(|(end, ..)| *end == step) {
            if self.stack.len() != depth + 1 {
                return Err(Reason::BadDefault { found: step });
            }
            if let Some(value) = self.stack.last_mut() {
                *value = left;
            }
        }
        Ok(())
    }

    fn add(&mut self, program: &Program, step: u32, action: Action, n_steps: u32) -> Result<(), Reason> {
        let depth = self.stack.len();
        match action {
            Action::Constant { constant } => {
                place(constant.0, program.constants.len(), "constants")?;
                self.push(action, depth);
            }
            Action::Field { slot, .. } => {
                place(slot.0, program.fields.len(), "fields")?;
                let local = self.fields.iter().position(|known| *known == slot).unwrap_or_else(|| {
                    self.fields.push(slot);
                    self.fields.len() - 1
                });
                let leaf = LeafPlace { local: count(local), number: self.n_leaves };
                self.push(Action::Field { slot, leaf }, depth);
                self.n_leaves += 1;
            }
            Action::Count { field } | Action::ListLen { field } => {
                place(field.0, program.fields.len(), "fields")?;
                self.push(action, depth);
            }
            Action::Variable { .. } => self.push(action, depth),
            Action::Call { count: OperandCount(n), .. } => {
                let first = self.operands(n as usize)?;
                let value = self.stack.get(first).copied();
                self.write(action, first);
                self.stack.truncate(first);
                self.stack.extend(value);
            }
            Action::TextLen {} => {
                let place = self.operands(1)?;
                self.write(action, place);
            }
            Action::OrElse { jump: Jump { end, .. } } => {
                let place = self.operands(1)?;
                let around = self.open.last().map_or(n_steps, |(end, ..)| *end);
                if end <= step + 1 || end > around {
                    return Err(Reason::BadDefault { found: end });
                }
                let left = count(self.left_sides.len());
                if let Some(value) = self.stack.pop() {
                    self.left_sides.push(Section {
                        steps: value.step..self.steps.len(),
                        leaves: value.leaves as usize..self.n_leaves as usize,
                        place,
                    });
                    self.open.push((end, value, place));
                }
                self.write(Action::OrElse { jump: Jump { left, end } }, place);
            }
        }
        Ok(())
    }

    /// The place of the first of the values on top; a right side does not reach below its own values.
    fn operands(&self, n: usize) -> Result<usize, Reason> {
        let below = self.open.last().map_or(0, |(_, _, depth)| *depth);
        let found = self.stack.len() - below;
        if n == 0 || n > found {
            return Err(Reason::MissingOperand { expected: n, found });
        }
        Ok(self.stack.len() - n)
    }

    /// A step that adds a value.
    fn push(&mut self, action: Action, depth: usize) {
        self.stack.push(Entry { step: self.steps.len(), leaves: self.n_leaves });
        self.write(action, depth);
    }

    fn write(&mut self, action: Action, into: usize) {
        self.n_places = self.n_places.max(into + 1);
        self.steps.push(Step { into: count(into), action });
    }
}

/// Whether the types of a comparison fit, within these variables.
pub(super) fn types(program: &Program, comparison: &Comparison, variables: &[Ty]) -> Result<(), Reason> {
    let mut stack: Vec<Ty> = Vec::new();
    let mut open: Vec<(usize, Ty)> = Vec::new();
    for (step, Step { action, .. }) in comparison.steps.iter().enumerate() {
        close(step, &mut open, &stack)?;
        match *action {
            Action::Constant { constant } => stack.extend(program.constant(constant).map(|constant| constant.ty())),
            Action::Field { slot, .. } => stack.push(field_type(program, slot)?),
            Action::Variable { level } => {
                let unbound = || Reason::UnboundVariable { depth: count(variables.len()), found: level.0 };
                stack.push(variables.get(level.0 as usize).copied().ok_or_else(unbound)?);
            }
            Action::Count { .. } | Action::ListLen { .. } => stack.push(Ty::Int),
            Action::Call { builtin, count } => {
                let first = stack.len().saturating_sub(count.0 as usize);
                let result = call(builtin, stack.get(first..).unwrap_or_default())?;
                stack.truncate(first);
                stack.push(result);
            }
            Action::TextLen {} => match stack.last_mut() {
                Some(ty) if *ty == Ty::String => *ty = Ty::Int,
                Some(found) => return Err(Reason::WrongType { expected: Ty::String, found: *found }),
                None => {}
            },
            Action::OrElse { jump } => open.extend(stack.pop().map(|left| (jump.end as usize, left))),
        }
    }
    close(comparison.steps.len(), &mut open, &stack)?;
    let Some(left) = stack.first() else { return Ok(()) };
    let right = match comparison.prepared.and_then(|prepared| program.prepared(prepared)) {
        Some(prepared) => taken_as(prepared, *left)?,
        None => builtin::Operand::Value(stack.get(1).copied().unwrap_or(*left)),
    };
    takes(comparison.operator.get(), *left, right)
}

/// Compares both sides of each `??` that ends before this step.
fn close(step: usize, open: &mut Vec<(usize, Ty)>, stack: &[Ty]) -> Result<(), Reason> {
    while let Some((_, expected)) = open.pop_if(|(end, _)| *end == step) {
        match stack.last() {
            Some(found) if *found != expected => return Err(Reason::WrongType { expected, found: *found }),
            _ => {}
        }
    }
    Ok(())
}

/// The type that a function makes of these.
fn call(function: BuiltinId, operands: &[Ty]) -> Result<Ty, Reason> {
    let record = function.get();
    let fits = |signature: &&builtin::Signature| {
        let parameters = signature.parameters;
        let n_fits =
            if signature.variadic { operands.len() >= parameters.len() } else { operands.len() == parameters.len() };
        let last = parameters.last();
        n_fits
            && operands
                .iter()
                .enumerate()
                .all(|(at, ty)| parameters.get(at).or(last) == Some(&builtin::Operand::Value(*ty)))
    };
    let signature = record.signatures.iter().find(|signature| fits(signature));
    match signature {
        Some(signature) if matches!(record.eval, Eval::Pure(_)) => Ok(signature.result),
        _ => {
            let names: Vec<&str> = operands.iter().map(|ty| ty.as_str()).collect();
            Err(Reason::NoOverload { name: record.name, found: format!("({})", names.join(", ")) })
        }
    }
}
