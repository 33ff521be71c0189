//! What has to hold of every text and every request, each as a function that says what does not.
//!
//! The tests run them on some thousands of cases, `cargo run --release --example properties` on millions.

mod converting;
mod edited;
mod fixing;
mod formatting;
mod loading;
mod machine;
mod nodes;
mod phases;
mod reasons;
mod sets;
mod soundness;
mod totals;

pub use converting::{conversion_is_sound, conversion_keeps_the_verdict, in_atc};
pub use edited::edits_change_nothing;
pub use fixing::every_fix_mends;
pub use formatting::{
    comments_stay, formatting_is_idempotent, formatting_keeps_the_tree, formatting_keeps_the_verdict,
};
pub use loading::loading_finds_the_same_errors;
pub use machine::{Compiled, machine_equals_reference};
pub use nodes::{Looked, broken_runs_nowhere, later_features_are_known, validator_equals_nodes};
pub use phases::{Phased, early_is_final};
pub use reasons::{change_is_smallest, comparison_is_right, explanation_is_right, warnings_are_right};
pub use sets::set_equals_its_rules;
pub use soundness::is_sound;
pub use totals::{Totals, estimate};

use tamis_lang::edition::Edition;
use tamis_types::analysis::{Analysis, Options, analyze};

use crate::generate::{CATALOG, Document};

/// What does not hold, with the text and whatever else shows it.
pub type Outcome = Result<(), String>;

/// A text, analysed over [`CATALOG`](static@CATALOG) within the usual limits.
#[must_use]
pub fn analysed(text: &str) -> Analysis {
    analysed_in(text, Edition::Tamis)
}

/// A text, analysed as one edition reads it.
#[must_use]
pub fn analysed_in(text: &str, edition: Edition) -> Analysis {
    analyze(text, &CATALOG, &Options { edition, ..Options::default() })
}

/// A generated rule has no error.
///
/// # Errors
///
/// The first error that it has.
pub fn is_well_typed(document: &Document) -> Outcome {
    let analysis = analysed(&document.text);
    match analysis.diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        None => Ok(()),
        Some(error) => Err(format!("{} {} at {}\n{}", error.code, error.message, error.span, document.text)),
    }
}
