//! A literal in the type that the value beside it has.

use tamis_lang::ty::Ty;
use tamis_lang::unit::{Dimension, UNITS};
use tamis_lang::value::Constant;

use crate::meaning::Scale;

/// What a literal is beside a value of some type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Converted {
    /// The same value in the other type.
    Exact(Constant),
    /// A bare number that counts in the unit of the other side.
    Counted(Constant),
    /// A bare number that, counted in the unit of the other side, does not fit into 64 bits.
    TooLarge,
    /// A quantity between two values of the other side; this is the lower one.
    Between(i64),
}

/// A literal beside a value of type `wanted` that counts in `scale`; none where no conversion is allowed.
pub(crate) fn convert(literal: &Constant, wanted: Ty, scale: Option<Scale>) -> Option<Converted> {
    match (literal, wanted) {
        (Constant::Int(n), Ty::Float) => Some(Converted::Exact(Constant::Float(nearest_float(*n)))),
        (Constant::Int(n), Ty::Duration | Ty::Size) => {
            let scale = scale.filter(|scale| scale.dimension.ty() == wanted)?;
            Some(match n.checked_mul(scale.amount) {
                Some(amount) => Converted::Counted(quantity(scale.dimension, amount)),
                None => Converted::TooLarge,
            })
        }
        (Constant::Duration(amount) | Constant::Size(amount), Ty::Int) => {
            let scale = scale.filter(|scale| scale.dimension.ty() == literal.ty() && scale.amount > 0)?;
            let whole = amount.div_euclid(scale.amount);
            let exact = amount.rem_euclid(scale.amount) == 0;
            Some(if exact { Converted::Exact(Constant::Int(whole)) } else { Converted::Between(whole) })
        }
        _ => None,
    }
}

const fn quantity(dimension: Dimension, amount: i64) -> Constant {
    match dimension {
        Dimension::Time => Constant::Duration(amount),
        Dimension::Data => Constant::Size(amount),
    }
}

#[expect(clippy::cast_precision_loss, reason = "documented: an int beside a float is the nearest float")]
const fn nearest_float(n: i64) -> f64 {
    n as f64
}

/// The suffix of a unit, if the language has it.
pub(crate) fn suffix(scale: Scale) -> Option<&'static str> {
    let unit = UNITS.iter().find(|unit| unit.dimension == scale.dimension && unit.scale == scale.amount);
    unit.map(|unit| unit.suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Scale = Scale { dimension: Dimension::Time, amount: 1_000_000 };

    #[track_caller]
    fn check(literal: &Constant, wanted: Ty, expected: Option<&Converted>) {
        assert_eq!(convert(literal, wanted, Some(MS)).as_ref(), expected);
    }

    #[test]
    fn a_bare_number_counts_in_the_unit_of_the_other_side() {
        check(&Constant::Int(250), Ty::Duration, Some(&Converted::Counted(Constant::Duration(250_000_000))));
        check(&Constant::Int(i64::MAX), Ty::Duration, Some(&Converted::TooLarge));
        check(&Constant::Int(250), Ty::Size, None);
        assert_eq!(convert(&Constant::Int(250), Ty::Duration, None), None);
    }

    #[test]
    fn a_quantity_beside_a_number_with_a_unit_is_exact() {
        check(&Constant::Duration(2_000_000), Ty::Int, Some(&Converted::Exact(Constant::Int(2))));
        check(&Constant::Duration(2_500_000), Ty::Int, Some(&Converted::Between(2)));
        check(&Constant::Duration(-2_500_000), Ty::Int, Some(&Converted::Between(-3)));
        check(&Constant::Size(2), Ty::Int, None);
    }

    #[test]
    fn every_unit_of_the_language_has_a_suffix() {
        assert_eq!(suffix(MS), Some("ms"));
        assert_eq!(suffix(Scale { dimension: Dimension::Data, amount: 1 }), Some("B"));
        assert_eq!(suffix(Scale { dimension: Dimension::Time, amount: 7 }), None);
    }
}
