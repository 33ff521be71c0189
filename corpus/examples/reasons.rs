//! Holds proofs, warnings and changes against every request over small fields: `reasons [COUNT] [SEED]`.
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use std::collections::BTreeMap;
use std::process::ExitCode;

use tamis_corpus::generate::{self, CATALOG, Source};
use tamis_corpus::property;
use tamis_lang::catalog::Catalog;
use tamis_types::analysis::{CheckedRule, Options, analyze};
use tamis_vm::reason::{Found, Relation, compare, matching, missing};

/// After how many failures a run ends.
const MOST_FAILURES: usize = 20;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: u64| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (count, seed) = (number(100_000), number(0));
    let mut run = Run::default();
    for case in 0..count {
        let source = || Source::seeded(seed.wrapping_add(case.wrapping_mul(0x9E37_79B9)));
        let closed = property::comparison_is_right(&mut source(), false);
        run.note("pairs of small rules that are decided", closed.map(|it| it != Relation::Unknown));
        let open = property::comparison_is_right(&mut source(), true);
        run.note("pairs with opaque conditions that are decided", open.map(|it| it != Relation::Unknown));
        run.note("small rules with a warning", property::warnings_are_right(&mut source()));
        let size = property::change_is_smallest(&mut source(), case % 4 == 0);
        run.note("small rules with a change of two fields or more", size.map(|size| size > 1));
        run.explanations(source());
        if run.failures.len() >= MOST_FAILURES {
            break;
        }
    }
    realistic(&mut run);
    for failure in &run.failures {
        println!("{failure}\n");
    }
    for (what, (n, all)) in &run.counts {
        println!("{n:8} of {all:8} {what}");
    }
    println!("{} failures", run.failures.len());
    if run.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What was counted so far.
#[derive(Default)]
struct Run {
    counts: BTreeMap<&'static str, (u64, u64)>,
    failures: Vec<String>,
}

impl Run {
    fn note(&mut self, what: &'static str, outcome: Result<bool, String>) {
        match outcome {
            Ok(is) => {
                let (n, all) = self.counts.entry(what).or_default();
                *n += u64::from(is);
                *all += 1;
            }
            Err(failure) => self.failures.push(failure),
        }
    }

    /// A rule as wild as the generator makes them.
    fn explanations(&mut self, source: Source<'_>) {
        let (document, mut source) = generate::document(source);
        let analysis = property::analysed(&document.text);
        let request = generate::request(&document, &mut source);
        for rule in analysis.rules().iter().filter_map(|rule| rule.checked()) {
            match property::explanation_is_right(rule, &document.text, &request) {
                Ok(Some(found)) => self.note("generated rules whose verdict is flipped", Ok(found)),
                Ok(None) => {}
                Err(failure) => self.failures.push(failure),
            }
            self.decided("answers whether a generated rule can match, or miss", &CATALOG, rule);
        }
    }

    /// Whether it is known that a rule may match, and that it may not.
    fn decided(&mut self, what: &'static str, catalog: &Catalog, rule: &CheckedRule) {
        for found in [matching(catalog, rule), missing(catalog, rule)] {
            self.note(what, Ok(!matches!(found, Found::Unknown)));
        }
    }
}

/// Rules as operators write them: alone, and each beside the next of its shape.
fn realistic(run: &mut Run) {
    let Some(kong) = Catalog::shipped("kong") else { return };
    let texts = generate::mixed_rules(1_000);
    let rules = texts.iter().filter_map(|text| {
        let analysis = analyze(text, &kong, &Options::default());
        analysis.rules().first().and_then(|rule| rule.checked()).cloned()
    });
    let rules: Vec<CheckedRule> = rules.collect();
    for (rule, other) in rules.iter().zip(rules.iter().skip(10)) {
        run.decided("answers whether a realistic rule can match, or miss", &kong, rule);
        let relation = compare(&kong, rule, other).relation();
        run.note("pairs of realistic rules that are decided", Ok(relation != Relation::Unknown));
    }
}
