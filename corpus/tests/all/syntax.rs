//! Rules and their trees, `corpus/syntax`, and rules and their layout, `corpus/format`.

use tamis_corpus::compact;
use tamis_corpus::sections::{self, Case};
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_syntax::{Parse, parse, print_tree};

use crate::expected::{Differences, files};

fn read(text: &str) -> Parse {
    parse(text, Edition::Tamis, &Limits::default())
}

fn tree(text: &str) -> String {
    print_tree(&read(text).tree, text)
}

fn formatted(text: &str) -> Result<String, Vec<Diagnostic>> {
    tamis_syntax::format(text, Edition::Tamis, &Limits::default())
}

/// The sections of a case that its first one leads to, or why it is no case of this kind.
type Sections = Result<Vec<String>, String>;

/// Compares every case of a folder with what its rule leads to.
#[track_caller]
fn check(folder: &str, sections_of: fn(&str) -> Sections) {
    let mut differences = Differences::default();
    for file in files(folder, "txt") {
        let mut cases = sections::parse(&file.text);
        for case in &mut cases {
            let Case { title, sections, .. } = case;
            let rule = sections.first().cloned().unwrap_or_default();
            match sections_of(&rule) {
                Ok(found) => *sections = std::iter::once(rule).chain(found).collect(),
                Err(reason) => differences.add(&format!("{}: {title}", file.path), reason),
            }
        }
        assert!(!cases.is_empty(), "{} has no case", file.path);
        differences.settle(&file, &sections::write(&file.text, &cases));
    }
    differences.finish();
}

#[test]
fn right_rules_have_the_printed_tree() {
    check("corpus/syntax/ok", |rule| {
        let parse = read(rule);
        if !parse.diagnostics.is_empty() {
            return Err(compact::render(rule, &parse.diagnostics));
        }
        Ok(vec![print_tree(&parse.tree, rule)])
    });
}

#[test]
fn formatting_right_rules_keeps_their_tree() {
    check("corpus/syntax/ok", |rule| {
        let expected = tree(rule);
        formatting_problem(rule).map_or_else(|| Ok(vec![expected]), Err)
    });
}

#[test]
fn wrong_rules_have_a_tree_with_holes_and_the_printed_diagnostics() {
    check("corpus/syntax/err", |escaped| {
        let bytes = compact::unescape(escaped);
        let rule = String::from_utf8(bytes).map_err(|_| "the rule is not UTF-8".to_owned())?;
        let parse = read(&rule);
        if parse.diagnostics.is_empty() {
            return Err("nothing is wrong with the rule".to_owned());
        }
        let said = compact::render(&rule, &parse.diagnostics);
        Ok(vec![print_tree(&parse.tree, &rule), said.trim_end().to_owned()])
    });
}

#[test]
fn rules_of_the_gateway_have_the_tree_and_the_diagnostics_that_are_printed() {
    check("corpus/syntax/atc", |rule| {
        let parse = read(rule);
        let said = compact::render(rule, &parse.diagnostics);
        if let Some(problem) = parse.is_valid().then(|| formatting_problem(rule)).flatten() {
            return Err(problem);
        }
        Ok(vec![print_tree(&parse.tree, rule), said.trim_end().to_owned()])
    });
}

#[test]
fn formatting_gives_the_printed_layout() {
    check("corpus/format", |rule| {
        if let Some(problem) = formatting_problem(rule) {
            return Err(problem);
        }
        let found = formatted(rule).map_err(|said| compact::render(rule, &said))?;
        Ok(vec![found.trim_end().to_owned()])
    });
}

/// Why the layout of a rule is not one: it says something else, or it has another layout itself.
fn formatting_problem(rule: &str) -> Option<String> {
    let once = match formatted(rule) {
        Ok(once) => once,
        Err(said) => return Some(compact::render(rule, &said)),
    };
    if tree(&once) != tree(rule) {
        return Some(format!("formatting changes the tree: {once}"));
    }
    let twice = formatted(&once).unwrap_or_default();
    (twice != once).then(|| format!("formatting twice gives {twice}"))
}
