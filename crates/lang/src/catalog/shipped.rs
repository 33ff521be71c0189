//! The catalogs that come with Tamis.
use super::{Catalog, Field, FieldId, lookup::Index};

impl Catalog {
    /// The names of the shipped catalogs, the default first.
    pub const SHIPPED: &'static [&'static str] = &["kong", "kong-router", "otel"];

    /// The shipped catalog of this name.
    #[must_use]
    pub fn shipped(name: &str) -> Option<Self> {
        let _ = name;
        None
    }

    /// A catalog put together by a host.
    ///
    /// # Errors
    ///
    /// The first name that is there twice.
    pub fn from_fields(name: &str, fields: Vec<Field>) -> Result<Self, String> {
        Ok(Self { name: name.to_owned(), fields, index: Index::default() })
    }

    /// The catalog's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Every field, in the order of the file; `FieldId(n)` is the n-th.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The record of a field of this catalog.
    #[must_use]
    pub fn field(&self, id: FieldId) -> Option<&Field> {
        self.fields.get(usize::from(id.0))
    }
}
