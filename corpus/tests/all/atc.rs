//! Rules of atc-router with the fixes that the other editions offer; `tests/gateway` asks the engine itself.

use tamis_corpus::atc::{Answer, Question, Questions};
use tamis_lang::code::Code;
use tamis_lang::edition::Edition;
use tamis_lang::limits::Limits;
use tamis_types::strict::{Answer as GatewayAnswer, Refusal};

use crate::expected::{Differences, files};

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

/// Whether a limit refuses a rule: a pattern that only the edition `atc` has room for, the indentation of a deep rule.
fn is_too_large(answer: &Answer) -> bool {
    let is_limit = |code: Code| matches!(code, Code::PatternTooLarge | Code::TextTooLong);
    matches!(answer, Answer::Refused(errors) if errors.iter().all(|error| is_limit(error.code)))
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

#[test]
fn the_layout_of_a_rule_for_the_gateway_is_one_for_the_gateway() {
    let (mut found, mut n_equal) = (String::new(), 0);
    let mut questions = Questions::default();
    for seed in 0..QUESTIONS {
        let question = questions.get(seed);
        let ours = question.ours(Edition::AtcStrict);
        if !matches!(ours, Answer::Accepted(_)) {
            continue;
        }
        let text = tamis_syntax::format(&question.rule, Edition::AtcStrict, &Limits::default()).unwrap_or_default();
        let after = question.answer(&text, Edition::AtcStrict);
        if after == ours {
            n_equal += 1;
        } else if !is_too_large(&after) {
            found.push_str(&shown(seed, &question, &text, &[ours, after]));
        }
    }
    assert!(found.is_empty(), "\n{found}");
    assert!(n_equal > QUESTIONS / 5, "only {n_equal} rules were laid out");
}

/// The table of what the strict edition refuses.
const TABLE: &str = "| Refused | For example | atc-router answers |\n|---|---|---|\n";

#[test]
fn the_page_lists_what_the_strict_edition_refuses() {
    let file = files("docs", "md").into_iter().find(|file| file.path == "docs/atc.md").unwrap();
    let (before, rest) = file.text.split_once(TABLE).expect("the page has the table");
    let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
    let rows = Refusal::ALL.iter().map(|refusal| {
        let answer = match refusal.answer() {
            GatewayAnswer::ParseError => "a parse error".to_owned(),
            GatewayAnswer::TypeError(sentence) => format!("`{sentence}`"),
            GatewayAnswer::Panic => "a panic".to_owned(),
        };
        let example = refusal.example().replace('\u{a0}', "<U+00A0>").replace('|', "\\|");
        format!("| {} | `{example}` | {answer} |\n", refusal.message().replace("{}", "…").replace('|', "\\|"))
    });
    let new = format!("{before}{TABLE}{}\n{after}", rows.collect::<String>());
    let mut differences = Differences::default();
    differences.settle(&file, &new);
    differences.finish();
}
