//! What is wrong with a text.

use tamis_lang::diagnostic::Diagnostic;

use crate::document::View;

/// Every finding about the text, in its order: exactly what `tamis check` says.
#[must_use]
pub fn diagnostics<'a>(view: &View<'a>) -> &'a [Diagnostic] {
    &view.document.analysis().diagnostics
}
