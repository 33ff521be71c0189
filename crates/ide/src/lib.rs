//! What an editor shows for the Tamis language: one function per feature, from a text to plain data.
//!
//! A [`Document`] is a text with everything that is known about it.
//! A [`View`] adds the catalog and, where there is some, recorded traffic; every feature takes a view, most of them a
//! position as well.
//! Positions are byte offsets and ranges are [`Span`](tamis_lang::span::Span)s; only the protocol around this crate
//! knows of lines, columns and encodings.
//!
//! Nothing here does I/O, reads a clock or keeps state, so the same functions serve a language server and a web page.
//! No name of a field or of an operator is written in this crate: everything derives from the catalog and from the
//! records of the operators.
//!
//! ```
//! use tamis_ide::{Document, View, complete};
//! use tamis_lang::catalog::Catalog;
//! use tamis_types::analysis::Options;
//!
//! let kong = Catalog::shipped("kong").unwrap();
//! let text = "http.response.sta";
//! let document = Document::new(text, &kong, &Options::default());
//! let found = complete(&View::new(&document, &kong), text.len() as u32);
//! assert_eq!(found[0].label, "http.response.status_code");
//! assert_eq!(found[0].replace.slice(text), "http.response.sta");
//! ```

mod compared;
mod complete;
mod definition;
mod describe;
mod diagnostics;
mod document;
mod fixes;
mod folding;
mod format;
mod highlight;
mod hover;
mod inlay;
mod lens;
mod links;
mod references;
mod rename;
mod report;
mod selection;
mod signature;
mod symbol;
mod symbols;
#[cfg(test)]
mod testing;
mod tokens;
mod traffic;
mod window;

pub use complete::{Completion, CompletionKind, Subject, complete};
pub use definition::{Definition, definition};
pub use describe::describe;
pub use diagnostics::diagnostics;
pub use document::{Document, View};
pub use fixes::{Action, fix_all, fixes};
pub use folding::{Fold, FoldKind, folds};
pub use format::{format, format_line, format_range};
pub use highlight::{field_at, highlight, highlight_field};
pub use hover::{Hover, hover};
pub use inlay::{Inlay, InlayKind, inlays};
pub use lens::{Lens, lenses};
pub use links::{Link, Page, links};
pub use references::{field_uses, references};
pub use rename::{NotRenamed, prepare_rename, rename};
pub use report::{bytecode, phases, replay, why};
pub use selection::selection;
pub use signature::{SignatureHelp, signature};
pub use symbol::Occurrence;
pub use symbols::{Outline, OutlineKind, symbols};
pub use tokens::{Modifiers, SemanticToken, TokenClass, tokens};
pub use traffic::{Captured, Traffic};
pub use window::Window;

pub use tamis_types::incremental::Incremental;
