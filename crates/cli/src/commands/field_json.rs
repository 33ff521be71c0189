//! Fields as JSON, version 1; the shape is documented in `docs/cli.md`.

use std::io::{self, Write};

use serde::Serialize;
use tamis::Catalog;
use tamis::catalog::{Field, Presence, Shape};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    catalog: &'a str,
    fields: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    ty: &'a str,
    shape: &'a str,
    unit: Option<&'a str>,
    phase: &'a str,
    presence: &'a str,
    monotone: bool,
    sensitive: bool,
    range: Option<(i64, i64)>,
    allowed: Option<Allowed<'a>>,
    keys: Vec<Documented<'a>>,
    aliases: Vec<Alias<'a>>,
    deprecated: Option<Deprecated<'a>>,
    since: Option<&'a str>,
    doc: &'a str,
    note: Option<&'a str>,
    absence: Option<&'a str>,
    examples: Vec<String>,
}

#[derive(Serialize)]
struct Allowed<'a> {
    open: bool,
    values: Vec<Value<'a>>,
}

#[derive(Serialize)]
struct Value<'a> {
    value: String,
    doc: &'a str,
}

#[derive(Serialize)]
struct Documented<'a> {
    key: &'a str,
    doc: &'a str,
}

#[derive(Serialize)]
struct Alias<'a> {
    name: &'a str,
    origin: &'a str,
    exact: bool,
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct Deprecated<'a> {
    replacement: &'a [String],
    note: &'a str,
}

/// Writes one document.
pub(crate) fn write(out: &mut impl Write, catalog: &Catalog, fields: &[&Field]) -> io::Result<()> {
    let document =
        Document { version: 1, catalog: catalog.name(), fields: fields.iter().map(|field| entry(field)).collect() };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn entry(field: &Field) -> Entry<'_> {
    let keys = match &field.shape {
        Shape::Family { known_keys, .. } => known_keys.as_slice(),
        Shape::One | Shape::Many | Shape::Opaque => &[],
    };
    Entry {
        name: &field.name,
        ty: field.ty.as_str(),
        shape: match &field.shape {
            Shape::One => "one",
            Shape::Many => "many",
            Shape::Family { many: false, .. } => "family of one",
            Shape::Family { many: true, .. } => "family of many",
            Shape::Opaque => "opaque",
        },
        unit: field.unit.as_ref().map(|unit| unit.ucum.as_str()),
        phase: field.phase.as_str(),
        presence: match field.presence {
            Presence::Always => "always",
            Presence::Optional => "optional",
        },
        monotone: field.monotone,
        sensitive: field.sensitive,
        range: field.range,
        allowed: field.allowed.as_ref().map(|allowed| Allowed {
            open: allowed.open,
            values: allowed.values.iter().map(|it| Value { value: it.value.to_string(), doc: &it.doc }).collect(),
        }),
        keys: keys.iter().map(|known| Documented { key: &known.key, doc: &known.doc }).collect(),
        aliases: field
            .aliases
            .iter()
            .map(|alias| Alias {
                name: &alias.name,
                origin: &alias.origin,
                exact: alias.exact,
                note: alias.note.as_deref(),
            })
            .collect(),
        deprecated: field
            .deprecated
            .as_ref()
            .map(|deprecated| Deprecated { replacement: &deprecated.replacement, note: &deprecated.note }),
        since: field.since.as_deref(),
        doc: &field.doc,
        note: field.note.as_deref(),
        absence: field.absence.as_deref(),
        examples: field.examples.iter().map(ToString::to_string).collect(),
    }
}
