//! The edition `atc` against the real engine: what that accepts is accepted here, with the same verdicts.

use tamis_corpus::atc::Question;

use crate::atc_peer::{Agreement, compare};

/// Each is three requests; `cargo run --example atc` asks as many as one likes.
const QUESTIONS: u64 = 5_000;

#[test]
fn what_the_real_engine_accepts_has_the_same_verdicts() {
    let mut found = String::new();
    let mut n_accepted = 0;
    for seed in 0..QUESTIONS {
        let question = Question::new(seed);
        match compare(&question) {
            Ok(Agreement::Accepted) => n_accepted += 1,
            Ok(Agreement::Refused | Agreement::Panicked) => {}
            Err(difference) => found.push_str(&format!("{seed}: {:?}\n  {difference}\n", question.rule)),
        }
    }
    assert!(found.is_empty(), "\n{found}");
    assert!(n_accepted > QUESTIONS / 2, "only {n_accepted} of {QUESTIONS} rules were accepted");
}
