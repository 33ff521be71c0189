//! Holds the validator to the nodes on as many rules as one likes: `sessions [COUNT] [SEED]`.
//!
//! Each rule is held against five nodes, from three gateway versions before the newest to one after it, with bytecode of
//! three versions; a text with a slip follows each eighth.
//! A line each million rules says how far it is.
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use std::process::ExitCode;

use tamis_corpus::generate::{self, Source};
use tamis_corpus::property::{self, Looked};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: u64| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (count, seed) = (number(100_000), number(0));
    let (mut looked, mut slips) = (Looked::default(), Looked::default());
    if let Err(failure) = property::later_features_are_known() {
        println!("{failure}");
        return ExitCode::FAILURE;
    }
    for case in 0..count {
        if let Err(failure) = one(case, seed, &mut looked, &mut slips) {
            println!("{failure}");
            return ExitCode::FAILURE;
        }
        if (case + 1).is_multiple_of(1_000_000) && case + 1 < count {
            println!("{} rules", case + 1);
        }
    }
    println!(
        "{} programs on 5 nodes each: {} nodes run theirs, {} refuse it, {} verdicts compared; {} rules with an error, {} \
         texts with slips; no disagreement",
        looked.programs, looked.runs, looked.refused, looked.verdicts, looked.broken, slips.broken
    );
    for (title, reasons) in [("refused by nodes", looked.reasons), ("first error of a slip", slips.reasons)] {
        println!("{title}:");
        for (reason, n) in reasons {
            println!("  {n:>9} {reason}");
        }
    }
    ExitCode::SUCCESS
}

fn one(case: u64, seed: u64, looked: &mut Looked, slips: &mut Looked) -> Result<(), String> {
    let source = Source::seeded(seed.wrapping_add(case.wrapping_mul(0x9E37_79B9)));
    let (document, mut source) = generate::rule(source);
    *looked += property::validator_equals_nodes(&document, &mut source)?;
    if case.is_multiple_of(8) {
        *slips += property::broken_runs_nowhere(&generate::near_miss(&document, &mut source))?;
    }
    Ok(())
}
