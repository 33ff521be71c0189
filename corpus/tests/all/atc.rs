//! The edition `atc` against the real engine: what that accepts is accepted here, with the same verdicts.

use tamis_corpus::atc::{Answer, Question};

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

/// Names that only the edition `atc` has; a rule that needs one cannot be converted.
const ONLY_THERE: &[&str] = &["c..d", "e.", "h.", "true", "null", "not"];

/// Whether a rule uses a name of [`ONLY_THERE`], and not only a longer one that begins or ends like it.
pub(crate) fn needs_the_gateway(rule: &str) -> bool {
    let mut words = rule.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
    words.any(|word| ONLY_THERE.contains(&word))
}

#[test]
fn a_rule_with_every_fix_applied_means_the_same_in_both_editions() {
    let mut found = String::new();
    let mut n_equal = 0;
    for seed in 0..QUESTIONS / 5 {
        let question = Question::new(seed);
        let (ours, converted) = (question.ours(), question.ours_converted());
        if matches!(ours, Answer::Accepted(_)) && ours == converted {
            n_equal += 1;
        } else if matches!(ours, Answer::Accepted(_)) && !needs_the_gateway(&question.rule) {
            let text = question.converted();
            found.push_str(&format!("{seed}: {:?}\n  {text:?}\n  {ours:?}\n  {converted:?}\n", question.rule));
        }
    }
    assert!(found.is_empty(), "\n{found}");
    assert!(n_equal > QUESTIONS / 15, "only {n_equal} rules were converted");
}
