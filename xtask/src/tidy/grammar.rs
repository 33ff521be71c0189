//! The written grammar has every operator and every unit of the language, and no others.

use std::collections::BTreeSet;

use tamis_lang::builtin::BUILTINS;
use tamis_lang::unit::UNITS;

use super::{Policy, Violation};
use crate::repository::Repository;

const PATH: &str = "grammar/grammar.ebnf";

/// What the grammar spells out beside operators.
const PUNCTUATION: &[&str] = &["let", "rule", "by", "=", "(", ")", "[", "]", ",", "..", ":"];

/// The rule from which everything is reached.
const START: &str = "document";

/// Rules that spell out units.
const UNIT_RULES: &[&str] = &["TIME_UNIT", "SIZE_UNIT"];

pub(super) fn check(repository: &Repository, _: &Policy) -> Vec<Violation> {
    let operators: BTreeSet<_> = BUILTINS.iter().flat_map(|builtin| builtin.spellings()).collect();
    // A function is a name like any other; the grammar spells out only those with a syntax of their own.
    let required =
        BUILTINS.iter().filter(|builtin| !matches!(builtin.form, tamis_lang::builtin::Form::Function { .. }));
    let required: BTreeSet<_> = required.flat_map(|builtin| builtin.spellings()).collect();
    let units: BTreeSet<_> = UNITS.iter().map(|unit| unit.suffix).collect();
    match repository.text(PATH) {
        None => vec![Violation::new(PATH, 0, "the grammar is missing", "write it")],
        Some(text) => in_grammar(text, &operators, &required, &units),
    }
}

fn in_grammar(
    text: &str,
    operators: &BTreeSet<&str>,
    required: &BTreeSet<&str>,
    units: &BTreeSet<&str>,
) -> Vec<Violation> {
    let symbols = symbols(text);
    let mut violations = Vec::new();
    let mut broken = |line, what: String, mend| violations.push(Violation::new(PATH, line, what, mend));
    let (mut spelled, mut spelled_units, mut used) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::from([START]));
    for symbol in &symbols {
        let is_token = symbol.rule.chars().all(|it| it.is_uppercase() || it == '_');
        let text = symbol.text;
        match symbol.kind {
            Kind::Defined => {}
            Kind::Name => {
                used.insert(text);
            }
            Kind::Terminal if UNIT_RULES.contains(&symbol.rule) => {
                spelled_units.insert(text);
                if !units.contains(text) {
                    broken(
                        symbol.line,
                        format!("unit `{text}` does not exist"),
                        "remove it, or add its row to `UNITS`",
                    );
                }
            }
            Kind::Terminal if is_token => {}
            Kind::Terminal => {
                spelled.insert(text);
                if !operators.contains(text) && !PUNCTUATION.contains(&text) {
                    broken(symbol.line, format!("operator `{text}` has no record"), "remove it, or write its record");
                }
            }
        }
    }
    for missing in required.difference(&spelled) {
        broken(0, format!("operator `{missing}` is not in the grammar"), "write where it may stand");
    }
    for missing in units.difference(&spelled_units) {
        broken(0, format!("unit `{missing}` is not in the grammar"), "add it to the rule of its dimension");
    }
    let defined: BTreeSet<_> = symbols.iter().filter(|it| it.kind == Kind::Defined).map(|it| it.text).collect();
    for name in used.difference(&defined) {
        broken(0, format!("`{name}` is used and never defined"), "write its rule");
    }
    for name in defined.difference(&used) {
        broken(0, format!("`{name}` is defined and never used"), "remove its rule");
    }
    violations
}

/// A symbol of the grammar's text.
#[derive(Debug, PartialEq, Eq)]
struct Symbol<'a> {
    kind: Kind,
    text: &'a str,
    /// The rule in which it stands.
    rule: &'a str,
    line: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The name of a rule before its `=`.
    Defined,
    /// The name of a rule on the right side.
    Name,
    /// What is written as it stands.
    Terminal,
}

/// The symbols of a grammar, without comments and descriptions.
fn symbols(text: &str) -> Vec<Symbol<'_>> {
    let mut symbols = Vec::new();
    let (mut rest, mut line, mut rule) = (text, 1, "");
    let mut starts_rule = true;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' if rest.starts_with("(*") => enclosed(rest, "*)", 2),
            '?' => enclosed(rest, "?", 1),
            '"' => enclosed(rest, "\"", 1),
            '\'' => enclosed(rest, "'", 1),
            _ if is_name(first) => rest.find(|it: char| !is_name(it)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (symbol, after) = rest.split_at(length);
        match first {
            '"' | '\'' => {
                let text = symbol.trim_matches(first);
                symbols.push(Symbol { kind: Kind::Terminal, text, rule, line });
            }
            ';' => starts_rule = true,
            _ if is_name(first) => {
                let kind = if starts_rule { Kind::Defined } else { Kind::Name };
                rule = if starts_rule { symbol } else { rule };
                starts_rule = false;
                symbols.push(Symbol { kind, text: symbol, rule, line });
            }
            _ => {}
        }
        line += symbol.matches('\n').count();
        rest = after;
    }
    symbols
}

/// The length of a text that starts with an opening mark, its closing mark included.
fn enclosed(text: &str, close: &str, open_length: usize) -> usize {
    let inner = text.get(open_length..).unwrap_or_default();
    inner.find(close).map_or(text.len(), |place| open_length + place + close.len())
}

fn is_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let violations = in_grammar(text, &["+", "f"].into(), &["+"].into(), &["ms"].into());
        assert_eq!(violations.iter().map(|it| format!("{}: {}", it.line, it.what)).collect::<Vec<_>>(), expected);
    }

    const RIGHT: &str =
        "(* \"-\" *)\ndocument = A \"+\" A ;\nA = \"x\" TIME_UNIT ;\nTIME_UNIT = 'ms' | ? no; \"y\" ? ;\n";

    #[test]
    fn a_grammar_with_every_operator_and_unit_is_right() {
        check(RIGHT, &[]);
        check(&RIGHT.replace("\"+\" A", "\"+\" \"f\" A"), &[]);
    }

    #[test]
    fn operators_and_units_that_do_not_exist_are_found() {
        check(&RIGHT.replace("\"+\" A", "\"+\" \"-\" A"), &["2: operator `-` has no record"]);
        check(&RIGHT.replace("'ms'", "'ms' | 'y'"), &["4: unit `y` does not exist"]);
    }

    #[test]
    fn operators_and_units_that_are_missing_are_found() {
        check(&RIGHT.replace("\"+\"", ""), &["0: operator `+` is not in the grammar"]);
        check(&RIGHT.replace("'ms'", ""), &["0: unit `ms` is not in the grammar"]);
    }

    #[test]
    fn rules_are_defined_and_used() {
        check(&RIGHT.replace("A \"+\" A", "A \"+\" B"), &["0: `B` is used and never defined"]);
        check(&format!("{RIGHT}b = A ;"), &["0: `b` is defined and never used"]);
    }
}
