//! The edition `atc-strict`: what is refused, what is said, and that the fixes mend it.

use std::fmt::Write as _;

use expect_test::{Expect, expect};
use tamis_lang::catalog::Catalog;
use tamis_lang::diagnostic::Applicability;
use tamis_lang::edition::Edition;

use crate::analysis::{Analysis, Options, analyze};
use crate::strict::Refusal;

/// The fields of the examples.
const FIELDS: &str = r#"{ "format": 1, "name": "t", "fields": {
    "i": { "type": "int", "phase": "log", "doc": "I." },
    "s": { "type": "string", "phase": "log", "doc": "S." },
    "ip": { "type": "ip", "phase": "log", "doc": "A." },
    "n": { "type": "network", "phase": "log", "doc": "N." },
    "f": { "type": "float", "phase": "log", "doc": "F." },
    "b": { "type": "bool", "phase": "log", "doc": "B." },
    "d": { "type": "duration", "unit": "ms", "phase": "log", "doc": "D." },
    "l": { "type": "string[]", "phase": "log", "doc": "L." },
    "h.*": { "type": "string", "keys": { "pattern": "[a-z.-]+" }, "phase": "log", "doc": "H." } } }"#;

fn read(text: &str, edition: Edition) -> Analysis {
    let catalog = Catalog::from_json(FIELDS).unwrap_or_else(|found| panic!("{found:?}"));
    analyze(text, &catalog, &Options { edition, ..Options::default() })
}

/// Compares the errors of some texts with the expected ones; a safe fix of one must mend it.
#[track_caller]
fn check(texts: &[&str], expected: &Expect) {
    let mut out = String::new();
    for text in texts {
        let analysis = read(text, Edition::AtcStrict);
        writeln!(out, "> {text}").unwrap();
        for found in analysis.diagnostics.iter().filter(|found| found.is_error()) {
            writeln!(out, "{} {} {}", found.code, found.span, found.message).unwrap();
            for fix in &found.fixes {
                let fixed = fix.apply(text);
                writeln!(out, "  {}: {fixed}", fix.title).unwrap();
                let errors = |analysis: &Analysis| analysis.diagnostics.iter().filter(|d| d.is_error()).count();
                assert!(errors(&read(&fixed, Edition::AtcStrict)) < errors(&analysis), "{fixed}");
                assert!(read(&fixed, Edition::Atc).is_valid(), "{fixed}");
            }
        }
        let checked = analysis.rules().iter().all(|rule| rule.checked().is_some());
        assert_eq!(checked, analysis.is_valid(), "{text}");
    }
    expected.assert_eq(&out);
}

#[test]
fn the_example_of_each_refusal_is_refused_for_it_alone() {
    for refusal in Refusal::ALL {
        let text = refusal.example();
        assert!(read(text, Edition::Atc).is_valid(), "{text}\n{:?}", read(text, Edition::Atc).diagnostics);
        let analysis = read(text, Edition::AtcStrict);
        let errors: Vec<_> = analysis.diagnostics.iter().filter(|found| found.is_error()).collect();
        assert_eq!(errors.len(), 1, "{text}\n{errors:?}");
        assert_eq!(errors[0].code, refusal.answer().code(), "{text}");
        let start = refusal.message().split("{}").next().unwrap_or_default();
        assert!(errors[0].message.starts_with(start), "{text}\n{errors:?}");
        for fix in errors[0].fixes.iter().filter(|fix| fix.applicability == Applicability::Safe) {
            assert!(read(&fix.apply(text), Edition::AtcStrict).is_valid(), "{text}: {}", fix.apply(text));
        }
    }
}

#[test]
fn what_the_gateway_reads_is_read() {
    for text in [
        "i == 010 || i == -0x1f && !(s ~ \"^a\" || any(lower(l)) =^ \"b\")",
        "ip in10.0.0.0/8 && ip not in fe80::/10 && n != 10.0.0.0/08",
        "//! edition: atc-strict\nd > 250",
        "h.x == \"a\"",
        "s == \"a\nb\" && s contains\"\\\\\" && s == r#\"\\d\"#",
    ] {
        let analysis = read(text, Edition::AtcStrict);
        assert!(analysis.is_valid(), "{text}\n{:?}", analysis.diagnostics);
        assert!(analysis.rules()[0].checked().is_some(), "{text}");
    }
}

#[test]
fn everything_wrong_is_said_at_once() {
    check(
        &[
            "i in [1, 0b11, 5..7] and not s like 'a*'",
            "l not in ['a', 'b'] or exists(l) or starts_with(s, r\"\\d\")",
            "rule a = i == 1 // one\nrule b = d > 1s",
        ],
        &expect![[r##"
            > i in [1, 0b11, 5..7] and not s like 'a*'
            T801 5..20 atc-router has no sets
              write `i == 1 || i == 3 || (i >= 5 && i <= 7)`: (i == 1 || i == 3 || (i >= 5 && i <= 7)) and not s like 'a*'
            T801 21..24 atc-router does not know the word `and`
              write `&&`: i in [1, 0b11, 5..7] && not s like 'a*'
            T801 25..28 atc-router does not know the word `not` before a condition
              write `!(…)`: i in [1, 0b11, 5..7] and !(s like 'a*')
            T801 31..35 atc-router has no operator `like`
              write `s ^= "a"`: i in [1, 0b11, 5..7] and not s ^= "a"
            T801 36..40 atc-router has only double quotes
              write `"a*"`: i in [1, 0b11, 5..7] and not s like "a*"
            > l not in ['a', 'b'] or exists(l) or starts_with(s, r"\d")
            T801 9..19 atc-router has no sets
              write `l != "a" && l != "b"`: (l != "a" && l != "b") or exists(l) or starts_with(s, r"\d")
            T801 20..22 atc-router does not know the word `or`
              write `||`: l not in ['a', 'b'] || exists(l) or starts_with(s, r"\d")
            T801 23..32 atc-router has only the functions `lower` and `any`
              write `any(l) == "" || any(l) != ""`: l not in ['a', 'b'] or any(l) == "" || any(l) != "" or starts_with(s, r"\d")
            T801 33..35 atc-router does not know the word `or`
              write `||`: l not in ['a', 'b'] or exists(l) || starts_with(s, r"\d")
            T801 36..57 atc-router has only the functions `lower` and `any`
              write `s ^= r#"\d"#`: l not in ['a', 'b'] or exists(l) or s ^= r#"\d"#
            > rule a = i == 1 // one
            rule b = d > 1s
            T801 0..4 atc-router takes one condition, without `rule` and a name before it
            T801 16..22 atc-router has no comments
              remove the comment: rule a = i == 1 
            rule b = d > 1s
            T801 23..27 atc-router takes one condition, without `rule` and a name before it
            T801 36..38 atc-router has no units
              write `1000`: rule a = i == 1 // one
            rule b = d > 1000
        "##]],
    );
}

#[test]
fn a_fix_that_the_gateway_would_refuse_is_not_offered() {
    let analysis = read("d > 250 && !(s == \"a\")", Edition::AtcStrict);
    assert!(analysis.is_valid() && !analysis.diagnostics.is_empty());
    for found in &analysis.diagnostics {
        for fix in &found.fixes {
            let fixed = fix.apply("d > 250 && !(s == \"a\")");
            assert!(read(&fixed, Edition::AtcStrict).is_valid(), "{fixed}");
        }
    }
}
