//! What one evaluation may cost at most, known before the first one.
//!
//! The unit is one comparison of two numbers.
//! What grows with the request is bounded by what the machine looks at: [`MOST_VALUES`] values of a field, and
//! [`MOST_COMBINATIONS`] combinations of values in one comparison.
//! A text costs what [`TEXT_BYTES`] bytes do; a longer one costs more in proportion.

use tamis_lang::builtin::{BuiltinId, Cost};
use tamis_lang::ty::Ty;

use crate::bytecode::wire::count;
use crate::op::{Action, BodyLen, Instruction, Op, Operand, Price, Slot, SubjectKind, Target};
use crate::program::{Comparison, Program};

/// How many values of one field count; what a request has beyond them is not looked at.
pub const MOST_VALUES: usize = 1024;

/// How many combinations of values one comparison may have; one that has more is false, as is one without a result.
pub const MOST_COMBINATIONS: usize = 1 << 16;

/// How long a text is when a cost is stated.
pub const TEXT_BYTES: u32 = 4096;

/// Bytes that the records of operators count as one unit.
const UNIT_BYTES: u32 = 16;

/// How many values a field is taken to have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Request {
    /// As many as the catalog expects: one, or the most that the machine looks at.
    Expected,
    /// The most, of every field.
    Any,
}

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// What operators cost.
    Work,
    /// Values and combinations that are looked at.
    Visits,
}

/// One way of counting over a program.
struct Counting<'p> {
    program: &'p Program,
    request: Request,
    unit: Unit,
}

impl Program {
    /// The most that one evaluation costs, in comparisons of two numbers.
    ///
    /// It holds for every request that has one value of a field of which the catalog expects one, and texts of up to
    /// [`TEXT_BYTES`](crate::cost::TEXT_BYTES) bytes.
    #[must_use]
    pub fn cost(&self) -> u64 {
        Counting { program: self, request: Request::Expected, unit: Unit::Work }.whole()
    }

    /// How many values and combinations of values one evaluation can look at, whatever the request is.
    pub(crate) fn visits(&self) -> u64 {
        Counting { program: self, request: Request::Any, unit: Unit::Visits }.whole()
    }
}

impl Counting<'_> {
    /// The most expensive way through the program.
    fn whole(&self) -> u64 {
        let n = self.program.instructions.len();
        // What is left from each instruction on; successors lie behind, and bodies within their quantifiers.
        let mut rest = vec![0_u64; n];
        for (at, instruction) in self.program.instructions.iter().enumerate().rev() {
            let after = |target: Target| rest.get(target.index()).copied().unwrap_or(0);
            let then = after(instruction.then).max(after(instruction.otherwise));
            let own = self.instruction(at, instruction, &rest);
            if let Some(place) = rest.get_mut(at) {
                *place = own.saturating_add(then);
            }
        }
        rest.get(self.program.entry.index()).copied().unwrap_or(0)
    }

    fn instruction(&self, at: usize, instruction: &Instruction, rest: &[u64]) -> u64 {
        match instruction.op {
            Op::Quantified { field, body: BodyLen(_), .. } => {
                let body = rest.get(at + 1).copied().unwrap_or(0);
                self.values(field).saturating_mul(body.saturating_add(1))
            }
            Op::Compare { comparison } => {
                self.program.comparison(comparison).map_or(0, |comparison| self.comparison(comparison))
            }
            op => self.subject(&op).saturating_mul(match self.unit {
                Unit::Work => self.price(&op),
                Unit::Visits => 1,
            }),
        }
    }

    /// How many values the subject of an operation has.
    fn subject(&self, op: &Op) -> u64 {
        let mut values = 1;
        op.operands(&mut |operand| {
            if let Operand::Subject(subject) = operand
                && let SubjectKind::Field(slot) = subject.kind()
            {
                values = self.values(slot);
            }
        });
        values
    }

    fn values(&self, slot: Slot) -> u64 {
        let several = self.program.field(slot).is_none_or(|field| field.many) || self.request == Request::Any;
        if several { wide(MOST_VALUES) } else { 1 }
    }

    /// What an operation costs for one value.
    fn price(&self, op: &Op) -> u64 {
        let (mut operator, mut other, mut folds, mut is_text) = (None, None, false, true);
        op.operands(&mut |operand| match operand {
            Operand::Builtin(builtin) => operator = Some(builtin),
            Operand::Subject(subject) => {
                if let SubjectKind::Field(slot) = subject.kind() {
                    is_text = self.program.field(slot).is_none_or(|field| field.ty == Ty::String);
                }
            }
            Operand::Text(text) => other = Some(text.len),
            Operand::Finder(finder) => {
                other = self.program.finder(finder).map(|finder| count(finder.needle().len()));
            }
            Operand::Fold(fold) => folds = fold != crate::op::Fold::Keep,
            _ => {}
        });
        let own = match op.row().price {
            Price::Of(cost) => units(cost, other),
            Price::Operator if is_text => operator.map_or(1, of_operator),
            Price::Operator => operator.map_or(1, |operator| per_value(operator.get().cost)),
            Price::Steps | Price::Body => 1,
        };
        if folds { own.saturating_add(units(Cost::PerText(8), None)) } else { own }
    }

    /// A comparison of expressions: what its steps cost, for each combination.
    fn comparison(&self, comparison: &Comparison) -> u64 {
        let (mut combinations, mut collected, mut steps): (u64, u64, u64) = (1, 0, 1);
        for step in &comparison.steps {
            steps = steps.saturating_add(match step.action {
                Action::Field { slot, .. } => {
                    combinations = combinations.saturating_mul(self.values(slot));
                    collected = collected.saturating_add(self.values(slot).saturating_mul(2));
                    1
                }
                Action::Count { field } | Action::ListLen { field } => self.values(field),
                Action::Call { builtin, .. } if self.unit == Unit::Work => of_operator(builtin),
                _ => 1,
            });
        }
        if self.unit == Unit::Work {
            steps = steps.saturating_add(of_operator(comparison.operator));
        }
        // Each left side of a `??` is looked at on its own before.
        let passes = wide(comparison.left_sides.len()).saturating_add(2);
        let combinations = combinations.min(wide(MOST_COMBINATIONS));
        combinations.saturating_mul(passes).saturating_mul(steps).saturating_add(collected)
    }
}

/// The cost of an operator on a value that is no text.
fn per_value(cost: Cost) -> u64 {
    match cost {
        Cost::Constant(n) | Cost::PerText(n) | Cost::PerTextSquared(n) => n.into(),
        Cost::Operands => 1,
    }
}

fn of_operator(operator: BuiltinId) -> u64 {
    units(operator.get().cost, None)
}

/// The cost of an operator on a text, and perhaps on a text of this length.
fn units(cost: Cost, other: Option<u32>) -> u64 {
    let text = u64::from(TEXT_BYTES / UNIT_BYTES);
    match cost {
        Cost::Constant(n) => n.into(),
        Cost::PerText(n) => u64::from(n).saturating_mul(text),
        Cost::PerTextSquared(n) => {
            let other = other.unwrap_or(TEXT_BYTES);
            u64::from(n).saturating_mul(text).saturating_mul(u64::from(other).max(1))
        }
        // The steps of the operands count on their own.
        Cost::Operands => 1,
    }
}

fn wide(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
