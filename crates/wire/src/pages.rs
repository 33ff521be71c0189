//! The pages of `corpus/diagnostics`, one per code, as they were when the program was built.

use tamis::diagnostic::Code;

/// Code and Markdown, ordered by code.
const PAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of a code, in Markdown.
///
/// ```
/// use tamis::diagnostic::Code;
/// assert!(tamis_wire::page(Code::UnknownField).is_some_and(|page| page.starts_with("# T301: ")));
/// ```
#[must_use]
pub fn page(code: Code) -> Option<&'static str> {
    PAGES.iter().find(|(name, _)| *name == code.as_str()).map(|(_, page)| *page)
}
