//! The units that catalogs write: UCUM codes, as metrics and the OpenTelemetry registry do.

use super::FieldUnit;
use crate::unit::Dimension;

/// Codes with a dimension: code, dimension, nanoseconds or bytes in one of it.
const CODES: &[(&str, Dimension, i64)] = &[
    ("ns", Dimension::Time, 1),
    ("us", Dimension::Time, 1_000),
    ("ms", Dimension::Time, 1_000_000),
    ("s", Dimension::Time, 1_000_000_000),
    ("min", Dimension::Time, 60_000_000_000),
    ("h", Dimension::Time, 3_600_000_000_000),
    ("d", Dimension::Time, 86_400_000_000_000),
    ("By", Dimension::Data, 1),
    ("kBy", Dimension::Data, 1_000),
    ("KiBy", Dimension::Data, 1 << 10),
    ("MBy", Dimension::Data, 1_000_000),
    ("MiBy", Dimension::Data, 1 << 20),
    ("GBy", Dimension::Data, 1_000_000_000),
    ("GiBy", Dimension::Data, 1 << 30),
];

impl FieldUnit {
    /// The unit with this UCUM code: one of time, one of data, `1`, `%`, or an annotation such as `{token}`.
    ///
    /// ```
    /// use tamis_lang::{catalog::FieldUnit, unit::Dimension};
    /// assert_eq!(FieldUnit::from_ucum("ms").unwrap().scale, Some((Dimension::Time, 1_000_000)));
    /// assert_eq!(FieldUnit::from_ucum("{token}").unwrap().scale, None);
    /// assert_eq!(FieldUnit::from_ucum("msec"), None);
    /// ```
    #[must_use]
    pub fn from_ucum(code: &str) -> Option<Self> {
        let annotation = code.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let is_plain = matches!(code, "1" | "%")
            || annotation.is_some_and(|word| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_graphic() && b != b'{' && b != b'}')
            });
        let scale = CODES.iter().find(|(known, ..)| *known == code).map(|(_, dimension, scale)| (*dimension, *scale));
        (is_plain || scale.is_some()).then(|| Self { ucum: code.to_owned(), scale })
    }

    /// The codes that have a dimension, for messages and completion.
    pub(super) fn codes() -> impl Iterator<Item = &'static str> {
        CODES.iter().map(|(code, ..)| *code)
    }
}
