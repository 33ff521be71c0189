//! `docs/fields/<catalog>.md`: every field of the shipped catalogs.

use std::fmt::Write as _;

use tamis_lang::catalog::{AllowedValues, Catalog, Field, Presence, Shape};

use super::operators::sentences;
use super::table::{Table, code, codes};
use super::{Generated, origin};

/// With more values than this the meanings are left to `tamis fields`.
const MOST_EXPLAINED_VALUES: usize = 16;

pub(super) fn generate() -> Vec<Generated> {
    let catalogs = Catalog::SHIPPED.iter().filter_map(|name| Catalog::shipped(name));
    catalogs.map(|catalog| page(&catalog)).collect()
}

fn page(catalog: &Catalog) -> Generated {
    let name = catalog.name();
    let mut text =
        format!("# Fields of the catalog `{name}`\n\n{}\n", origin(&format!("crates/lang/catalog/{name}.json")));
    text.push_str("`tamis fields PATTERN` prints the same in a terminal.\n\n");
    let mut table = Table::new(["Field", "Type", "Known from", "Meaning"]);
    for field in catalog.fields() {
        table.row([written(field), type_of(field), code(field.phase.as_str()), field.doc.clone()]);
    }
    text.push_str(&table.into_text());
    for field in catalog.fields() {
        text.push_str(&detail(field));
    }
    Generated { path: format!("docs/fields/{name}.md"), text }
}

fn detail(field: &Field) -> String {
    let mut text = format!("\n## {}\n\n{}", written(field), sentences(&field.doc));
    text.push_str(&field.note.as_deref().map(sentences).unwrap_or_default());
    text.push('\n');
    let mut table = Table::new(["", ""]);
    let mut row = |what: &str, value: String| {
        if !value.is_empty() {
            table.row([what.into(), value]);
        }
    };
    row("Type", type_of(field));
    row("A bare number counts", field.unit.as_ref().map(|unit| code(&unit.ucum)).unwrap_or_default());
    row("Known from", code(field.phase.as_str()) + if field.monotone { ", and only grows until then" } else { "" });
    row("Absent", absence(field));
    row("Range", field.range.map(|(low, high)| format!("{low} to {high}")).unwrap_or_default());
    row("Keys", keys(field));
    row("Also known as", codes(field.aliases.iter().filter(|alias| alias.exact).map(|alias| &alias.name)));
    row("Close to", codes(field.aliases.iter().filter(|alias| !alias.exact).map(|alias| &alias.name)));
    row(
        "Instead",
        field.deprecated.as_ref().map(|it| format!("{} {}", codes(&it.replacement), it.note)).unwrap_or_default(),
    );
    row("Values", field.allowed.as_ref().filter(|it| !is_explained(it)).map(listed).unwrap_or_default());
    row("Examples", codes(field.examples.iter().map(ToString::to_string)));
    row("Since", field.since.clone().unwrap_or_default());
    row("Shown", if field.sensitive { "never: its values are sensitive".into() } else { String::new() });
    text.push_str(&table.into_text());
    if let Some(allowed) = field.allowed.as_ref().filter(|it| is_explained(it)) {
        let _ = write!(text, "\n{}", explained(allowed));
    }
    text
}

/// The name as one writes it in a rule.
fn written(field: &Field) -> String {
    match field.shape {
        Shape::Family { .. } => code(&format!("{}.*", field.name)),
        Shape::One | Shape::Many | Shape::Opaque => code(&field.name),
    }
}

fn type_of(field: &Field) -> String {
    let ty = field.ty;
    match field.shape {
        Shape::One | Shape::Family { many: false, .. } => ty.to_string(),
        Shape::Many | Shape::Family { many: true, .. } => format!("{ty}, several"),
        Shape::Opaque => "not testable".into(),
    }
}

fn absence(field: &Field) -> String {
    match (field.presence, &field.absence) {
        (Presence::Always, _) => "never".into(),
        (Presence::Optional, Some(absence)) => absence.clone(),
        (Presence::Optional, None) => "sometimes".into(),
    }
}

fn keys(field: &Field) -> String {
    match &field.shape {
        Shape::Family { known_keys, key_pattern, .. } if known_keys.is_empty() => {
            format!("matching {}", code(key_pattern))
        }
        Shape::Family { known_keys, .. } => format!("such as {}", codes(known_keys.iter().map(|known| &known.key))),
        Shape::One | Shape::Many | Shape::Opaque => String::new(),
    }
}

fn is_explained(allowed: &AllowedValues) -> bool {
    allowed.values.len() <= MOST_EXPLAINED_VALUES
}

fn listed(allowed: &AllowedValues) -> String {
    let more = if allowed.open { ", and others" } else { "" };
    codes(allowed.values.iter().map(|value| value.value.to_string())) + more
}

fn explained(allowed: &AllowedValues) -> String {
    let mut table = Table::new(["Value", "Meaning"]);
    for value in &allowed.values {
        table.row([code(&value.value.to_string()), value.doc.clone()]);
    }
    if allowed.open {
        table.row(["others".into(), "occur too".into()]);
    }
    table.into_text()
}
