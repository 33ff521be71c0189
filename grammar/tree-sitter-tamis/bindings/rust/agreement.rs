//! The grammar for tree-sitter and the parser of the language accept the same texts: every text of the corpus, and
//! generated ones, right and broken.
//!
//! Left out are texts that name their edition in their first line, because the grammar is that of the edition `tamis`,
//! texts over a limit, because limits are no grammar, and texts with the character NUL, which ends a text for the lexers
//! that tree-sitter generates.

use std::fs;
use std::path::{Path, PathBuf};

use tamis_corpus::generate::{self, Source};
use tamis_corpus::{compact, fence, sections};
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tree_sitter::{Parser, Query};

/// How many generated rules are compared; each also broken.
const GENERATED: u64 = 100_000;

/// After how many differences a comparison ends.
const MOST_DIFFERENCES: usize = 30;

/// Compares texts, and collects the differences.
struct Comparison {
    parser: Parser,
    n_accepted: usize,
    n_refused: usize,
    differences: Vec<String>,
}

impl Comparison {
    fn new() -> Self {
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_tamis::LANGUAGE.into()).unwrap();
        Self { parser, n_accepted: 0, n_refused: 0, differences: Vec::new() }
    }

    fn check(&mut self, text: &str) {
        if names_edition(text) || text.contains('\0') || self.differences.len() >= MOST_DIFFERENCES {
            return;
        }
        let parse = tamis_syntax::parse(text, Edition::Tamis, &Limits::default());
        if parse.diagnostics.iter().any(|diagnostic| diagnostic.code.as_str().starts_with("T6")) {
            return;
        }
        let tree = self.parser.parse(text, None).unwrap();
        let accepts = !tree.root_node().has_error();
        *(if accepts { &mut self.n_accepted } else { &mut self.n_refused }) += 1;
        if accepts != parse.is_valid() {
            let said: Vec<_> = parse.diagnostics.iter().map(|it| format!("{} {}", it.code, it.message)).collect();
            let tree = tree.root_node().to_sexp();
            self.differences.push(format!("{text:?}\n  parser: {said:?}\n  grammar: {tree}"));
        }
    }

    #[track_caller]
    fn finish(self, least: usize) {
        assert!(self.differences.is_empty(), "{}", self.differences.join("\n"));
        assert!(self.n_accepted >= least, "only {} texts are right", self.n_accepted);
        assert!(self.n_refused >= least, "only {} texts are wrong", self.n_refused);
    }
}

fn names_edition(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').starts_with("//!")
}

/// The files below a folder of the repository.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// Every text within a table, whatever it is for.
fn strings(value: &toml::Value, found: &mut Vec<String>) {
    match value {
        toml::Value::String(text) => found.push(text.clone()),
        toml::Value::Array(values) => values.iter().for_each(|value| strings(value, found)),
        toml::Value::Table(table) => table.values().for_each(|value| strings(value, found)),
        _ => {}
    }
}

fn texts(path: &Path) -> Vec<String> {
    let Ok(text) = fs::read_to_string(path) else { return Vec::new() };
    match path.extension().and_then(|end| end.to_str()) {
        Some("md") => fence::blocks(&text).iter().map(|block| block.text.to_owned()).collect(),
        Some("txt") => {
            let sections: Vec<_> = sections::parse(&text).into_iter().flat_map(|case| case.sections).collect();
            let unescaped = |text: &String| String::from_utf8(compact::unescape(text)).ok();
            sections.iter().filter_map(unescaped).chain(sections.iter().cloned()).collect()
        }
        Some("toml") => {
            let mut found = Vec::new();
            strings(&text.parse::<toml::Table>().unwrap().into(), &mut found);
            found
        }
        _ => Vec::new(),
    }
}

#[test]
fn every_text_of_the_corpus_is_accepted_or_refused_by_both() {
    let mut comparison = Comparison::new();
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for folder in ["corpus", "docs"] {
        for path in files(&top.join(folder)) {
            texts(&path).iter().for_each(|text| comparison.check(text));
        }
    }
    for example in tamis_lang::builtin::BUILTINS.iter().flat_map(|builtin| builtin.examples) {
        comparison.check(example.rule);
    }
    comparison.finish(1000);
}

#[test]
fn a_hundred_thousand_generated_rules_are_accepted_or_refused_by_both() {
    let mut comparison = Comparison::new();
    for seed in 0..GENERATED {
        let (document, mut source) = generate::document(Source::seeded(seed));
        comparison.check(&document.text);
        comparison.check(&generate::near_miss(&document, &mut source));
        if seed % 8 == 0 {
            comparison.check(&generate::mistyped(&document.text, &mut source));
            comparison.check(&generate::noise(&mut source));
        }
    }
    comparison.finish(50_000);
}

#[test]
fn queries_speak_of_nodes_that_the_grammar_has() {
    let language = tree_sitter_tamis::LANGUAGE.into();
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["queries", "../../editors/helix/queries", "../../editors/nvim/queries"];
    let queries: Vec<_> = folders.iter().flat_map(|folder| files(&top.join(folder))).collect();
    assert!(queries.len() >= 15, "{queries:?}");
    for path in queries {
        let text = fs::read_to_string(&path).unwrap();
        let query = Query::new(&language, &text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(query.pattern_count() > 0, "{} has no pattern", path.display());
    }
}

#[test]
fn colours_know_every_function_and_every_symbol() {
    let text = tree_sitter_tamis::HIGHLIGHTS_QUERY;
    let helix = include_str!("../../../../editors/helix/queries/tamis/highlights.scm");
    for builtin in tamis_lang::builtin::BUILTINS {
        let called = builtin.form.is_function().then_some(builtin.name);
        for spelling in builtin.spellings().chain(called) {
            let is_word = builtin.form.is_function() || !spelling.starts_with(|c: char| c.is_ascii_alphabetic());
            let spelled = format!("\"{spelling}\"");
            assert!(!is_word || text.contains(&spelled) && helix.contains(&spelled), "{spelled} has no colour");
        }
    }
}
