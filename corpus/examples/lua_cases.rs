//! Prints the verdict cases as a table of Lua, for the tests of the bindings.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::Path;

use tamis_corpus::verdict;
use tamis_lang::value::Constant;

fn main() -> Result<(), String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("verdicts");
    let mut files: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path()).collect();
    files.sort();
    let mut out = "return {\n".to_owned();
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let cases = verdict::read(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        // A rule of a file of rules has no way of its own through the bindings.
        for case in cases.iter().filter(|case| case.named.is_none()) {
            let _ = writeln!(out, "  {}", lua(case));
        }
    }
    out.push_str("}\n");
    io::stdout().write_all(out.as_bytes()).map_err(|error| error.to_string())
}

fn lua(case: &verdict::Case) -> String {
    let catalog = match &case.catalog_text {
        Some(json) => format!("json = {}", quoted(json.as_bytes())),
        None => format!("catalog = {}", quoted(case.catalog.name().as_bytes())),
    };
    let mut facts = String::new();
    for (id, key, values) in case.facts.iter() {
        let name = case.catalog.field(id).map_or("", |field| field.name.as_str());
        let name = key.map_or_else(|| name.to_owned(), |key| format!("{name}.{key}"));
        for value in values {
            let _ = write!(facts, "{{ {}, {} }}, ", quoted(name.as_bytes()), literal(value));
        }
    }
    format!(
        "{{ name = {}, {catalog}, rule = {}, randomness = \"{}\", matches = {}, facts = {{ {facts}}} }},",
        quoted(case.name.as_bytes()),
        quoted(case.rule.as_bytes()),
        case.facts.randomness,
        case.matches
    )
}

fn literal(value: &Constant) -> String {
    match value {
        Constant::Bool(value) => value.to_string(),
        // The smallest integer has no literal of its own.
        Constant::Int(i64::MIN) => "(-9223372036854775807LL - 1)".to_owned(),
        Constant::Int(value) | Constant::Duration(value) | Constant::Size(value) => format!("{value}LL"),
        Constant::Float(value) if value.is_nan() => "(0/0)".to_owned(),
        Constant::Float(value) if value.is_infinite() => format!("({}1/0)", if *value < 0.0 { "-" } else { "" }),
        Constant::Float(value) => format!("{value:?}"),
        Constant::String(text) => quoted(text),
        Constant::Ip(_) | Constant::Network(_) => quoted(value.to_string().as_bytes()),
    }
}

/// A string of Lua, every byte that is not plain as a decimal escape.
fn quoted(bytes: &[u8]) -> String {
    let byte = |byte: &u8| match byte {
        b'"' | b'\\' | 0..0x20 | 0x7f.. => format!("\\{byte:03}"),
        _ => char::from(*byte).to_string(),
    };
    format!("\"{}\"", bytes.iter().map(byte).collect::<String>())
}
