//! Which fields there are.

use std::collections::BTreeMap;

use tamis_lang::catalog::{Catalog, Field};
use tamis_lang::ty::Ty;

use super::ast::Type;

/// The fields that rules may name, with their types.
///
/// A name that ends in `.*` stands for any one further segment.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    fields: BTreeMap<String, Type>,
}

impl Schema {
    /// The type of a field: of that name or, failing that, of the name whose last segment is `*`.
    #[must_use]
    pub fn type_of(&self, field: &str) -> Option<&Type> {
        self.fields.get(field).or_else(|| {
            let (family, _) = field.rsplit_once('.')?;
            self.fields.get(&format!("{family}.*"))
        })
    }

    /// Adds a field; of two with the same name the last one counts.
    pub fn add_field(&mut self, field: &str, typ: Type) {
        self.fields.insert(field.to_string(), typ);
    }

    /// The schema as a catalog of Tamis, which adds to each field what atc-router assumes: it may be absent, and it may
    /// have several values.
    ///
    /// A field of the type `Regex` is left out, because no operator takes it.
    ///
    /// # Errors
    ///
    /// The first field above 65,535.
    pub fn catalog(&self) -> Result<Catalog, String> {
        let fields = self.fields.iter().filter_map(|(name, ty)| Some(record(name, type_of(*ty)?)));
        Catalog::from_fields("schema", fields.collect())
            .map_err(|name| format!("the schema is too large: it ends before `{name}`"))
    }
}

/// The type here.
const fn type_of(ty: Type) -> Option<Ty> {
    match ty {
        Type::String => Some(Ty::String),
        Type::IpCidr => Some(Ty::Network),
        Type::IpAddr => Some(Ty::Ip),
        Type::Int => Some(Ty::Int),
        Type::Regex => None,
    }
}

/// The record of a field of which only name and type are known; the gateway may give any of them several values.
fn record(name: &str, ty: Ty) -> Field {
    Field::bare(name, ty).with_several_values()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_one_segment() {
        let mut schema = Schema::default();
        schema.add_field("h.*", Type::String);
        schema.add_field("h.len", Type::Int);
        assert_eq!(schema.type_of("h.x"), Some(&Type::String));
        assert_eq!(schema.type_of("h."), Some(&Type::String));
        assert_eq!(schema.type_of("h.len"), Some(&Type::Int));
        assert_eq!(schema.type_of("h"), None);
        assert_eq!(schema.type_of("h.x.y"), None);
        assert_eq!(schema.catalog().map(|catalog| catalog.fields().len()), Ok(2));
    }

    #[test]
    fn names_that_no_rule_can_write_do_no_harm() {
        let mut schema = Schema::default();
        for name in ["", "*", ".*", "a.*.b", "..", "é", "a b"] {
            schema.add_field(name, Type::Regex);
            schema.add_field(name, Type::Int);
        }
        assert!(schema.catalog().is_ok());
    }
}
