//! The tree-sitter grammar of Tamis, for editors and other tools that read texts with tree-sitter.
//!
//! It accepts exactly the texts that the parser of the language accepts, in the edition `tamis`; its tests compare the
//! two. What a text means, and what is wrong with it, is said by the crate `tamis`.

use tree_sitter_language::LanguageFn;

#[expect(unsafe_code, reason = "the generated parser is C")]
unsafe extern "C" {
    fn tree_sitter_tamis() -> *const ();
}

/// The language, for `tree_sitter::Parser::set_language`.
#[expect(unsafe_code, reason = "the function comes from `src/parser.c`, which the same generator wrote as the type")]
// SAFETY: `tree_sitter_tamis` takes nothing and gives a pointer to a constant language.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_tamis) };

/// What `src/node-types.json` says of the nodes of a tree.
pub const NODE_TYPES: &str = include_str!("../../src/node-types.json");

/// Captures for colours.
pub const HIGHLIGHTS_QUERY: &str = include_str!("../../queries/highlights.scm");

/// Texts of other languages within rules.
pub const INJECTIONS_QUERY: &str = include_str!("../../queries/injections.scm");

/// Where names are defined and used.
pub const LOCALS_QUERY: &str = include_str!("../../queries/locals.scm");
