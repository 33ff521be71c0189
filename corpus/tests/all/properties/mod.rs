//! Properties of every text and every request, on some thousands of generated ones.
//!
//! `cargo run --release -p tamis-corpus --example properties` runs them on as many as one likes.

mod converting;
mod edited;
mod hostile;
mod limits;
mod reasons;
mod regressions;

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRng, TestRunner};
use tamis_corpus::generate::{self, Document, Source};
use tamis_corpus::hostile::SHAPES;
use tamis_corpus::property::{self, Compiled, Outcome, Phased};
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::scratch::Scratch;
use tamis_vm::set::Memory;

/// Holds a property against generated cases, always the same; a case that fails is made as small as it can be.
#[track_caller]
fn check(n_cases: u32, property: impl Fn(Source<'_>) -> Outcome) {
    let config = Config { cases: n_cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(Default::default()));
    let outcome = runner
        .run(&vec(any::<u32>(), 0..400), |choices| property(Source::chosen(&choices)).map_err(TestCaseError::fail));
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        Err(TestError::Abort(reason)) => panic!("given up: {reason}"),
    }
}

/// A generated text, with what is left of the source for its requests and its slips.
fn with_document(source: Source<'_>, property: impl Fn(&Document, &mut Source<'_>) -> Outcome) -> Outcome {
    let (document, mut rest) = generate::document(source);
    property(&document, &mut rest)
}

#[test]
fn generated_rules_are_well_typed() {
    check(4_000, |source| with_document(source, |document, _| property::is_well_typed(document)));
}

#[test]
fn the_machine_says_what_the_reference_says() {
    check(4_000, |source| {
        with_document(source, |document, source| {
            let Some(compiled) = Compiled::new(&document.text) else { return Err(document.text.clone()) };
            let mut scratch = Scratch::default();
            for _ in 0..3 {
                let request = generate::request(document, source);
                property::machine_equals_reference(&compiled, &request, &mut scratch)?;
            }
            Ok(())
        })
    });
}

#[test]
fn an_early_verdict_is_the_final_one() {
    check(600, |source| {
        with_document(source, |document, source| {
            let Some(phased) = Phased::new(document, source) else { return Err(document.text.clone()) };
            let request = generate::request(document, source);
            property::early_is_final(&phased, &request, source, &mut Scratch::default()).map(|_| ())
        })
    });
}

#[test]
fn the_validator_lets_a_node_run_what_it_loads() {
    property::later_features_are_known().unwrap();
    check(300, |source| {
        with_document(source, |document, source| property::validator_equals_nodes(document, source).map(|_| ()))
    });
    check(150, |source| {
        with_document(source, |document, source| {
            property::broken_runs_nowhere(&generate::near_miss(document, source)).map(|_| ())
        })
    });
}

#[test]
fn a_set_says_what_its_rules_say() {
    check(250, |source| {
        property::set_equals_its_rules(source, &mut Memory::default(), &mut Scratch::default()).map(|_| ())
    });
}

#[test]
fn totals_are_estimated_from_what_is_kept() {
    for rule in ["http.response.status_code >= 500 || sample(50%)", "http.request.method == 'GET' && sample(1/2)"] {
        let totals = property::estimate(rule, 60_000, 7).unwrap();
        assert!(totals.error() < 0.01, "{rule}: {totals:?}");
        assert!(totals.kept < totals.truth * 4 / 5, "{rule}: {totals:?}");
    }
}

#[test]
fn what_is_printed_reads_back() {
    check(2_000, |source| with_document(source, |document, _| property::formatting_keeps_the_tree(&document.text)));
}

#[test]
fn formatting_twice_changes_nothing_more() {
    check(2_000, |source| with_document(source, |document, _| property::formatting_is_idempotent(&document.text)));
}

#[test]
fn formatting_keeps_every_comment() {
    check(2_000, |source| with_document(source, |document, _| property::comments_stay(&document.text)));
}

#[test]
fn formatting_keeps_the_verdict() {
    check(2_000, |source| {
        with_document(source, |document, source| {
            let Some(compiled) = Compiled::new(&document.text) else { return Err(document.text.clone()) };
            let request = generate::request(document, source);
            property::formatting_keeps_the_verdict(&compiled, &document.text, &request, &mut Scratch::default())
        })
    });
}

#[test]
fn the_analysis_of_a_broken_rule_is_sound() {
    check(4_000, |source| with_document(source, |document, source| sound(&generate::near_miss(document, source))));
}

#[test]
fn the_analysis_of_noise_is_sound() {
    check(2_000, |mut source| sound(&generate::noise(&mut source)));
}

#[test]
fn every_fix_of_a_near_miss_mends() {
    check(3_000, |source| {
        with_document(source, |document, source| {
            let text = generate::near_miss(document, source);
            EDITIONS.iter().try_for_each(|edition| mends(&text, *edition))
        })
    });
}

#[test]
fn every_fix_of_noise_mends() {
    check(200, |mut source| {
        let text = generate::noise(&mut source);
        EDITIONS.iter().try_for_each(|edition| mends(&text, *edition))
    });
}

#[test]
fn every_fix_of_a_hostile_text_mends() {
    for (shape, n) in SHAPES.iter().flat_map(|shape| [0, 1, 2, 3].map(|n| (shape, n))) {
        for edition in EDITIONS.iter().copied() {
            assert_eq!(mends(&shape.text(n), edition), Ok(()), "{} {n}", shape.name);
        }
    }
}

#[test]
fn a_gateway_is_told_the_errors_that_an_author_is_told() {
    check(1_000, |source| {
        with_document(source, |document, source| {
            let texts = [generate::near_miss(document, source), document.text.clone()];
            let cases = texts.iter().flat_map(|text| EDITIONS.iter().map(move |edition| (text, *edition)));
            cases.into_iter().try_for_each(|(text, edition)| property::loading_finds_the_same_errors(text, edition))
        })
    });
}

/// Every way to read a text.
const EDITIONS: &[Edition] = Edition::ALL;

fn mends(text: &str, edition: Edition) -> Outcome {
    let again = |text: &str| property::analysed_in(text, edition);
    property::every_fix_mends(text, &again(text), &again)
}

fn sound(text: &str) -> Outcome {
    property::is_sound(text, &property::analysed(text), &Limits::default())
}
