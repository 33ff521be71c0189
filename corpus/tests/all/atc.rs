//! Rules of atc-router with the fixes that the other editions offer; `tests/gateway` asks the engine itself.

use tamis_corpus::atc::{Answer, Question, Questions};
use tamis_lang::code::Code;
use tamis_lang::edition::Edition;

const QUESTIONS: u64 = 1_000;

/// Names that only the edition `atc` has; a rule that needs one cannot be converted.
const ONLY_THERE: &[&str] = &["c..d", "e.", "h.", "true", "null", "not"];

/// Whether a rule uses a name of [`ONLY_THERE`], and not only a longer one that begins or ends like it.
pub(crate) fn needs_the_gateway(rule: &str) -> bool {
    let mut words = rule.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
    words.any(|word| ONLY_THERE.contains(&word))
}

#[test]
fn a_rule_with_every_fix_applied_means_the_same_in_the_default_edition() {
    let mut found = String::new();
    let mut n_equal = 0;
    let mut questions = Questions::default();
    for seed in 0..QUESTIONS {
        let question = questions.get(seed);
        let ours = question.ours(Edition::AtcStrict);
        if !matches!(ours, Answer::Accepted(_)) || needs_the_gateway(&question.rule) {
            continue;
        }
        let converted = question.ours_converted();
        if is_too_large(&converted) {
            continue;
        }
        if ours == converted {
            n_equal += 1;
        } else {
            found.push_str(&shown(seed, &question, &question.converted(), &[ours, converted]));
        }
    }
    assert!(found.is_empty(), "\n{found}");
    assert!(n_equal > QUESTIONS / 5, "only {n_equal} rules were converted");
}

#[test]
fn a_rule_with_every_fix_for_the_gateway_applied_means_the_same() {
    let mut found = String::new();
    let mut n_equal = 0;
    let mut questions = Questions::default();
    for seed in 0..QUESTIONS * 2 {
        // A fix relies on what the catalog says, which is that a field has one value.
        let question = questions.get(seed).with_single_values();
        let is_refused = matches!(question.ours(Edition::AtcStrict), Answer::Refused(_));
        let larger = question.ours(Edition::Atc);
        if !is_refused || !matches!(larger, Answer::Accepted(_)) {
            continue;
        }
        let text = question.mended();
        let mended = question.answer(&text, Edition::Atc);
        if mended != larger {
            found.push_str(&shown(seed, &question, &text, &[larger, mended]));
        } else if question.answer(&text, Edition::AtcStrict) == mended {
            n_equal += 1;
        }
    }
    assert!(found.is_empty(), "\n{found}");
    assert!(n_equal > QUESTIONS / 50, "only {n_equal} rules were mended");
}

/// Whether a rule has a pattern that only the edition `atc` has room for.
fn is_too_large(answer: &Answer) -> bool {
    matches!(answer, Answer::Refused(errors) if errors.iter().all(|error| error.code == Code::PatternTooLarge))
}

fn shown(seed: u64, question: &Question, text: &str, answers: &[Answer]) -> String {
    format!("{seed}: {:?}\n  {text:?}\n  {answers:?}\n", question.rule)
}
