//! Proofs, warnings and changes beside every request over small fields.

use std::collections::BTreeSet;

use tamis_corpus::generate::{self, Source};
use tamis_corpus::property;
use tamis_lang::catalog::Catalog;
use tamis_lang::code::Code;
use tamis_lang::limits::Limits;
use tamis_lang::span::Span;
use tamis_types::analysis::{Options, analyze};
use tamis_vm::reason::Relation;

/// Runs a property on seeded cases.
#[track_caller]
fn check<T>(n_cases: u64, mut property: impl FnMut(&mut Source<'_>) -> Result<T, String>) -> Vec<T> {
    let outcomes = (0..n_cases).map(|seed| property(&mut Source::seeded(seed.wrapping_mul(0x9E37_79B9))));
    outcomes.map(|outcome| outcome.unwrap_or_else(|failure| panic!("{failure}"))).collect()
}

#[test]
fn what_is_said_of_two_rules_holds_for_every_request() {
    let said = check(1_500, |source| property::comparison_is_right(source, false));
    let count = |wanted: Relation| said.iter().filter(|relation| **relation == wanted).count();
    for wanted in [Relation::Equivalent, Relation::Stricter, Relation::Looser, Relation::Different] {
        assert!(count(wanted) > 50, "{wanted:?}: {}", count(wanted));
    }
    assert_eq!(count(Relation::Unknown), 0, "without opaque conditions everything is decided");
}

#[test]
fn opaque_conditions_make_some_answers_unknown_and_none_wrong() {
    let said = check(1_500, |source| property::comparison_is_right(source, true));
    let n_unknown = said.iter().filter(|relation| **relation == Relation::Unknown).count();
    assert!(n_unknown * 16 < said.len(), "{n_unknown} of {}", said.len());
}

#[test]
fn what_warnings_say_holds_for_every_request() {
    let said = check(1_500, property::warnings_are_right);
    assert!(said.iter().filter(|it| **it).count() > 150);
}

#[test]
fn no_change_is_smaller_than_the_smallest() {
    let sizes = check(1_500, |source| property::change_is_smallest(source, false));
    assert!(sizes.iter().filter(|size| **size == 2).count() > 25);
    check(400, |source| property::change_is_smallest(source, true));
}

#[test]
fn an_explanation_says_what_the_machine_says_and_its_change_flips_it() {
    let mut n_unknown = 0;
    let mut n_all = 0;
    for seed in 0..150_u64 {
        let (document, mut source) = generate::document(Source::seeded(seed));
        let analysis = property::analysed(&document.text);
        let request = generate::request(&document, &mut source);
        for rule in analysis.rules().iter().filter_map(|rule| rule.checked()) {
            let changes = property::explanation_is_right(rule, &document.text, &request);
            n_all += 1;
            n_unknown += usize::from(changes.unwrap_or_else(|failure| panic!("{failure}")) == Some(false));
        }
    }
    assert!(n_unknown * 6 < n_all, "{n_unknown} of {n_all} without a change");
}

#[test]
fn every_sown_rule_of_a_large_file_is_found_and_no_other() {
    let file = generate::sown_file();
    let kong = Catalog::shipped("kong").unwrap();
    let options = Options { limits: Limits { diagnostics: 100_000, ..Limits::default() }, ..Options::default() };
    let analysis = analyze(&file.text, &kong, &options);
    assert!(analysis.is_valid());
    let rule_at = |span: Span| analysis.rules().iter().find(|rule| rule.span.contains(span)).unwrap();
    let found = |codes: &[Code]| -> BTreeSet<String> {
        let found = analysis.diagnostics.iter().filter(|it| codes.contains(&it.code));
        found.map(|it| rule_at(it.span).name.clone().unwrap()).collect()
    };
    let sown = |names: &[String]| -> BTreeSet<String> { names.iter().cloned().collect() };
    assert_eq!(found(&[Code::NeverTrue, Code::Contradiction]), sown(&file.dead));
    assert_eq!(found(&[Code::CoveredRule]), sown(&file.covered));
    assert_eq!(found(&[Code::EqualRules]), sown(&file.equal));
    assert_eq!(found(&[Code::AlwaysTrue, Code::Redundant]), BTreeSet::new());
}
