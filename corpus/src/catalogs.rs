//! Catalogs that cases name or bring along.

use std::sync::LazyLock;

use tamis_lang::catalog::Catalog;
use tamis_lang::diagnostic::Diagnostic;

/// The shipped catalogs with their names, each read once.
static SHIPPED: LazyLock<Vec<(&str, Catalog)>> =
    LazyLock::new(|| Catalog::SHIPPED.iter().filter_map(|name| Some((*name, Catalog::shipped(name)?))).collect());

/// The name of the catalog that a case has when it names none.
pub const DEFAULT: &str = "kong";

/// The shipped catalog of this name.
///
/// # Errors
///
/// A sentence that lists the names.
pub fn shipped(name: &str) -> Result<&'static Catalog, String> {
    let found = SHIPPED.iter().find(|(shipped, _)| *shipped == name);
    found.map(|(_, catalog)| catalog).ok_or_else(|| format!("`{name}` is none of the catalogs {:?}", Catalog::SHIPPED))
}

/// A catalog of the fields in a table: a name and either a type (`string`, `int[]`) or the record of a catalog file.
///
/// # Errors
///
/// What the catalog reader says.
pub fn ad_hoc(fields: &toml::Table) -> Result<Catalog, String> {
    Catalog::from_json(&ad_hoc_text(fields)?).map_err(|problems| said(&problems))
}

/// The text of the catalog file that such a table stands for.
///
/// # Errors
///
/// That a record is nothing that JSON has.
pub fn ad_hoc_text(fields: &toml::Table) -> Result<String, String> {
    let mut records = serde_json::Map::new();
    for (name, record) in fields {
        let mut full = serde_json::json!({ "phase": "log", "doc": "A field of a case." });
        let given = match record {
            toml::Value::String(ty) => serde_json::json!({ "type": ty }),
            other => serde_json::to_value(other).map_err(|error| error.to_string())?,
        };
        if let (Some(full), Some(given)) = (full.as_object_mut(), given.as_object()) {
            full.extend(given.clone());
        }
        records.insert(name.clone(), full);
    }
    Ok(serde_json::json!({ "format": 1, "name": "case", "fields": records }).to_string())
}

fn said(problems: &[Diagnostic]) -> String {
    problems.iter().map(|problem| problem.message.as_str()).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_a_table_make_a_catalog() {
        let table = "s = 'string'\nl = 'ip[]'\nd = { type = 'duration', unit = 'ms' }".parse().unwrap();
        assert_eq!(ad_hoc(&table).unwrap().fields().len(), 3);
        let wrong = "s = 'text'".parse().unwrap();
        assert_eq!(ad_hoc(&wrong).unwrap_err(), "`text` is not a type");
    }

    #[test]
    fn every_shipped_catalog_is_there() {
        assert!(Catalog::SHIPPED.iter().all(|name| shipped(name).is_ok()));
        assert!(shipped("nginx").is_err());
    }
}
