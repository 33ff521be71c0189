//! Numbers: between two neighbouring constants all of them are alike.

use tamis_lang::catalog::Field;
use tamis_lang::ty::Ty;
use tamis_lang::value::Constant;

use super::{Bound, constants};

/// Ints, durations and sizes: each constant with its neighbours.
pub(super) fn whole(ty: Ty, bounds: &[Bound<'_>], field: Option<&Field>) -> Vec<Constant> {
    let found: Vec<i64> = constants(bounds).filter_map(number).collect();
    // One more of the field's unit is a plainer value than one more nanosecond.
    let unit = field.and_then(|field| field.unit.as_ref()).and_then(|unit| unit.scale).map(|(_, scale)| scale);
    let mut numbers: Vec<i64> = found.clone();
    for step in [unit.unwrap_or(1), 1] {
        numbers.extend(found.iter().map(|n| n.saturating_add(step)));
        numbers.extend(found.iter().map(|n| n.saturating_sub(step)));
    }
    numbers.push(found.first().map_or(1, |_| 0));
    numbers.into_iter().filter_map(|n| constant(ty, n)).collect()
}

/// The whole number in a constant.
pub(super) const fn number(constant: &Constant) -> Option<i64> {
    match constant {
        Constant::Int(n) | Constant::Duration(n) | Constant::Size(n) => Some(*n),
        Constant::Bool(_) | Constant::Float(_) | Constant::String(_) | Constant::Ip(_) | Constant::Network(_) => None,
    }
}

/// A whole number as a value of a type.
pub(super) const fn constant(ty: Ty, n: i64) -> Option<Constant> {
    match ty {
        Ty::Int => Some(Constant::Int(n)),
        Ty::Duration => Some(Constant::Duration(n)),
        Ty::Size => Some(Constant::Size(n)),
        Ty::Bool | Ty::Float | Ty::String | Ty::Ip | Ty::Network => None,
    }
}

/// Floats: each constant with its neighbours, and the one that has no order.
pub(super) fn floats(bounds: &[Bound<'_>]) -> Vec<Constant> {
    let found: Vec<f64> = constants(bounds)
        .filter_map(|constant| if let Constant::Float(x) = constant { Some(*x) } else { None })
        .collect();
    let mut floats: Vec<f64> = vec![0.5];
    floats.extend(&found);
    floats.extend(found.iter().flat_map(|x| [x + 1.0, x - 1.0, x.next_up(), x.next_down()]));
    floats.push(f64::NAN);
    floats.into_iter().map(Constant::Float).collect()
}
