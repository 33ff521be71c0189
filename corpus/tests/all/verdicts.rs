//! Verdict tables, `corpus/verdicts` and `corpus/regressions`: every case against every engine, in every layout, and as
//! bytes.

use tamis_corpus::facts::CaseFacts;
use tamis_corpus::verdict::{self, Case};
use tamis_corpus::{catalogs, compact, reference};
use tamis_lang::builtin::{BUILTINS, Outcome};
use tamis_lang::catalog::Catalog;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::scratch::Scratch;
use tamis_types::analysis::{self, Options};
use tamis_vm::bytecode::{NodeProfile, Origin};

use crate::expected::{Differences, files};

/// The folders with verdict tables.
pub(crate) const FOLDERS: [&str; 2] = ["corpus/verdicts", "corpus/regressions"];

/// The cases of every table with the place of each.
#[track_caller]
pub(crate) fn cases() -> Vec<(String, Case)> {
    let tables = FOLDERS.iter().flat_map(|folder| files(folder, "toml"));
    let cases = tables.flat_map(|file| {
        let cases = verdict::read(&file.text).unwrap_or_else(|reason| panic!("{}: {reason}", file.path));
        assert!(!cases.is_empty(), "{} has no case", file.path);
        cases.into_iter().map(move |case| (format!("{}: {}", file.path, case.name), case))
    });
    cases.collect()
}

/// Whether a request matches, said by the machine and by the reference; or why the rule cannot be asked.
fn verdict(text: &str, named: Option<&str>, catalog: &Catalog, facts: &CaseFacts) -> Result<bool, String> {
    let analysis = analysis::analyze(text, catalog, &Options::default());
    let wrong: Vec<Diagnostic> = analysis.diagnostics.iter().filter(|found| found.is_error()).cloned().collect();
    if !wrong.is_empty() {
        return Err(format!("the rule has errors\n{}", compact::render(text, &wrong)));
    }
    let place = analysis.rules().iter().position(|rule| rule.name.as_deref() == named);
    let place = place.ok_or_else(|| format!("there is no rule {named:?}"))?;
    let checked = analysis.rules()[place].checked().ok_or("the rule has no checked form")?;
    let program = tamis_vm::compile(checked);
    let said = program.run(facts, &mut Scratch::default()) == tamis_vm::Verdict::Match;
    let loaded = NodeProfile::new(catalog).load(&program.to_bytes(&Origin::new(&program, catalog)));
    let loaded = loaded.map_err(|refusals| format!("the bytes are refused: {}\n  {text}", refusals[0]))?;
    if (loaded.program.run(facts, &mut Scratch::default()) == tamis_vm::Verdict::Match) != said {
        return Err(format!("the machine answers {said}, and otherwise once the program was loaded\n  {text}"));
    }
    let expected = reference::matches(text, &analysis.tree, catalog, facts)[place];
    if said == expected {
        Ok(said)
    } else {
        Err(format!("the machine answers {said}, the reference {expected}\n  {text}"))
    }
}

/// What is wrong with the verdict of a rule and of its formatted text.
fn problem(case: &Case) -> Option<String> {
    let Case { rule, named, catalog, facts, matches, .. } = case;
    let formatted = tamis_syntax::format(rule, Edition::Tamis, &Limits::default()).unwrap_or_default();
    let texts = [("the rule", rule), ("the formatted rule", &formatted)];
    texts.into_iter().find_map(|(which, text)| match verdict(text, named.as_deref(), catalog, facts) {
        Ok(found) if found == *matches => None,
        Ok(found) => Some(format!("{which} answers {}\n  {text}", if found { "match" } else { "no match" })),
        Err(reason) => Some(reason),
    })
}

#[test]
fn every_case_has_its_verdict() {
    let mut differences = Differences::default();
    for (place, case) in cases() {
        if let Some(problem) = problem(&case) {
            differences.add(&place, problem);
        }
    }
    differences.finish();
}

#[test]
fn names_of_cases_are_unique_within_a_table() {
    let mut places: Vec<_> = cases().into_iter().map(|(place, _)| place).collect();
    places.sort();
    let twice: Vec<_> = places.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect();
    assert!(twice.is_empty(), "{twice:#?}");
}

#[test]
fn every_example_of_an_operator_answers_as_its_record_says() {
    let catalog = catalogs::shipped(catalogs::DEFAULT).unwrap();
    let mut differences = Differences::default();
    for builtin in BUILTINS {
        if builtin.examples.len() < 2 {
            differences.add(builtin.name, "expected two examples or more");
        }
        for example in builtin.examples {
            let place = format!("`{}`: {} over {}", builtin.name, example.rule, example.facts);
            let found = CaseFacts::of_json(example.facts, catalog)
                .and_then(|facts| verdict(example.rule, None, catalog, &facts));
            let expected = example.outcome == Outcome::Match;
            if found != Ok(expected) {
                differences.add(&place, format!("expected {expected}, found {found:?}"));
            }
        }
    }
    differences.finish();
}
