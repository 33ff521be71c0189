//! What the tree-sitter grammar knows of operators, quantifiers and units: a table for `grammar.js` and one for the
//! scanner in C.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use tamis_lang::builtin::{BUILTINS, Builtin, Form, Operand, Power, Special};
use tamis_lang::unit::{Dimension, UNITS};

use super::Generated;

/// The folder of the grammar.
const FOLDER: &str = "grammar/tree-sitter-tamis";

pub(super) fn generate() -> Vec<Generated> {
    let table = serde_json::to_string_pretty(&Value::Object(table())).unwrap_or_default() + "\n";
    vec![
        Generated { path: format!("{FOLDER}/operators.json"), text: table },
        Generated { path: format!("{FOLDER}/src/operators.h"), text: header() },
    ]
}

/// The words of an operator behind `not`, as the parser joins them.
const NEGATION: &str = "not ";

/// The symbols and words of an operator; none of a function.
pub(super) fn spellings(builtin: &Builtin) -> (&'static [&'static str], &'static [&'static str]) {
    match builtin.form {
        Form::Infix { symbols, words, .. } | Form::Prefix { symbols, words } => (symbols, words),
        Form::Function { .. } | Form::Quantifier => (&[], &[]),
    }
}

/// The level of the grammar on which an operator stands.
fn level(builtin: &Builtin) -> Option<&'static str> {
    match (&builtin.form, builtin.special()) {
        (_, Some(Special::And)) => Some("and"),
        (_, Some(Special::Or)) => Some("or"),
        (Form::Prefix { .. }, Some(Special::Not)) => Some("not"),
        (Form::Prefix { .. }, _) => Some("minus"),
        (Form::Infix { power, .. }, _) => Some(match power {
            Power::Logic => "logic",
            Power::Compare => "compare",
            Power::Sum => "sum",
            Power::Product => "product",
            Power::Default => "default",
        }),
        _ => None,
    }
}

fn table() -> Map<String, Value> {
    let mut table = Map::new();
    for builtin in BUILTINS {
        let Some(level) = level(builtin) else { continue };
        let entry = table.entry(level).or_insert_with(|| json!({ "symbols": [], "words": [] }));
        let (symbols, words) = spellings(builtin);
        for (key, spellings) in [("symbols", symbols), ("words", words)] {
            if let Some(Value::Array(list)) = entry.get_mut(key) {
                list.extend(spellings.iter().map(|spelling| json!(spelling)));
            }
        }
    }
    table
}

fn takes_set(builtin: &Builtin) -> bool {
    builtin.signatures.iter().any(|signature| matches!(signature.parameters, [_, Operand::Set(_)]))
}

/// The token of the scanner for an operator that is a word.
fn token(builtin: &Builtin) -> &'static str {
    match (builtin.special(), takes_set(builtin)) {
        (Some(Special::And), _) => "AND_WORD",
        (Some(Special::Or), _) => "OR_WORD",
        (_, true) => "MEMBER_WORD",
        (_, false) => "COMPARE_WORD",
    }
}

fn header() -> String {
    let mut symbols = String::new();
    let mut words = String::new();
    for builtin in BUILTINS {
        let Form::Infix { symbols: signs, words: spelled, power } = builtin.form else { continue };
        for sign in signs {
            let _ = writeln!(symbols, "    {{\"{sign}\", {}}},", power == Power::Compare);
        }
        for word in spelled {
            let plain = word.strip_prefix(NEGATION);
            let _ = writeln!(words, "    {{\"{}\", {}, {}}},", plain.unwrap_or(word), plain.is_some(), token(builtin));
        }
    }
    let quantifiers = BUILTINS.iter().filter(|builtin| matches!(builtin.form, Form::Quantifier));
    let quantifiers: Vec<_> = quantifiers.map(|builtin| format!("\"{}\"", builtin.name)).collect();
    let mut units = String::new();
    for unit in UNITS {
        let suffix: String = unit.suffix.bytes().map(in_c).collect();
        let _ = writeln!(units, "    {{\"{suffix}\", {}, {}}},", unit.dimension == Dimension::Time, unit.scale);
    }
    format!(
        "// Generated from `crates/lang/src/builtin` and `crates/lang/src/unit.rs` by `cargo xtask codegen`; changes here \
         are lost.\n\n\
         // Operators in symbols, and whether they compare.\n\
         static const struct {{\n  const char *text;\n  bool compares;\n}} SYMBOLS[] = {{\n{symbols}}};\n\n\
         // Operators in words, whether `not` stands before them, and their token.\n\
         static const struct {{\n  const char *text;\n  bool negated;\n  enum Token token;\n}} WORDS[] = {{\n{words}}};\n\n\
         static const char *const QUANTIFIERS[] = {{{}}};\n\n\
         // Units, whether of time or of data, and how many of the smallest one they are.\n\
         static const struct {{\n  const char *text;\n  bool is_time;\n  uint64_t scale;\n}} UNITS[] = {{\n{units}}};\n",
        quantifiers.join(", ")
    )
}

/// A byte within a string of C.
fn in_c(byte: u8) -> String {
    if byte.is_ascii() { char::from(byte).to_string() } else { format!("\\{byte:03o}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_has_a_level() {
        let lost = BUILTINS.iter().filter(|it| level(it).is_none() && !it.form.is_function());
        assert_eq!(lost.map(|it| it.name).collect::<Vec<_>>(), Vec::<&str>::new());
        assert!(!table().contains_key("logic"), "a logical operator is neither `&&` nor `||`");
    }

    #[test]
    fn the_scanner_is_told_words_and_units() {
        let header = header();
        assert!(header.contains("{\"in\", true, MEMBER_WORD},"), "{header}");
        assert!(header.contains("{\"\\302\\265s\", true, 1000},"), "{header}");
    }
}
