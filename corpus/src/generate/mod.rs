//! Generators of rules and requests.
//!
//! Every generator takes its decisions from a [`Source`]: a seed for runs of millions, or a list of numbers that
//! proptest makes and shrinks.
//! Where the numbers run out the simplest alternative is taken, so a shorter list is a simpler rule.

mod catalog;
mod condition;
mod document;
mod draft;
mod literal;
mod mutate;
mod realistic;
mod request;
mod seeded;
mod set;
mod small;
mod source;
mod value;
mod writer;

pub use catalog::{CATALOG, SAMPLES, Sample};
pub use document::{Document, document, rule};
pub use draft::{Piece, odd, plain};
pub use mutate::{mistyped, near_miss, noise};
pub use realistic::{equality_rules, mixed_rules};
pub use request::{Request, request};
pub use seeded::{SownFile, sown_file};
pub use small::{SmallFields, small_pair};
pub use source::Source;
pub use writer::Interest;
