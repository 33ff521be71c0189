//! Byte ranges in the text that the user typed.

use std::fmt;
use std::ops::Range;

/// A half-open range of byte offsets, the same at every stage from the lexer to the bytecode.
///
/// Only the outermost shells convert bytes to characters or to lines.
///
/// ```
/// use tamis_lang::span::Span;
/// let span = Span::new(2, 5);
/// assert_eq!(span.slice("a == 1"), "== ");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset one past the last byte.
    pub end: u32,
}

impl Span {
    /// The range from `start` to `end`; an inverted pair gives the empty range at `start`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        let end = if end < start { start } else { end };
        Self { start, end }
    }

    /// The empty range at `offset`.
    #[must_use]
    pub const fn at(offset: u32) -> Self {
        Self { start: offset, end: offset }
    }

    /// The range of `usize` offsets; what does not fit into 32 bits is clamped.
    ///
    /// Texts are limited far below 4 GiB before any stage makes a span, so nothing is clamped in practice.
    #[must_use]
    pub fn from_range(range: Range<usize>) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self::new(clamp(range.start), clamp(range.end))
    }

    /// The same range as `usize` offsets.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest range that covers both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty range right after this one.
    #[must_use]
    pub const fn after(self) -> Self {
        Self::at(self.end)
    }

    /// The empty range right before this one.
    #[must_use]
    pub const fn before(self) -> Self {
        Self::at(self.start)
    }

    /// The number of bytes covered.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the range covers no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies within this range.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The text that the range covers; empty where it does not fit the text.
    #[must_use]
    pub fn slice(self, text: &str) -> &str {
        text.get(self.range()).unwrap_or("")
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// The offsets at which the lines of a text begin.
///
/// ```
/// use tamis_lang::span::LineIndex;
/// let index = LineIndex::new("a == 1\n&& b == 2");
/// assert_eq!(index.line_column(10), (2, 4));
/// ```
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads the line starts off a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let starts = text.bytes().enumerate().filter(|&(_, b)| b == b'\n').map(|(i, _)| i + 1);
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { starts: std::iter::once(0).chain(starts.map(clamp)).collect() }
    }

    /// Line and column of an offset, both from 1, the column in bytes.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        (u32::try_from(line).unwrap_or(u32::MAX), offset - start + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inverted_range_is_empty() {
        assert_eq!(Span::new(5, 2), Span::at(5));
    }

    #[test]
    fn a_span_outside_the_text_is_empty_text() {
        assert_eq!(Span::new(3, 9).slice("abc"), "");
        assert_eq!(Span::new(1, 2).slice("é"), "", "not on a character boundary");
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        let index = LineIndex::new("ab\ncd\n");
        assert_eq!(index.line_column(0), (1, 1));
        assert_eq!(index.line_column(2), (1, 3));
        assert_eq!(index.line_column(3), (2, 1));
        assert_eq!(index.line_column(6), (3, 1));
    }
}
