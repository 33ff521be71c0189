//! The catalogs that come with Tamis.

use std::sync::OnceLock;

use super::lookup::{Conflict, Index};
use super::{Catalog, Field, FieldId};

/// The shipped files by name.
const FILES: &[(&str, &str)] = &[
    ("kong", include_str!("../../catalog/kong.json")),
    ("kong-sampler", include_str!("../../catalog/kong-sampler.json")),
    ("kong-router", include_str!("../../catalog/kong-router.json")),
    ("otel", include_str!("../../catalog/otel.json")),
];

impl Catalog {
    /// The names of the shipped catalogs, the default first.
    pub const SHIPPED: &'static [&'static str] = &["kong", "kong-sampler", "kong-router", "otel"];

    /// The shipped catalog of this name.
    ///
    /// Every call reads the file anew, which takes about a millisecond; keep the catalog.
    #[must_use]
    pub fn shipped(name: &str) -> Option<Self> {
        Self::from_json(Self::shipped_text(name)?).ok()
    }

    /// The text of a shipped catalog's file, for a person who wants to read it or to start from it.
    #[must_use]
    pub fn shipped_text(name: &str) -> Option<&'static str> {
        FILES.iter().find(|(shipped, _)| *shipped == name).map(|(_, text)| *text)
    }

    /// A catalog put together by a host.
    ///
    /// # Errors
    ///
    /// The first name that is there twice, the family whose key pattern is no regular expression, or the first field
    /// above 65,535.
    pub fn from_fields(name: &str, fields: Vec<Field>) -> Result<Self, String> {
        let (index, conflicts) = Index::build(&fields);
        let name_of = |id: FieldId| fields.get(usize::from(id.0));
        match conflicts.first() {
            None => Ok(Self::assembled(name.to_owned(), fields, index)),
            Some(Conflict::Duplicate { field, alias, .. }) => {
                let field = name_of(*field);
                let alias = alias.and_then(|place| Some(field?.aliases.get(place)?.name.clone()));
                Err(alias.or_else(|| Some(field?.name.clone())).unwrap_or_default())
            }
            Some(Conflict::Pattern(id)) => Err(name_of(*id).map(|field| field.name.clone()).unwrap_or_default()),
            Some(Conflict::TooMany) => {
                Err(fields.get(super::lookup::MAX_FIELDS).map(|field| field.name.clone()).unwrap_or_default())
            }
        }
    }

    pub(super) const fn assembled(name: String, fields: Vec<Field>, index: Index) -> Self {
        Self { name, fields, index, vocabulary: OnceLock::new() }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Resolution, Shape, Via};

    #[test]
    fn every_shipped_catalog_loads() {
        for name in Catalog::SHIPPED {
            let read = Catalog::from_json(Catalog::shipped_text(name).unwrap());
            assert_eq!(read.as_ref().map(Catalog::name), Ok(*name));
        }
        assert!(Catalog::shipped("nginx").is_none());
        assert!(FILES.iter().map(|(name, _)| name).eq(Catalog::SHIPPED));
    }

    #[test]
    fn every_field_is_documented_and_has_an_example() {
        for name in Catalog::SHIPPED {
            for field in Catalog::shipped(name).unwrap().fields() {
                let what = format!("{name}: {}", field.name);
                assert!(field.doc.ends_with('.') && field.doc.len() <= 130, "{what}");
                assert!(!field.examples.is_empty() || field.shape == Shape::Opaque, "{what}");
                assert!(field.examples.iter().all(|example| example.ty() == field.ty), "{what}");
                assert!(!field.source.is_empty(), "{what}");
            }
        }
    }

    #[test]
    fn every_name_and_alias_leads_to_its_own_field() {
        for name in Catalog::SHIPPED {
            let catalog = Catalog::shipped(name).unwrap();
            for (place, field) in catalog.fields().iter().enumerate() {
                let names = field.aliases.iter().map(|alias| &alias.name).chain([&field.name]);
                for known in names {
                    let family = matches!(field.shape, Shape::Family { .. });
                    let resolution = catalog.resolve(known, family.then_some("0"));
                    let Resolution::Field { id, via, .. } = resolution else { panic!("{known}: {resolution:?}") };
                    assert_eq!(usize::from(id.0), place, "{known}");
                    assert_eq!(matches!(via, Via::Name), *known == field.name, "{known}");
                }
            }
        }
    }

    #[test]
    fn names_of_fields_made_by_a_host_are_unique() {
        let kong = Catalog::shipped("kong").unwrap();
        let field = kong.fields().first().unwrap().clone();
        let twice = vec![field.clone(), field.clone()];
        assert_eq!(Catalog::from_fields("host", twice).map(|_| ()), Err(field.name.clone()));
        assert!(Catalog::from_fields("host", vec![field]).is_ok());
    }
}
