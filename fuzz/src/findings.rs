//! What holds for every diagnostic of every text.

use std::hint::black_box;

use tamis::Diagnostic;

/// Every place lies within the text, on whole characters, and every fix can be applied.
pub(crate) fn check(text: &str, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        assert!(!diagnostic.message.is_empty());
        let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits);
        let places = diagnostic.labels.iter().map(|label| label.span).chain(edits.map(|edit| edit.span));
        for span in places.chain([diagnostic.span]) {
            let range = span.start as usize..span.end as usize;
            assert!(text.get(range).is_some(), "{span:?} of {diagnostic:?}");
        }
        diagnostic.fixes.iter().for_each(|fix| drop(black_box(fix.apply(text))));
    }
}
