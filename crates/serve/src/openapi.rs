//! The description of the interface, OpenAPI 3.1.
//!
//! It is written by hand in `openapi.json`; tests hold every route, every answer of the corpus and every problem to it.

use serde_json::{Value, json};

/// The document, but for what is known only when a service starts.
const WRITTEN: &str = include_str!("../openapi.json");

/// The document of a service that has these catalogs, the one that is meant without a name first.
pub(crate) fn document(catalogs: &[&str]) -> String {
    // The text is valid; a test reads it.
    let mut document: Value = serde_json::from_str(WRITTEN).unwrap_or_default();
    set(&mut document, "/info/version", json!(env!("CARGO_PKG_VERSION")));
    set(&mut document, "/components/schemas/Catalog/enum", json!(catalogs));
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn set(document: &mut Value, pointer: &str, value: Value) {
    if let Some(place) = document.pointer_mut(pointer) {
        *place = value;
    }
}
