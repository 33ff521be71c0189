//! What holds of the analysis of any text.

use tamis_lang::diagnostic::{Diagnostic, Edit};
use tamis_lang::limits::Limits;
use tamis_lang::span::Span;
use tamis_types::analysis::Analysis;
use tamis_vm::compile;

use super::Outcome;

/// The analysis of any text: accepted exactly where everything compiles, diagnostics in order and within the text,
/// edits that can be applied.
///
/// # Errors
///
/// What is wrong, with the text.
pub fn is_sound(text: &str, analysis: &Analysis, limits: &Limits) -> Outcome {
    let problem = acceptance(analysis)
        .or_else(|| order(&analysis.diagnostics))
        .or_else(|| amount(&analysis.diagnostics, limits))
        .or_else(|| analysis.diagnostics.iter().find_map(|diagnostic| of_diagnostic(text, diagnostic)));
    match problem {
        None => Ok(()),
        Some(problem) => Err(format!("{problem}\n{text:?}")),
    }
}

/// Accepted by the checker, and loaded by the machine, are one statement.
fn acceptance(analysis: &Analysis) -> Option<String> {
    let compiles = analysis.rules().iter().all(|rule| rule.checked().map(compile).is_some());
    let said = (!analysis.is_valid(), compiles);
    match said {
        (false, false) => Some("without an error, but a rule does not compile".to_owned()),
        (true, true) if analysis.rules().len() == 1 && analysis.rules().iter().all(|rule| rule.name.is_none()) => {
            Some("with an error, but the rule compiles".to_owned())
        }
        (false | true, _) => None,
    }
}

fn order(diagnostics: &[Diagnostic]) -> Option<String> {
    let place = |diagnostic: &Diagnostic| (diagnostic.span.start, diagnostic.span.end);
    let is_sorted = diagnostics.is_sorted_by_key(place);
    (!is_sorted).then(|| "the diagnostics are not in the order of the text".to_owned())
}

fn amount(diagnostics: &[Diagnostic], limits: &Limits) -> Option<String> {
    let most = usize::try_from(limits.diagnostics).unwrap_or(usize::MAX).saturating_add(1);
    (diagnostics.len() > most).then(|| format!("{} diagnostics", diagnostics.len()))
}

fn of_diagnostic(text: &str, diagnostic: &Diagnostic) -> Option<String> {
    let name = format!("{} {}", diagnostic.code, diagnostic.message);
    let spans = diagnostic.labels.iter().map(|label| label.span).chain([diagnostic.span]);
    if let Some(span) = spans.into_iter().find(|span| !fits(text, *span)) {
        return Some(format!("{name}: the span {span} does not fit the text"));
    }
    diagnostic.fixes.iter().find_map(|fix| {
        let problem = edits(text, &fix.edits)?;
        Some(format!("{name}: `{}` {problem}", fix.title))
    })
}

fn edits(text: &str, edits: &[Edit]) -> Option<String> {
    if edits.is_empty() {
        return Some("has no edit".to_owned());
    }
    if let Some(edit) = edits.iter().find(|edit| !fits(text, edit.span)) {
        return Some(format!("edits {}, which does not fit the text", edit.span));
    }
    let overlaps = edits.windows(2).any(|pair| match pair {
        [first, second] => second.span.start < first.span.end,
        _ => false,
    });
    overlaps.then(|| "has edits that overlap or are not in the order of the text".to_owned())
}

/// Whether a span lies within a text, on boundaries of characters.
fn fits(text: &str, span: Span) -> bool {
    span.start <= span.end && text.get(span.range()).is_some()
}
