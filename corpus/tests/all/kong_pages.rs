//! Rules as they stand on Kong's public pages: each checks, or its fixes make a rule of it that does.

use atc_router::router::Router;
use atc_router::schema::Schema;
use serde::Deserialize;
use tamis_corpus::catalogs;
use tamis_lang::catalog::{Catalog, Shape};
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::edition::Edition;
use tamis_lang::ty::Ty;
use tamis_types::analysis::{Analysis, Options, analyze};
use uuid::Uuid;

use crate::engine;
use crate::expected::{Differences, files};

/// How many there are at least.
const FEWEST: usize = 60;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    rule: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    page: String,
    catalog: String,
    edition: String,
    text: String,
    mended: Option<String>,
}

#[test]
fn every_rule_of_the_pages_checks_or_is_mended() {
    let file = files("corpus/atc", "toml").into_iter().next().unwrap();
    let page: Page = toml::from_str(&file.text).unwrap();
    let mut differences = Differences::default();
    for record in &page.rule {
        assert!(!record.page.is_empty(), "{} has no page", record.text);
        if let Err(problem) = check(record) {
            differences.add(&format!("{}: {:?}", file.path, record.text), problem);
        }
    }
    differences.finish();
    assert!(page.rule.len() >= FEWEST, "only {} rules", page.rule.len());
}

fn check(record: &Record) -> Result<(), String> {
    let catalog = catalogs::shipped(&record.catalog)?;
    let edition: Edition = record.edition.parse().map_err(|unknown| format!("{unknown}"))?;
    let read = |text: &str| analyze(text, catalog, &Options { edition, ..Options::default() });
    let mended = mended(&record.text, read);
    let expected = record.mended.as_deref().unwrap_or(&record.text);
    if mended != expected {
        return Err(format!("the fixes make {mended:?}"));
    }
    let analysis = read(&mended);
    if !analysis.is_valid() {
        return Err(format!("{mended:?} has errors: {:?}", analysis.diagnostics));
    }
    if edition.must_run_on_atc() { taken(&mended, catalog) } else { Ok(()) }
}

/// A text with the first fix of its first error applied, until no error has one.
fn mended(text: &str, read: impl Fn(&str) -> Analysis) -> String {
    let mut text = text.to_owned();
    for _ in 0..20 {
        let analysis = read(&text);
        let errors = analysis.diagnostics.iter().filter(|found: &&Diagnostic| found.is_error());
        let fixed = errors.flat_map(|error| error.fixes.first()).next().map(|fix: &Fix| fix.apply(&text));
        let Some(fixed) = fixed else { return text };
        text = fixed;
    }
    text
}

/// Whether the real engine takes a rule over the fields of a catalog.
fn taken(rule: &str, catalog: &Catalog) -> Result<(), String> {
    let mut schema = Schema::default();
    for field in catalog.fields().iter().filter(|field| !matches!(field.ty, Ty::Bool | Ty::Float)) {
        let ty = if matches!(field.ty, Ty::Duration | Ty::Size) { Ty::Int } else { field.ty };
        for name in field.aliases.iter().map(|alias| &alias.name).chain([&field.name]) {
            let name = if matches!(field.shape, Shape::Family { .. }) { format!("{name}.*") } else { name.clone() };
            schema.add_field(&name, engine::type_of(ty));
        }
    }
    Router::new(&schema).add_matcher(0, Uuid::nil(), rule)
}
