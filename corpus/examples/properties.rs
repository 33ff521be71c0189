//! Runs the properties on far more cases than the tests do: `properties [COUNT] [SEED] [machine|format|convert|phases|sets|broken] [MOST]`.
//!
//! A run ends after MOST failures, usually 20.
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use std::process::ExitCode;

use tamis_corpus::generate::{self, Document, Source};
use tamis_corpus::property::{self, Compiled, Outcome, Phased};
use tamis_dialects::Values;
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_lang::scratch::Scratch;
use tamis_vm::set::Memory;

/// How many requests each rule is run over.
const REQUESTS: u64 = 4;

/// After how many failures a run usually ends.
const MOST_FAILURES: usize = 20;

/// Every way to read a text.
const EDITIONS: &[Edition] = Edition::ALL;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: u64| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (count, seed) = (number(1_000_000), number(0));
    let mut run = Run {
        only: arguments.next(),
        scratch: Scratch::default(),
        n_pairs: 0,
        n_matches: 0,
        n_broken: 0,
        n_converted: 0,
        n_followed: 0,
        n_sets: 0,
        memory: Memory::default(),
        failures: Vec::new(),
    };
    let most = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(MOST_FAILURES);
    for case in 0..count.div_ceil(REQUESTS) {
        run.case(Source::seeded(seed.wrapping_add(case.wrapping_mul(0x9E37_79B9))));
        if run.failures.len() >= most {
            break;
        }
    }
    for failure in &run.failures {
        println!("{failure}\n");
    }
    let Run { n_pairs, n_matches, n_broken, n_converted, n_followed, n_sets, failures, .. } = run;
    println!(
        "{n_pairs} pairs of a rule and a request, {n_matches} matches; {n_converted} pairs with a converted rule; \
         {n_followed} rules followed phase by phase; {n_sets} pairs of a set and a request; {n_broken} broken rules; {} failures",
        failures.len()
    );
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What was counted so far.
struct Run {
    /// The one property that is wanted.
    only: Option<String>,
    scratch: Scratch,
    n_pairs: u64,
    n_matches: u64,
    n_broken: u64,
    n_converted: u64,
    n_followed: usize,
    n_sets: usize,
    memory: Memory,
    failures: Vec<String>,
}

impl Run {
    fn note(&mut self, outcome: Outcome) {
        self.failures.extend(outcome.err());
    }

    fn wants(&self, property: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == property)
    }

    fn case(&mut self, source: Source<'_>) {
        if self.only.as_deref() == Some("sets") {
            return self.sets(source);
        }
        let (document, mut source) = generate::document(source);
        let Some(compiled) = Compiled::new(&document.text) else {
            return self.note(property::is_well_typed(&document));
        };
        if self.wants("machine") {
            self.machine(&document, &compiled, &mut source);
        }
        if self.wants("format") {
            self.format(&document, &compiled, &mut source);
        }
        if self.wants("convert") {
            self.convert(&document, &mut source);
        }
        if self.wants("phases") {
            self.phases(&document, &mut source);
        }
        if self.wants("broken") {
            self.broken(&generate::near_miss(&document, &mut source));
            self.broken(&generate::noise(&mut source));
        }
    }

    fn convert(&mut self, document: &Document, source: &mut Source<'_>) {
        for values in [Values::Several, Values::AsTheCatalogSays] {
            let conversion = property::in_atc(&document.text, values);
            for _ in 0..REQUESTS {
                let request = generate::request(document, source).well_typed();
                let request = if values == Values::Several { request } else { request.as_the_catalog_says() };
                let text = &document.text;
                match property::conversion_keeps_the_verdict(text, &conversion, &request, &mut self.scratch) {
                    Ok(n_converted) => self.n_converted += n_converted as u64,
                    Err(failure) => self.failures.push(failure),
                }
            }
        }
        self.note(property::conversion_is_sound(&document.text, &Limits::default()));
    }

    fn sets(&mut self, source: Source<'_>) {
        match property::set_equals_its_rules(source, &mut self.memory, &mut self.scratch) {
            Ok(n_requests) => self.n_sets += n_requests,
            Err(failure) => self.failures.push(failure),
        }
    }

    fn machine(&mut self, document: &Document, compiled: &Compiled<'_>, source: &mut Source<'_>) {
        for _ in 0..REQUESTS {
            let request = generate::request(document, source);
            self.n_pairs += 1;
            match property::machine_equals_reference(compiled, &request, &mut self.scratch) {
                Ok(n_matching) => self.n_matches += u64::from(n_matching > 0),
                Err(failure) => self.failures.push(failure),
            }
        }
    }

    fn phases(&mut self, document: &Document, source: &mut Source<'_>) {
        let Some(phased) = Phased::new(document, source) else {
            self.failures.push(format!("shares break the rule\n{}", document.text));
            return;
        };
        for _ in 0..REQUESTS {
            let request = generate::request(document, source);
            match property::early_is_final(&phased, &request, source, &mut self.scratch) {
                Ok(n_rules) => self.n_followed += n_rules,
                Err(failure) => self.failures.push(failure),
            }
        }
    }

    fn format(&mut self, document: &Document, compiled: &Compiled<'_>, source: &mut Source<'_>) {
        let text = &document.text;
        let request = generate::request(document, source);
        let outcome = property::formatting_keeps_the_verdict(compiled, text, &request, &mut self.scratch);
        self.note(outcome);
        self.note(property::formatting_keeps_the_tree(text));
        self.note(property::formatting_is_idempotent(text));
        self.note(property::comments_stay(text));
    }

    fn broken(&mut self, text: &str) {
        for edition in EDITIONS.iter().copied() {
            let analysis = property::analysed_in(text, edition);
            self.n_broken += u64::from(!analysis.is_valid());
            self.note(property::is_sound(text, &analysis, &Limits::default()));
            self.note(property::every_fix_mends(text, &analysis, &|text| property::analysed_in(text, edition)));
        }
    }
}
