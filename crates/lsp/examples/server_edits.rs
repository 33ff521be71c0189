//! Edits texts at random through the server and compares it with a fresh one: `edits [EDITS] [EVERY] [SEED]`.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    dead_code,
    reason = "a program for a person at a terminal, made of parts of the tests; a difference shall stop it"
)]

#[path = "../tests/all/edited.rs"]
mod edited;
#[path = "../tests/all/editor.rs"]
mod editor;

use edited::{Edits, STARTS, edit};
use editor::run;

fn main() {
    let numbers: Vec<usize> = std::env::args().skip(1).map(|it| it.parse().expect("a number")).collect();
    let number = |place: usize, otherwise: usize| numbers.get(place).copied().unwrap_or(otherwise);
    let (n_edits, every, seed) = (number(0, 100_000), number(1, 100), number(2, 1));
    for start in STARTS {
        let seed = u64::try_from(seed).expect("a seed");
        let n_compared = run(edit(start, &Edits { seed, n_edits: n_edits / STARTS.len(), every }));
        println!("{}: {} edits, equal to a fresh server {n_compared} times", start.uri, n_edits / STARTS.len());
    }
}
