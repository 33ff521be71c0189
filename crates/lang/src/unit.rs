//! The suffixes of durations and sizes.
//!
//! ```
//! use tamis_lang::unit::{parse_quantity, Dimension, Quantity};
//! let quantity = parse_quantity("1h30m").unwrap();
//! assert_eq!(quantity, Quantity { dimension: Dimension::Time, amount: 5_400_000_000_000 });
//! assert_eq!(parse_quantity("8KiB").unwrap().amount, 8_192);
//! ```

use std::fmt;

use crate::ty::Ty;

/// What a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Durations, in nanoseconds.
    Time,
    /// Sizes, in bytes.
    Data,
}

/// One suffix.
#[derive(Debug)]
pub struct Unit {
    /// How it is written.
    pub suffix: &'static str,
    /// What it measures.
    pub dimension: Dimension,
    /// How many nanoseconds or bytes one of it is.
    pub scale: i64,
    /// Its name, for documentation.
    pub name: &'static str,
}

/// A quantity with its unit resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// What it measures.
    pub dimension: Dimension,
    /// Nanoseconds or bytes.
    pub amount: i64,
}

/// Why a text is not a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuantityError {
    /// No unit has this suffix; the range is the suffix within the text.
    UnknownUnit {
        /// Where the suffix starts in the text.
        start: usize,
        /// Where it ends.
        end: usize,
    },
    /// Units of time and of data in one literal.
    MixedDimensions,
    /// A later part is not smaller than the one before (`30m1h`, `1s1s`).
    NotDescending,
    /// More than fits into 64 bits.
    TooLarge,
    /// A fraction of a nanosecond or of a byte.
    NotWhole,
    /// Not a number followed by a unit.
    Malformed,
}

const fn unit(suffix: &'static str, dimension: Dimension, scale: i64, name: &'static str) -> Unit {
    Unit { suffix, dimension, scale, name }
}

/// Every suffix that the language knows.
///
/// Decimal prefixes follow SI, binary ones IEC 80000-13.
pub const UNITS: &[Unit] = &[
    unit("ns", Dimension::Time, 1, "nanosecond"),
    unit("us", Dimension::Time, 1_000, "microsecond"),
    unit("µs", Dimension::Time, 1_000, "microsecond"),
    unit("μs", Dimension::Time, 1_000, "microsecond"),
    unit("ms", Dimension::Time, 1_000_000, "millisecond"),
    unit("s", Dimension::Time, 1_000_000_000, "second"),
    unit("m", Dimension::Time, 60_000_000_000, "minute"),
    unit("h", Dimension::Time, 3_600_000_000_000, "hour"),
    unit("d", Dimension::Time, 86_400_000_000_000, "day"),
    unit("B", Dimension::Data, 1, "byte"),
    unit("KB", Dimension::Data, 1_000, "kilobyte"),
    unit("KiB", Dimension::Data, 1 << 10, "kibibyte"),
    unit("MB", Dimension::Data, 1_000_000, "megabyte"),
    unit("MiB", Dimension::Data, 1 << 20, "mebibyte"),
    unit("GB", Dimension::Data, 1_000_000_000, "gigabyte"),
    unit("GiB", Dimension::Data, 1 << 30, "gibibyte"),
    unit("TB", Dimension::Data, 1_000_000_000_000, "terabyte"),
    unit("TiB", Dimension::Data, 1 << 40, "tebibyte"),
];

impl Dimension {
    /// The type of a literal with a unit of this dimension.
    #[must_use]
    pub const fn ty(self) -> Ty {
        match self {
            Self::Time => Ty::Duration,
            Self::Data => Ty::Size,
        }
    }

    /// The dimension of a type that has one.
    #[must_use]
    pub const fn of(ty: Ty) -> Option<Self> {
        match ty {
            Ty::Duration => Some(Self::Time),
            Ty::Size => Some(Self::Data),
            Ty::Bool | Ty::Int | Ty::Float | Ty::String | Ty::Ip | Ty::Network => None,
        }
    }
}

/// The unit with this exact suffix.
#[must_use]
pub fn by_suffix(suffix: &str) -> Option<&'static Unit> {
    UNITS.iter().find(|unit| unit.suffix == suffix)
}

/// The unit whose suffix differs only in letter case (`10kb`), if there is exactly one reading.
#[must_use]
pub fn by_suffix_any_case(suffix: &str) -> Option<&'static Unit> {
    let mut found = UNITS.iter().filter(|unit| unit.suffix.eq_ignore_ascii_case(suffix));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// Reads `250ms`, `1.5s`, `1h30m`, `10KB`; digits may be grouped by `_`.
///
/// # Errors
///
/// Says why the text is not a quantity; see [`QuantityError`].
pub fn parse_quantity(text: &str) -> Result<Quantity, QuantityError> {
    let mut rest = text;
    let mut total: i64 = 0;
    let mut previous: Option<&'static Unit> = None;
    while !rest.is_empty() {
        let start = text.len() - rest.len();
        let digits =
            rest.find(|c: char| !(c.is_ascii_digit() || c == '_' || c == '.')).ok_or(QuantityError::Malformed)?;
        let (number, tail) = rest.split_at(digits);
        let letters = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (suffix, tail) = tail.split_at(letters);
        let unit = by_suffix(suffix)
            .ok_or(QuantityError::UnknownUnit { start: start + digits, end: start + digits + letters })?;
        match previous {
            Some(previous) if previous.dimension != unit.dimension => return Err(QuantityError::MixedDimensions),
            Some(previous) if previous.scale <= unit.scale => return Err(QuantityError::NotDescending),
            _ => {}
        }
        let part = scaled(number, unit.scale)?;
        total = total.checked_add(part).ok_or(QuantityError::TooLarge)?;
        previous = Some(unit);
        rest = tail;
    }
    let dimension = previous.ok_or(QuantityError::Malformed)?.dimension;
    Ok(Quantity { dimension, amount: total })
}

/// A decimal number times a scale, exactly.
fn scaled(number: &str, scale: i64) -> Result<i64, QuantityError> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if !whole.starts_with(|c: char| c.is_ascii_digit()) || fraction.contains('.') {
        return Err(QuantityError::Malformed);
    }
    let mut amount: i128 = 0;
    let mut unit = i128::from(scale);
    let digit = |c: char| c.to_digit(10).map(i128::from).ok_or(QuantityError::Malformed);
    for c in whole.chars().filter(|&c| c != '_') {
        amount = amount.checked_mul(10).and_then(|n| n.checked_add(digit(c).ok()?)).ok_or(QuantityError::TooLarge)?;
    }
    amount = amount.checked_mul(unit).ok_or(QuantityError::TooLarge)?;
    for c in fraction.chars().filter(|&c| c != '_') {
        let digit = digit(c)?;
        if digit != 0 && unit % 10 != 0 {
            return exact_fraction(whole, fraction, scale);
        }
        unit /= 10;
        amount += digit * unit;
    }
    i64::try_from(amount).map_err(|_| QuantityError::TooLarge)
}

/// The slow way for scales that are no power of ten (`1.5KiB`, `0.25h`).
fn exact_fraction(whole: &str, fraction: &str, scale: i64) -> Result<i64, QuantityError> {
    let digits: String = whole.chars().chain(fraction.chars()).filter(|&c| c != '_').collect();
    let places = fraction.chars().filter(|&c| c != '_').count();
    let mantissa: i128 = digits.parse().map_err(|_| QuantityError::TooLarge)?;
    let power = u32::try_from(places).ok().and_then(|p| 10_i128.checked_pow(p)).ok_or(QuantityError::NotWhole)?;
    let amount = mantissa.checked_mul(i128::from(scale)).ok_or(QuantityError::TooLarge)?;
    if amount % power != 0 {
        return Err(QuantityError::NotWhole);
    }
    i64::try_from(amount / power).map_err(|_| QuantityError::TooLarge)
}

/// Writes nanoseconds as the shortest literal: the largest unit that divides them.
pub(crate) fn write_duration(f: &mut fmt::Formatter<'_>, nanoseconds: i64) -> fmt::Result {
    write_quantity(f, nanoseconds, &["d", "h", "m", "s", "ms", "us"], "ns")
}

/// Writes bytes as the shortest literal: the largest unit that divides them.
pub(crate) fn write_size(f: &mut fmt::Formatter<'_>, bytes: i64) -> fmt::Result {
    write_quantity(f, bytes, &["TiB", "TB", "GiB", "GB", "MiB", "MB", "KiB", "KB"], "B")
}

fn write_quantity(f: &mut fmt::Formatter<'_>, amount: i64, suffixes: &[&str], smallest: &str) -> fmt::Result {
    let dividing =
        suffixes.iter().filter_map(|suffix| by_suffix(suffix)).find(|unit| amount != 0 && amount % unit.scale == 0);
    match dividing {
        Some(unit) => write!(f, "{}{}", amount / unit.scale, unit.suffix),
        None => write!(f, "{amount}{smallest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[track_caller]
    fn check(text: &str, amount: i64) {
        assert_eq!(parse_quantity(text).map(|q| q.amount), Ok(amount), "{text}");
    }

    #[track_caller]
    fn refused(text: &str, why: QuantityError) {
        assert_eq!(parse_quantity(text), Err(why), "{text}");
    }

    #[test]
    fn fractions_are_exact() {
        check("1.5s", 1_500_000_000);
        check("0.25h", 900_000_000_000);
        check("1.5KiB", 1_536);
        check("1_000ms", 1_000_000_000);
        check("0.000000001s", 1);
        refused("0.0000000001s", QuantityError::NotWhole);
        refused("0.3B", QuantityError::NotWhole);
    }

    #[test]
    fn parts_add_up_and_descend() {
        check("1h30m", 5_400_000_000_000);
        check("1m1s1ms1us1ns", 61_001_001_001);
        refused("30m1h", QuantityError::NotDescending);
        refused("1s1KB", QuantityError::MixedDimensions);
    }

    #[test]
    fn unknown_suffixes_are_located() {
        refused("10kb", QuantityError::UnknownUnit { start: 2, end: 4 });
        refused("5xx", QuantityError::UnknownUnit { start: 1, end: 3 });
        assert_eq!(by_suffix_any_case("kb").map(|u| u.suffix), Some("KB"));
        assert!(by_suffix_any_case("MS").is_some_and(|u| u.suffix == "ms"));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        refused("300000d", QuantityError::TooLarge);
        refused("99999999999999999999999999999999999999999999s", QuantityError::TooLarge);
        refused("9223372036.854775808s", QuantityError::TooLarge);
    }

    #[test]
    fn quantities_print_in_the_largest_unit_that_divides_them() {
        assert_eq!(Value::Duration(90_000_000_000).to_string(), "90s");
        assert_eq!(Value::Duration(0).to_string(), "0ns");
        assert_eq!(Value::Size(1_536).to_string(), "1536B");
        assert_eq!(Value::Size(8_192).to_string(), "8KiB");
        assert_eq!(Value::Size(-1_000).to_string(), "-1KB");
    }
}
