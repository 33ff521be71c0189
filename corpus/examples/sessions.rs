//! Holds the validator to the nodes on as many rules as one likes: `sessions [COUNT] [SEED]`.
//!
//! Each rule is held against five nodes, from three gateway versions before the newest to one after it, with bytecode of
//! three versions; a broken text follows each.
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use std::process::ExitCode;

use tamis_corpus::generate::{self, Source};
use tamis_corpus::property;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: u64| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (count, seed) = (number(100_000), number(0));
    let (mut n_rules, mut n_broken, mut n_runs, mut n_refused, mut n_verdicts) = (0_u64, 0_u64, 0, 0, 0);
    for case in 0..count {
        let source = Source::seeded(seed.wrapping_add(case.wrapping_mul(0x9E37_79B9)));
        let (document, mut source) = generate::document(source);
        match property::validator_equals_nodes(&document, &mut source) {
            Ok(looked) => {
                n_rules += 1;
                n_runs += looked.runs;
                n_refused += looked.refused;
                n_verdicts += looked.verdicts;
            }
            Err(failure) => {
                println!("{failure}");
                return ExitCode::FAILURE;
            }
        }
        if case % 4 == 0 {
            n_broken += 1;
            if let Err(failure) = property::broken_runs_nowhere(&generate::near_miss(&document, &mut source)) {
                println!("{failure}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!(
        "{n_rules} rules on 5 nodes each: {n_runs} nodes run theirs, {n_refused} refuse it, {n_verdicts} verdicts compared; \
         {n_broken} texts with slips; no disagreement"
    );
    ExitCode::SUCCESS
}
