//! The record of one field.

use crate::phase::Phase;
use crate::ty::Ty;
use crate::unit::Dimension;
use crate::value::Constant;

/// The place of a field in its catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u16);

/// Everything that is known about a field.
#[derive(Clone, Debug)]
pub struct Field {
    /// The full dotted name; of a family the name without its key.
    pub name: String,
    /// The type of one value.
    pub ty: Ty,
    /// One value, a list, a family of fields, or something rules cannot test.
    pub shape: Shape,
    /// In what a bare number counts.
    pub unit: Option<FieldUnit>,
    /// Whether every request has it.
    pub presence: Presence,
    /// The moment from which it is known.
    pub phase: Phase,
    /// Whether its value only ever grows during a request, so that a lower bound is certain early.
    pub monotone: bool,
    /// The values it may have, where they are listed.
    pub allowed: Option<AllowedValues>,
    /// The smallest and the largest integer it may have.
    pub range: Option<(i64, i64)>,
    /// Whether its values must never be shown.
    pub sensitive: bool,
    /// Names of the same value in other vocabularies.
    pub aliases: Vec<Alias>,
    /// Set where the field is going away.
    pub deprecated: Option<Deprecation>,
    /// The first gateway version that has it, `3.13`.
    pub since: Option<String>,
    /// What it means, one sentence.
    pub doc: String,
    /// More that one should know.
    pub note: Option<String>,
    /// Values as one would write them in a rule.
    pub examples: Vec<Constant>,
    /// When it is absent, one sentence.
    pub absence: Option<String>,
    /// A value of another field beside which it is never there.
    pub absent_where: Option<AbsentWhere>,
    /// Where the facts come from.
    pub source: String,
    /// The spans of a trace that carry it.
    pub spans: Vec<String>,
}

impl Field {
    /// A field of which only the name and the type are known.
    ///
    /// A name that ends in `.*` is that of a family whose keys are one further segment, an empty one included, as in the
    /// schemas of atc-router.
    ///
    /// ```
    /// use tamis_lang::catalog::{Field, Shape};
    /// use tamis_lang::ty::Ty;
    /// assert_eq!(Field::bare("http.path", Ty::String).shape, Shape::One);
    /// let headers = Field::bare("http.headers.*", Ty::String);
    /// assert_eq!(headers.name, "http.headers");
    /// assert!(matches!(headers.shape, Shape::Family { many: true, .. }));
    /// ```
    #[must_use]
    pub fn bare(name: &str, ty: Ty) -> Self {
        let (name, shape) = match name.strip_suffix(".*") {
            Some(family) => (family, Shape::one_segment()),
            None => (name, Shape::One),
        };
        Self {
            name: name.to_owned(),
            ty,
            shape,
            unit: None,
            presence: Presence::Optional,
            phase: Phase::Connect,
            monotone: false,
            allowed: None,
            range: None,
            sensitive: false,
            aliases: Vec::new(),
            deprecated: None,
            since: None,
            doc: String::new(),
            note: None,
            examples: Vec::new(),
            absence: None,
            absent_where: None,
            source: String::new(),
            spans: Vec::new(),
        }
    }

    /// The same field with any number of values where it had at most one.
    #[must_use]
    pub fn with_several_values(self) -> Self {
        match self.shape {
            Shape::One => Self { shape: Shape::Many, ..self },
            Shape::Many | Shape::Family { .. } | Shape::Opaque => self,
        }
    }
}

impl Shape {
    /// A family whose keys are one further segment, as written and possibly empty, each with any number of values.
    fn one_segment() -> Self {
        Self::Family {
            many: true,
            key_pattern: "[^.]*".to_owned(),
            case_insensitive: false,
            separator: Separator::AsWritten,
            known_keys: Vec::new(),
        }
    }
}

/// How many values a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// At most one value.
    One,
    /// Any number of values.
    Many,
    /// A map from a key to values; a rule names one key.
    Family {
        /// Whether one key may have several values.
        many: bool,
        /// A regular expression that the whole normalised key matches.
        key_pattern: String,
        /// Whether letter case of a key does not matter (header names).
        case_insensitive: bool,
        /// Which of `-` and `_` a normalised key is written with.
        separator: Separator,
        /// Keys worth offering.
        known_keys: Vec<KnownKey>,
    },
    /// A structure that rules cannot test; the note says what to use instead.
    Opaque,
}

/// Which of `-` and `_` the normalised keys of a family are written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Separator {
    /// Both are as written; they mean different keys.
    AsWritten,
    /// `-`; a written `_` means the same.
    Hyphen,
    /// `_`; a written `-` means the same.
    Underscore,
}

/// A key of a family that is worth offering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// The normalised key.
    pub key: String,
    /// What it holds.
    pub doc: String,
    /// Whether its values must never be shown.
    pub sensitive: bool,
}

/// The unit in which a bare number counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldUnit {
    /// UCUM code as written in the catalog: `ms`, `s`, `By`, `{token}`.
    pub ucum: String,
    /// Dimension and scale to nanoseconds or bytes; none for annotations such as `{token}`.
    pub scale: Option<(Dimension, i64)>,
}

/// Whether every request has a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Presence {
    /// Every request has it from its phase on.
    Always,
    /// A request may lack it.
    Optional,
}

/// What another field says of a request that lacks this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AbsentWhere {
    /// The other field.
    pub field: String,
    /// Its values, each of which means that this field is absent.
    pub values: Vec<String>,
}

/// The values that a field may have.
#[derive(Clone, Debug)]
pub struct AllowedValues {
    /// The listed values.
    pub values: Vec<AllowedValue>,
    /// Whether others occur too.
    pub open: bool,
}

/// One listed value.
#[derive(Clone, Debug)]
pub struct AllowedValue {
    /// The value.
    pub value: Constant,
    /// What it means.
    pub doc: String,
}

/// A name of the same value in another vocabulary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The other name.
    pub name: String,
    /// Which vocabulary it belongs to.
    pub origin: String,
    /// Whether both always hold the same value.
    pub exact: bool,
    /// Where they differ.
    pub note: Option<String>,
}

/// Why a field is going away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deprecation {
    /// What to write instead; several where it was split.
    pub replacement: Vec<String>,
    /// Why and since when.
    pub note: String,
}
