//! The TextMate grammar, from the records of operators, quantifiers, functions and units.
//!
//! A TextMate grammar colours line by line and cannot know what is due where, so a word counts as an operator unless a
//! sign that compares stands behind it.

use std::cmp::Reverse;

use serde_json::{Value, json};
use tamis_lang::builtin::{BUILTINS, Builtin, Form, Power};
use tamis_lang::unit::{Dimension, UNITS};

use super::Generated;
use super::tree_sitter::spellings;

/// A dotted name, as the lexer cuts it.
const NAME: &str = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*)*";

/// What may not stand before a word or a number, because it would belong to it.
const START: &str = r"(?<![A-Za-z0-9_.])";

/// What may not stand behind a word or a number.
const END: &str = r"(?![A-Za-z0-9_]|\.[A-Za-z0-9_])";

const DECIMAL: &str = "[0-9][0-9_]*";

pub(super) fn generate() -> Generated {
    let grammar = json!({
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "comment": "Generated from `crates/lang/src/builtin` by `cargo xtask codegen`; changes here are lost.",
        "name": "Tamis",
        "scopeName": "source.tamis",
        "fileTypes": ["tamis"],
        "patterns": includes(&[
            "edition", "comment", "item", "string", "compared", "probability", "literal", "quantifier", "function",
            "label", "word", "key", "field", "symbol", "punctuation",
        ]),
        "repository": {
            "edition": {
                "match": r"^(\x{FEFF}?//!\s*edition\s*:\s*)(tamis|atc-strict|atc)?(.*)$",
                "captures": captures(&[
                    "comment.line.double-slash.tamis", "keyword.control.directive.edition.tamis",
                    "comment.line.double-slash.tamis",
                ]),
            },
            "comment": { "name": "comment.line.double-slash.tamis", "match": "//.*$" },
            "item": {
                "match": format!(r"{START}(?:(let)|(rule))\s+([A-Za-z_][A-Za-z0-9_]*)\s*(=)(?![=~^<>])"),
                "captures": captures(&[
                    "storage.type.let.tamis", "storage.type.rule.tamis", "entity.name.function.tamis",
                    "keyword.operator.assignment.tamis",
                ]),
            },
            "string": { "patterns": strings() },
            "compared": {
                "match": format!(r"{START}{NAME}(?=\s*(?:{}))", alternatives(&symbols(Some(Power::Compare)))),
                "name": "variable.other.field.tamis",
            },
            "probability": {
                "match": format!(r"(?<=\()\s*({DECIMAL}(?:\.{DECIMAL})?\s*%|{DECIMAL}\s*/\s*{DECIMAL})"),
                "captures": captures(&["constant.numeric.probability.tamis"]),
            },
            "literal": { "patterns": literals() },
            "quantifier": {
                "match": format!(r"{START}({})(?=\s*\(\s*{NAME}\s+in\b)", alternatives(&named(true))),
                "captures": captures(&["keyword.control.quantifier.tamis"]),
            },
            "function": { "patterns": functions() },
            "label": {
                "match": r"(?<=,)\s*([A-Za-z_][A-Za-z0-9_]*)(:)(?!:)",
                "captures": captures(&["variable.parameter.tamis", "punctuation.separator.label.tamis"]),
            },
            "word": {
                "match": format!(r"{START}(?:{}){END}", alternatives(&words())),
                "name": "keyword.operator.wordlike.tamis",
            },
            "key": {
                "begin": r"(?<=[A-Za-z0-9_])\[",
                "end": r"\]|$",
                "beginCaptures": zero("punctuation.definition.key.begin.tamis"),
                "endCaptures": zero("punctuation.definition.key.end.tamis"),
                "patterns": includes(&["string"]),
            },
            "field": { "name": "variable.other.field.tamis", "match": NAME },
            "symbol": { "name": "keyword.operator.tamis", "match": alternatives(&symbols(None)) },
            "punctuation": {
                "patterns": [
                    { "name": "keyword.operator.range.tamis", "match": r"\.\." },
                    { "name": "punctuation.separator.tamis", "match": "," },
                    { "name": "punctuation.section.tamis", "match": r"[()\[\]]" },
                ],
            },
        },
    });
    let text = serde_json::to_string_pretty(&grammar).unwrap_or_default() + "\n";
    Generated { path: "grammar/tamis.tmLanguage.json".into(), text }
}

fn includes(names: &[&str]) -> Value {
    names.iter().map(|name| json!({ "include": format!("#{name}") })).collect()
}

/// The scopes of the groups, the first one being 1.
fn captures(scopes: &[&str]) -> Value {
    let captures = (1..).zip(scopes).map(|(place, scope): (usize, _)| (place.to_string(), json!({ "name": scope })));
    Value::Object(captures.collect())
}

/// The scope of a whole match.
fn zero(scope: &str) -> Value {
    json!({ "0": { "name": scope } })
}

/// What stands before a parenthesis: a function of the language, or another name.
fn functions() -> Value {
    json!([
        {
            "match": format!(r"{START}({})(?=\s*\()", alternatives(&named(false))),
            "captures": captures(&["support.function.tamis"]),
        },
        {
            "match": format!(r"{START}(?!(?:{})\b)({NAME})(?=\s*\()", alternatives(&words())),
            "captures": captures(&["entity.name.function.call.tamis"]),
        },
    ])
}

fn strings() -> Value {
    let quoted = |quote: &str, name: &str| {
        json!({
            "name": format!("string.quoted.{name}.tamis"),
            "begin": quote,
            "end": format!("{quote}|$"),
            "beginCaptures": zero("punctuation.definition.string.begin.tamis"),
            "endCaptures": zero("punctuation.definition.string.end.tamis"),
            "patterns": [
                {
                    "name": "constant.character.escape.tamis",
                    "match": r#"\\(?:["'\\nrt0/]|x[0-9A-Fa-f]{2}|u\{[0-9A-Fa-f]{1,6}\})"#,
                },
                { "name": "invalid.illegal.escape.tamis", "match": r"\\." },
            ],
        })
    };
    let raw = json!({
        "name": "string.quoted.other.raw.tamis",
        "begin": format!("{START}r(#*)\""),
        "end": "\"\\1",
        "beginCaptures": zero("punctuation.definition.string.begin.tamis"),
        "endCaptures": zero("punctuation.definition.string.end.tamis"),
    });
    json!([raw, quoted("\"", "double"), quoted("'", "single")])
}

fn literals() -> Value {
    let quantity = |dimension| {
        let units: Vec<_> = UNITS.iter().filter(|unit| unit.dimension == dimension).map(|unit| unit.suffix).collect();
        format!(r"(?:{DECIMAL}(?:\.{DECIMAL})?(?:{}))+", alternatives(&units))
    };
    let literal = |name: &str, pattern: &str| json!({ "name": format!("constant.{name}.tamis"), "match": format!("{START}(?:{pattern}){END}") });
    let ip4 = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}";
    let ip6 = r"(?:[0-9A-Fa-f]{1,4})?(?::[0-9A-Fa-f]{0,4}){2,8}(?:(?:\.[0-9]{1,3}){3})?";
    json!([
        literal("language.boolean", "true|false"),
        literal("other.network", &format!("(?:{ip4}|{ip6})/[0-9]{{1,3}}")),
        literal("other.address", &format!("{ip4}|{ip6}")),
        literal("numeric.duration", &quantity(Dimension::Time)),
        literal("numeric.size", &quantity(Dimension::Data)),
        literal("numeric.float", &format!(r"{DECIMAL}\.{DECIMAL}(?:[eE][+-]?{DECIMAL})?|{DECIMAL}[eE][+-]?{DECIMAL}")),
        literal("numeric.integer", &format!("0x[0-9A-Fa-f_]+|0o[0-7_]+|0b[01_]+|{DECIMAL}")),
    ])
}

/// The words of operators; two words with blanks between.
fn words() -> Vec<&'static str> {
    BUILTINS.iter().flat_map(|builtin| spellings(builtin).1).copied().collect()
}

/// The symbols of operators, of all or of those on one level.
fn symbols(power: Option<Power>) -> Vec<&'static str> {
    let wanted = BUILTINS.iter().filter(|builtin| power.is_none() || builtin.power() == power);
    wanted.flat_map(|builtin| spellings(builtin).0).copied().collect()
}

/// The names of quantifiers, or of everything that is called.
fn named(quantifiers: bool) -> Vec<&'static str> {
    let wanted = |builtin: &&&Builtin| {
        if quantifiers { matches!(builtin.form, Form::Quantifier) } else { builtin.form.is_function() }
    };
    BUILTINS.iter().filter(wanted).map(|builtin| builtin.name).collect()
}

/// A pattern for one of several texts, the longest that fits; a blank in one stands for any.
fn alternatives(texts: &[&str]) -> String {
    let mut texts: Vec<_> = texts.to_vec();
    texts.sort_by_key(|text| (Reverse(text.len()), *text));
    texts.dedup();
    texts.iter().map(|text| escaped(text)).collect::<Vec<_>>().join("|")
}

fn escaped(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars() {
        match character {
            ' ' => pattern.push_str(r"\s+"),
            _ if character.is_ascii_punctuation() && character != '_' => pattern.extend(['\\', character]),
            _ => pattern.push(character),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_spelling_comes_first() {
        assert_eq!(alternatives(&["<", "<=", "not in", "in"]), r"not\s+in|\<\=|in|\<");
    }

    #[test]
    fn every_operator_function_and_unit_is_in_the_grammar() {
        let grammar: Value = serde_json::from_str(&generate().text).unwrap();
        let patterns = grammar.to_string();
        let spelled = BUILTINS.iter().flat_map(|builtin| builtin.spellings());
        let called = BUILTINS.iter().filter(|builtin| builtin.form.is_function()).map(|builtin| builtin.name);
        for text in spelled.chain(called).chain(UNITS.iter().map(|unit| unit.suffix)) {
            let pattern = Value::String(escaped(text)).to_string();
            assert!(patterns.contains(pattern.trim_matches('"')), "`{text}` is not in the grammar");
        }
    }
}
