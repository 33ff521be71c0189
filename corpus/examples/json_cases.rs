//! Prints the verdict cases as JSON, for the tests of the library for Python.

use std::io::{self, Write as _};
use std::path::Path;

use serde_json::{Map, Value, json};
use tamis_corpus::verdict;
use tamis_lang::value::Constant;

fn main() -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("verdicts");
    let mut files: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path()).collect();
    files.sort();
    let mut all = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let cases = verdict::read(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        all.extend(cases.iter().map(told));
    }
    io::stdout().write_all(Value::Array(all).to_string().as_bytes()).map_err(|error| error.to_string())
}

fn told(case: &verdict::Case) -> Value {
    let mut facts = Map::new();
    for (id, key, values) in case.facts.iter() {
        let name = case.catalog.field(id).map_or("", |field| field.name.as_str());
        let name = key.map_or_else(|| name.to_owned(), |key| format!("{name}.{key}"));
        facts.insert(name, values.iter().map(constant).collect());
    }
    json!({
        "name": case.name,
        "catalog": case.catalog.name(),
        "catalog_text": case.catalog_text,
        "rule": case.rule,
        "named": case.named,
        "randomness": case.facts.randomness.to_string(),
        "matches": case.matches,
        "facts": facts,
    })
}

/// A value with the name of its type; what JSON has no value for is text.
fn constant(value: &Constant) -> Value {
    match value {
        Constant::Bool(value) => json!({ "bool": value }),
        Constant::Int(value) => json!({ "int": value }),
        Constant::Float(value) => json!({ "float": value.to_string() }),
        Constant::Duration(nanoseconds) => json!({ "ns": nanoseconds }),
        Constant::String(text) => json!({ "bytes": &text[..] }),
        Constant::Ip(_) | Constant::Network(_) | Constant::Size(_) => json!({ "text": value.to_string() }),
    }
}
