//! `cargo xtask fuzz`: runs each fuzz target for a while, from seeds made of the corpus.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tamis_lang::builtin::BUILTINS;
use tamis_lang::catalog::Catalog;

use crate::failure::{self, Failure};
use crate::markdown;
use crate::repository::Repository;

/// A fuzz target: its name, the seeds that it starts from, and the longest input.
struct Target {
    name: &'static str,
    seeds: fn(&Repository) -> BTreeSet<String>,
    longest_input: u32,
}

const TARGETS: &[Target] = &[
    Target { name: "analyze", seeds: rules, longest_input: 4096 },
    Target { name: "batch", seeds: batch_lines, longest_input: 4096 },
    Target { name: "bytecode", seeds: programs, longest_input: 4096 },
    Target { name: "catalog", seeds: catalogs, longest_input: 8192 },
    Target { name: "traffic", seeds: recordings, longest_input: 16_384 },
];

/// How long a target runs when nobody says.
pub const USUAL_SECONDS: u32 = 60;

/// Runs every target, or only the one of a name, for some seconds; stops at the first finding, which cargo-fuzz leaves in `fuzz/artifacts`.
///
/// # Errors
///
/// When a target finds something, cannot be built, or cargo-fuzz is missing; when no target has the name.
pub fn run(root: &Path, seconds: u32, only: Option<&str>) -> Result<(), Failure> {
    let repository = Repository::open(root)?;
    let targets: Vec<&Target> = TARGETS.iter().filter(|target| only.is_none_or(|name| name == target.name)).collect();
    if targets.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        return Err(Failure::new(format!("there is no such fuzz target; there are {}", names.join(", "))));
    }
    for target in targets {
        let corpus = root.join("fuzz/corpus").join(target.name);
        let dictionary = root.join("fuzz/corpus").join(format!("{}.dict", target.name));
        fs::create_dir_all(&corpus).map_err(|error| Failure::file(&corpus, &error))?;
        for (seed, number) in (target.seeds)(&repository).iter().zip(1..) {
            write(&corpus.join(format!("seed-{number}")), seed)?;
        }
        write(&dictionary, &words())?;
        let mut command = Command::new("cargo");
        // The sanitizers are unstable flags of the compiler, and nothing else here needs a nightly one.
        command.env("RUSTC_BOOTSTRAP", "1").current_dir(root);
        command.args(["fuzz", "run", target.name, "--", "-timeout=10", "-rss_limit_mb=2048"]);
        command.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={}", target.longest_input));
        command.arg(format!("-dict={}", dictionary.display()));
        failure::run(&mut command)?;
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|error| Failure::file(path, &error))
}

/// Every rule that stands in a record, in a page or in a case.
fn rules(repository: &Repository) -> BTreeSet<String> {
    let examples = BUILTINS.iter().flat_map(|builtin| builtin.examples).map(|example| example.rule.to_string());
    let pages = repository.with_extension("md").flat_map(|file| markdown::blocks(&file.text, "tamis"));
    let pages = pages.map(|(_, _, code)| code);
    let files = repository.with_extension("tamis").map(|file| file.text.clone());
    examples.chain(pages).chain(files).chain(cases(repository)).collect()
}

/// The rules of the cases: under `rule` in tables, and first in sections.
fn cases(repository: &Repository) -> impl Iterator<Item = String> {
    let of_corpus = |extension| repository.with_extension(extension).filter(|file| file.path.starts_with("corpus/"));
    let tables = of_corpus("toml").filter_map(|file| file.text.parse::<toml::Table>().ok());
    let tables = tables.flat_map(|table| {
        let arrays = table.into_iter().filter_map(|(_, value)| value.as_array().cloned());
        arrays.flatten().collect::<Vec<_>>()
    });
    let of_tables = tables.filter_map(|case| Some(case.get("rule")?.as_str()?.to_string()));
    // What stands before the first title becomes a seed like any other text.
    let sections = of_corpus("txt").flat_map(|file| file.text.trim_start_matches("=== ").split("\n=== "));
    let of_sections = sections.filter_map(|case| Some(case.split_once('\n')?.1.split("\n----").next()?.to_string()));
    of_tables.chain(of_sections)
}

/// Rules behind a byte that leaves their programs as they are.
fn programs(repository: &Repository) -> BTreeSet<String> {
    rules(repository).into_iter().map(|rule| format!("\0{rule}")).collect()
}

fn batch_lines(repository: &Repository) -> BTreeSet<String> {
    let examples = BUILTINS.iter().flat_map(|builtin| builtin.examples);
    let examples = examples.map(|example| format!(r#"{{"rule":{},"facts":{}}}"#, json!(example.rule), example.facts));
    let types = json!({"rule": "a == 1 && h.x == \"b\"", "catalog": {"fields": {"a": "Int", "h.*": "string"}}, "facts": {"a": [1, 2]}});
    let bare = rules(repository).into_iter().map(|rule| json!({"rule": rule, "edition": "tamis"}).to_string());
    examples.chain(bare).chain([types.to_string()]).collect()
}

/// The shipped catalogs, whole and in small parts, on which a fuzzer can work.
fn catalogs(_: &Repository) -> BTreeSet<String> {
    let texts = Catalog::SHIPPED.iter().filter_map(|name| Catalog::shipped_text(name));
    let parts = texts.clone().filter_map(parts);
    parts.flatten().chain(texts.map(String::from)).collect()
}

/// Catalogs of three fields each, with the beginnings of the shared lists of values.
fn parts(text: &str) -> Option<Vec<String>> {
    let mut catalog: Value = serde_json::from_str(text).ok()?;
    let lists = catalog.get_mut("lists").and_then(Value::as_object_mut).into_iter().flatten();
    lists.filter_map(|(_, list)| list.as_array_mut()).for_each(|values| values.truncate(3));
    let lists = catalog.get("lists").cloned().unwrap_or_else(|| json!({}));
    let fields: Vec<_> = catalog.get("fields")?.as_object()?.iter().collect();
    let three = |fields: &[(&String, &Value)]| {
        let fields: BTreeMap<_, _> = fields.iter().copied().collect();
        json!({"format": 1, "name": "part", "lists": lists, "fields": fields}).to_string()
    };
    Some(fields.chunks(3).map(three).collect())
}

/// The recorded traffic in pieces that are whole documents.
fn recordings(repository: &Repository) -> BTreeSet<String> {
    let recorded = |extension| repository.with_extension(extension).filter(|file| file.path.starts_with("corpus/"));
    let traces = recorded("json").filter(|file| file.path.ends_with(".otlp.json"));
    let traces = traces.flat_map(|file| file.text.lines()).map(String::from);
    let archives = recorded("har").filter_map(|file| archives(&file.text)).flatten();
    let facts = BUILTINS.iter().flat_map(|builtin| builtin.examples).map(|example| example.facts.to_string());
    traces.chain(archives).chain(facts).collect()
}

/// Archives of two entries each.
fn archives(text: &str) -> Option<Vec<String>> {
    let archive: Value = serde_json::from_str(text).ok()?;
    let entries = archive.get("log")?.get("entries")?.as_array()?;
    let part = |entries: &[Value]| json!({"log": {"version": "1.2", "entries": entries}}).to_string();
    Some(entries.chunks(2).map(part).collect())
}

/// A dictionary of what texts are made of.
fn words() -> String {
    let mut words: BTreeSet<String> = BUILTINS.iter().flat_map(|it| it.spellings()).map(String::from).collect();
    for catalog in Catalog::SHIPPED.iter().filter_map(|name| Catalog::shipped(name)) {
        words.extend(catalog.fields().iter().map(|field| field.name.clone()));
    }
    let others = ["let", "rule", "true", "false", "..", "//", "250ms", "1.5KiB", "10.0.0.0/8", "::1", "r#", "\\u{"];
    words.extend(others.map(String::from));
    words.iter().map(|word| format!("\"{}\"\n", word.replace('\\', "\\\\").replace('"', "\\\""))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_come_from_records_pages_and_cases() {
        let page = ("a.md", "```tamis\na == 1\n```\n");
        let case = ("corpus/verdicts/a.toml", "[[case]]\nrule = \"b == 2\"\n");
        let section = ("corpus/syntax/a.txt", "About.\n\n=== one\ne == 4\n----\n(== e 4)\n");
        let found = rules(&Repository::of(&[page, case, section, ("c.tamis", "rule c = d == 3")]));
        let wanted = ["a == 1\n", "b == 2", "rule c = d == 3", "e == 4", "exists(proxy.kong.consumer.id)"];
        assert!(wanted.iter().all(|rule| found.contains(*rule)), "{found:?}");
    }

    #[test]
    fn every_batch_line_is_json() {
        let lines = batch_lines(&Repository::default());
        assert!(lines.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()));
        assert!(lines.len() > BUILTINS.len());
    }

    #[test]
    fn most_parts_of_catalogs_are_catalogs() {
        let parts = catalogs(&Repository::default());
        let n_good = parts.iter().filter(|text| Catalog::from_json(text).is_ok()).count();
        assert!(n_good > 20 && n_good * 2 > parts.len(), "{n_good} of {}", parts.len());
    }
}
