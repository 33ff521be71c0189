//! Catalogs of fields.

use std::sync::Arc;

use pyo3::prelude::*;
use serde::Serialize;
use tamis::Catalog;
use tamis::catalog::{Presence, Shape};

/// The fields that rules may name.
#[pyclass(frozen, name = "Catalog", module = "tamis._native")]
pub(crate) struct PyCatalog {
    pub(crate) inner: Arc<Catalog>,
}

/// What is told of a field.
#[derive(Serialize)]
struct Told<'c> {
    name: &'c str,
    #[serde(rename = "type")]
    ty: &'static str,
    unit: Option<&'c str>,
    shape: &'static str,
    optional: bool,
    phase: &'static str,
    sensitive: bool,
    since: Option<&'c str>,
    summary: &'c str,
}

#[pymethods]
impl PyCatalog {
    /// A catalog that comes along; None where there is none of this name.
    #[staticmethod]
    fn shipped(name: &str) -> Option<Self> {
        Some(Self { inner: Arc::new(Catalog::shipped(name)?) })
    }

    /// The names of those that come along.
    #[staticmethod]
    fn names() -> Vec<&'static str> {
        Catalog::SHIPPED.to_vec()
    }

    /// A catalog of one's own; None with diagnostics as JSON where the text has mistakes.
    #[staticmethod]
    fn from_json(text: &str) -> (Option<Self>, String) {
        match Catalog::from_json(text) {
            Ok(catalog) => (Some(Self { inner: Arc::new(catalog) }), "[]".to_owned()),
            Err(problems) => (None, json(&tamis_wire::diagnostics(&problems))),
        }
    }

    #[getter]
    fn name(&self) -> &str {
        self.inner.name()
    }

    /// The fields as JSON.
    fn fields(&self) -> String {
        let told = self.inner.fields().iter().map(|field| Told {
            name: &field.name,
            ty: field.ty.as_str(),
            unit: field.unit.as_ref().map(|unit| unit.ucum.as_str()),
            shape: match field.shape {
                Shape::One => "one",
                Shape::Many => "list",
                Shape::Family { .. } => "family",
                Shape::Opaque => "opaque",
            },
            optional: field.presence != Presence::Always,
            phase: field.phase.as_str(),
            sensitive: field.sensitive,
            since: field.since.as_deref(),
            summary: &field.doc,
        });
        json(&told.collect::<Vec<_>>())
    }
}

/// A value as JSON; the types that are handed out have no keys that JSON lacks.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
