//! Fixes are tried before they are offered.
//!
//! A fix is proposed where a mistake is found, and what stands around the mistake may be broken or strange in its own
//! way: a chain of the other operator, a second mistake right behind the first, a field whose name is a keyword.
//! So each fix is applied and the text that it gives is analysed; one that leaves its diagnostic or brings an error is
//! not offered.

use std::collections::HashMap;

use tamis_lang::code::Code;
use tamis_lang::diagnostic::{Diagnostic, Fix, Severity};

/// How many bytes are analysed at most to try the fixes of one text.
const BYTES: usize = 128 << 10;

/// A text with more errors is mended step by step, and the fixes are tried on the way.
const ERRORS: usize = 3;

/// Drops the fixes of errors and warnings that do not mend, of at most `trials` fixes; `again` analyses another text in the same way.
///
/// A hint proposes to add something to a text that is right; that is not tried.
pub(crate) fn keep_what_mends(
    text: &str,
    diagnostics: &mut [Diagnostic],
    trials: u32,
    again: impl Fn(&str) -> Vec<Diagnostic>,
) {
    let n_errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let most = usize::try_from(trials).unwrap_or(usize::MAX);
    let n_trials = if n_errors > ERRORS { 0 } else { most.min(BYTES / text.len().max(1)) };
    let is_tried = |diagnostic: &&Diagnostic| diagnostic.severity > Severity::Hint;
    let proposed = |diagnostic: &Diagnostic| diagnostic.fixes.len();
    if n_trials == 0 || diagnostics.iter().filter(is_tried).map(proposed).sum::<usize>() == 0 {
        return;
    }
    let before = Errors::of(diagnostics);
    let mut outcomes: Vec<Vec<bool>> = vec![Vec::new(); diagnostics.len()];
    let mut n_left = n_trials;
    // Errors first: a rule with one has to be mended, one with a warning runs as it is.
    for severity in [Severity::Error, Severity::Warning] {
        for (diagnostic, outcomes) in diagnostics.iter().zip(&mut outcomes) {
            let fixes = if diagnostic.severity == severity { &*diagnostic.fixes } else { &[] };
            outcomes.extend(
                fixes.iter().take(n_left).map(|fix| mends(text, (diagnostic, fix), diagnostics, &before, &again)),
            );
            n_left = n_left.saturating_sub(fixes.len());
        }
    }
    for (diagnostic, outcomes) in diagnostics.iter_mut().zip(outcomes) {
        let mut outcomes = outcomes.into_iter();
        diagnostic.fixes.retain(|_| outcomes.next().unwrap_or(true));
    }
}

/// Whether a fix does what it is for.
fn mends(
    text: &str,
    (mended, fix): (&Diagnostic, &Fix),
    found: &[Diagnostic],
    before: &Errors,
    again: impl Fn(&str) -> Vec<Diagnostic>,
) -> bool {
    let mended_text = fix.apply(text);
    if mended_text == text {
        return false;
    }
    let left = again(&mended_text);
    let after = Errors::of(&left);
    if !mended.is_error() {
        let same = |other: &&Diagnostic| other.code == mended.code && other.message == mended.message;
        let is_gone = left.iter().filter(same).count() < found.iter().filter(same).count();
        return is_gone && after.0.iter().all(|(code, n)| *n <= before.count(*code));
    }
    // What one stage could not read a later stage has not judged, so a second mistake may have been hidden by the first.
    let was_hidden = |code: Code| mended.code.stage() < code.stage();
    after.count(mended.code) < before.count(mended.code)
        && after.0.iter().all(|(code, n)| *n <= before.count(*code) || was_hidden(*code))
}

/// How often each error stands in a text.
struct Errors(HashMap<Code, usize>);

impl Errors {
    fn of(diagnostics: &[Diagnostic]) -> Self {
        let mut errors = HashMap::new();
        for error in diagnostics.iter().filter(|diagnostic| diagnostic.is_error()) {
            *errors.entry(error.code).or_insert(0) += 1;
        }
        Self(errors)
    }

    fn count(&self, code: Code) -> usize {
        self.0.get(&code).copied().unwrap_or(0)
    }
}
