//! The description of the interface, OpenAPI 3.1.
//!
//! It is written by hand in `openapi.json`; tests hold every route, every answer of the corpus and every problem to it.
//! Two things are put in when a service starts: the catalogs that it has, and the schema of the validator's reports.

use serde_json::{Value, json};

/// The document, but for what is known only when a service starts.
const WRITTEN: &str = include_str!("../openapi.json");

/// What the schema of the reports is called, and what stands in front of the names of its parts.
const REPORT: &str = "ValidationDocument";

/// The document of a service that has these catalogs, the one that is meant without a name first.
pub(crate) fn document(catalogs: &[&str]) -> String {
    // Both texts are valid; a test reads them.
    let mut document: Value = serde_json::from_str(WRITTEN).unwrap_or_default();
    if let Some(version) = document.pointer_mut("/info/version") {
        *version = json!(env!("CARGO_PKG_VERSION"));
    }
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        if let Some(names) = schemas.get_mut("Catalog").and_then(|catalog| catalog.get_mut("enum")) {
            *names = json!(catalogs);
        }
        let mut report: Value = serde_json::from_str(tamis_validator::SCHEMA).unwrap_or_default();
        let parts = report.as_object_mut().and_then(|report| {
            report.remove("$schema");
            report.remove("title");
            report.remove("$defs")
        });
        if let Some(Value::Object(parts)) = parts {
            schemas.extend(parts.into_iter().map(|(name, part)| (renamed(&name), part)));
        }
        schemas.insert(REPORT.to_owned(), report);
        schemas.values_mut().for_each(refer);
    }
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

/// What a part of the schema of the reports is called here.
fn renamed(part: &str) -> String {
    format!("{REPORT}.{part}")
}

/// Lets references within the schema of the reports lead to where its parts are here.
fn refer(schema: &mut Value) {
    let mut open = vec![schema];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member.as_str().filter(|_| name == "$ref").and_then(|it| it.strip_prefix("#/$defs/")) {
                        Some(part) => *member = json!(format!("#/components/schemas/{}", renamed(part))),
                        None => open.push(member),
                    }
                }
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
}
