//! The fields that a rule may name: data, loaded from JSON.
//!
//! No field name appears in the code of Tamis.
//! A [`Catalog`] comes from one of the shipped files ([`Catalog::shipped`]), from a user's file
//! ([`Catalog::from_json`]) or is put together by a host ([`Catalog::from_fields`]).

use std::sync::OnceLock;

mod field;
mod fingerprint;
mod json;
mod lookup;
mod name_hash;
mod names;
mod shipped;
mod suggest;
mod ucum;

pub use field::{
    AbsentWhere, Alias, AllowedValue, AllowedValues, Deprecation, Field, FieldId, FieldUnit, KnownKey, Presence,
    Separator, Shape,
};
pub use lookup::{Resolution, Via};
pub use names::{Name, NameKind};
pub use suggest::Suggestion;

/// An immutable set of fields with its indexes.
#[derive(Clone, Debug)]
pub struct Catalog {
    name: String,
    fields: Vec<Field>,
    index: lookup::Index,
    /// Made when the first name is not found.
    vocabulary: OnceLock<suggest::Vocabulary>,
}
