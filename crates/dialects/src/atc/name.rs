//! Names of fields as Kong's expressions can write them.

use tamis_lang::catalog::{Catalog, Field, FieldId, Resolution};
use tamis_types::hir::FieldUse;

/// A name of the field that can be written there; the spelling of the text where that will do.
pub(crate) fn written(field: &FieldUse, source: &str, catalog: &Catalog) -> Option<String> {
    let record = catalog.field(field.id);
    let names = std::iter::once(source.to_owned())
        .chain(std::iter::once(field.name.clone()))
        .chain(std::iter::once(field.name.replace('-', "_")))
        .chain(record.into_iter().flat_map(|record| other_names(record, field)));
    names.filter(|name| is_name(name)).find(|name| leads_to(name, field, catalog))
}

/// The names that the field has in other vocabularies.
fn other_names(record: &Field, field: &FieldUse) -> Vec<String> {
    let of_alias = |alias: &String| match &field.key {
        Some(key) => format!("{alias}.{}", key.replace('-', "_")),
        None => alias.clone(),
    };
    record.aliases.iter().filter(|alias| alias.exact).map(|alias| of_alias(&alias.name)).collect()
}

/// Whether it is a name there, and not one with dots in odd places.
fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
        && !name.contains("..")
        && !name.ends_with('.')
}

/// Whether a name means the field there too, where the key of a family is what stands behind the last dot.
fn leads_to(name: &str, field: &FieldUse, catalog: &Catalog) -> bool {
    let same = |resolution: Resolution<'_>| match resolution {
        Resolution::Field { id, key, .. } => is(field, id, key.as_deref()),
        Resolution::FamilyWithoutKey(_)
        | Resolution::BadKey { .. }
        | Resolution::NotAFamily(_)
        | Resolution::Unknown => false,
    };
    let member = || name.rsplit_once('.').is_some_and(|(family, key)| same(catalog.resolve(family, Some(key))));
    same(catalog.resolve(name, None)) && (field.key.is_none() || member())
}

fn is(field: &FieldUse, id: FieldId, key: Option<&str>) -> bool {
    field.id == id && field.key.as_deref() == key
}
