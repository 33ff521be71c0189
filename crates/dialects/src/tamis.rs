//! From Kong's expressions to ours: the fixes of what the edition `atc` reads in its own way.

use std::collections::BTreeMap;

use tamis_lang::catalog::Catalog;
use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Applicability, Diagnostic, Edit, Label, apply_edits};
use tamis_lang::span::Span;
use tamis_types::analysis::{Analysis, Options, Rule, analyze};

use crate::{Conversion, ConvertOptions, ConvertedRule, Dialect, bodies, of_rule};

/// More rounds than this are not tried: a fix may uncover another, and each text has a few layers only.
const ROUNDS: usize = 64;

/// Converts a text to the language of Tamis.
pub(crate) fn convert(text: &str, catalog: &Catalog, options: &ConvertOptions) -> Conversion {
    let reading = |dialect: Dialect| Options {
        edition: dialect.edition(),
        limits: options.limits.clone(),
        relations: false,
        ..Options::default()
    };
    let before = analyze(text, catalog, &reading(options.from));
    if !before.is_valid() {
        let diagnostics: Vec<Diagnostic> = before.diagnostics.iter().filter(|it| it.is_error()).cloned().collect();
        let rules = before.rules().iter().map(|rule| converted(rule, None, &diagnostics)).collect();
        return Conversion { text: None, rules, diagnostics };
    }
    let mut rounds: Vec<Vec<Edit>> = Vec::new();
    let mut new = text.to_owned();
    for _ in 0..ROUNDS {
        let edits = edits(&new, &reading(options.from));
        if edits.is_empty() {
            break;
        }
        new = apply_edits(&new, edits.iter());
        rounds.push(edits);
    }
    let line = edition_line(&new, options.to);
    new = apply_edits(&new, line.iter());
    rounds.push(line);
    let after = analyze(&new, catalog, &reading(options.to));
    let diagnostics = refused(&after, &rounds);
    let bodies = bodies(&after);
    let pairs = before.rules().iter().zip(after.rules().iter().zip(bodies));
    let rules = pairs.map(|(rule, (new_rule, body))| {
        let text = new_rule.checked().map(|_| after.tree.span(body).slice(&new).to_owned());
        converted(rule, text, &diagnostics)
    });
    Conversion { rules: rules.collect(), text: diagnostics.is_empty().then_some(new), diagnostics }
}

fn converted(rule: &Rule, text: Option<String>, errors: &[Diagnostic]) -> ConvertedRule {
    let diagnostics = if text.is_none() { of_rule(errors, rule.span) } else { Vec::new() };
    ConvertedRule { name: rule.name.clone(), span: rule.span, text, diagnostics }
}

/// The edits of the safe fixes that do not touch each other.
fn edits(text: &str, reading: &Options) -> Vec<Edit> {
    let found = tamis_syntax::parse(text, reading.edition, &reading.limits).diagnostics;
    let mut chosen: Vec<Edit> = Vec::new();
    // Ends by starts; what is taken lies apart, so only the nearest one before an edit can touch it.
    let mut taken: BTreeMap<u32, u32> = BTreeMap::new();
    for diagnostic in &found {
        let Some(fix) = diagnostic.fixes.iter().find(|fix| fix.applicability == Applicability::Safe) else { continue };
        let touches =
            |edit: &Edit| taken.range(..=edit.span.end).next_back().is_some_and(|(_, &end)| edit.span.start <= end);
        if !fix.edits.iter().any(touches) {
            taken.extend(fix.edits.iter().map(|edit| (edit.span.start, edit.span.end)));
            chosen.extend(fix.edits.iter().cloned());
        }
    }
    chosen.sort_by_key(|edit| (edit.span.start, edit.span.end));
    chosen
}

/// The first line names the other edition, if it names one.
fn edition_line(text: &str, to: Dialect) -> Vec<Edit> {
    let line = text.lines().next().unwrap_or_default();
    let named = line.trim_start_matches('\u{feff}').strip_prefix("//!").is_some_and(|rest| rest.contains("edition"));
    let name = line.rfind(':').map(|colon| colon + 1).filter(|_| named);
    name.map(|start| Edit { span: Span::from_range(start..line.len()), text: format!(" {to}") }).into_iter().collect()
}

/// What the result cannot say: its errors, at the place where the text was written.
fn refused(after: &Analysis, rounds: &[Vec<Edit>]) -> Vec<Diagnostic> {
    let back = |span: Span| {
        let place = |offset: u32| rounds.iter().rev().fold(offset, |offset, edits| before(offset, edits));
        Span::new(place(span.start), place(span.end))
    };
    let errors = after.diagnostics.iter().filter(|found| found.is_error());
    let refusal = |error: &Diagnostic| {
        let code = if error.code == Code::BadName { Code::UnwritableName } else { Code::NoCounterpart };
        let message = format!("the default edition reads this in another way and refuses it: {}", error.message);
        let labels = error.labels.iter().map(|label| Label { span: back(label.span), message: label.message.clone() });
        Diagnostic {
            labels: labels.collect(),
            notes: error.notes.clone(),
            ..Diagnostic::new(code, back(error.span), message)
        }
    };
    errors.map(refusal).collect()
}

/// Where an offset was before some edits, in order, were applied; the start of an edit for what came with it.
fn before(offset: u32, edits: &[Edit]) -> u32 {
    let mut shift: i64 = 0;
    for edit in edits {
        let start = i64::from(edit.span.start) + shift;
        let new_end = start + i64::try_from(edit.text.len()).unwrap_or(0);
        if i64::from(offset) < start {
            break;
        }
        if i64::from(offset) < new_end {
            return edit.span.start;
        }
        shift = new_end - i64::from(edit.span.end);
    }
    u32::try_from(i64::from(offset) - shift).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CATALOG: &str = r#"{ "format": 1, "name": "test", "fields": {
        "n": { "type": "int", "phase": "log", "doc": "A number." },
        "true": { "type": "int", "phase": "log", "doc": "A trap." }
    } }"#;

    /// What a rule becomes, or the text that stands in the way.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let catalog = Catalog::from_json(CATALOG).unwrap();
        let conversion = convert(text, &catalog, &ConvertOptions::between(Dialect::Atc, Dialect::Tamis));
        let refused = || conversion.diagnostics.iter().map(|it| format!("{} {}", it.code, it.span.slice(text)));
        let found = conversion.text.clone().unwrap_or_else(|| refused().collect::<Vec<_>>().join("; "));
        assert_eq!(found, expected);
    }

    #[test]
    fn each_difference_gets_the_spelling_of_both() {
        check("n == 010||n == 1 && n == 2 // ten\n", "(n == 8||n == 1) && n == 2 // ten\n");
        check("//! edition: atc\nn == 010", "//! edition: tamis\nn == 8");
    }

    #[test]
    fn a_refusal_points_into_the_text_that_was_given() {
        check("n == 010 && n == 08 && true == 1", "T901 1");
        check("n == 010 && m == 1", "T301 m");
    }
}
