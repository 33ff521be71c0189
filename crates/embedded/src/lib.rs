//! Rules inside YAML and JSON documents: where they stand, and offsets both ways.
//!
//! [`Document::read`] takes any text and keeps every value with its bytes.
//! A text within a document is written in one of several styles, each with escapes and line folding of its own;
//! [`Embedded`] holds what the text says, and maps every place and every edit between the text and the document.
//!
//! ```
//! use tamis_embedded::{Document, Syntax, find};
//! use tamis_lang::span::Span;
//!
//! let yaml = "name: errors\nsampling_rule: >\n  http.response.status_code\n  == 503\n";
//! let document = Document::read(yaml, Syntax::Yaml);
//! let found = &find(&document)[0];
//! assert_eq!(found.rule.text, "http.response.status_code == 503\n");
//! let number = found.rule.to_document(Span::new(29, 32));
//! assert_eq!(number.slice(yaml), "503");
//! assert_eq!(found.rule.to_text(number.start), Some(29));
//! ```

mod block;
mod document;
mod edit;
mod embedded;
mod find;
mod json;
mod quoted;
mod segment;
#[cfg(test)]
mod tests;
mod yaml;

pub use document::{Document, Entry, Node, Problem, Syntax, Value};
pub use embedded::{Embedded, Style};
pub use find::{Found, Language, find, find_at};
