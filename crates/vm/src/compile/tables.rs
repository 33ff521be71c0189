//! The tables of a program while they grow.

use memchr::memmem::Finder;
use tamis_lang::value::Constant;

use crate::op::{ComparisonRef, ConstantRef, FinderRef, TextRef};
use crate::program::Comparison;

/// What instructions point to.
///
/// A rule is at most some megabytes of text, so every place fits into 32 bits.
#[derive(Default)]
pub(super) struct Tables {
    pub(super) text: Vec<u8>,
    pub(super) finders: Vec<Finder<'static>>,
    pub(super) constants: Vec<Constant>,
    pub(super) comparisons: Vec<Comparison>,
}

impl Tables {
    /// Adds a text.
    pub(super) fn text(&mut self, bytes: &[u8]) -> TextRef {
        let start = place(self.text.len());
        self.text.extend_from_slice(bytes);
        TextRef { start, len: place(bytes.len()) }
    }

    /// Adds a searcher for a text.
    pub(super) fn finder(&mut self, needle: &[u8]) -> FinderRef {
        self.finders.push(Finder::new(needle).into_owned());
        FinderRef(last(self.finders.len()))
    }

    /// Adds a constant.
    pub(super) fn constant(&mut self, constant: &Constant) -> ConstantRef {
        self.constants.push(constant.clone());
        ConstantRef(last(self.constants.len()))
    }

    /// Adds a comparison of expressions.
    pub(super) fn comparison(&mut self, comparison: Comparison) -> ComparisonRef {
        self.comparisons.push(comparison);
        ComparisonRef(last(self.comparisons.len()))
    }
}

/// A place in a table; one that does not fit lies outside every table.
pub(super) fn place(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn last(len: usize) -> u32 {
    place(len.saturating_sub(1))
}
