//! Whether the operands of an instruction fit each other and the tables.

use tamis_lang::builtin::{self, Builtin, BuiltinId, Eval};
use tamis_lang::prepared::{Element, Prepared};
use tamis_lang::ty::Ty;

use crate::bytecode::Reason;
use crate::bytecode::wire::count;
use crate::op::{Op, Operand, PreparedRef, Sign, Slot, Subject, SubjectKind, Takes, TextRef};
use crate::program::Program;

/// What the operands of one operation are.
#[derive(Default)]
struct Operands {
    subject: Option<Ty>,
    negated: bool,
    operator: Option<BuiltinId>,
    /// The type of a constant.
    constant: Option<Ty>,
    prepared: Option<PreparedRef>,
}

/// Verifies the operands of an operation within these variables.
pub(super) fn verify(program: &Program, op: &Op, variables: &[Ty]) -> Result<(), Reason> {
    let mut found = Ok(Operands::default());
    op.operands(&mut |operand| {
        if let Ok(operands) = &mut found
            && let Err(reason) = operands.add(program, operand, variables)
        {
            found = Err(reason);
        }
    });
    let operands = found?;
    if matches!(op, Op::Sample { .. }) && !variables.is_empty() {
        return Err(Reason::MisplacedShare { found: "within a quantifier" });
    }
    match (op.row().takes, operands.subject) {
        (Takes::Values(expected), Some(found)) if expected != found => Err(Reason::WrongType { expected, found }),
        (Takes::Operator, Some(subject)) => operands.operator(program, subject, variables),
        _ => Ok(()),
    }
}

impl Operands {
    fn add(&mut self, program: &Program, operand: Operand, variables: &[Ty]) -> Result<(), Reason> {
        match operand {
            Operand::Subject(subject) => self.subject = Some(subject_type(program, subject, variables)?),
            Operand::Field(slot) => field_type(program, slot).map(drop)?,
            Operand::Sign(sign) => self.negated = sign == Sign::Negated,
            Operand::Text(text) => within_texts(program, text)?,
            Operand::Finder(finder) => {
                place(finder.0, program.finders.len(), "searched texts")?;
            }
            Operand::Prepared(prepared) => {
                place(prepared.0, program.prepared.len(), "sets and patterns")?;
                self.prepared = Some(prepared);
            }
            Operand::Constant(constant) => {
                place(constant.0, program.constants.len(), "constants")?;
                self.constant = program.constant(constant).map(|constant| constant.ty());
            }
            Operand::Comparison(comparison) => {
                place(comparison.0, program.comparisons.len(), "comparisons")?;
                if let Some(comparison) = program.comparison(comparison) {
                    super::steps::types(program, comparison, variables)?;
                    self.operator = Some(comparison.operator);
                    share_in_place(comparison.operator, comparison.sign == Sign::Negated, variables)?;
                }
            }
            Operand::Builtin(operator) => self.operator = Some(operator),
            // Looked at as they are read, or with the blocks.
            Operand::Variable(_)
            | Operand::Mode(_)
            | Operand::Quantifier(_)
            | Operand::Bounds(..)
            | Operand::Address(_)
            | Operand::Fold(_)
            | Operand::BodyLen(_)
            | Operand::Threshold(_)
            | Operand::OfStep => {}
        }
        Ok(())
    }

    /// Whether the operator takes the subject and what stands on the right.
    fn operator(&self, program: &Program, subject: Ty, variables: &[Ty]) -> Result<(), Reason> {
        let right = match self.prepared.and_then(|prepared| program.prepared(prepared)) {
            Some(prepared) => Some(taken_as(prepared, subject)?),
            None => self.constant.map(builtin::Operand::Value),
        };
        let (Some(operator), Some(right)) = (self.operator, right) else { return Ok(()) };
        share_in_place(operator, self.negated, variables)?;
        takes(operator.get(), subject, right)
    }
}

/// Whether a share by a key, if this is one, stands where it may.
fn share_in_place(operator: BuiltinId, negated: bool, variables: &[Ty]) -> Result<(), Reason> {
    if !operator.get().is_sample() {
        Ok(())
    } else if negated {
        Err(Reason::MisplacedShare { found: "negated" })
    } else if !variables.is_empty() {
        Err(Reason::MisplacedShare { found: "within a quantifier" })
    } else {
        Ok(())
    }
}

/// Whether an operator that answers yes or no takes these operands.
pub(super) fn takes(operator: &'static Builtin, left: Ty, right: builtin::Operand) -> Result<(), Reason> {
    let is_ordinary = matches!(right, builtin::Operand::Value(_));
    let is_kernel = match operator.eval {
        Eval::Pure(_) => is_ordinary,
        Eval::Prepared(_) => !is_ordinary,
        Eval::Negated(_) | Eval::Special(_) => false,
    };
    let left = builtin::Operand::Value(left);
    let fits = |signature: &&builtin::Signature| match signature.parameters {
        [builtin::Operand::Probability, key] => {
            *key == left && right == builtin::Operand::Probability && signature.result == Ty::Bool
        }
        [first, second] => *first == left && *second == right && signature.result == Ty::Bool,
        _ => false,
    };
    if is_kernel && operator.signatures.iter().any(|signature| fits(&signature)) {
        Ok(())
    } else {
        Err(Reason::NoOverload { name: operator.name, found: format!("{} and {}", words(left), words(right)) })
    }
}

/// An operand in words.
fn words(operand: builtin::Operand) -> String {
    match operand {
        builtin::Operand::Value(ty) => ty.with_article().to_owned(),
        builtin::Operand::Set(ty) => format!("a set of {ty}"),
        builtin::Operand::Pattern => "a pattern".to_owned(),
        builtin::Operand::Probability => "a share".to_owned(),
        builtin::Operand::Field | builtin::Operand::Condition => "nothing".to_owned(),
    }
}

/// As what an operator takes a set, a pattern or a threshold beside a value of this type.
pub(super) fn taken_as(prepared: &Prepared, left: Ty) -> Result<builtin::Operand, Reason> {
    let set = match prepared {
        Prepared::Set(set) => set,
        Prepared::Pattern(_) => return Ok(builtin::Operand::Pattern),
        Prepared::Threshold(_) => return Ok(builtin::Operand::Probability),
    };
    // A set may have no element at all.
    let mut all: Option<Ty> = None;
    for element in set.elements() {
        let (Element::Value(constant) | Element::Range(constant, _)) = element;
        let ty = constant.ty();
        all = Some(match (all, ty) {
            (None, ty) => ty,
            (Some(all), ty) if all == ty => all,
            (Some(Ty::Ip | Ty::Network), Ty::Ip | Ty::Network) => Ty::Ip,
            (Some(expected), found) => return Err(Reason::MixedSet { expected, found }),
        });
    }
    Ok(builtin::Operand::Set(match (left, all) {
        // Addresses and networks stand together in sets; which of them is asked for is the left side's matter.
        (Ty::Ip | Ty::Network, Some(Ty::Ip | Ty::Network)) => left,
        (left, all) => all.unwrap_or(left),
    }))
}

/// The type of a subject's values.
fn subject_type(program: &Program, subject: Subject, variables: &[Ty]) -> Result<Ty, Reason> {
    match subject.kind() {
        SubjectKind::Field(slot) => field_type(program, slot),
        SubjectKind::Variable(level) => {
            let unbound = || Reason::UnboundVariable { depth: count(variables.len()), found: level.0 };
            variables.get(level.0 as usize).copied().ok_or_else(unbound)
        }
    }
}

/// The type of a field's values.
pub(super) fn field_type(program: &Program, slot: Slot) -> Result<Ty, Reason> {
    place(slot.0, program.fields.len(), "fields")?;
    Ok(program.field(slot).map_or(Ty::Bool, |field| field.ty))
}

fn within_texts(program: &Program, text: TextRef) -> Result<(), Reason> {
    let len = program.text.len();
    let end = u64::from(text.start) + u64::from(text.len);
    let is_within = usize::try_from(end).is_ok_and(|end| end <= len);
    if is_within { Ok(()) } else { Err(Reason::Outside { table: "bytes of text", len, found: end }) }
}

/// Whether a table has a row.
pub(super) fn place(found: u32, len: usize, table: &'static str) -> Result<(), Reason> {
    if (found as usize) < len { Ok(()) } else { Err(Reason::Outside { table, len, found: found.into() }) }
}
