//! Edits files at random and compares what is found after each edit with what a fresh reading finds:
//! `edits [EDITS] [SEED]`.
#![expect(clippy::print_stdout, reason = "a program for a person at a terminal")]

use std::process::ExitCode;

use tamis_corpus::property;
use tamis_lang::catalog::Catalog;

/// How many edits each file gets.
const EACH: usize = 500;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let mut number = |usual: u64| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(usual);
    let (count, first) = (number(100_000), number(0));
    let Some(kong) = Catalog::shipped("kong") else { return ExitCode::FAILURE };
    let (mut n_failures, mut n_in_parts) = (0, 0);
    let files = count.div_ceil(EACH as u64);
    for seed in first..first + files {
        match property::edits_change_nothing(seed, EACH, &kong) {
            Ok(n) => n_in_parts += n,
            Err(problem) => {
                n_failures += 1;
                println!("{problem}\n");
            }
        }
        if seed % 20 == 19 {
            println!("{} edits", (seed + 1 - first) * EACH as u64);
        }
        if n_failures == 5 {
            break;
        }
    }
    println!("{files} files with {EACH} edits each, {n_in_parts} versions read in parts; {n_failures} failures");
    if n_failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
