//! Asks atc-router and our editions `atc` and `atc-strict` the same questions and prints where the answers differ.
//!
//! `cargo run --release -p tamis-corpus --example atc -- FIRST COUNT`
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers; whatever goes wrong shall stop it"
)]

#[path = "../tests/gateway/engine.rs"]
mod engine;
#[path = "../tests/gateway/process.rs"]
mod process;
#[path = "../tests/gateway/run.rs"]
mod run;

use tamis_corpus::atc::REQUESTS;
use tamis_corpus::atc_judge::Agreement;

use run::Run;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, rest @ ..] = arguments.as_slice()
        && word == process::WORD
    {
        return process::serve(rest);
    }
    let mut numbers = arguments.iter().map(|number| number.parse::<u64>().unwrap());
    let first = numbers.next().unwrap_or(0);
    let count = numbers.next().unwrap_or(10_000);
    let run = Run::new(first..first + count, |difference| println!("{difference}"));
    println!("{run}");
    let pairs = run.count(Agreement::Accepted) * REQUESTS;
    println!("{count} rules, {pairs} verdicts compared");
}
