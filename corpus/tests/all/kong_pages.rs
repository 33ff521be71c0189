//! Rules as they stand on Kong's public pages: each checks, or its fixes make a rule of it that does.

use atc_router::router::Router;
use atc_router::schema::Schema;
use serde::Deserialize;
use tamis_corpus::catalogs;
use tamis_lang::catalog::{Alias, Catalog, Field, Shape};
use tamis_lang::diagnostic::{Diagnostic, Fix};
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
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
    Router::new(&schema(catalog, |_| true)).add_matcher(0, Uuid::nil(), rule)
}

/// The fields of a catalog, with the aliases that are wanted, as a schema.
fn schema(catalog: &Catalog, wanted: impl Fn(&Alias) -> bool) -> Schema {
    let mut schema = Schema::default();
    for field in catalog.fields() {
        let ty = match field.ty {
            Ty::Bool | Ty::Float => continue,
            Ty::Duration | Ty::Size => Ty::Int,
            ty => ty,
        };
        let aliases = field.aliases.iter().filter(|alias| wanted(alias)).map(|alias| &alias.name);
        for name in aliases.chain([&field.name]).filter(|_| field.shape != Shape::Opaque) {
            let name = if matches!(field.shape, Shape::Family { .. }) { format!("{name}.*") } else { name.clone() };
            schema.add_field(&name, engine::type_of(ty));
        }
    }
    schema
}

/// Right sides of every type, inside and outside what a catalog may know of a field.
const LITERALS: &[&str] = &[
    "0",
    "-1",
    "503",
    "010",
    "99999999",
    "9223372036854775807",
    "\"GET\"",
    "\"\"",
    "\"no such value\"",
    "10.0.0.1",
    "::1",
    "10.0.0.0/8",
];
const OPERATORS: &[&str] = &["==", "!=", "<", ">=", "^=", "contains", "~", "in", "not in"];

#[test]
fn every_operator_on_every_field_is_taken_where_the_engine_takes_it() {
    let (mut found, mut n_taken) = (String::new(), 0);
    for name in ["kong-router", "kong-sampler"] {
        let catalog = catalogs::shipped(name).unwrap();
        let schema = schema(catalog, |alias| alias.origin == "Kong's router");
        let limits = Limits { trials: 0, ..Limits::default() };
        let options = Options { edition: Edition::AtcStrict, limits, relations: false, ..Options::default() };
        for (field, operator, literal) in catalog.fields().iter().flat_map(combinations) {
            for left in [field.clone(), format!("lower({field})"), format!("any({field})")] {
                let rule = format!("{left} {operator} {literal}");
                let theirs = Router::new(&schema).add_matcher(0, Uuid::nil(), &rule).is_ok();
                let ours = analyze(&rule, catalog, &options);
                n_taken += u32::from(theirs);
                if theirs != ours.is_valid() {
                    let errors = ours.diagnostics.iter().filter(|found| found.is_error());
                    let said: Vec<String> = errors.map(|error| format!("{} {}", error.code, error.message)).collect();
                    found.push_str(&format!("{name}: {rule}: theirs {theirs}, {said:?}\n"));
                }
            }
        }
    }
    assert!(found.is_empty(), "\n{found}");
    assert!(n_taken > 1000, "only {n_taken} rules are taken");
}

/// A field, or members of a family, with every operator and right side.
fn combinations(field: &Field) -> Vec<(String, &'static str, &'static str)> {
    let names = match field.shape {
        Shape::Family { .. } => ["0", "x_y", "len", "x.y"].iter().map(|key| format!("{}.{key}", field.name)).collect(),
        Shape::One | Shape::Many | Shape::Opaque => vec![field.name.clone()],
    };
    let pairs = OPERATORS.iter().flat_map(|operator| LITERALS.iter().map(move |literal| (*operator, *literal)));
    let pairs: Vec<_> = pairs.collect();
    names.iter().flat_map(|name| pairs.iter().map(move |(op, literal)| (name.clone(), *op, *literal))).collect()
}
