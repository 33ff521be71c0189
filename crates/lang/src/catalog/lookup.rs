//! From a name in a rule to a field.

use super::{Alias, Catalog, Field, FieldId};

/// What a name in a rule stands for.
#[derive(Clone, Debug)]
pub enum Resolution<'a> {
    /// A field, or a member of a family.
    Field {
        /// The field.
        id: FieldId,
        /// Its record.
        field: &'a Field,
        /// The normalised key, of a family.
        key: Option<String>,
        /// How the name was understood.
        via: Via<'a>,
    },
    /// The name of a family without a key.
    FamilyWithoutKey(FieldId),
    /// A family with a key that it does not take.
    BadKey {
        /// The family.
        id: FieldId,
        /// The key as written.
        key: String,
    },
    /// A key on a field that is no family.
    NotAFamily(FieldId),
    /// No field.
    Unknown,
}

/// How a name was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via<'a> {
    /// It is the field's name.
    Name,
    /// It is another vocabulary's name.
    Alias(&'a Alias),
    /// The key was written in another spelling (letter case, `_` for `-`).
    KeySpelling,
}

/// A name that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The name to write.
    pub name: String,
    /// What it means.
    pub doc: String,
}

/// Names to fields.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {}

impl Catalog {
    /// What `name` (with an optional bracketed key, `http.request.header["X-Tenant"]`) stands for.
    #[must_use]
    pub fn resolve(&self, name: &str, key: Option<&str>) -> Resolution<'_> {
        let _ = (name, key);
        Resolution::Unknown
    }

    /// The names that were probably meant, the most likely first, at most `limit`.
    ///
    /// Edit distance, segments that match (`status` finds the two fields that end in `status_code`), aliases.
    #[must_use]
    pub fn suggest(&self, name: &str, limit: usize) -> Vec<Suggestion> {
        let _ = (name, limit);
        Vec::new()
    }
}
