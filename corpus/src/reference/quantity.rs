//! Literals beside values of another type.
//!
//! There are three rules:
//!
//! - an int literal beside a float is that float;
//! - an int literal beside a duration or size counts in the unit of the other side;
//! - a duration or size literal beside an int that counts in a unit is compared exactly, as nanoseconds or bytes.

use std::cmp::Ordering;

use tamis_lang::builtin::{Builtin, Operand, Signature, Special};
use tamis_lang::catalog::Field;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;

use super::condition::compare;

/// In what a bare number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// Whether it measures time or data.
    pub(super) ty: Ty,
    /// Nanoseconds or bytes in one of it.
    pub(super) scale: i64,
}

/// What is known of one operand before the request is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    pub(super) ty: Ty,
    pub(super) unit: Option<Unit>,
    pub(super) is_literal: bool,
}

impl Unit {
    pub(super) fn of(field: &Field) -> Option<Self> {
        let (dimension, scale) = field.unit.as_ref()?.scale?;
        Some(Self { ty: dimension.ty(), scale })
    }
}

impl Side {
    /// Whether a comparison of this side's value with the other side's passes.
    pub(super) fn beside(&self, value: &Constant, other: &Self, other_value: &Constant, op: &Builtin) -> Option<bool> {
        if self.ty == other.ty {
            return compare(op, value, other_value);
        }
        // A quantity beside an int: both as whole nanoseconds or bytes.
        let exact = match (value, other_value) {
            (Constant::Int(n), Constant::Duration(amount) | Constant::Size(amount)) if other.is_literal => {
                Some(in_units(*n, self.unit?).cmp(&i128::from(*amount)))
            }
            (Constant::Duration(amount) | Constant::Size(amount), Constant::Int(n)) if self.is_literal => {
                Some(i128::from(*amount).cmp(&in_units(*n, other.unit?)))
            }
            _ => None,
        };
        match exact {
            Some(order) => ordered(op, order),
            None => {
                let value = if self.is_literal { literal_as(value, other.ty, other.unit)? } else { value.clone() };
                let beside = if other.is_literal { literal_as(other_value, self.ty, self.unit) } else { None };
                compare(op, &value, &beside.unwrap_or_else(|| other_value.clone()))
            }
        }
    }

    /// The type that an operand of an operation is taken as.
    pub(super) fn wanted(sides: &[Self], place: usize, op: &Builtin) -> Ty {
        let Some(side) = sides.get(place) else { return Ty::Bool };
        let types: Vec<Ty> = sides.iter().map(|side| side.ty).collect();
        if !side.is_literal || overload(op, &types).is_some() {
            return side.ty;
        }
        let other = sides.iter().enumerate().find(|(at, other)| *at != place && other.ty != side.ty);
        match (other, op.special()) {
            (Some((_, other)), Some(Special::Default)) if converts(side.ty, other.ty) => other.ty,
            (Some((_, other)), _) if other.ty == Ty::Float && side.ty == Ty::Int => Ty::Float,
            _ => side.ty,
        }
    }
}

/// The overload that takes values of these types, the last parameter as often as there are values.
pub(super) fn overload(op: &Builtin, types: &[Ty]) -> Option<&'static Signature> {
    let takes = |signature: &&'static Signature| {
        let parameters = signature.parameters;
        let mut places = types.iter().enumerate();
        places.all(|(place, ty)| parameters.get(place).or(parameters.last()) == Some(&Operand::Value(*ty)))
    };
    op.signatures.iter().find(takes)
}

/// Whether a literal of one type may stand for a value of another.
fn converts(from: Ty, to: Ty) -> bool {
    matches!((from, to), (Ty::Int, Ty::Float | Ty::Duration | Ty::Size) | (Ty::Duration | Ty::Size, Ty::Int))
}

/// An operand of an operation in the type that it is taken as.
pub(super) fn converted(value: Option<Constant>, place: usize, sides: &[Side], op: &Builtin) -> Option<Constant> {
    let wanted = Side::wanted(sides, place, op);
    let value = value?;
    if value.ty() == wanted {
        return Some(value);
    }
    let unit = sides.iter().find_map(|side| side.unit);
    match (&value, unit) {
        // As an operand a quantity has to be a whole number of the unit.
        (Constant::Duration(amount) | Constant::Size(amount), Some(unit)) if wanted == Ty::Int => {
            amount.checked_div(unit.scale).map(Constant::Int)
        }
        _ => literal_as(&value, wanted, unit),
    }
}

/// An int literal in the type of what stands beside it.
pub(super) fn literal_as(literal: &Constant, ty: Ty, unit: Option<Unit>) -> Option<Constant> {
    match (literal, ty, unit) {
        (literal, ty, _) if literal.ty() == ty => Some(literal.clone()),
        #[expect(clippy::cast_precision_loss, reason = "an int beside a float is the nearest float")]
        (Constant::Int(n), Ty::Float, _) => Some(Constant::Float(*n as f64)),
        (Constant::Int(n), Ty::Duration, Some(unit)) => n.checked_mul(unit.scale).map(Constant::Duration),
        (Constant::Int(n), Ty::Size, Some(unit)) => n.checked_mul(unit.scale).map(Constant::Size),
        _ => None,
    }
}

/// Nanoseconds or bytes of an int that counts in a unit.
pub(super) fn in_units(n: i64, unit: Unit) -> i128 {
    i128::from(n) * i128::from(unit.scale)
}

/// What an operator says of two values in this order.
fn ordered(op: &Builtin, order: Ordering) -> Option<bool> {
    match op.name {
        "==" => Some(order.is_eq()),
        "<" => Some(order.is_lt()),
        "<=" => Some(order.is_le()),
        ">" => Some(order.is_gt()),
        ">=" => Some(order.is_ge()),
        _ => None,
    }
}
