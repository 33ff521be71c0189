//! Rules of atc-router with the fixes that the other editions offer; `tests/gateway` asks the engine itself.

use tamis_corpus::atc::{Answer, Question, Questions};
use tamis_lang::code::Code;
use tamis_lang::edition::Edition;

use crate::expected::files;

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

#[test]
fn every_row_of_the_differences_names_cases_that_exist() {
    let page = files("docs", "md").into_iter().find(|file| file.path == "docs/atc.md").unwrap();
    let (mut in_table, mut n_rows) = (false, 0);
    for line in page.text.lines() {
        in_table = line.ends_with("| Case |") || in_table && line.starts_with('|');
        if !in_table || line.ends_with("| Case |") || line.starts_with("|---") {
            continue;
        }
        n_rows += 1;
        let cell = line.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let cases: Vec<(&str, &str)> = cell.split("[").skip(1).filter_map(|link| link.split_once("](../")).collect();
        assert!(!cases.is_empty(), "no case: {line}");
        for (name, rest) in cases {
            let path = xtask::repository::root().join(rest.split(')').next().unwrap());
            let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let heads = [format!("name = \"{name}\""), format!("=== {name}"), format!("# {name}: ")];
            let exists = text.lines().any(|line| line == heads[0] || line == heads[1] || line.starts_with(&heads[2]));
            assert!(exists, "{} has no case {name:?}", path.display());
        }
    }
    assert!(n_rows > 10, "only {n_rows} rows");
}
