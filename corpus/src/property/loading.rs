//! What a gateway is told beside what an author is told.

use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::edition::Edition;
use tamis_types::analysis::{Analysis, Options, analyze};

use super::{Outcome, analysed_in};
use crate::generate::CATALOG;

/// [`Options::for_loading`] leaves out warnings and hints, and neither an error nor a rule.
///
/// # Errors
///
/// What differs, with the text.
pub fn loading_finds_the_same_errors(text: &str, edition: Edition) -> Outcome {
    let author = analysed_in(text, edition);
    let gateway = analyze(text, &CATALOG, &Options { edition, ..Options::for_loading() });
    let (expected, found) = (errors(&author), errors(&gateway));
    if expected != found {
        return Err(format!("{edition:?}: the author is told {expected:?}\nand the gateway {found:?}\n{text}"));
    }
    if gateway.diagnostics.iter().any(|diagnostic| !diagnostic.is_error()) {
        return Err(format!("{edition:?}: the gateway is told more than errors\n{text}"));
    }
    if runs(&author) != runs(&gateway) {
        return Err(format!("{edition:?}: another rule runs\n{text}"));
    }
    Ok(())
}

/// The errors without their fixes.
fn errors(analysis: &Analysis) -> Vec<Diagnostic> {
    let errors = analysis.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    errors.map(|error| Diagnostic { fixes: Vec::new(), ..error.clone() }).collect()
}

/// Of each rule whether it can be compiled.
fn runs(analysis: &Analysis) -> Vec<bool> {
    analysis.rules().iter().map(|rule| rule.checked().is_some()).collect()
}
