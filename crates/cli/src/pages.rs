//! The pages of `corpus/diagnostics`, one per code, as they were when the command was built.

use tamis::diagnostic::Code;

/// Code and Markdown, ordered by code.
const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of a code.
pub(crate) fn page(code: Code) -> Option<&'static str> {
    PAGES.iter().find(|(name, _)| *name == code.as_str()).map(|(_, page)| *page)
}
