//! A text that is edited has the findings of the same text read anew.

use tamis_lang::catalog::Catalog;
use tamis_lang::diagnostic::Diagnostic;
use tamis_lang::limits::Limits;
use tamis_types::analysis::{Options, analyze};
use tamis_types::incremental::Incremental;

use crate::edits::Edits;

/// Edits a file and compares after each edit; gives how many versions were not read whole.
///
/// # Errors
///
/// The first text whose findings differ, with both.
pub fn edits_change_nothing(seed: u64, n_edits: usize, catalog: &Catalog) -> Result<usize, String> {
    let diagnostics = if seed.is_multiple_of(2) { Limits::default().diagnostics } else { 4 };
    let options = Options { limits: Limits { diagnostics, ..Limits::default() }, ..Options::default() };
    let mut edits = Edits::new(seed, 1_500);
    let mut incremental = Incremental::for_texts_from(0);
    let mut n_in_parts = 0;
    for n in 0..n_edits {
        let text = edits.text().to_owned();
        if n % 2 == 0 {
            // Who asks for what is known soon changes nothing.
            n_in_parts += 2 * usize::from(incremental.soon(&text, catalog, &options).is_some());
        }
        let (found, fresh) =
            (incremental.diagnostics(&text, catalog, &options), analyze(&text, catalog, &options).diagnostics);
        if found != fresh {
            let only =
                |a: &[Diagnostic], b: &[Diagnostic]| a.iter().filter(|it| !b.contains(it)).cloned().collect::<Vec<_>>();
            return Err(format!(
                "seed {seed}, edit {n}: {text:?}\nedited: {:#?}\nanew: {:#?}\n{} and {}",
                only(&found, &fresh),
                only(&fresh, &found),
                found.len(),
                fresh.len()
            ));
        }
        edits.edit();
    }
    Ok(n_in_parts)
}
