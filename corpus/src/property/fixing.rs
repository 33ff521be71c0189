//! Fixes mend.

use tamis_lang::diagnostic::{Diagnostic, Edit, Fix};
use tamis_lang::span::Span;
use tamis_types::analysis::Analysis;

use super::Outcome;

/// Every fix of every diagnostic, applied, makes that diagnostic go away and brings no new error.
///
/// # Errors
///
/// The fix that does not, with the text before and after it.
pub fn every_fix_mends(text: &str, analysis: &Analysis, again: &dyn Fn(&str) -> Analysis) -> Outcome {
    let n_errors = analysis.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    for diagnostic in &analysis.diagnostics {
        if n_errors != usize::from(diagnostic.is_error()) {
            continue;
        }
        for fix in &diagnostic.fixes {
            mends(text, analysis, diagnostic, fix, again)?;
        }
    }
    Ok(())
}

fn mends(
    text: &str,
    before: &Analysis,
    diagnostic: &Diagnostic,
    fix: &Fix,
    again: &dyn Fn(&str) -> Analysis,
) -> Outcome {
    let mended = fix.apply(text);
    let after = again(&mended);
    let same = |found: &&Diagnostic| found.code == diagnostic.code && found.message == diagnostic.message;
    let count = |found: &[Diagnostic]| found.iter().filter(same).count();
    let problem = if mended == text {
        Some("changes nothing".to_owned())
    } else if count(&after.diagnostics) >= count(&before.diagnostics) {
        Some("leaves the diagnostic".to_owned())
    } else {
        brought((diagnostic, fix), before, &after).map(|error| format!("brings {} {}", error.code, error.message))
    };
    match problem {
        None => Ok(()),
        Some(problem) => {
            let Diagnostic { code, message, span, .. } = diagnostic;
            Err(format!(
                "{:?} `{}` {problem}\nof {code} {message} at {span}\n{text}\n{mended}",
                fix.applicability, fix.title
            ))
        }
    }
}

/// An error that a fix brings: where it changed the text, and of no later stage than what it mends.
///
/// What one stage could not read a later stage has not judged, and a text may have a second mistake behind the first;
/// a fix may uncover both.
fn brought<'a>((mended, fix): (&Diagnostic, &Fix), before: &Analysis, after: &'a Analysis) -> Option<&'a Diagnostic> {
    let is_old = |error: &Diagnostic| before.diagnostics.iter().any(|old| old.is_error() && old.code == error.code);
    let was_hidden = |error: &Diagnostic| mended.is_error() && mended.code.stage() < error.code.stage();
    let is_here = |error: &Diagnostic| fix.edits.iter().any(|edit| touches(error.span, written(edit, fix)));
    let mut errors = after.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    errors.find(|error| !is_old(error) && !was_hidden(error) && (is_here(error) || !mended.is_error()))
}

/// Where the text of an edit is when its fix was applied.
fn written(edit: &Edit, fix: &Fix) -> Span {
    let start = moved(Span::at(edit.span.start), fix).start;
    Span::new(start, start.saturating_add(u32::try_from(edit.text.len()).unwrap_or(u32::MAX)))
}

/// Where a place of the text is when a fix was applied.
fn moved(span: Span, fix: &Fix) -> Span {
    let shifted = |offset: u32| {
        let before = fix.edits.iter().filter(|edit| edit.span.end <= offset && edit.span.start < offset);
        let grown: i64 =
            before.map(|edit| i64::try_from(edit.text.len()).unwrap_or(0) - i64::from(edit.span.len())).sum();
        u32::try_from(i64::from(offset) + grown).unwrap_or(0)
    };
    Span::new(shifted(span.start), shifted(span.end))
}

fn touches(a: Span, b: Span) -> bool {
    a.start <= b.end && b.start <= a.end
}
