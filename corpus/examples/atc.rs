//! Asks atc-router and our edition `atc` the same questions and prints where the answers differ.
//!
//! `cargo run --release -p tamis-corpus --example atc -- FIRST COUNT`
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers; whatever goes wrong shall stop it"
)]

#[path = "../tests/all/atc_peer.rs"]
mod atc_peer;

use tamis_corpus::atc::Question;

use atc_peer::{Agreement, compare};

fn main() {
    let mut numbers = std::env::args().skip(1).map(|number| number.parse::<u64>().unwrap());
    let first = numbers.next().unwrap_or(0);
    let count = numbers.next().unwrap_or(10_000);
    std::panic::set_hook(Box::new(|_| {}));
    let (mut n_accepted, mut n_refused, mut n_panicked, mut n_different) = (0, 0, 0, 0);
    for seed in first..first + count {
        let question = Question::new(seed);
        match compare(&question) {
            Ok(Agreement::Accepted) => n_accepted += 1,
            Ok(Agreement::Refused) => n_refused += 1,
            Ok(Agreement::Panicked) => n_panicked += 1,
            Err(difference) => {
                n_different += 1;
                println!("{seed}: {:?}\n  {difference}", question.rule);
            }
        }
    }
    println!("{n_accepted} accepted, {n_refused} refused, {n_panicked} panics of atc-router, {n_different} different");
}
