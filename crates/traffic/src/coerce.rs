//! From an untyped value to the type of a field, once, at the boundary.
//!
//! | Type of the field | Taken |
//! |---|---|
//! | string | a string; an int, as its digits, which is reported |
//! | bool | a bool |
//! | int | an int; a float without a fraction; a measured time, in the field's unit; a string of digits, which is reported |
//! | float | a float or an int; a measured time, in the field's unit; a string that is a number, which is reported |
//! | ip, network | a string |
//! | duration | a number in the field's unit (milliseconds where it has none); a measured time; a string such as `250ms` |
//! | size | a number in the field's unit (bytes where it has none); a string such as `10KB` |
//!
//! Everything else is left out and reported.

use std::fmt;
use std::net::IpAddr;

use tamis_lang::catalog::Field;
use tamis_lang::ty::Ty;
use tamis_lang::unit::{self, Dimension};
use tamis_lang::value::Constant;

use crate::json::whole;
use crate::raw::RawValue;

/// What happened to a fact on its way into a typed field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FactProblemKind {
    /// The catalog has no field of this name.
    Unknown,
    /// The name of a family, without a key.
    FamilyWithoutKey,
    /// A family, with a key that it does not take.
    BadKey,
    /// The field is a structure that rules cannot test.
    Opaque,
    /// The value is of a type that the field does not take.
    WrongType {
        /// The type of the field.
        expected: Ty,
    },
    /// The text does not say a value of the field's type.
    Unreadable {
        /// The type of the field.
        expected: Ty,
    },
    /// The number is too large or too small, has a fraction where none can be, or is not a number.
    OutOfRange {
        /// The type of the field.
        expected: Ty,
    },
    /// A network with host bits set.
    HostBits {
        /// The network that was probably meant.
        network: String,
    },
    /// Text was taken as a number, or a number as text; the fact is kept.
    Converted {
        /// The type of the field.
        to: Ty,
    },
    /// Several different values of a field that has one; the first is kept.
    SeveralValues,
    /// Another name of the same field says something else, and counts.
    Overruled {
        /// The name that counts.
        by: String,
    },
}

impl FactProblemKind {
    /// Whether a value was left out; otherwise the problem is only worth counting.
    #[must_use]
    pub const fn is_loss(&self) -> bool {
        !matches!(self, Self::Converted { .. })
    }
}

impl fmt::Display for FactProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("the catalog has no such field"),
            Self::FamilyWithoutKey => f.write_str("this is a family of fields; a key must follow the name"),
            Self::BadKey => f.write_str("the family does not take this key"),
            Self::Opaque => f.write_str("rules cannot test this field"),
            Self::WrongType { expected } => write!(f, "expected {}", expected.with_article()),
            Self::Unreadable { expected } => write!(f, "expected text that says {}", expected.with_article()),
            Self::OutOfRange { expected } => write!(f, "the number is no value of {}", expected.with_article()),
            Self::HostBits { network } => write!(f, "host bits are set; the network is `{network}`"),
            Self::Converted { to } => write!(f, "taken as {}", to.with_article()),
            Self::SeveralValues => f.write_str("the field has one value; the first of several counts"),
            Self::Overruled { by } => write!(f, "`{by}` names the same field, says something else, and counts"),
        }
    }
}

/// A value of the field's type, and whether it had to be converted.
pub(crate) struct Typed {
    pub(crate) value: Constant,
    pub(crate) converted: bool,
}

impl From<Constant> for Typed {
    fn from(value: Constant) -> Self {
        Self { value, converted: false }
    }
}

/// Types one value by its field.
pub(crate) fn coerce(raw: &RawValue, field: &Field) -> Result<Typed, FactProblemKind> {
    let expected = field.ty;
    match (raw, expected) {
        (RawValue::Bool(bool), Ty::Bool) => Ok(Constant::Bool(*bool).into()),
        (RawValue::String(bytes), Ty::String) => Ok(Constant::String(bytes.clone()).into()),
        (RawValue::Int(number), Ty::String) => {
            Ok(Typed { value: Constant::String(number.to_string().into_bytes().into()), converted: true })
        }
        (RawValue::Int(number), Ty::Int) => Ok(Constant::Int(*number).into()),
        (RawValue::Float(number), Ty::Int) => {
            whole(*number).map(|number| Constant::Int(number).into()).ok_or(FactProblemKind::OutOfRange { expected })
        }
        (RawValue::Float(number), Ty::Float) => Ok(Constant::Float(*number).into()),
        #[expect(clippy::cast_precision_loss, reason = "a float is what the field asks for")]
        (RawValue::Int(number), Ty::Float) => Ok(Constant::Float(*number as f64).into()),
        (RawValue::Int(number), Ty::Duration | Ty::Size) => {
            let amount = number.checked_mul(scale(field)).ok_or(FactProblemKind::OutOfRange { expected })?;
            Ok(amount_of(expected, amount).into())
        }
        (RawValue::Float(number), Ty::Duration | Ty::Size) => scaled(*number, field).map(Typed::from),
        (RawValue::Duration(nanoseconds), Ty::Duration) => Ok(Constant::Duration(*nanoseconds).into()),
        (RawValue::Duration(nanoseconds), Ty::Int | Ty::Float) => measured(*nanoseconds, field).map(Typed::from),
        (RawValue::String(bytes), Ty::Int | Ty::Float | Ty::Ip | Ty::Network | Ty::Duration | Ty::Size) => {
            let text = std::str::from_utf8(bytes).map_err(|_| FactProblemKind::Unreadable { expected })?;
            from_text(text, field)
        }
        (RawValue::Bool(_), _)
        | (RawValue::String(_), Ty::Bool)
        | (RawValue::Float(_), Ty::String)
        | (RawValue::Duration(_), Ty::Bool | Ty::String | Ty::Ip | Ty::Network | Ty::Size)
        | (RawValue::Int(_) | RawValue::Float(_), Ty::Bool | Ty::Ip | Ty::Network) => {
            Err(FactProblemKind::WrongType { expected })
        }
    }
}

/// Reads a value that is written as text.
fn from_text(text: &str, field: &Field) -> Result<Typed, FactProblemKind> {
    let expected = field.ty;
    let unreadable = FactProblemKind::Unreadable { expected };
    match expected {
        Ty::Ip => text.parse::<IpAddr>().map(|ip| Constant::Ip(ip).into()).map_err(|_| unreadable),
        Ty::Network => match text.parse().map(Constant::Network) {
            Ok(Constant::Network(network)) if network != network.trunc() => {
                Err(FactProblemKind::HostBits { network: network.trunc().to_string() })
            }
            Ok(network) => Ok(network.into()),
            Err(_) => Err(unreadable),
        },
        Ty::Int => {
            let number = text.trim().parse().map_err(|_| unreadable)?;
            Ok(Typed { value: Constant::Int(number), converted: true })
        }
        Ty::Float => {
            let number = text.trim().parse().map_err(|_| unreadable)?;
            Ok(Typed { value: Constant::Float(number), converted: true })
        }
        Ty::Duration | Ty::Size => match unit::parse_quantity(text) {
            Ok(quantity) if quantity.dimension.ty() == expected => Ok(amount_of(expected, quantity.amount).into()),
            Ok(_) => Err(unreadable),
            Err(_) => {
                let number: f64 = text.trim().parse().map_err(|_| unreadable)?;
                Ok(Typed { value: scaled(number, field)?, converted: true })
            }
        },
        Ty::Bool | Ty::String => Err(FactProblemKind::WrongType { expected }),
    }
}

/// How many nanoseconds or bytes a bare number of the field counts.
fn scale(field: &Field) -> i64 {
    const MILLISECOND: i64 = 1_000_000;
    let own = field.unit.as_ref().and_then(|unit| unit.scale);
    match (Dimension::of(field.ty), own) {
        (Some(dimension), Some((of, scale))) if of == dimension => scale,
        (Some(Dimension::Time), _) => MILLISECOND,
        (Some(Dimension::Data) | None, _) => 1,
    }
}

/// A number in the field's unit; times are rounded to a nanosecond, sizes must be whole bytes.
fn scaled(number: f64, field: &Field) -> Result<Constant, FactProblemKind> {
    let expected = field.ty;
    #[expect(clippy::cast_precision_loss, reason = "scales have at most fourteen digits, which a double holds")]
    let amount = number * scale(field) as f64;
    let amount = if expected == Ty::Duration { amount.round() } else { amount };
    whole(amount).map(|amount| amount_of(expected, amount)).ok_or(FactProblemKind::OutOfRange { expected })
}

/// A measured time as a number in the field's unit; an int is cut to whole units, as gateways do.
fn measured(nanoseconds: i64, field: &Field) -> Result<Constant, FactProblemKind> {
    let expected = field.ty;
    let scale = match field.unit.as_ref().and_then(|unit| unit.scale) {
        Some((Dimension::Time, scale)) if scale > 0 => scale,
        _ => return Err(FactProblemKind::WrongType { expected }),
    };
    if expected == Ty::Int {
        return Ok(Constant::Int(nanoseconds / scale));
    }
    #[expect(clippy::cast_precision_loss, reason = "a float is what the field asks for")]
    Ok(Constant::Float(nanoseconds as f64 / scale as f64))
}

fn amount_of(ty: Ty, amount: i64) -> Constant {
    if ty == Ty::Size { Constant::Size(amount) } else { Constant::Duration(amount) }
}
